//! What signals tell and what goes with them, from a log of who sent what, in what situation, and did what; each channel by itself, and
//! all together. Numbers are cut into classes in a way that is declared, and what classes tell is never compared with what numbers
//! tell by nearest neighbours. Logs only show what goes together: whether anybody listens, interventions tell (`Influence`). Knows
//! nothing of how a log is made.

use super::continuous;
use super::cuts::{Cuts, Discretization, symbols};
use super::information::{Information, Table, information_in_time, transfer_in_time};
use crate::rng::{self, Stream};
use crate::statistics::{holm, interval, mean};

/// Turns of a column by which chance is judged: it then comes down to a thousandth, so that dozens of tests can be judged together.
pub const TURNS: u32 = 999;

/// The same, where one thing alone is judged.
const TURNS_OF_ONE: u32 = 199;

/// How much is done for a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Turns of a column by which chance is judged.
    pub turns: u32,
    /// The same, of one world of several.
    pub turns_within: u32,
    /// Whether nearest neighbours are sought too.
    pub continuous: bool,
}

impl Effort {
    /// For whoever asks once.
    pub const FULL: Effort = Effort { turns: TURNS, turns_within: 49, continuous: true };
    /// For whoever asks again and again: a dozen things can still be judged together.
    pub const LIGHT: Effort = Effort { turns: 399, turns_within: 19, continuous: false };
}

/// Chance at or below which something counts as told.
pub const CHANCE: f64 = 0.05;

/// How situations are cut, and each way of moving: into quarters and thirds of equal mass.
const SITUATIONS: Discretization = Discretization::EqualMass(4);
const ACTIONS: Discretization = Discretization::EqualMass(3);

/// Samples of which nearest neighbours are sought, at most, taken evenly: costs grow with their square.
const CONTINUOUS: usize = 600;

/// Noise by which equal numbers are told apart where neighbours are sought, as the authors of the estimator advise.
const JITTER: f64 = 1e-10;

/// What an agent sent in a tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// World, its number in the world, and tick, by which samples are ordered.
    pub when: (u32, u32, u64),
    /// What it emitted.
    pub signal: Vec<f32>,
    /// What it sensed of its situation, as `Log::situations` names it.
    pub situation: Vec<f32>,
    /// What it did otherwise.
    pub action: Vec<f32>,
}

/// What an agent heard in a tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// As of `Told`.
    pub when: (u32, u32, u64),
    /// What it heard on each channel.
    pub heard: Vec<f32>,
    /// What the nearest who might be heard had emitted in the tick before; nothing where nobody was near.
    pub nearest: Option<Vec<f32>>,
    /// What it had done in the tick before.
    pub before: Vec<f32>,
    /// What it did about it.
    pub action: Vec<f32>,
}

/// A log of signals.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Channels.
    pub channels: u32,
    /// Names of the numbers of a situation.
    pub situations: Vec<String>,
    /// How many numbers of an action are ways of moving, which come first: the others are switches.
    pub moves: usize,
    /// What was sent.
    pub told: Vec<Told>,
    /// What was heard.
    pub heard: Vec<Heard>,
}

/// What messages do to who hears them, by intervention.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Influence {
    /// States of listeners that were put before each message.
    pub states: usize,
    /// Messages, each what was heard in the middle of a class.
    pub messages: usize,
    /// Causal influence of communication, nats: see `information::causal_influence`, on average over the states. Exactly 0 where nobody
    /// heeds, or only one message is ever heard.
    pub causal: f64,
    /// Positive listening: how far some message moves the action away from what it is in silence, on average over the states. Exactly 0
    /// where nobody heeds.
    pub listening: f64,
}

/// What a signal tells of something.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Of what.
    pub what: String,
    /// How much, nats, of classes.
    pub information: Information,
    /// Chance of as much, judged together with all else that the channel might tell of (`statistics::holm`).
    pub together: f64,
    /// 95 % interval of the mean over worlds, each by itself and less what chance tells in it; NaN of one world.
    pub over_worlds: [f64; 2],
    /// How much, nats, of the numbers themselves by nearest neighbours; not to be compared with the rest. NaN of too few.
    pub continuous: f64,
    /// Mean signal in each class of the situation, from the lowest on; of a single channel.
    pub means: Vec<f64>,
    /// 95 % intervals of these over worlds in which the class was met; NaN of fewer than two.
    pub bands: Vec<[f64; 2]>,
}

