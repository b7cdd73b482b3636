//! Card: four scripted populations whose calls tell of food or of nothing, and are heeded or not; what is said of each must have the
//! signs that it was made with. Runs the scene `comm_metrics` that ships.

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::command::Command;
use crate::hearing::SignalLog;
use crate::layout::Agent;
use crate::math::length;
use crate::measure::cuts::Discretization;
use crate::measure::offset;
use crate::measure::signals::{ChannelReport, Effort};
use crate::scene::{self, Hearing, SceneSpec};
use crate::simulation::{Options, Simulation};
use crate::statistics::mean;

/// See the module.
pub const CARD: Card = Card {
    name: "comm_metrics",
    part: "communication",
    title: "four populations: what calls tell, and whether anybody heeds them",
    source: "after Lowe et al. 2019; the signs are theirs, the populations our own",
    engine: true,
    seeds: true,
    run,
};

/// Ticks between samples: what an agent does is no longer alike after a second.
const EVERY: u32 = 8;

/// What a measure of some nats has to reach to count as above 0; a bit of a call or a turn is 0.69.
const CLEARLY: f64 = 0.05;

fn begin(ask: &Ask, scene: &SceneSpec, worlds: u32) -> Result<Simulation, VerifyError> {
    let options = Options { worlds: Some(worlds), ..ask.options() };
    Ok(Simulation::new(scene.clone(), &options)?)
}

/// What the only channel of each population comes to.
fn listened(ask: &Ask, scene: &SceneSpec, worlds: u32, samples: u32) -> Result<Vec<ChannelReport>, VerifyError> {
    let mut simulation = begin(ask, scene, worlds)?;
    let log = |species| SignalLog::new(scene, simulation.plan(), species, species);
    let logs: Result<Vec<SignalLog>, _> = (0..scene.species.len()).map(log).collect();
    let mut logs = logs.map_err(|silence| VerifyError::Other(silence.to_string()))?;
    for _ in 0..samples {
        for ticks in [EVERY - 1, 1] {
            simulation.advance(ticks)?;
            logs.iter_mut().try_for_each(|log| simulation.listen(log, u32::MAX))?;
        }
    }
    let report = |log: &SignalLog| log.report(Discretization::Signs, Effort::FULL, [9, 75]).into_iter().next();
    logs.iter().map(|log| report(log).ok_or_else(|| VerifyError::Other("a species without channels".into()))).collect()
}

/// How far each population ends from where it does when its calls are scrambled, BL, on average over agents.
fn moved_by_scrambling(ask: &Ask, scene: &SceneSpec, worlds: u32, ticks: u32) -> Result<Vec<f64>, VerifyError> {
    let end = |scrambled: bool| -> Result<Vec<Agent>, VerifyError> {
        let mut simulation = begin(ask, scene, worlds)?;
        for species in scene.species.iter().filter(|_| scrambled) {
            let (species, hearing) = (species.name.clone(), Hearing::Scramble);
            let scramble = Command::Signals { species, hearing, channels: 1 };
            simulation.command(scramble).map_err(|error| VerifyError::Other(error.to_string()))?;
        }
        simulation.advance(ticks)?;
        Ok((0..worlds)
            .map(|world| simulation.snapshot(world).map(|s| s.agents))
            .collect::<Result<Vec<_>, _>>()?
            .concat())
    };
    let (plain, scrambled) = (end(false)?, end(true)?);
    let plan = crate::plan::Plan::new(scene, worlds);
    let of = |s: &crate::layout::SpeciesParams| {
        let own = |at: &usize| (s.slot_start..s.slot_start + s.slots).contains(&(*at as u32 % plan.dims.slots));
        let away = |at: usize| f64::from(length(offset(&plan.tank, plain[at].pos, scrambled[at].pos)));
        mean(&(0..plain.len()).filter(own).map(away).collect::<Vec<f64>>())
    };
    Ok(plan.species.iter().map(of).collect())
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let scene = scene::load("comm_metrics")?.spec;
    // Worlds differ by their draws alone.
    let worlds = ask.seeds(4, 16);
    let reports = listened(ask, &scene, worlds, 100)?;
    let moved = moved_by_scrambling(ask, &scene, worlds, 300)?;
    let mut checks = vec![];
    for ((species, report), moved) in scene.species.iter().zip(reports).zip(moved) {
        let (name, none) = (&species.name, Tolerance::Absolute(0.0));
        let (tells, heeds) = (name.starts_with("told"), name.ends_with("_heeded"));
        let consistency = report.consistency.information;
        let what = format!("{name}: speaker consistency, nats");
        checks.push(match tells {
            true => Check::new(what, consistency.corrected, None, CLEARLY, Tolerance::AtLeast),
            // Below what 95 % of the turned logs are below.
            false => Check::new(what, consistency.plug_in, None, 0.0, Tolerance::UpTo(consistency.bound)),
        });
        let influence = report.influence.unwrap_or_default();
        let figures = [
            ("causal influence, nats", influence.causal, CLEARLY),
            ("positive listening", influence.listening, CLEARLY),
            // A body's length: half a second's way.
            ("how far scrambled calls take it elsewhere, BL", moved, 1.0),
        ];
        checks.extend(figures.map(|(figure, measured, least)| match heeds {
            true => Check::new(format!("{name}: {figure}"), measured, None, least, Tolerance::AtLeast),
            false => Check::new(format!("{name}: {figure}"), measured, None, 0.0, none),
        }));
    }
    Ok(checks.into())
}
