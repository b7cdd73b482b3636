//! Listening to the school on screen while somebody looks at what its signals mean. The simulation thread takes samples, a few a second;
//! a thread of its own makes sense of them and leaves what it found for the window. Knows nothing of how it is shown.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{News, lock};
use crate::app::strings::run as text;
use crate::app::view::colors::{DIALECTS, SPOKEN, spoken};
use crate::hearing::dialects::{Dialects, Founder, SITUATIONS, Usage, dialects};
use crate::hearing::{Listened, all_heard};
use crate::layout::NONE;
use crate::measure::cuts::Discretization;
use crate::measure::signals::{ChannelReport, Effort};
use crate::rng;
use crate::scene::Evolution;
use crate::simulation::{Simulation, SimulationError};
use crate::statistics::clusters::nearest;

/// Time between samples, and between two times that sense is made of them.
const SAMPLES_EVERY: Duration = Duration::from_millis(120);
const TELL_EVERY: Duration = Duration::from_millis(1_500);
/// Worlds that are listened to.
const WORLDS: u32 = 16;
/// Newest samples of each pair that count.
const NEWEST: usize = 2_000;
/// Agents of the shown world whose dialect is told, and worlds beside it of which one agent each is asked.
const AGENTS: usize = 1_024;
const OTHERS: u32 = 63;
/// Agents that clusters are sought among; the others then belong to the nearest.
const CLUSTERED: usize = 256;

/// Names the draws that chance is judged by; no round of a run gets there.
const CHANCES: u64 = u64::MAX - 7;

/// What was made of the samples.
pub struct Heard {
    /// Run that it is of.
    pub epoch: u64,
    /// Tick of the newest sample, and simulated seconds.
    pub tick: u64,
    /// Simulated seconds until then.
    pub seconds: f64,
    /// Who speaks to whom, by their places in the scene, and what each channel comes to; all together last.
    pub pairs: Vec<(usize, usize, Vec<ChannelReport>)>,
    /// Dialects of each species that speaks.
    pub spoken: Vec<Spoken>,
    /// Dialects of the shown world by slot, as `colors::spoken` has them.
    pub words: Arc<Vec<u32>>,
    /// Why nothing is heard, where nothing ever will be.
    pub silence: Option<String>,
}

/// Dialects of a species.
pub struct Spoken {
    /// The species.
    pub species: usize,
    /// Its channels.
    pub channels: usize,
    /// What was found; agents that were not clustered are not among `of`.
    pub dialects: Dialects,
    /// Of each dialect its colour, a place in `colors::DIALECTS`: it keeps it while it lasts.
    pub colors: Vec<usize>,
    /// Situations that agents were put before: of each part its name, and its value in each situation.
    pub situations: Vec<(String, Vec<f32>)>,
    /// Whether the founders of lines are known.
    pub lines: bool,
}

/// Who speaks in a world, as the simulation thread reads it off.
struct Speaker {
    world: u32,
    slot: u32,
    id: u32,
    founder: u32,
    genome: Vec<f32>,
}

/// Work for the other thread.
struct Job {
    heard: Vec<Listened>,
    speakers: BTreeMap<usize, Vec<Speaker>>,
    told: Heard,
    seed: u64,
    shown: u32,
    slots: usize,
    lines: bool,
}

/// What listens.
pub struct Listener {
    heard: Vec<Listened>,
    epoch: u64,
    sampled: Instant,
    told: Instant,
    jobs: Sender<Job>,
    /// Says when a job is done.
    done: Receiver<()>,
    busy: bool,
}

impl Listener {
    /// To the school of a simulation; nothing where nobody is heard, which is left for the window to say.
    pub fn new(simulation: &Simulation, epoch: u64, slot: &Arc<Mutex<News>>) -> Option<Listener> {
        let silent = |why: String| {
            lock(slot).heard = Some(Arc::new(Heard { silence: Some(why), ..Heard::at(epoch, simulation) }));
        };
        let heard = match all_heard(simulation.scene(), simulation.plan()) {
            Ok(heard) => heard,
            Err(silence) => {
                silent(silence.to_string());
                return None;
            }
        };
        let (jobs, inbox) = channel();
        let (done, outbox) = channel();
        let slot = slot.clone();
        let work = move || analyse(&inbox, &done, &slot);
        if let Err(error) = std::thread::Builder::new().name("listening".into()).spawn(work) {
            silent(text::without_thread(error));
            return None;
        }
        // The first sample at once.
        let now = Instant::now() - SAMPLES_EVERY;
        Some(Listener { heard, epoch, sampled: now, told: Instant::now(), jobs, done: outbox, busy: false })
    }

    /// Whether the next two ticks are to be listened to.
    pub fn is_due(&self) -> bool {
        self.sampled.elapsed() >= SAMPLES_EVERY
    }

    /// Listens to the tick that the simulation stands at: to be called in two ticks in a row.
    pub fn sample(&mut self, simulation: &mut Simulation) -> Result<(), SimulationError> {
        for listened in &mut self.heard {
            simulation.listen(&mut listened.log, WORLDS)?;
            listened.log.keep_newest(NEWEST);
        }
        self.sampled = Instant::now();
        Ok(())
    }

