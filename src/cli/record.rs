//! `iwashi record`: a film of a scene, or of a run that lies on disk, made again from its scene, seed and command log.
//! Knows nothing of drawing.

use super::args::RecordArgs;
use super::{Done, Failure};

/// Says that this build cannot film.
#[cfg(not(feature = "gui"))]
pub fn record(_args: &RecordArgs) -> Result<Done, Failure> {
    Err(Failure::failed("this build cannot draw: build it with the feature `gui`"))
}

/// Films.
#[cfg(feature = "gui")]
pub fn record(args: &RecordArgs) -> Result<Done, Failure> {
    use std::path::Path;
    use std::sync::atomic::Ordering;

    use super::args::{CameraArg, Common};
    use super::prepare::prepare;
    use super::runs::past_options;
    use super::{say, stop_flag};
    use crate::app::film;
    use crate::record::{CameraPath, FilmRequest, RecordError};
    use crate::run::Past;
    use crate::simulation::Simulation;

    let mut request = FilmRequest {
        output: args.output.clone(),
        width: args.size.0,
        height: args.size.1,
        fps: args.fps,
        seconds: args.seconds,
        speed: args.speed,
        from: args.from,
        to: args.to,
        camera: match args.camera {
            CameraArg::Fixed => CameraPath::Fixed,
            CameraArg::Orbit => CameraPath::Orbit,
            CameraArg::Follow => CameraPath::Follow,
        },
        overlay: args.overlay,
        world: args.world,
    };
    request.check().map_err(|e| Failure::usage(e.to_string()))?;
    let folder = Path::new(&args.source);
    let (simulation, script) = if folder.is_dir() {
        if args.seed.is_some() || !args.sets.is_empty() || args.trained {
            let text = "a finished run is filmed as it was: --seed, --set and --trained belong to scenes";
            return Err(Failure::usage(text));
        }
        let past = Past::read(folder)?;
        let ticks = f64::from(request.seconds) * f64::from(request.speed) / f64::from(past.scene.dt);
        if let Some(end) = past.cut(request.from, request.to, ticks)? {
            request.to = Some(end);
            if !args.quiet {
                say(&format!("The run ends at tick {end}, and so does the film.\n"));
            }
        }
        let options = past_options(args.backend, args.threads, &past.info.backend, folder);
        (Simulation::new(past.scene, &options)?, past.log)
    } else {
        let common = Common {
            seed: args.seed,
            backend: args.backend.unwrap_or_default(),
            threads: args.threads,
            sets: args.sets.clone(),
            trained: args.trained,
            ..Common::default()
        };
        let prepared = prepare(&args.source, &common)?;
        (Simulation::new(prepared.scene, &prepared.options)?, Vec::new())
    };
    let stop = stop_flag();
    let bar = if args.quiet { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new(1) };
    let style = indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} frames, {per_sec}, {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let outcome = film::run(simulation, &request, script, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
        !stop.load(Ordering::Relaxed)
    });
    bar.finish_and_clear();
    match outcome {
        Ok(Some(frames)) => {
            if !args.quiet {
                say(&format!("{frames} frames: {}\n", args.output.display()));
            }
            Ok(Done::Whole)
        }
        Ok(None) => Ok(Done::Interrupted),
        Err(RecordError::Request(error)) => Err(Failure::usage(error.to_string())),
        Err(error) => Err(Failure::failed(error.to_string())),
    }
}