/// What a channel comes to, or all of them.
#[derive(Clone, Debug)]
pub struct ChannelReport {
    /// Which; all together where none is named.
    pub channel: Option<u32>,
    /// How it was cut.
    pub discretization: Discretization,
    /// Samples of what was sent, and of what was heard.
    pub samples: [usize; 2],
    /// Worlds that they are from.
    pub worlds: usize,
    /// Classes of messages that were sent.
    pub classes: usize,
    /// Message entropy, nats.
    pub entropy: f64,
    /// Speaker consistency (Lowe et al. 2019): of message and own action, in `what` the words for it.
    pub consistency: About,
    /// Instantaneous coordination (the same): of the message of the nearest and the next action of who may hear it.
    pub coordination: Information,
    /// Context independence of messages and own actions; see `Table::context_independence`.
    pub context_independence: f64,
    /// What messages tell of each part of the sender's situation.
    pub about: Vec<About>,
    /// Transfer entropy from what is heard to the own action. Not a cause: what is heard may come with what is seen.
    pub transfer: Information,
    /// What interventions say, where somebody was asked.
    pub influence: Option<Influence>,
}

impl ChannelReport {
    /// Whether the messages vary at all.
    pub fn varies(&self) -> bool {
        self.classes > 1
    }

    /// Positive signalling: whether messages go with the sender's situation or action, beyond chance.
    pub fn signals(&self) -> bool {
        self.about.iter().chain([&self.consistency]).any(|about| about.together <= CHANCE)
    }
}

/// Mean of the first numbers of rows that belong to each symbol.
fn means(rows: &[&[f32]], symbols: &[u32]) -> Vec<f64> {
    let count = symbols.iter().max().map_or(0, |last| last + 1);
    let of =
        |symbol| rows.iter().zip(symbols).filter(move |(_, own)| **own == symbol).map(|(row, _)| f64::from(row[0]));
    (0..count).map(|symbol| mean(&of(symbol).collect::<Vec<_>>())).collect()
}

/// Some numbers of some rows as samples of a variable, told apart by a little noise.
fn variable<'a>(rows: impl Iterator<Item = &'a [f32]>, key: Stream) -> continuous::Samples {
    let noise = |i: usize, at: usize| f64::from(rng::normal(rng::draw(key, i as u32, at as u32, 0)));
    let number = |i: usize, (at, x): (usize, &f32)| f64::from(*x) + JITTER * noise(i, at);
    rows.enumerate().map(|(i, row)| row.iter().enumerate().map(|x| number(i, x)).collect()).collect()
}

impl Log {
    /// The ways in which an action is cut.
    fn ways(&self, numbers: usize) -> Vec<Discretization> {
        (0..numbers).map(|at| if at < self.moves { ACTIONS } else { Discretization::Signs }).collect()
    }

    /// The classes of actions.
    fn actions(&self, rows: &[&[f32]]) -> Vec<u32> {
        symbols(rows, &self.ways(rows.first().map_or(0, |row| row.len())))
    }

    /// How actions of listeners are cut, for those that answer interventions.
    pub fn cuts_of_actions(&self) -> Cuts {
        let rows: Vec<&[f32]> = self.heard.iter().map(|heard| &*heard.action).collect();
        Cuts::new(&rows, &self.ways(rows.first().map_or(0, |row| row.len())))
    }

    /// What each channel comes to, and last all together where there are several; chance is drawn from `key`. Of the influence nothing is
    /// known yet.
    pub fn report(&self, how: Discretization, effort: Effort, key: Stream) -> Vec<ChannelReport> {
        let mut log = self.clone();
        log.told.sort_by_key(|told| told.when);
        log.heard.sort_by_key(|heard| heard.when);
        let all = (self.channels > 1).then_some(None);
        (0..self.channels).map(Some).chain(all).map(|channel| log.of_channel(channel, how, effort, key)).collect()
    }