    /// Has sense made of the samples, if it is time; `world` is the one that is shown.
    pub fn tell(&mut self, simulation: &mut Simulation, world: u32) -> Result<(), SimulationError> {
        self.busy &= self.done.try_recv().is_err();
        let any = self.heard.iter().any(|listened| !listened.log.log().told.is_empty());
        if self.busy || !any || self.told.elapsed() < TELL_EVERY {
            return Ok(());
        }
        let mut speakers = BTreeMap::new();
        for species in self.heard.iter().map(|listened| listened.speaker) {
            if let std::collections::btree_map::Entry::Vacant(place) = speakers.entry(species) {
                place.insert(speaking(simulation, world, species)?);
            }
        }
        let evolution = &simulation.scene().species;
        let lines = !evolution.iter().any(|s| s.count > 0 && matches!(s.evolution, Evolution::Generational(_)));
        let job = Job {
            heard: self.heard.clone(),
            speakers,
            told: Heard::at(self.epoch, simulation),
            seed: simulation.scene().seed,
            shown: world,
            slots: simulation.plan().dims.slots as usize,
            lines,
        };
        (self.busy, self.told) = (self.jobs.send(job).is_ok(), Instant::now());
        Ok(())
    }
}

impl Heard {
    fn at(epoch: u64, simulation: &Simulation) -> Heard {
        let tick = simulation.tick();
        Heard {
            epoch,
            tick,
            seconds: tick as f64 * f64::from(simulation.scene().dt),
            pairs: vec![],
            spoken: vec![],
            words: Arc::default(),
            silence: None,
        }
    }
}

/// Those of a species who speak: in the shown world, and one in each of some others.
fn speaking(simulation: &mut Simulation, shown: u32, species: usize) -> Result<Vec<Speaker>, SimulationError> {
    let (p, worlds) = (simulation.plan().species[species], simulation.plan().dims.worlds);
    if p.genome_len == 0 {
        return Ok(vec![]);
    }
    let mut all = vec![];
    for world in std::iter::once(shown).chain((0..worlds.min(OTHERS + 1)).filter(|world| *world != shown)) {
        let agents = simulation.snapshot(world)?.agents;
        let slots = p.slot_start..p.slot_start + p.slots;
        let living = slots.filter(|slot| agents.get(*slot as usize).is_some_and(|agent| agent.alive == 1));
        let living: Vec<u32> = living.take(if world == shown { AGENTS } else { 1 }).collect();
        let genomes = simulation.genomes_of(world, &living)?;
        all.extend(living.iter().zip(genomes).map(|(slot, genome)| {
            let agent = &agents[*slot as usize];
            Speaker { world, slot: *slot, id: agent.id, founder: agent.founder, genome }
        }));
    }
    Ok(all)
}

/// What the other thread remembers of a species.
struct SpeciesDialects {
    usage: Usage,
    /// Middles of the dialects told last, with their colours.
    last: Vec<(Vec<f32>, usize)>,
}

fn analyse(inbox: &Receiver<Job>, done: &Sender<()>, slot: &Mutex<News>) {
    let mut known: BTreeMap<usize, SpeciesDialects> = BTreeMap::new();
    while let Ok(mut job) = inbox.recv() {
        for (number, listened) in job.heard.iter().enumerate() {
            let key = rng::stream(job.seed, CHANCES, number as u32);
            let reports = listened.log.report(Discretization::Signs, Effort::LIGHT, key);
            job.told.pairs.push((listened.speaker, listened.listener, reports));
        }
        let mut words = vec![0; job.slots.min(SPOKEN)];
        for (species, speakers) in &job.speakers {
            let Some(listened) = job.heard.iter().find(|listened| listened.speaker == *species) else { continue };
            // The situations stay, so that dialects can be compared over time; until there are enough, they are taken anew.
            if !known.get(species).is_some_and(|known| known.usage.is_whole()) {
                let Some(usage) = Usage::new(&listened.log, SITUATIONS) else { continue };
                known.insert(*species, SpeciesDialects { usage, last: vec![] });
            }
            if let Some(known) = known.get_mut(species).filter(|_| !speakers.is_empty()) {
                job.told.spoken.push(speak(known, listened, speakers, &job, &mut words));
            }
        }
        job.told.words = Arc::new(words);
        lock(slot).heard = Some(Arc::new(job.told));
        // Nobody may be waiting for it any longer.
        let _ = done.send(());
    }
}

