//! How long it takes to go to any moment of a run: `cargo run --release --no-default-features --example timeline -- SCENE TICKS`. Advances a
//! scene as the window does, keyframes included, then goes to random ticks of it, and prints what both cost.

use std::time::{Duration, Instant};

use iwashi::rng;
use iwashi::scene;
use iwashi::simulation::{BackendChoice, Options, Simulation};
use iwashi::timeline::{Timeline, USUAL_BYTES};

/// Moments that are gone to.
const MOMENTS: u32 = 40;
/// Time that the window lets pass between two looks at what its user wants.
const STRETCH: Duration = Duration::from_millis(25);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "grazers".to_string());
    let ticks: u64 = args.next().map_or(Ok(100_000), |ticks| ticks.parse())?;
    let mut spec = scene::load(&name)?.spec;
    for set in args {
        let (path, value) = set.split_once('=').ok_or("changes are PATH=VALUE")?;
        scene::set(&mut spec, path, value)?;
    }
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let mut simulation = Simulation::new(spec, &options)?;
    let mut timeline = Timeline::new(&mut simulation, USUAL_BYTES)?;
    let (begun, mut kept, mut step) = (Instant::now(), Duration::ZERO, 1u32);
    while simulation.tick() < ticks {
        let (before, many) = (Instant::now(), u64::from(step).min(ticks - simulation.tick()) as u32);
        simulation.advance(many)?;
        let work = before.elapsed();
        timeline.see(&mut simulation, work)?;
        kept += before.elapsed() - work;
        let wanted = f64::from(many) * STRETCH.as_secs_f64() / work.as_secs_f64().max(1e-6);
        step = wanted.clamp(1.0, 5_000.0) as u32;
    }
    let whole = begun.elapsed();
    let living = simulation.agents()?.iter().filter(|agent| agent.alive == 1).count();
    let share = 100.0 * kept.as_secs_f64() / whole.as_secs_f64();
    let [bytes, most] = timeline.bytes();
    println!(
        "{name}: {ticks} ticks in {:.0} s, {living} agents at the end; {} keyframes in {} of {} MB, {share:.1} % of the time",
        whole.as_secs_f64(),
        timeline.marks().len(),
        bytes >> 20,
        most >> 20
    );
    let mut took = vec![];
    for moment in 0..MOMENTS {
        let [random, ..] = rng::pcg4d([moment, 7, 11, 13]);
        let tick = (u64::from(random) * ticks) >> 32;
        let before = Instant::now();
        timeline.go(&mut simulation, 0, tick)?;
        took.push(before.elapsed().as_secs_f64());
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!(
        "{MOMENTS} random moments: median {:.2} s, 9 of 10 within {:.2} s, longest {:.2} s",
        at(0.5),
        at(0.9),
        at(1.0)
    );
    Ok(())
}
