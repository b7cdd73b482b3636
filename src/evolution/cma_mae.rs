//! CMA-MAE (Fontaine & Nikolaidis 2023, *Covariance Matrix Adaptation MAP-Annealing*): the better half of an emitter's draws
//! is followed, by how far they pass the threshold of their cell, which rises slowly: between a search for the best (rate 0)
//! and CMA-ME (rate 1). An emitter starts anew only when there is nothing left to learn. Knows nothing of distributions.

use serde::{Deserialize, Serialize};

use super::archive::{Annealing, Verdict};
use super::archived::{Emitter, Scope, Starts, Told, emits};
use super::cma_me::order_of;
use super::emitters::{Emitters, Ranking, are_alike};
use super::population::{Origin, Population};
use crate::rng::Stream;
use crate::scene::CmaMaeSpec;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CmaMae(Emitters);

fn rank(verdicts: &[Verdict]) -> Ranking {
    let mut ranked: Vec<usize> = (0..verdicts.len()).collect();
    ranked.sort_by(|a, b| order_of(verdicts[*a].value, verdicts[*b].value));
    // What came to no number is not followed.
    let sound = verdicts.iter().filter(|v| !v.value.is_nan()).count();
    let over = match ranked[..] {
        [first, .., last] => are_alike(verdicts[first].value, verdicts[last].value),
        _ => false,
    };
    Ranking { parents: (verdicts.len() / 2).min(sound), order: ranked, over }
}

impl Emitter for CmaMae {
    emits!(CmaMae, CmaMaeSpec);

    fn annealing(spec: &CmaMaeSpec) -> Option<Annealing> {
        Some(Annealing { rate: spec.rate.into(), least: spec.least.into() })
    }

    fn start(spec: &CmaMaeSpec, key: Stream, starts: Starts, first: &mut Population) -> CmaMae {
        CmaMae(Emitters::start(spec.emitters, spec.sigma, key, starts, first))
    }

    fn learn(&mut self, scope: &Scope<CmaMaeSpec>, told: &Told) {
        self.0.learn(scope, scope.spec.sigma, told.verdicts, rank);
    }

    fn emit(&mut self, scope: &Scope<CmaMaeSpec>, new: &mut Population) -> Vec<Origin> {
        self.0.emit(scope, new)
    }

    fn fits(&self, spec: &CmaMaeSpec, len: usize, members: usize, _: usize) -> bool {
        self.0.fits(spec.emitters, len, members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::archive::Status;

    #[test]
    fn the_better_half_is_followed_whatever_entered() {
        let v = |status, value| Verdict { status, value };
        let told = [
            v(Status::New, 1.0),
            v(Status::Rejected, -3.0),
            v(Status::Improved, 2.0),
            v(Status::Rejected, f64::NAN),
            v(Status::Rejected, -1.0),
        ];
        let ranking = rank(&told);
        assert_eq!((ranking.order, ranking.parents, ranking.over), (vec![2, 0, 4, 1, 3], 2, false));
        assert_eq!(rank(&[v(Status::Rejected, f64::NAN); 4]).parents, 0);
        assert!(rank(&[v(Status::New, 2.0), v(Status::Rejected, 2.0)]).over, "nothing tells them apart");
    }
}
