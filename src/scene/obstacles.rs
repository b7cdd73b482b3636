//! Whether the obstacles of a scene move slowly enough for ticks to tell which way. Moves nothing.

use super::problem::Diagnostic;
use super::spec::SceneSpec;

/// Largest share of its course that an obstacle may cover in a tick: beyond, it would seem to go the other way.
const MOST_COVERED: f64 = 0.5;

/// Problems of a scene's obstacles.
pub fn check(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    for (index, obstacle) in spec.obstacles.iter().enumerate() {
        for axis in 0..3 {
            let Some((_, span)) = obstacle.course(spec.extent, axis) else { continue };
            let speed = f64::from(obstacle.velocity()[axis]);
            let most = MOST_COVERED * span / f64::from(spec.dt);
            if speed.abs() > most {
                let path = format!("obstacles[{index}].velocity[{axis}]");
                // As a person would write them; a bound that is rounded is rounded to what is let through.
                let (span, most) = (span as f32, (1_000.0 * most).floor() / 1_000.0);
                let message = format!("`{path}` = {speed} covers more than half of its course of {span} BL in a tick");
                let right = format!("at most {most} BL/s either way, or a smaller `dt`");
                let rests = ["dt".to_string(), "extent".into(), format!("obstacles[{index}]")];
                problems.push(Diagnostic::new(path, message, right).resting_on(rests));
            }
        }
    }
}
