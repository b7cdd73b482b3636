//! `iwashi record --gallery`: moving thumbnails of scenes, as the Scenes panel shows them. Knows nothing of how they are drawn.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::args::{BackendArg, Common};
use super::prepare::prepare;
use super::{Done, Failure, say, stop_flag};
use crate::app::film::Set;
use crate::record::{
    CameraPath, FilmRequest, Grade, LoopSink, RecordError, STRIP_FRAMES, STRIP_RATE, STRIP_SIZE, StripSink,
};
use crate::scene::{self, Evolution, SceneSpec};
use crate::simulation::Simulation;

/// Simulated seconds before the first frame: long enough for a school to have come about.
const BEFORE: f32 = 12.0;
/// Simulated seconds in a second of a strip, over what the window plays at: a little movement has to show.
const PACE: std::ops::RangeInclusive<f32> = 1.0..=3.0;

/// Makes the strip of a scene, or of all that ship.
pub fn gallery(scene: Option<&str>, folder: &Path, quiet: bool) -> Result<Done, Failure> {
    let names = match scene {
        Some(one) => vec![one],
        None => scene::shipped().iter().map(|(name, _)| *name).collect(),
    };
    let failed = |error: RecordError| Failure::failed(error.to_string());
    let (width, height) = STRIP_SIZE;
    let mut set = Set::build(width, height, Grade::Good).map_err(failed)?;
    let stop = stop_flag();
    for name in names {
        let path = strip_path(folder, name);
        let trained = scene::trained(&scene::load(name)?).is_some();
        let common = Common { trained, backend: BackendArg::Auto, ..Common::default() };
        let prepared = prepare(name, &common)?;
        let request = request(&prepared.scene, &path);
        let simulation = Simulation::new(prepared.scene, &prepared.options)?;
        let sink = LoopSink::new(Box::new(StripSink::new(&path)), STRIP_FRAMES.into());
        let going = &mut |_, _| !stop.load(Ordering::Relaxed);
        match set.film(simulation, &request, vec![], Box::new(sink), going).map_err(failed)? {
            None => return Ok(Done::Interrupted),
            Some(_) if quiet => {}
            Some(_) => {
                let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
                say(&format!("{}: {:.1} kB\n", path.display(), bytes as f64 / 1_000.0));
            }
        }
    }
    Ok(Done::Whole)
}

/// Where the strip of a scene goes.
fn strip_path(folder: &Path, scene: &str) -> PathBuf {
    folder.join(Path::new(scene).file_stem().unwrap_or_default()).with_extension("png")
}

/// Two seconds at most of what the scene shows, once it has begun.
fn request(scene: &SceneSpec, path: &Path) -> FilmRequest {
    let (width, height) = STRIP_SIZE;
    let speed = scene.pace.speed.clamp(*PACE.start(), *PACE.end());
    let length = STRIP_FRAMES as f32 / STRIP_RATE as f32;
    let mut from = (BEFORE / scene.dt) as u64;
    if scene.species.iter().any(|s| matches!(s.evolution, Evolution::Generational(_))) {
        // Within one rollout, well before its worlds are set back.
        let ticks = u64::from(scene.rollout.ticks);
        let shown = (1.5 * length * speed / scene.dt) as u64;
        from = from.min(ticks / 3).min(ticks.saturating_sub(shown));
    }
    FilmRequest {
        // Many frames, as a folder of them would be; where they go is the sink's business.
        output: path.with_extension(""),
        width,
        height,
        fps: STRIP_RATE,
        seconds: length,
        speed,
        from,
        to: None,
        camera: CameraPath::Fixed,
        looped: true,
        ..FilmRequest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_show_what_happens_within_one_rollout() {
        for (name, _) in scene::shipped() {
            let spec = scene::load(name).unwrap().spec;
            let request = request(&spec, &strip_path(Path::new("a"), name));
            assert_eq!(request.check(), Ok(()), "{name}");
            assert_eq!(request.drawn(spec.dt), Ok(u64::from(STRIP_FRAMES) * 5 / 4), "{name}");
            let last = request.from as f32 + 1.3 * request.seconds * request.speed / spec.dt;
            let whole = spec.species.iter().any(|s| matches!(s.evolution, Evolution::Generational(_)));
            assert!(!whole || last <= spec.rollout.ticks as f32, "{name}: {last} of {}", spec.rollout.ticks);
        }
    }
}