    /// Speaker consistency alone, of a channel or of all together; see `ChannelReport::consistency`.
    pub fn consistency(&self, channel: Option<u32>, how: Discretization, key: Stream) -> Information {
        let mut told: Vec<&Told> = self.told.iter().collect();
        told.sort_by_key(|told| told.when);
        let sent = |told: &&'_ Told| match channel {
            Some(channel) => channel as usize..channel as usize + 1,
            None => 0..told.signal.len(),
        };
        let sent: Vec<&[f32]> = told.iter().map(|told| &told.signal[sent(told)]).collect();
        let messages = symbols(&sent, &vec![how; sent.first().map_or(0, |row| row.len())]);
        let own = self.actions(&told.iter().map(|told| &*told.action).collect::<Vec<_>>());
        information_in_time(&messages, &own, TURNS_OF_ONE, key)
    }

    fn of_channel(&self, channel: Option<u32>, how: Discretization, effort: Effort, key: Stream) -> ChannelReport {
        let part = |row: &[f32]| match channel {
            Some(channel) => channel as usize..channel as usize + 1,
            None => 0..row.len(),
        };
        let cut = |rows: &[&[f32]]| symbols(rows, &vec![how; rows.first().map_or(0, |row| row.len())]);
        let sent: Vec<&[f32]> = self.told.iter().map(|told| &told.signal[part(&told.signal)]).collect();
        let messages = cut(&sent);
        let mut worlds: Vec<u32> = self.told.iter().map(|told| told.when.0).collect();
        worlds.dedup();
        let own = self.actions(&self.told.iter().map(|told| &*told.action).collect::<Vec<_>>());
        let about = |what: &str, symbols: &[u32], number: u32, rows: &dyn Fn(&Told) -> Vec<f32>| {
            let key = rng::stream(
                u64::from(key[0]) << 32 | u64::from(key[1]),
                channel.unwrap_or(self.channels).into(),
                number,
            );
            About {
                what: what.to_string(),
                information: information_in_time(&messages, symbols, effort.turns, key),
                together: f64::NAN,
                over_worlds: self.over_worlds(&messages, symbols, effort.turns_within, key),
                continuous: if effort.continuous { self.numbers_tell(&sent, rows, key) } else { f64::NAN },
                means: channel.map_or(vec![], |_| means(&sent, symbols)),
                bands: channel.map_or(vec![], |_| self.bands(&sent, symbols, key)),
            }
        };
        let mut consistency = about("own action", &own, 0, &|told| told.action.clone());
        let mut situations: Vec<About> = self
            .situations
            .iter()
            .enumerate()
            .map(|(at, what)| {
                let rows: Vec<&[f32]> = self.told.iter().map(|told| &told.situation[at..at + 1]).collect();
                about(what, &symbols(&rows, &[SITUATIONS]), at as u32 + 1, &|told| vec![told.situation[at]])
            })
            .collect();
        let tests: Vec<f64> = situations.iter().chain([&consistency]).map(|about| about.information.p).collect();
        for (about, together) in situations.iter_mut().chain([&mut consistency]).zip(holm(&tests)) {
            about.together = together;
        }
        let near: Vec<(&[f32], &Heard)> =
            self.heard.iter().filter_map(|heard| heard.nearest.as_deref().map(|signal| (signal, heard))).collect();
        let from: Vec<&[f32]> = near.iter().map(|(signal, _)| &signal[part(signal)]).collect();
        let next = self.actions(&near.iter().map(|(_, heard)| &*heard.action).collect::<Vec<_>>());
        let heard = cut(&self.heard.iter().map(|heard| &heard.heard[part(&heard.heard)]).collect::<Vec<_>>());
        // Both ticks in one, so that equal actions are of equal classes.
        let twice = self.heard.iter().map(|h| &*h.action).chain(self.heard.iter().map(|h| &*h.before));
        let twice = self.actions(&twice.collect::<Vec<_>>());
        let (action, before) = twice.split_at(self.heard.len());
        let table = Table::of(&messages, &own);
        ChannelReport {
            channel,
            discretization: how,
            samples: [self.told.len(), self.heard.len()],
            worlds: worlds.len(),
            classes: messages.iter().max().map_or(0, |last| *last as usize + 1),
            entropy: table.entropies()[0],
            coordination: information_in_time(&cut(&from), &next, effort.turns, [key[0] ^ 1, key[1]]),
            context_independence: table.context_independence(),
            transfer: transfer_in_time(&heard, action, before, effort.turns, [key[0] ^ 2, key[1]]),
            consistency,
            about: situations,
            influence: None,
        }
    }

    /// The interval over worlds of what symbols tell within each.
    fn over_worlds(&self, x: &[u32], y: &[u32], turns: u32, key: Stream) -> [f64; 2] {
        let mut at = 0;
        let each = self.told.chunk_by(|a, b| a.when.0 == b.when.0).map(|world| {
            let part = at..at + world.len();
            at = part.end;
            let told = information_in_time(&x[part.clone()], &y[part], turns, key);
            // A world is a few series, so that chance alone tells more than as many pairs would.
            told.plug_in - told.shuffled
        });
        interval(&each.collect::<Vec<f64>>(), key)
    }

    /// The intervals over worlds of the mean signal in each class.
    fn bands(&self, sent: &[&[f32]], classes: &[u32], key: Stream) -> Vec<[f64; 2]> {
        let count = classes.iter().max().map_or(0, |last| *last as usize + 1);
        let mut each: Vec<Vec<f64>> = vec![vec![]; count];
        let mut at = 0;
        for world in self.told.chunk_by(|a, b| a.when.0 == b.when.0) {
            let mut sums = vec![(0.0, 0u32); count];
            for (signal, class) in sent[at..at + world.len()].iter().zip(&classes[at..]) {
                let (sum, met) = &mut sums[*class as usize];
                *sum += f64::from(signal[0]);
                *met += 1;
            }
            at += world.len();
            let met = each.iter_mut().zip(sums).filter(|(_, (_, met))| *met > 0);
            met.for_each(|(each, (sum, met))| each.push(sum / f64::from(met)));
        }
        each.iter().map(|means| interval(means, key)).collect()
    }

    /// What the numbers of signals tell of others, by nearest neighbours.
    fn numbers_tell(&self, sent: &[&[f32]], of: &dyn Fn(&Told) -> Vec<f32>, key: Stream) -> f64 {
        let taken = sent.len().min(CONTINUOUS);
        let chosen = || (0..taken).map(|i| i * sent.len() / taken);
        let others: Vec<Vec<f32>> = chosen().map(|at| of(&self.told[at])).collect();
        let x = variable(chosen().map(|at| sent[at]), [key[0] ^ 3, key[1]]);
        let y = variable(others.iter().map(|row| &**row), [key[0] ^ 4, key[1]]);
        continuous::information(&x, &y, continuous::NEIGHBOURS)
    }
}

