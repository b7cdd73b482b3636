//! Plain `iwashi [SCENE]`: the window, or a minute of evolution without one where there is no display. Knows nothing
//! of what the window shows.

use std::io::Write;
use std::path::Path;

use super::args::OpenArgs;
use super::prepare::Prepared;
use super::runs::{Start, Until};
use super::screen::Show;
use super::{Done, Failure, runs, say};
use crate::report::quoted;
use crate::run::{Goal, StopRule};
use crate::scene;

/// Scene opened when none is named.
const DEFAULT: &str = "first_school";

/// Name of the scene to open: as asked for, the default, or the first that ships.
pub fn scene_name(asked: Option<&str>) -> String {
    let ships = |name: &str| scene::shipped().iter().any(|(shipped, _)| *shipped == name);
    match asked {
        Some(scene) => scene.to_string(),
        None if ships(DEFAULT) => DEFAULT.to_string(),
        None => scene::shipped().first().map_or_else(|| DEFAULT.to_string(), |(name, _)| name.to_string()),
    }
}

/// Opens the window; where that cannot be, says so in one line and evolves the scene for a minute.
pub fn open(args: &OpenArgs) -> Result<Done, Failure> {
    let name = scene_name(args.scene.as_deref());
    // Faults of the scene come first, so that they are told the same with and without a window.
    let prepared = super::prepare::prepare(&name, &args.common)?;
    show(args, &name, prepared)
}

#[cfg(feature = "gui")]
fn show(args: &OpenArgs, name: &str, prepared: Prepared) -> Result<Done, Failure> {
    use super::runs::Output;
    use super::script::Script;
    use crate::app::engine::keeping::Keep;
    use crate::app::{self, AppError, Closed};
    use crate::record::{CameraPath, FilmRequest};

    let file = scene::SceneFile { spec: prepared.scene, ..scene::load(name)? };
    let keep = Keep {
        out: args.common.out.clone(),
        every: args.saving.checkpoint_every,
        goal: args.ticks.map_or(Goal::Open, Goal::Ticks),
    };
    let script = Script::read(args.saving.commands.as_deref())?;
    let film = args.film.as_ref().map(|output| FilmRequest {
        output: output.clone(),
        width: args.film_size.0,
        height: args.film_size.1,
        to: args.ticks,
        camera: CameraPath::Fixed,
        ..FilmRequest::default()
    });
    film.iter().try_for_each(FilmRequest::check).map_err(|e| Failure::usage(e.to_string()))?;
    let options = app::Options {
        simulation: prepared.options,
        keep,
        script: script.commands.clone(),
        until: args.ticks,
        film,
        exhibit: args.exhibit,
        stats: args.stats,
    };
    let Closed { code, report, trouble } = match app::run(file, options) {
        Ok(closed) => closed,
        Err(AppError::Simulation(error)) => return Err(error.into()),
        Err(AppError::Run(error)) => return Err(error.into()),
        Err(AppError::Script(refused)) => return Err(script.refused(0, refused)),
        Err(error) => return without(args, name, &error.to_string()),
    };
    Output { quiet: args.common.quiet, json: args.common.json }.tell(&report.map_err(Failure::failed)?);
    match (code, trouble) {
        (_, Some(trouble)) => Err(Failure::failed(trouble)),
        (0, None) => Ok(Done::Whole),
        (130, None) => Ok(Done::Interrupted),
        _ => Err(Failure::failed("the window ended with an error")),
    }
}

#[cfg(not(feature = "gui"))]
fn show(args: &OpenArgs, name: &str, _prepared: Prepared) -> Result<Done, Failure> {
    without(args, name, "this build has no window")
}

fn without(args: &OpenArgs, name: &str, why: &str) -> Result<Done, Failure> {
    let long = args.ticks.map_or("for a minute".to_string(), |ticks| format!("for {ticks} ticks"));
    let line = format!("No window ({why}): evolving {name} without one {long}.");
    if args.common.json {
        // Standard output is for the object alone.
        let _ = writeln!(std::io::stderr(), "{line}");
    } else if !args.common.quiet {
        say(&format!("{line}\n"));
    }
    runs::start(Start {
        command: "evolve",
        scene: name,
        end: Until { goal: args.ticks.map_or(Goal::Minutes(1.0), Goal::Ticks), stop: StopRule::default() },
        from: &[],
        common: &args.common,
        saving: &args.saving,
        show: Show::Table,
        hints: &|run| hints(name, run),
    })
}

/// What to do next, for someone who expected a window.
fn hints(name: &str, run: &Path) -> Vec<String> {
    let (name, run) = (quoted(Path::new(name)), quoted(run));
    let needs = if cfg!(feature = "gui") { "" } else { ", in a build with the feature `gui`" };
    vec![
        format!("longer: iwashi resume {run} --minutes 60, or iwashi evolve {name} --minutes 60"),
        format!("window: iwashi {name}, where there is a display{needs}"),
        format!("film:   iwashi record {run} -o film.mp4{needs}"),
    ]
}
