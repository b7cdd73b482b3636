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

    use super::args::{Common, GradeArg};
    use super::prepare::prepare;
    use super::runs::past_options;
    use super::{MISMATCH, say, stop_flag};
    use crate::app::film::{self, Filmed};
    use crate::record::{CameraPath, FilmRequest, Grade, Plot, RecordError, Title};
    use crate::run::Past;
    use crate::simulation::Simulation;

    if let Some(folder) = &args.gallery {
        return super::gallery::gallery(args.source.as_deref(), folder, args.quiet);
    }
    // Both are there, says the declaration of the flags, where no gallery is asked for.
    let (Some(source), Some(output)) = (&args.source, &args.output) else {
        return Err(Failure::usage("say what to film, and with -o where the film goes"));
    };
    let mut request = FilmRequest {
        output: output.clone(),
        width: args.size.0,
        height: args.size.1,
        fps: args.fps,
        seconds: args.seconds,
        speed: args.speed,
        from: args.from,
        to: args.to,
        camera: match &*args.camera {
            "fixed" => CameraPath::Fixed,
            "orbit" => CameraPath::Orbit,
            "follow" => CameraPath::Follow,
            file => CameraPath::Keyed(keys(Path::new(file))?),
        },
        grade: match args.quality {
            GradeArg::Draft => Grade::Draft,
            GradeArg::Good => Grade::Good,
            GradeArg::Best => Grade::Best,
        },
        overlay: args.overlay,
        titles: args
            .titles
            .iter()
            .map(|title| Title::parse(title))
            .collect::<Result<_, _>>()
            .map_err(named("--title"))?,
        plot: args.plot.as_deref().map(Plot::named).transpose().map_err(named("--plot:"))?,
        looped: args.looped,
        world: args.world,
    };
    request.check().map_err(|e| Failure::usage(e.to_string()))?;
    let folder = Path::new(source);
    // What the film is to come to, where it goes as far as the run.
    let mut expected = None;
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
        if request.to == Some(past.loaded.header.tick) {
            expected = Some(past.loaded.checkpoint.digest());
        }
        let options = past_options(args.backend, args.threads, &past.info.backend, folder);
        let simulation = match Past::nearest(folder, request.from)? {
            Some(checkpoint) => Simulation::restore(checkpoint, &options)?,
            None => Simulation::new(past.scene, &options)?,
        };
        if !args.quiet && request.from > simulation.tick() {
            say(&format!("The way to tick {} begins at the checkpoint of tick {}.\n", request.from, simulation.tick()));
        }
        (simulation, past.log)
    } else {
        let common = Common {
            seed: args.seed,
            backend: args.backend.unwrap_or_default(),
            threads: args.threads,
            sets: args.sets.clone(),
            trained: args.trained,
            ..Common::default()
        };
        let prepared = prepare(source, &common)?;
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
        Ok(Some(Filmed { frames, digest })) => {
            if !args.quiet {
                say(&format!("{frames} frame{}: {}\n", if frames == 1 { "" } else { "s" }, output.display()));
                digest.iter().for_each(|digest| say(&format!("digest: {digest}\n")));
            }
            // A loop goes on beyond its end, and has none.
            match expected.zip(digest).filter(|(expected, digest)| expected != digest) {
                Some((expected, _)) => Err(Failure {
                    code: MISMATCH,
                    text: format!(
                        "the film is there, but it ends in another digest than the run, which has {expected}"
                    ),
                }),
                None => Ok(Done::Whole),
            }
        }
        Ok(None) => Ok(Done::Interrupted),
        Err(RecordError::Request(error)) => Err(Failure::usage(error.to_string())),
        Err(error) => Err(Failure::failed(error.to_string())),
    }
}

/// Reads the path of a camera.
#[cfg(feature = "gui")]
fn keys(file: &std::path::Path) -> Result<crate::record::CameraKeys, Failure> {
    crate::record::CameraKeys::read(file).map_err(|error| match file.exists() {
        true => Failure::usage(error.to_string()),
        false => Failure::usage(format!("--camera {}: `fixed`, `orbit`, `follow`, or a file; {error}", file.display())),
    })
}

/// An error that names its flag.
#[cfg(feature = "gui")]
fn named(flag: &str) -> impl Fn(String) -> Failure {
    let flag = flag.to_string();
    move |error| Failure::usage(format!("{flag} {error}"))
}