/// What was heard, class by class: the classes' shares, and of each the place of what stands in its middle, nearest to the mean of its
/// numbers. At most `most` of them, the most frequent, in the order of the classes.
pub fn messages(rows: &[&[f32]], how: Discretization, most: usize) -> Vec<(f64, usize)> {
    let classes = symbols(rows, &vec![how; rows.first().map_or(0, |row| row.len())]);
    let count = classes.iter().max().map_or(0, |last| *last as usize + 1);
    let mut members: Vec<Vec<usize>> = vec![vec![]; count];
    classes.iter().enumerate().for_each(|(at, class)| members[*class as usize].push(at));
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|class| std::cmp::Reverse(members[*class].len()));
    order.truncate(most);
    order.sort_unstable();
    let all: usize = order.iter().map(|class| members[*class].len()).sum();
    let middle = |class: &usize| {
        let own = &members[*class];
        let center: Vec<f64> = (0..rows[own[0]].len())
            .map(|at| mean(&own.iter().map(|row| f64::from(rows[*row][at])).collect::<Vec<_>>()))
            .collect();
        let away =
            |row: &usize| -> f64 { rows[*row].iter().zip(&center).map(|(x, c)| (f64::from(*x) - c).powi(2)).sum() };
        let nearest = own.iter().copied().min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(own[0]);
        (own.len() as f64 / all as f64, nearest)
    };
    order.iter().map(middle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(i: u32, purpose: u32) -> f32 {
        2.0 * rng::uniform(rng::draw([6, 6], i, 0, purpose)[0]) - 1.0
    }

    #[test]
    fn a_message_stands_in_the_middle_of_its_class() {
        let numbers = [0.1f32, 0.5, 0.9, -0.2, 0.52];
        let rows: Vec<&[f32]> = numbers.iter().map(std::slice::from_ref).collect();
        assert_eq!(messages(&rows, Discretization::Signs, 9), [(0.2, 3), (0.8, 1)]);
        assert_eq!(messages(&rows, Discretization::Signs, 1), [(1.0, 1)], "the most frequent");
        assert!(messages(&[], Discretization::Signs, 9).is_empty());
    }

    /// Channel 0 names whether there is food; channel 1 is noise. Who hears turns by channel 0.
    fn log(worlds: u32) -> Log {
        let mut log = Log { channels: 2, situations: vec!["food".into(), "walls".into()], moves: 1, ..Log::default() };
        for world in 0..worlds {
            for i in 0..200 {
                let at = 1_000 * world + i;
                let food = draw(at, 1);
                let call = if food > 0.0 { 0.8 } else { -0.3 };
                let when = (world, 0, i.into());
                let signal = vec![call, draw(at, 2)];
                let situation = vec![food, draw(at, 3)];
                log.told.push(Told { when, signal: signal.clone(), situation, action: vec![food.abs()] });
                let before = vec![draw(at, 4)];
                log.heard.push(Heard {
                    when,
                    heard: signal.clone(),
                    nearest: Some(signal),
                    before,
                    action: vec![call],
                });
            }
        }
        log
    }

    #[test]
    fn each_channel_is_told_for_what_it_is() {
        let report = log(8).report(Discretization::Signs, Effort::FULL, [1, 2]);
        let names: Vec<Option<u32>> = report.iter().map(|channel| channel.channel).collect();
        assert_eq!(names, [Some(0), Some(1), None]);
        let [call, noise, both] = &report[..] else { panic!() };
        assert_eq!((call.samples, call.worlds, call.classes), ([1_600; 2], 8, 2));
        // Half of the places have food: one bit, all of it told. The quarters of food tell which half.
        let bit = std::f64::consts::LN_2;
        let food = &call.about[0];
        assert!(
            (call.entropy - bit).abs() < 0.01 && (food.information.corrected - call.entropy).abs() < 0.03,
            "{food:?}"
        );
        assert!(food.together < 0.02 && call.signals() && food.over_worlds[0] > 0.6, "{food:?}");
        assert!((food.continuous - bit).abs() < 0.15, "{}", food.continuous);
        assert!(food.means.len() == 4 && food.means[0] < -0.29 && food.means[3] > 0.79, "{:?}", food.means);
        let holds = |(mean, [low, high]): (&f64, &[f64; 2])| low <= mean && mean <= high && high - low < 0.2;
        assert!(food.bands.len() == 4 && food.means.iter().zip(&food.bands).all(holds), "{:?}", food.bands);
        let walls = &call.about[1];
        assert!(walls.information.p > 0.05 && walls.information.corrected.abs() < 0.01, "{walls:?}");
        assert!(!noise.signals() && noise.varies(), "{noise:?}");
        assert!(noise.about.iter().all(|about| about.continuous.abs() < 0.12), "{noise:?}");
        for (channel, heeded) in [(call, true), (noise, false), (both, true)] {
            for told in [channel.coordination, channel.transfer] {
                assert_eq!(told.p < 0.02, heeded, "{:?}: {told:?}", channel.channel);
            }
        }
        assert!((both.entropy - 2.0 * bit).abs() < 0.01 && both.classes == 4);
    }

    #[test]
    fn little_and_nothing_are_told_without_nonsense() {
        let empty = Log { channels: 1, situations: vec!["food".into()], moves: 1, ..Log::default() };
        let report = empty.report(Discretization::Signs, Effort::FULL, [1, 2]);
        assert_eq!((report[0].entropy, report[0].classes, report[0].worlds), (0.0, 0, 0));
        assert_eq!((report[0].about[0].information.p, report[0].transfer.p), (1.0, 1.0));
        assert!(!report[0].signals() && report[0].about[0].continuous.is_nan());
        // A signal that never varies.
        let mut silent = log(1);
        silent.told.iter_mut().for_each(|told| told.signal = vec![0.0; 2]);
        let report = silent.report(Discretization::EqualMass(4), Effort::LIGHT, [1, 2]);
        assert!(report.iter().all(|channel| !channel.varies() && !channel.signals() && channel.entropy == 0.0));
        assert!(report[0].about[0].over_worlds[0].is_nan(), "one world");
    }
}
