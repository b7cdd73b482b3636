//! A probe of the school on screen, in a thread of its own: the simulation thread hands a copy of the school over and goes on.
//! What is found lies in a notebook that the panel reads whenever it likes. Knows nothing of how it is shown.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::strings::run as text;
use crate::plan::Plan;
use crate::probe::beside::{Beside, beside};
use crate::probe::finding::{Finding, words};
use crate::probe::test::Test;
use crate::probe::{Glimpse, Probe, ProbeError, Question};
use crate::scene::SceneSpec;
use crate::simulation::{BackendChoice, Options, Simulation, Start, usual_ticks};
use crate::snapshot::Snapshot;

/// Pairs run at once: few, so that the interval is seen to narrow.
const AT_ONCE: u32 = 4;
/// Pictures kept of the first pair.
const PICTURES: u32 = 120;
/// Agents on a picture, at most; of more, evenly taken ones.
const MOST_DOTS: usize = 600;
/// Cells of a picture of fields along a side, at most.
const MOST_CELLS: usize = 48;

/// What the user wants to know.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Species concerned, by their places.
    pub species: Vec<usize>,
    /// Channels concerned, one bit each.
    pub channels: u32,
    /// The change.
    pub test: Test,
    /// Pairs of worlds.
    pub pairs: u32,
}

/// An agent on a picture.
#[derive(Clone, Copy, Debug)]
pub struct Dot {
    /// Place from 0 to 1 along x and y.
    pub at: [f32; 2],
    /// Where it faces, seen from above.
    pub heading: [f32; 2],
    /// Species.
    pub species: usize,
    /// Its strongest channel, 0 to 1.
    pub signal: f32,
}

/// A world from above.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The living.
    pub dots: Vec<Dot>,
    /// Colours of the fields, red, green, blue, row by row from the largest y down.
    pub water: Vec<[u8; 3]>,
    /// Columns and rows of `water`; none where there are no fields.
    pub cells: [usize; 2],
}

/// What has been found.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Tick at which the school was copied.
    pub tick: u64,
    /// Whether its genomes swim in fresh worlds, rather than the school itself from where it stood.
    pub fresh: bool,
    /// Ticks that worlds are run.
    pub ticks: u32,
    /// Findings after so many pairs each.
    pub course: Vec<(u32, Vec<Finding>)>,
    /// What follows, in words.
    pub words: Vec<String>,
    /// Of signals, once all pairs have ended: what goes with them, and what listeners do about them.
    pub beside: Vec<Beside>,
    /// The first pair over time: unchanged, and changed.
    pub pictures: Arc<Vec<[Picture; 2]>>,
    /// Why nothing more will be found.
    pub trouble: Option<String>,
    /// Whether it has ended.
    pub ended: bool,
}

/// A probe under way or ended. Dropping the panel's handle ends it.
pub struct Probing {
    /// What was wished.
    pub wish: Wish,
    book: Arc<Book>,
}

/// Where thread and panel meet.
#[derive(Debug, Default)]
pub struct Book {
    stop: AtomicBool,
    notes: Mutex<Notes>,
}

impl Book {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        // A panic while it was held leaves it readable: it is only added to.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, trouble: Option<String>) {
        let mut notes = self.notes();
        (notes.trouble, notes.ended) = (trouble, true);
    }
}

impl Probing {
    /// A wish, and the book for whoever is to carry it out.
    pub fn new(wish: Wish) -> (Probing, Arc<Book>) {
        let book = Arc::new(Book::default());
        (Probing { wish, book: book.clone() }, book)
    }

    /// What has been found by now.
    pub fn notes(&self) -> Notes {
        self.book.notes().clone()
    }

