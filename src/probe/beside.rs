//! What stands beside a probe of signals: how well what is said goes with what speakers do, and what listeners do about it (Lowe et al.
//! 2019). Neither is a proof that signals are worth anything: that, the probe itself says. Knows nothing of how it is told.

use super::Probe;
use super::finding::chance;
use crate::hearing::Listened;
use crate::measure::cuts::Discretization;
use crate::rng;

/// Names the draws that chance is judged by; no round of a run gets there.
pub const CHANCES: u64 = u64::MAX - 5;

/// Of one species that speaks and one that hears it.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// Names of speaker and listener.
    pub names: [String; 2],
    /// Speaker consistency, nats, corrected for its bias; NaN where nothing was said.
    pub consistency: f64,
    /// Chance of as much of it by shuffling.
    pub chance: f64,
    /// Causal influence of communication, nats; none where no state of a listener was kept.
    pub causal: Option<f64>,
}

impl Beside {
    /// In a sentence.
    pub fn words(&self) -> String {
        let [from, to] = &self.names;
        // A corrected estimate of nothing may lie below it.
        let consistency = match self.consistency.is_finite() {
            true => format!("{:.3} nats (chance {})", self.consistency.max(0.0), chance(self.chance)),
            false => "not known".into(),
        };
        let causal = self.causal.map_or("not known".into(), |nats| format!("{:.3} nats", nats.max(0.0)));
        format!("{from} to {to}: speaker consistency {consistency}, causal influence {causal}")
    }
}

/// Of all who were heard in the unchanged worlds; of a channel, from 0, or of all together.
pub fn beside(probe: &Probe, channel: Option<u32>) -> Vec<Beside> {
    probe.heard().iter().map(|listened| of(probe, listened, channel)).collect()
}

fn of(probe: &Probe, listened: &Listened, channel: Option<u32>) -> Beside {
    let scene = &probe.question().scene;
    let key = rng::stream(scene.seed, CHANCES, 0);
    let channel = channel.filter(|channel| *channel < listened.log.log().channels);
    let (consistency, influence) = listened.log.outline(channel, Discretization::Signs, key);
    Beside {
        names: [listened.speaker, listened.listener].map(|species| scene.species[species].name.clone()),
        consistency: consistency.corrected,
        chance: consistency.p,
        causal: influence.map(|influence| influence.causal),
    }
}
