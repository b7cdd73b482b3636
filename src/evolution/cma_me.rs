//! CMA-ME with improvement emitters (Fontaine, Togelius, Nikolaidis & Hoover 2020, *Covariance Matrix Adaptation for the
//! Rapid Illumination of Behavior Space*): draws that found a cell come before those that improved one, each by how much, and
//! only these are followed. An emitter none of whose draws entered starts anew. Knows nothing of distributions.

use serde::{Deserialize, Serialize};

use super::archive::{Status, Verdict};
use super::archived::{Emitter, Scope, Starts, Told, emits};
use super::emitters::{Emitters, Ranking, are_alike};
use super::population::{Origin, Population};
use crate::rng::Stream;
use crate::scene::{CmaMeSpec, Restarts};

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CmaMe(Emitters);

/// `idle`: whether to start anew is due when nothing entered.
fn rank(verdicts: &[Verdict], idle: bool) -> Ranking {
    let mut ranked: Vec<usize> = (0..verdicts.len()).collect();
    let by = |i: &usize| &verdicts[*i];
    ranked.sort_by(|a, b| by(b).status.cmp(&by(a).status).then(order_of(by(a).value, by(b).value)));
    let parents = verdicts.iter().filter(|v| v.status != Status::Rejected).count();
    let alike = match ranked[..] {
        [first, .., last] => by(&first).status == by(&last).status && are_alike(by(&first).value, by(&last).value),
        _ => false,
    };
    Ranking { order: ranked, parents, over: alike || idle && parents == 0 }
}

/// Best first, NaN last.
pub(super) fn order_of(a: f64, b: f64) -> std::cmp::Ordering {
    a.is_nan().cmp(&b.is_nan()).then(b.total_cmp(&a))
}

impl Emitter for CmaMe {
    emits!(CmaMe, CmaMeSpec);

    fn start(spec: &CmaMeSpec, key: Stream, starts: Starts, first: &mut Population) -> CmaMe {
        CmaMe(Emitters::start(spec.emitters, spec.sigma, key, starts, first))
    }

    fn learn(&mut self, scope: &Scope<CmaMeSpec>, told: &Told) {
        let idle = scope.spec.restart == Restarts::Idle;
        self.0.learn(scope, scope.spec.sigma, told.verdicts, |own| rank(own, idle));
    }

    fn emit(&mut self, scope: &Scope<CmaMeSpec>, new: &mut Population) -> Vec<Origin> {
        self.0.emit(scope, new)
    }

    fn fits(&self, spec: &CmaMeSpec, len: usize, members: usize, _: usize) -> bool {
        self.0.fits(spec.emitters, len, members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_cells_come_first_and_only_what_entered_is_followed() {
        let v = |status, value| Verdict { status, value };
        let told = [
            v(Status::Rejected, -1.0),
            v(Status::Improved, 50.0),
            v(Status::New, 2.0),
            v(Status::Rejected, f64::NAN),
            v(Status::New, 3.0),
            v(Status::Improved, 60.0),
        ];
        let ranking = rank(&told, true);
        assert_eq!((ranking.order, ranking.parents, ranking.over), (vec![4, 2, 5, 1, 0, 3], 4, false));
        let none = |idle| rank(&[told[0], told[3]], idle);
        assert_eq!((none(true).parents, none(true).over, none(false).over), (0, true, false));
        let flat = rank(&[v(Status::New, 2.0); 3], false);
        assert_eq!((flat.parents, flat.over), (3, true));
    }
}
