//! What a probe can do to a school: to its signals on their way, and to its agents (lesions). How each is written, when a scene
//! allows it, and what becomes of worlds in which it is done. Knows nothing of what is measured.

use std::fmt;
use std::str::FromStr;

use crate::layout::*;
use crate::plan::Plan;
use crate::scene::{NeighbourFeature, SceneSpec, Sense};
use crate::world::WorldState;

/// One change, made to a copy of a school.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    /// Nothing is heard.
    Mute,
    /// What is heard was emitted by another place of the species, drawn anew each tick.
    Scramble,
    /// What is heard is so many ticks old.
    Delay(u32),
    /// Each channel is heard as the next one, the last as the first.
    Swap,
    /// What is heard has noise of this deviation added.
    Noise(f32),
    /// What is heard was emitted at the same tick in the unchanged world of another pair.
    Replay,
    /// A sense, by its place in the scene's list, tells nothing: its numbers are 0.
    Blind(u32),
    /// Memory is cleared before every thought.
    Forget,
    /// Nothing is deposited into fields.
    Deposits,
    /// A connection has the weight 0: its layer, the number of it that it comes from, the neuron that it leads to, all
    /// from 0.
    Cut([u32; 3]),
}

/// Ticks that `delay` alone stands for.
const DELAY: u32 = 5;
/// Deviation that `noise` alone stands for: half of the loudest signal.
const NOISE: f32 = 0.5;
/// Most senses that can be blinded: an intervention has a bit for each.
pub const SENSES: usize = 32;

impl Test {
    /// Those that meddle with signals and need no further number.
    pub const SIGNALS: [Test; 6] =
        [Test::Mute, Test::Scramble, Test::Delay(DELAY), Test::Swap, Test::Noise(NOISE), Test::Replay];

    /// Whether it meddles with signals between emitting and hearing.
    pub fn of_signals(&self) -> bool {
        matches!(self, Test::Mute | Test::Scramble | Test::Delay(_) | Test::Swap | Test::Noise(_) | Test::Replay)
    }

    /// What it does, as the middle of a sentence: "with ...".
    pub fn told(&self) -> String {
        match self {
            Test::Mute => "nothing heard".into(),
            Test::Scramble => "signals heard from others than emitted them".into(),
            Test::Delay(ticks) => format!("signals heard {ticks} ticks late"),
            Test::Swap => "channels swapped".into(),
            Test::Noise(deviation) => format!("noise of deviation {deviation} in what is heard"),
            Test::Replay => "signals of another school replayed".into(),
            Test::Blind(sense) => format!("sense {sense} blind"),
            Test::Forget => "memory cleared every tick".into(),
            Test::Deposits => "nothing deposited".into(),
            Test::Cut([layer, from, to]) => format!("the connection of layer {layer} from {from} to {to} cut"),
        }
    }

    /// Why it cannot be done to a species, by its place; `channels` are those concerned.
    pub fn refused(&self, scene: &SceneSpec, plan: &Plan, species: usize, channels: u32) -> Option<String> {
        let (spec, p) = (&scene.species[species], &plan.species[species]);
        let name = &spec.name;
        match self {
            _ if self.of_signals() && p.channels == 0 => {
                Some(format!("`{name}` emits no signals (its `signals.channels` is 0)"))
            }
            _ if self.of_signals() && !is_heard(scene, name) => {
                Some(format!("nobody hears `{name}`: no species has a sense `Neighbours` of it that gives `Signals`"))
            }
            Test::Scramble if p.slots < 2 => {
                Some(format!("there is one `{name}` alone, whose signals nobody else could have emitted"))
            }
            Test::Swap if (channels & own_channels(p)).count_ones() < 2 => {
                Some(format!("swapping takes two channels, and `{name}` has {} that are concerned", p.channels.min(1)))
            }
            Test::Delay(ticks) if *ticks == 0 || *ticks > 63 => {
                Some(format!("a delay is 1 to 63 ticks long, not {ticks}"))
            }
            Test::Noise(deviation) if !(*deviation > 0.0 && *deviation <= 10.0) => {
                Some(format!("the deviation of noise is above 0 and at most 10, not {deviation}"))
            }
            Test::Blind(sense) if *sense as usize >= spec.senses.len().min(SENSES) => Some(match spec.senses.len() {
                0 => format!("`{name}` has no senses"),
                n => format!("`{name}` has senses 0 to {}, as its scene lists them; {sense} is none of them", n - 1),
            }),
            Test::Forget if p.mem_len == 0 => Some(format!("`{name}` has no memory to clear")),
            Test::Deposits if p.deposits == 0 => Some(format!("`{name}` deposits nothing")),
            Test::Cut(place) => weight_at(plan, species, *place).err().map(|why| format!("`{name}` {why}")),
            _ => None,
        }
    }

