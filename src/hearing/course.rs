//! What signals come to over evolutionary time: rows of a table, each of one moment of a run. Knows nothing of when moments are taken.

use super::Listened;
use crate::measure::csv_row;
use crate::measure::cuts::Discretization;
use crate::measure::information::Information;
use crate::measure::signals::{ChannelReport, Effort};
use crate::rng;
use crate::scene::SceneSpec;

/// Names the draws that chance is judged by; no round of a run gets there.
const CHANCES: u64 = u64::MAX - 6;

csv_row! {
    /// One figure of one channel at one moment.
    pub struct MeaningRow {
        /// Tick.
        pub tick: u64,
        /// Generation of the run.
        pub generation: f64,
        /// Species that speaks.
        pub speaker: String,
        /// Species that hears it.
        pub listener: String,
        /// Channel, from 1; 0 for all together.
        pub channel: u32,
        /// What the figure is: `entropy` of messages; what they tell of a part of the sender's situation, of its `own action` (speaker
        /// consistency), of the `next action of the listener` (coordination); or `causal influence`.
        pub what: String,
        /// Nats.
        pub nats: f64,
        /// Lower end of the 95 % interval over worlds; NaN where there is none.
        pub low: f64,
        /// Its upper end.
        pub high: f64,
        /// Chance of as much, of a channel's situations and own action together; NaN where none is judged.
        pub chance: f64,
        /// Samples.
        pub samples: u32,
        /// Worlds that they are from.
        pub worlds: u32,
    }
}

/// The name of the figure that tells whether others act by what is sent.
pub const NEXT_ACTION: &str = "next action of the listener";
/// The name of the figure that interventions give.
pub const CAUSAL: &str = "causal influence";
/// The name of the figure that the others are parts of.
pub const ENTROPY: &str = "entropy";

/// Rows of all that was heard, at a tick and in a generation. Signals are cut by sign.
pub fn rows(scene: &SceneSpec, heard: &[Listened], (tick, generation): (u64, f64)) -> Vec<MeaningRow> {
    let of = |(number, listened): (usize, &Listened)| {
        let key = rng::stream(scene.seed, CHANCES, number as u32);
        let reports = listened.log.report(Discretization::Signs, Effort::LIGHT, key);
        let [speaker, listener] = [listened.speaker, listened.listener].map(|s| scene.species[s].name.clone());
        reports.into_iter().filter(|report| report.samples[0] > 0).flat_map(move |report| {
            let (speaker, listener) = (speaker.clone(), listener.clone());
            figures(&report).into_iter().map(move |(what, nats, [low, high], chance)| MeaningRow {
                tick,
                generation,
                speaker: speaker.clone(),
                listener: listener.clone(),
                channel: report.channel.map_or(0, |channel| channel + 1),
                what,
                nats,
                low,
                high,
                chance,
                samples: report.samples[0] as u32,
                worlds: report.worlds as u32,
            })
        })
    };
    heard.iter().enumerate().flat_map(of).collect()
}

/// A figure: its name, nats, interval over worlds, and chance.
pub type Figure = (String, f64, [f64; 2], f64);

/// The figures of a channel.
pub fn figures(report: &ChannelReport) -> Vec<Figure> {
    let unknown = [f64::NAN; 2];
    let plain = |what: &str, nats: f64, chance: f64| (what.to_string(), nats, unknown, chance);
    let beside = |what: &str, told: &Information| plain(what, told.corrected, told.p);
    let mut all = vec![plain(ENTROPY, report.entropy, f64::NAN)];
    let about = report.about.iter().chain([&report.consistency]);
    all.extend(about.map(|a| (a.what.clone(), a.information.corrected, a.over_worlds, a.together)));
    if report.samples[1] > 0 {
        all.push(beside(NEXT_ACTION, &report.coordination));
    }
    all.extend(report.influence.map(|influence| plain(CAUSAL, influence.causal, f64::NAN)));
    all
}
