//! Card: fish that see moving planks learn to dodge them, and fish that do not see them learn nothing. Runs the scene `planks` that
//! ships.

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::scene::{self, SceneSpec};
use crate::statistics::{mann_whitney, mean};

/// See the module.
pub const CARD: Card = Card {
    name: "planks",
    part: "evolution",
    title: "Creatures that avoid planks",
    source: "after Ha 2015; the target is our own",
    engine: true,
    seeds: true,
    run,
};

/// How the control differs from the scene: its rays end within the body, where nothing but the body can be.
const BLIND: (&str, &str) = ("species[dodger].senses[0].range", "0.05");

/// Generations at the end whose mean counts.
const LAST: usize = 10;

/// Largest chance by which two samples count as different.
const CHANCE: f64 = 0.01;

/// The scene, or its control.
fn planks(blind: bool) -> Result<SceneSpec, VerifyError> {
    let mut scene = scene::load("planks")?.spec;
    if blind {
        scene::set(&mut scene, BLIND.0, BLIND.1)?;
    }
    Ok(scene)
}

/// Mean survival of the whole population, seconds: in the first generation, and in the last ones of so many.
fn survival(ask: &Ask, blind: bool, seed: u32, generations: usize) -> Result<[f64; 2], VerifyError> {
    let scene = SceneSpec { seed: seed.into(), ..planks(blind)? };
    let ticks = scene.rollout.ticks;
    let mut simulation = ask.simulation(scene)?;
    let mut means = vec![];
    while means.len() < generations {
        let happened = simulation.advance(ticks)?;
        means.extend(happened.generations.iter().map(|row| f64::from(row.mean)));
    }
    Ok([means[0], mean(&means[generations - LAST..generations])])
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let (seeds, generations) = (ask.seeds(5, 10), ask.of(60, 150));
    let runs: Vec<(bool, u32)> = [false, true].iter().flat_map(|b| (1..=seeds).map(|seed| (*b, seed))).collect();
    let ends: Vec<[f64; 2]> = ask.pieces(
        &runs,
        |(blind, seed)| format!("blind {blind}, seed {seed}"),
        |(blind, seed)| survival(ask, *blind, *seed, generations),
    )?;
    let (seeing, blind) = ends.split_at(seeds as usize);
    let of = |runs: &[[f64; 2]], end: usize| runs.iter().map(|run| run[end]).collect::<Vec<f64>>();
    let gains = |runs: &[[f64; 2]]| runs.iter().map(|[first, last]| last / first).collect::<Vec<f64>>();
    let chance = |runs: &[[f64; 2]]| mann_whitney(&of(runs, 1), &of(runs, 0));
    // To fall, even clearly, is not to improve.
    let rise = chance(blind);
    let luck = if rise.effect <= 0.5 { 1.0 } else { rise.p };
    let gain = format!("survival in generations {} to {generations}, over that in the first", generations - LAST + 1);
    let checks = vec![
        Check::mean(&gain, &gains(seeing), 3.0, Tolerance::AtLeast),
        Check::new(
            "chance of so great a difference (Mann–Whitney)",
            chance(seeing).p,
            None,
            0.0,
            Tolerance::UpTo(CHANCE),
        ),
        Check::mean("the same gain, where rays see nothing", &gains(blind), 0.0, Tolerance::UpTo(1.5)),
        Check::new("chance of so great a rise there", luck, None, CHANCE, Tolerance::AtLeast),
    ];
    Ok(checks.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use crate::simulation::{BackendChoice, Options, watch};

    #[test]
    fn who_is_blind_sees_nothing_and_who_is_not_sees_planks() {
        let streams: Vec<Stream> = (0..3).map(|i| [i, 5]).collect();
        for blind in [false, true] {
            let scene = planks(blind).unwrap();
            let (mut seen, mut most) = (0, 0.0f32);
            let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
            watch(&scene, &[], 0, (&streams, 60), &options, |s| {
                assert_eq!(s.observation[12], 1.0);
                if s.tick == 1 {
                    // Who is put into a plank that is just leaving sees it, and lives.
                    return;
                }
                seen += s.observation[..12].iter().filter(|x| **x != 0.0).count();
                most = s.observation[..12].iter().fold(most, |a, b| a.max(*b));
            })
            .unwrap();
            match blind {
                true => assert_eq!(seen, 0),
                // A body ends 0.4 BL from its middle, and whoever a plank comes nearer to is dead.
                false => assert!(seen > 3_000 && most > 0.8, "{seen} rays meet something, the nearest at {most}"),
            }
        }
    }
}