    /// Ticks of signals that a species must keep for it.
    pub fn history(&self) -> u32 {
        if let Test::Delay(ticks) = self { ticks + 1 } else { 1 }
    }

    /// What becomes of an intervention when it is made on top; `channels` are those concerned, the lowest bit first.
    fn upon(&self, before: Intervention, channels: u32) -> Intervention {
        let heard = |mode| Intervention { mode, channels, delay: 0, noise: 0.0, ..before };
        match *self {
            Test::Mute => heard(HEAR_MUTE),
            Test::Scramble => heard(HEAR_SCRAMBLE),
            Test::Delay(delay) => Intervention { delay, ..heard(HEAR_DELAY) },
            Test::Swap => heard(HEAR_SWAP),
            Test::Noise(noise) => Intervention { noise, ..heard(HEAR_NOISE) },
            Test::Replay => heard(HEAR_WRITTEN),
            Test::Blind(sense) => Intervention { blind: before.blind | 1 << sense, ..before },
            Test::Forget => Intervention { lesions: before.lesions | LESION_MEMORY, ..before },
            Test::Deposits => Intervention { lesions: before.lesions | LESION_DEPOSITS, ..before },
            Test::Cut(_) => before,
        }
    }

    /// Makes the change in all worlds of a state, to a species that does not refuse it.
    pub fn make(&self, state: &mut WorldState, plan: &Plan, species: usize, channels: u32) {
        let own = state.interventions.iter_mut().skip(species).step_by(plan.species.len());
        own.for_each(|intervention| *intervention = self.upon(*intervention, channels));
        if let Test::Cut(place) = *self
            && let Ok(weight) = weight_at(plan, species, place)
        {
            let rows = plan.rows(species);
            let stride = plan.species[species].genome_stride.max(1) as usize;
            for row in state.genomes[species].chunks_mut(stride) {
                let mut genome = rows.decode(row);
                genome[weight] = 0.0;
                rows.encode(&genome, row);
            }
        }
    }
}

/// The channels that a species has, a bit each.
fn own_channels(p: &SpeciesParams) -> u32 {
    (1u32 << p.channels.min(31)) - 1
}

/// Whether some species hears the signals of the one named.
fn is_heard(scene: &SceneSpec, name: &str) -> bool {
    let hears = |sense: &Sense| match sense {
        Sense::Neighbours(n) => {
            n.gives.contains(&NeighbourFeature::Signals)
                && (n.species.is_empty() || n.species.iter().any(|s| s == name))
        }
        _ => false,
    };
    scene.species.iter().any(|species| species.count > 0 && species.senses.iter().any(hears))
}

/// Number of the genome that is the weight of a connection.
fn weight_at(plan: &Plan, species: usize, [layer, from, to]: [u32; 3]) -> Result<usize, String> {
    let p = &plan.species[species];
    if p.layers == 0 || p.numbers > 1 || p.think == THINK_GRAPH {
        return Err("has no layers of single weights to cut: graphs, plastic networks and rules have none".into());
    }
    if layer >= p.layers {
        return Err(format!("has layers 0 to {}, not {layer}", p.layers - 1));
    }
    let l = &plan.layers[(p.layer_start + layer) as usize];
    if to >= l.outputs || from >= l.inputs {
        return Err(format!(
            "has connections from 0 to {} to 0 to {} in layer {layer}, none from {from} to {to}",
            l.inputs - 1,
            l.outputs - 1
        ));
    }
    Ok((l.start + l.biases + from * l.outputs + to) as usize)
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Test::Mute => write!(f, "mute"),
            Test::Scramble => write!(f, "scramble"),
            Test::Delay(ticks) => write!(f, "delay:{ticks}"),
            Test::Swap => write!(f, "swap"),
            Test::Noise(deviation) => write!(f, "noise:{deviation}"),
            Test::Replay => write!(f, "replay"),
            Test::Blind(sense) => write!(f, "blind:{sense}"),
            Test::Forget => write!(f, "forget"),
            Test::Deposits => write!(f, "deposits"),
            Test::Cut([layer, from, to]) => write!(f, "cut:{layer}.{from}.{to}"),
        }
    }
}

impl FromStr for Test {
    type Err = String;