/// The dialects of a species; those of the shown world are written into `words`.
fn speak(
    known: &mut SpeciesDialects,
    listened: &Listened,
    speakers: &[Speaker],
    job: &Job,
    words: &mut [u32],
) -> Spoken {
    let taken = speakers.len().min(CLUSTERED);
    let chosen: Vec<&Speaker> = (0..taken).map(|i| &speakers[i * speakers.len() / taken]).collect();
    let usages: Vec<Vec<f32>> = chosen.iter().map(|speaker| known.usage.of(&speaker.genome)).collect();
    let founders: Vec<Founder> = chosen.iter().map(|speaker| (speaker.world, speaker.founder)).collect();
    let key = rng::stream(job.seed, CHANCES, NONE - listened.speaker as u32);
    let found = dialects(&usages, &founders, key);
    let centers: Vec<Vec<f32>> = found.dialects.iter().map(|dialect| dialect.usage.clone()).collect();
    let colors = colors(&centers, &known.last);
    for speaker in speakers.iter().filter(|speaker| speaker.world == job.shown) {
        if let Some(word) = words.get_mut(speaker.slot as usize)
            && let Some((at, _)) = nearest(&centers, &known.usage.of(&speaker.genome))
        {
            *word = spoken(speaker.id, colors[at]);
        }
    }
    known.last = centers.into_iter().zip(colors.iter().copied()).collect();
    let mut situations: Vec<(String, Vec<f32>)> = vec![];
    for observation in known.usage.situations() {
        for (at, (name, value)) in listened.log.situation(observation).into_iter().enumerate() {
            match situations.get_mut(at) {
                Some((_, values)) => values.push(value),
                None => situations.push((name.to_string(), vec![value])),
            }
        }
    }
    let channels = listened.log.log().channels as usize;
    Spoken { species: listened.speaker, channels, dialects: found, colors, situations, lines: job.lines }
}

/// Colours of dialects: the one that the nearest of the last ones had, each once, and free ones for the rest.
fn colors(centers: &[Vec<f32>], last: &[(Vec<f32>, usize)]) -> Vec<usize> {
    let mut pairs: Vec<(f64, usize, usize)> = vec![];
    for (at, center) in centers.iter().enumerate() {
        for (before, color) in last.iter().filter(|(before, _)| before.len() == center.len()) {
            let away = nearest(std::slice::from_ref(before), center).map_or(f64::INFINITY, |(_, away)| away);
            pairs.push((away, at, *color));
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut given: Vec<Option<usize>> = vec![None; centers.len()];
    for (_, at, color) in pairs {
        if given[at].is_none() && !given.contains(&Some(color)) {
            given[at] = Some(color);
        }
    }
    for at in 0..given.len() {
        if given[at].is_none() {
            given[at] = (0..DIALECTS.len()).find(|color| !given.contains(&Some(*color)));
        }
    }
    given.into_iter().map(|color| color.unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;
    use crate::simulation::Options;

    #[test]
    fn colours_stay_with_their_dialects() {
        let (red, blue) = (vec![1.0, 0.0], vec![0.0, 1.0]);
        assert_eq!(colors(&[red.clone(), blue.clone()], &[]), [0, 1]);
        let last = [(red.clone(), 3), (blue.clone(), 1)];
        assert_eq!(colors(&[vec![0.1, 0.9], vec![0.8, 0.1]], &last), [1, 3], "whichever is larger now");
        assert_eq!(colors(&[red, vec![0.9, 0.1], blue], &last), [3, 0, 1], "a new one gets a free colour");
    }

    #[test]
    fn a_school_is_heard_while_it_swims() {
        let file = scene::load("food_call").unwrap();
        let options = Options { threads: Some(1), ..Options::default() };
        let mut simulation = Simulation::new(scene::trained(&file).unwrap(), &options).unwrap();
        let slot = Arc::new(Mutex::new(News::default()));
        let mut ear = Listener::new(&simulation, 3, &slot).unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let heard = loop {
            ear.sample(&mut simulation).unwrap();
            simulation.advance(1).unwrap();
            ear.sample(&mut simulation).unwrap();
            simulation.advance(4).unwrap();
            ear.tell(&mut simulation, 0).unwrap();
            if let Some(heard) = lock(&slot).heard.take() {
                break heard;
            }
            assert!(Instant::now() < until, "nothing was told in a minute");
        };
        assert_eq!((heard.epoch, heard.silence.as_deref(), heard.pairs.len()), (3, None, 1));
        let (speaker, listener, reports) = &heard.pairs[0];
        assert_eq!((*speaker, *listener, reports.len()), (0, 0, 3), "two channels, and both together");
        assert!(reports[0].samples[0] > 100 && reports[0].about.iter().any(|about| about.what == "food here"));
        let [spoken] = &heard.spoken[..] else { panic!("one species speaks") };
        assert_eq!(spoken.dialects.dialects[0].usage.len(), spoken.situations[0].1.len() * 2);
        assert_eq!(heard.words.iter().filter(|word| **word != 0).count(), 8, "all of the shown world");
    }

    #[test]
    fn silence_is_said() {
        let file = scene::load("trails").unwrap();
        let simulation = Simulation::new(file.spec, &Options { threads: Some(1), ..Options::default() }).unwrap();
        let slot = Arc::new(Mutex::new(News::default()));
        assert!(Listener::new(&simulation, 1, &slot).is_none());
        let heard = lock(&slot).heard.take().unwrap();
        assert!(heard.silence.as_ref().is_some_and(|why| why.contains("has no channels")));
    }
}