    /// Ends it; what has been found stays.
    pub fn stop(&self) {
        self.book.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Probing {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Copies the school and sends it off.
pub fn begin(simulation: &mut Simulation, options: &Options, wish: Wish, book: Arc<Book>) {
    let start = match Start::of(simulation) {
        Ok(start) => start,
        Err(error) => return book.end(Some(error.to_string())),
    };
    let scene = simulation.scene().clone();
    {
        let mut notes = book.notes();
        (notes.tick, notes.ticks) = (simulation.tick(), usual_ticks(&scene));
        notes.fresh = matches!(start, Start::Fresh(_));
    }
    // The simulation goes on beside it, and so does drawing.
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().div_ceil(2));
    let options = Options {
        backend: BackendChoice::Cpu,
        threads: Some(threads),
        device: None,
        adapters: vec![],
        ..options.clone()
    };
    let kept = book.clone();
    let work = move || match answer(scene, start, &wish, &options, &kept) {
        Ok(()) => kept.end(None),
        Err(error) => kept.end(Some(error.to_string())),
    };
    if let Err(error) = std::thread::Builder::new().name("probe".into()).spawn(work) {
        book.end(Some(text::without_thread(error)));
    }
}

fn answer(scene: SceneSpec, start: Start, wish: &Wish, options: &Options, book: &Book) -> Result<(), ProbeError> {
    let names: Vec<String> = scene.species.iter().map(|s| s.name.clone()).collect();
    let question = Question {
        ticks: usual_ticks(&scene),
        start,
        species: wish.species.clone(),
        channels: wish.channels,
        tests: vec![wish.test],
        scene,
    };
    let every = question.ticks.div_ceil(PICTURES);
    let mut probe = Probe::at_once(question, options, AT_ONCE)?;
    let stopped = || book.stop.load(Ordering::Relaxed);
    let mut pictures = vec![];
    while probe.pairs() < wish.pairs && !stopped() {
        let first = probe.pairs() == 0;
        let whole = {
            let (scene, plan) = (probe.question().scene.clone(), Plan::new(&probe.question().scene, 1));
            probe.advance(wish.pairs, every, |Glimpse { plain, changed, .. }| {
                if first {
                    pictures.push([plain, changed].map(|snapshot| picture(&scene, &plan, &snapshot)));
                }
                !stopped()
            })
        };
        if !whole? {
            break;
        }
        let found = probe.findings();
        let said = (0..names.len()).flat_map(|species| words(&found, species, &names[species])).collect();
        let mut notes = book.notes();
        if first {
            notes.pictures = Arc::new(std::mem::take(&mut pictures));
        }
        notes.course.push((probe.pairs(), found));
        notes.words = said;
    }
    if probe.pairs() > 0 {
        let channel = (wish.channels.count_ones() == 1).then(|| wish.channels.trailing_zeros());
        let heard = beside(&probe, channel);
        book.notes().beside = heard;
    }
    Ok(())
}

/// A snapshot as a picture.
fn picture(scene: &SceneSpec, plan: &Plan, snapshot: &Snapshot) -> Picture {
    let extent = plan.tank.extent;
    let step = snapshot.living().div_ceil(MOST_DOTS).max(1);
    let mut dots = vec![];
    for (species, p) in plan.species.iter().enumerate() {
        for local in 0..p.slots {
            let Some(agent) = snapshot.agents.get((p.slot_start + local) as usize).filter(|a| a.alive == 1) else {
                continue;
            };
            let first = (p.sig_start + local * p.channels) as usize;
            let signals = snapshot.signals.get(first..first + p.channels as usize).unwrap_or_default();
            dots.push(Dot {
                at: [0, 1].map(|axis| agent.pos[axis] / extent[axis].max(1e-6)),
                heading: [agent.heading[0], agent.heading[1]],
                species,
                signal: signals.iter().fold(0.0, |most, s| s.abs().max(most)),
            });
        }
    }
    let dots = dots.into_iter().step_by(step).collect();
    let (water, cells) = water(scene, plan, &snapshot.fields);
    Picture { dots, water, cells }
}

/// The fields in their colours, in the middle of a volume.
fn water(scene: &SceneSpec, plan: &Plan, fields: &[f32]) -> (Vec<[u8; 3]>, [usize; 2]) {
    let Some(largest) = plan.fields.iter().max_by_key(|f| f.dims[0] * f.dims[1]) else { return (vec![], [0; 2]) };
    let cells = [0, 1].map(|axis| (largest.dims[axis] as usize).min(MOST_CELLS));
    let mut water = vec![];
    for (y, x) in (0..cells[1]).rev().flat_map(|y| (0..cells[0]).map(move |x| (y, x))) {
        let mut color = [8.0, 20.0, 30.0];
        for (spec, field) in scene.fields.iter().zip(&plan.fields) {
            let [nx, ny, nz] = field.dims.map(|n| n as usize);
            let (i, j) = (x * nx / cells[0], y * ny / cells[1]);
            let at = field.start as usize + ((nz / 2) * ny + j) * nx + i;
            let share = fields.get(at).map_or(0.0, |value| (value / field.capacity.max(1e-6)).clamp(0.0, 1.0));
            for (own, of) in color.iter_mut().zip(spec.color) {
                *own += 150.0 * share * of;
            }
        }
        water.push(color.map(|c| c.min(255.0) as u8));
    }
    (water, cells)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::scene;

    #[test]
    fn a_wish_is_answered_while_the_school_swims_on() {
        let file = scene::load("food_call").unwrap();
        let options = Options { threads: Some(1), ..Options::default() };
        let mut simulation = Simulation::new(scene::trained(&file).unwrap(), &options).unwrap();
        let before = simulation.digest().unwrap();
        let wish = Wish { species: vec![0], channels: 0xffff, test: Test::Mute, pairs: 12 };
        let (probing, book) = Probing::new(wish);
        begin(&mut simulation, &options, probing.wish.clone(), book);
        assert_eq!(simulation.digest().unwrap(), before, "the school is only copied");
        let until = Instant::now() + Duration::from_secs(120);
        while !probing.notes().ended && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        let notes = probing.notes();
        assert_eq!((notes.trouble, notes.fresh, notes.ticks), (None, true, 200));
        assert_eq!(notes.course.iter().map(|(pairs, _)| *pairs).collect::<Vec<_>>(), [4, 8, 12]);
        assert_eq!((notes.pictures.len(), notes.pictures[0][0].cells), (100, [28, 28]));
        assert!(notes.pictures.iter().flatten().all(|picture| picture.dots.len() == 8));
        let [beside] = &notes.beside[..] else { panic!("one species speaks, and hears itself: {:?}", notes.beside) };
        assert!(beside.causal.unwrap() > 0.01 && beside.consistency > 0.0, "{beside:?}");
        let lit = notes.pictures[0][0].water.iter().filter(|[_, green, _]| *green > 60).count();
        assert!(lit > 20 && lit < 400, "there is food in some of the water: {lit}");
    }
}