    fn from_str(text: &str) -> Result<Test, String> {
        let (name, number) = text.split_once(':').map_or((text, None), |(name, number)| (name, Some(number)));
        let plain = |test| match number {
            None => Ok(test),
            Some(number) => Err(format!("`{name}` takes no number (`{number}`)")),
        };
        let whole = |what: &str, text: &str| text.parse().map_err(|_| format!("`{text}` is no {what}: a whole number"));
        match name {
            "mute" => plain(Test::Mute),
            "scramble" => plain(Test::Scramble),
            "swap" => plain(Test::Swap),
            "replay" => plain(Test::Replay),
            "forget" => plain(Test::Forget),
            "deposits" => plain(Test::Deposits),
            "delay" => Ok(Test::Delay(number.map_or(Ok(DELAY), |n| whole("number of ticks", n))?)),
            "noise" => {
                let deviation = |n: &str| n.parse().map_err(|_| format!("`{n}` is no deviation of noise: a number"));
                Ok(Test::Noise(number.map_or(Ok(NOISE), deviation)?))
            }
            "blind" => match number {
                Some(number) => Ok(Test::Blind(whole("sense", number)?)),
                None => Err("say which sense, by its place in the scene's list, as in `blind:0`".into()),
            },
            "cut" => {
                let parts: Vec<&str> = number.unwrap_or_default().split('.').collect();
                let [layer, from, to] = parts[..] else {
                    return Err("say which connection, as in `cut:LAYER.FROM.TO`, each from 0".into());
                };
                Ok(Test::Cut([whole("layer", layer)?, whole("input", from)?, whole("neuron", to)?]))
            }
            _ => Err(format!(
                "`{name}` is no test; there are mute, scramble, delay:TICKS, swap, noise:DEVIATION, replay, blind:SENSE, \
                 forget, deposits and cut:LAYER.FROM.TO"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    #[test]
    fn what_is_written_is_read_back() {
        let all = [Test::Blind(3), Test::Forget, Test::Deposits, Test::Cut([0, 2, 5])];
        for test in Test::SIGNALS.into_iter().chain(all) {
            assert_eq!(test.to_string().parse(), Ok(test));
        }
        assert_eq!(("delay".parse(), "noise".parse()), (Ok(Test::Delay(DELAY)), Ok(Test::Noise(NOISE))));
        for wrong in ["", "deaf", "mute:1", "delay:x", "noise:", "blind", "cut:1.2", "cut", "cut:1.2.3.4", "delay:-1"] {
            assert!(wrong.parse::<Test>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_a_scene_does_not_have_is_refused_in_words() {
        let refusal = |name: &str, test: Test, channels| {
            let scene = scene::load(name).unwrap().spec;
            test.refused(&scene, &Plan::new(&scene, 1), 0, channels)
        };
        assert!(Test::SIGNALS.iter().all(|test| refusal("food_call", *test, 3).is_none()));
        assert!(refusal("food_call", Test::Swap, 1).is_some_and(|why| why.contains("two channels")));
        assert!(refusal("boids", Test::Mute, 1).is_some_and(|why| why.contains("emits no signals")));
        assert!(refusal("food_call", Test::Blind(5), 3).is_some_and(|why| why.contains("0 to 4")));
        assert!(refusal("food_call", Test::Forget, 3).is_some() && refusal("food_call", Test::Deposits, 3).is_some());
        assert!(refusal("food_call", Test::Cut([0, 0, 5]), 3).is_none());
        assert!(refusal("food_call", Test::Cut([0, 0, 6]), 3).is_some_and(|why| why.contains("none from 0 to 6")));
        assert!(refusal("food_call", Test::Cut([2, 0, 0]), 3).is_some_and(|why| why.contains("layers 0 to 1")));
        assert!(refusal("food_call", Test::Noise(f32::NAN), 3).is_some());
    }

    #[test]
    fn what_had_been_done_before_stays_where_it_is_not_what_is_changed() {
        let before = Intervention { mode: HEAR_DELAY, channels: 2, delay: 3, blind: 1, ..Intervention::NONE };
        let blind = Test::Blind(2).upon(before, 0xffff);
        assert_eq!(blind, Intervention { blind: 0b101, ..before });
        let muted = Test::Mute.upon(before, 1);
        assert_eq!(muted, Intervention { mode: HEAR_MUTE, channels: 1, blind: 1, ..Intervention::NONE });
    }

    #[test]
    fn a_cut_takes_one_weight_of_every_row() {
        let scene = scene::load("food_call").unwrap().spec;
        let plan = Plan::new(&scene, 2);
        let before = WorldState::start(&scene, &plan, &[[1, 2], [3, 4]]);
        let mut after = before.clone();
        Test::Cut([1, 4, 2]).make(&mut after, &plan, 0, 3);
        let changed: Vec<usize> =
            (0..before.genomes[0].len()).filter(|&i| before.genomes[0][i] != after.genomes[0][i]).collect();
        let layer = plan.layers[1];
        let weight = (layer.start + layer.biases + 4 * layer.outputs + 2) as usize;
        let stride = plan.species[0].genome_stride as usize;
        assert_eq!(changed, [weight, stride + weight]);
        assert_eq!(after.genomes[0][weight], 0);
    }
}
