//! The path of a film's camera: keys at moments of it, read and written as RON, and where the camera stands between them. Knows nothing of
//! who draws, nor of agents.

use std::fmt;
use std::path::Path;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::RecordError;
use crate::files;

/// Version of the file, and the newest that is read.
const VERSION: u32 = 1;
/// Bytes of a file at most: a thousand keys take a tenth of it.
const LARGEST: u64 = 1 << 20;
/// Keys of a path at most.
const MOST: usize = 1_000;
/// Name of the path that lies in the folder of a run.
pub const KEYS_FILE: &str = "camera.ron";

/// When a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum At {
    /// At a tick of the run.
    Tick(u64),
    /// At a second of the film.
    Seconds(f32),
}

/// What the camera keeps looking at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Follow {
    /// The key's own target.
    #[default]
    Nothing,
    /// The middle of the most numerous species.
    School,
    /// The agent of this number; where it was last, once it is gone.
    Agent(u32),
}

/// A camera at a moment. From key to key it turns around what it looks at, so that it never cuts through the school.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraKey {
    /// When.
    #[serde(deserialize_with = "at")]
    pub at: At,
    /// Point looked at, BL: where `follow` says nothing else.
    #[serde(deserialize_with = "target")]
    pub target: [f32; 3],
    /// Angle around the vertical, rad, -1000 to 1000 (volumes). The camera turns the short way round.
    #[serde(default, deserialize_with = "yaw")]
    pub yaw: f32,
    /// Angle above the horizontal, rad, -1.5 to 1.5 (volumes).
    #[serde(default, deserialize_with = "pitch")]
    pub pitch: f32,
    /// Distance from the target in a volume; half of the height seen in a plane, BL, 0.1 to 100,000.
    #[serde(deserialize_with = "distance")]
    pub distance: f32,
    /// What is looked at from here on.
    #[serde(default)]
    pub follow: Follow,
}

/// The keys of a path, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraKeys {
    /// Version of the file.
    #[serde(deserialize_with = "version")]
    version: u32,
    /// At least one.
    #[serde(deserialize_with = "in_order")]
    keys: Vec<CameraKey>,
}

fn number<'de, D: Deserializer<'de>>(from: D, name: &str, low: f32, high: f32) -> Result<f32, D::Error> {
    let value = f32::deserialize(from)?;
    // NaN is in no range.
    if !(low..=high).contains(&value) {
        return Err(D::Error::custom(format!("`{name}` is {value}: a number from {low} to {high}")));
    }
    Ok(value)
}

fn yaw<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    number(from, "yaw", -1_000.0, 1_000.0)
}

fn pitch<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    number(from, "pitch", -1.5, 1.5)
}

fn distance<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    number(from, "distance", 0.1, 100_000.0)
}

fn target<'de, D: Deserializer<'de>>(from: D) -> Result<[f32; 3], D::Error> {
    let target = <[f32; 3]>::deserialize(from)?;
    match target.iter().find(|x| !(-1e6..=1e6).contains(*x)) {
        Some(x) => Err(D::Error::custom(format!("`target` has {x}: numbers from -1000000 to 1000000"))),
        None => Ok(target),
    }
}

fn at<'de, D: Deserializer<'de>>(from: D) -> Result<At, D::Error> {
    match At::deserialize(from)? {
        At::Seconds(s) if !(0.0..=86_400.0).contains(&s) => {
            Err(D::Error::custom(format!("`at` is {s} seconds: from 0 to 86400")))
        }
        at => Ok(at),
    }
}

fn version<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        VERSION => Ok(VERSION),
        other => Err(D::Error::custom(format!(
            "`version` is {other}: this program reads {VERSION}; a newer path needs a newer program"
        ))),
    }
}

/// Keys, refused where the first stands that comes too early, so that the error has its line.
fn in_order<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<CameraKey>, D::Error> {
    struct InOrder;
    impl<'de> Visitor<'de> for InOrder {
        type Value = Vec<CameraKey>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a list of keys, as in [(at: Tick(0), target: (20.0, 15.0, 0.0), distance: 18.0)]")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<CameraKey>, A::Error> {
            let mut keys: Vec<CameraKey> = vec![];
            while let Some(key) = list.next_element::<CameraKey>()? {
                if let Some(before) = keys.last().filter(|before| !comes_before(before.at, key.at)) {
                    return Err(A::Error::custom(format!(
                        "`at` of keys[{}] is {:?}, which is not after {:?} of the key before",
                        keys.len(),
                        key.at,
                        before.at
                    )));
                }
                if keys.len() == MOST {
                    return Err(A::Error::custom(format!("`keys` has more than {MOST}")));
                }
                keys.push(key);
            }
            if keys.is_empty() {
                return Err(A::Error::custom("`keys` is empty: at least one"));
            }
            Ok(keys)
        }
    }
    from.deserialize_seq(InOrder)
}

/// Whether two keys that follow each other may; of a tick and a second nothing is known before the film begins.
fn comes_before(a: At, b: At) -> bool {
    match (a, b) {
        (At::Tick(a), At::Tick(b)) => a < b,
        (At::Seconds(a), At::Seconds(b)) => a < b,
        _ => true,
    }
}

impl CameraKeys {
    /// A path of these keys, which need not be in order; of two at the same tick or second the later one in the list holds.
    pub fn new(mut keys: Vec<CameraKey>) -> CameraKeys {
        let place = |key: &CameraKey| match key.at {
            At::Tick(tick) => (0, tick as f64),
            At::Seconds(seconds) => (1, f64::from(seconds)),
        };
        keys.reverse();
        keys.sort_by(|a, b| place(a).partial_cmp(&place(b)).unwrap_or(std::cmp::Ordering::Equal));
        keys.dedup_by(|b, a| a.at == b.at);
        CameraKeys { version: VERSION, keys }
    }

    /// The keys.
    pub fn keys(&self) -> &[CameraKey] {
        &self.keys
    }

    /// Reads a path.
    ///
    /// # Errors
    /// When there is no such file, or it is no path: with line, column and field.
    pub fn read(path: &Path) -> Result<CameraKeys, RecordError> {
        let bad = |place: String, problem: String| RecordError::Camera { place, problem };
        let text =
            files::read_text(path, LARGEST).map_err(|e| bad(path.display().to_string(), e.problem.to_string()))?;
        ron::from_str(&text).map_err(|e| {
            let at = e.span.end;
            bad(format!("{}:{}:{}", path.display(), at.line, at.col), e.code.to_string())
        })
    }

    /// Writes the path, replacing a file that is there.
    ///
    /// # Errors
    /// When the file cannot be written; one that was there is then as it was.
    pub fn write(&self, path: &Path) -> Result<(), RecordError> {
        let pretty = ron::ser::PrettyConfig::new().depth_limit(2);
        let text = ron::ser::to_string_pretty(self, pretty)
            .map_err(|e| RecordError::Camera { place: path.display().to_string(), problem: e.to_string() })?;
        let head = "// Path of a film's camera: iwashi record RUN_DIR --camera THIS_FILE. At ticks of the run (Tick) or seconds of the\n\
                    // film (Seconds); follow: Nothing, School or Agent(number). Distances in BL, angles in rad.\n";
        files::write_whole_for_user(path, format!("{head}{text}\n").as_bytes())
            .map_err(|e| RecordError::write(path, e.problem))
    }

    /// The path in seconds of a film that begins at tick `from` and passes `pace` ticks in a second.
    pub fn route(&self, from: u64, pace: f64) -> Route {
        let seconds = |at: At| match at {
            At::Tick(tick) => (tick as f64 - from as f64) / pace,
            At::Seconds(seconds) => seconds.into(),
        };
        let mut keys: Vec<(f64, CameraKey)> = self.keys.iter().map(|key| (seconds(key.at), *key)).collect();
        // Ticks and seconds meet here for the first time.
        keys.sort_by(|a, b| a.0.total_cmp(&b.0));
        keys.dedup_by(|b, a| b.0 - a.0 < 1e-6);
        Route::through(keys)
    }
}

/// A path in seconds of a film. Angles, distances and targets between keys lie on monotone cubics (Fritsch and Butland 1984): smooth through
/// every key, never beyond the two that they lie between, still where two keys are alike, and slow at both ends. Splines that overshoot,
/// as Catmull and Rom's do, would swing the camera back before it turns.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    keys: Vec<(f64, CameraKey)>,
    /// Value and slope a second of yaw, pitch, logarithm of the distance, and target, a row a key.
    curves: Vec<[(f64, f64); 6]>,
}

/// Where the camera stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Angle around the vertical, rad.
    pub yaw: f32,
    /// Angle above the horizontal, rad.
    pub pitch: f32,
    /// As `CameraKey::distance`.
    pub distance: f32,
    /// Point looked at where neither key follows anything, BL.
    pub target: [f32; 3],
    /// The keys before and after, and how far from the first to the second what they follow is left for the other, 0 to 1.
    pub between: (CameraKey, CameraKey, f32),
}

impl Route {
    fn through(keys: Vec<(f64, CameraKey)>) -> Route {
        let mut turned = 0.0;
        let mut rows: Vec<[f64; 6]> = vec![];
        for (index, (_, key)) in keys.iter().enumerate() {
            let yaw = f64::from(key.yaw);
            // The short way from the key before.
            turned = match index {
                0 => yaw,
                _ => turned + libm::remainder(yaw - turned, std::f64::consts::TAU),
            };
            let [x, y, z] = key.target.map(f64::from);
            rows.push([turned, key.pitch.into(), libm::log(key.distance.into()), x, y, z]);
        }
        let follows = |index: usize| keys.get(index).is_some_and(|(_, key)| key.follow != Follow::Nothing);
        let curves = (0..keys.len()).map(|k| {
            std::array::from_fn(|part| {
                let inner = k > 0 && k + 1 < keys.len();
                // A target comes to rest where something else is looked at.
                let rests = part >= 3 && (k.saturating_sub(1)..=k + 1).any(follows);
                let slope = if inner && !rests {
                    let (h0, h1) = (keys[k].0 - keys[k - 1].0, keys[k + 1].0 - keys[k].0);
                    butland(
                        (h0, h1),
                        ((rows[k][part] - rows[k - 1][part]) / h0, (rows[k + 1][part] - rows[k][part]) / h1),
                    )
                } else {
                    0.0
                };
                (rows[k][part], slope)
            })
        });
        let curves = curves.collect();
        Route { keys, curves }
    }

    /// The camera at a second of the film; before the first key as there, after the last as there. None without keys.
    pub fn pose(&self, seconds: f64) -> Option<Pose> {
        let last = self.keys.len().checked_sub(1)?;
        let after = self.keys.partition_point(|(at, _)| *at <= seconds).min(last);
        let before = after.saturating_sub(usize::from(self.keys[after].0 > seconds));
        let ((from, a), (to, b)) = (self.keys[before], self.keys[after]);
        let (span, share) = match to - from {
            span if span > 0.0 => (span, ((seconds - from) / span).clamp(0.0, 1.0)),
            _ => (1.0, 0.0),
        };
        let value = |part: usize| hermite(share, span, self.curves[before][part], self.curves[after][part]);
        let eased = share * share * (3.0 - 2.0 * share);
        Some(Pose {
            yaw: value(0) as f32,
            pitch: value(1) as f32,
            distance: libm::exp(value(2)) as f32,
            target: [value(3) as f32, value(4) as f32, value(5) as f32],
            between: (a, b, eased as f32),
        })
    }

    /// First and last second that keys stand at; none without keys.
    pub fn span(&self) -> Option<(f64, f64)> {
        Some((self.keys.first()?.0, self.keys.last()?.0))
    }
}

/// The slope at a knot between two steps `h` with mean slopes `d`: their weighted harmonic mean, none where they differ in sign.
fn butland((h0, h1): (f64, f64), (d0, d1): (f64, f64)) -> f64 {
    if d0 * d1 <= 0.0 {
        return 0.0;
    }
    3.0 * (h0 + h1) / ((2.0 * h1 + h0) / d0 + (h1 + 2.0 * h0) / d1)
}

/// A cubic by value and slope at both ends of a span.
fn hermite(t: f64, span: f64, (y0, m0): (f64, f64), (y1, m1): (f64, f64)) -> f64 {
    let (t2, t3) = (t * t, t * t * t);
    y0 + (y1 - y0) * (3.0 * t2 - 2.0 * t3) + span * (m0 * (t3 - 2.0 * t2 + t) + m1 * (t3 - t2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(at: At, yaw: f32, distance: f32) -> CameraKey {
        CameraKey { at, target: [yaw, 0.0, 0.0], yaw, pitch: 0.2, distance, follow: Follow::Nothing }
    }

    fn route(keys: &[(f32, f32, f32)]) -> Route {
        let keys = keys.iter().map(|(at, yaw, distance)| key(At::Seconds(*at), *yaw, *distance)).collect();
        CameraKeys::new(keys).route(0, 20.0)
    }

    #[test]
    fn the_camera_passes_every_key_and_never_beyond() {
        let keys = [(0.0, 0.0, 10.0), (1.0, 0.5, 40.0), (4.0, 1.5, 41.0), (5.0, 1.5, 5.0)];
        let route = route(&keys);
        for (at, yaw, distance) in keys {
            let pose = route.pose(at.into()).unwrap();
            assert!((pose.yaw - yaw).abs() < 1e-5 && (pose.distance / distance - 1.0).abs() < 1e-5, "{pose:?}");
        }
        for pair in keys.windows(2) {
            let mut last = route.pose(pair[0].0.into()).unwrap();
            for step in 1..=50 {
                let at = pair[0].0 + (pair[1].0 - pair[0].0) * step as f32 / 50.0;
                let pose = route.pose(at.into()).unwrap();
                assert!(pose.yaw >= last.yaw - 1e-6 && pose.yaw <= pair[1].1 + 1e-5, "{pose:?}");
                let (low, high) = (pair[0].2.min(pair[1].2), pair[0].2.max(pair[1].2));
                assert!((low - 1e-3..=high + 1e-3).contains(&pose.distance), "{pose:?}");
                last = pose;
            }
        }
        // Slow at both ends, and there it stays.
        let early = route.pose(0.02).unwrap().yaw;
        assert!(early < 0.001, "{early}");
        let stand = |at: f64| route.pose(at).map(|pose| (pose.yaw, pose.pitch, pose.distance, pose.target));
        assert_eq!(stand(-3.0), stand(0.0));
        assert_eq!(route.pose(9.0).unwrap().distance, route.pose(5.0).unwrap().distance);
        assert_eq!(Route::through(vec![]).pose(1.0), None);
    }

    #[test]
    fn speed_is_continuous_at_keys_and_turns_are_short() {
        let route = route(&[(0.0, 3.0, 10.0), (1.0, -3.0, 20.0), (3.0, -2.0, 40.0)]);
        let speed =
            |at: f64| (f64::from(route.pose(at + 1e-3).unwrap().yaw) - f64::from(route.pose(at).unwrap().yaw)) / 1e-3;
        assert!((speed(1.0 - 2e-3) - speed(1.0 + 1e-3)).abs() < 0.02, "{} {}", speed(0.998), speed(1.001));
        // From 3 to -3 it is 0.28 onward, not 6 back.
        assert!((route.pose(1.0).unwrap().yaw - (std::f32::consts::TAU - 3.0)).abs() < 1e-5);
    }

    #[test]
    fn ticks_and_seconds_meet_in_one_film() {
        let keys = CameraKeys::new(vec![key(At::Seconds(1.0), 0.1, 9.0), key(At::Tick(140), 0.2, 9.0)]);
        // Two seconds after its first tick, at twenty ticks a second.
        let route = keys.route(100, 20.0);
        assert_eq!(route.span(), Some((1.0, 2.0)));
        assert!((route.pose(2.0).unwrap().yaw - 0.2).abs() < 1e-6);
    }

    #[test]
    fn what_is_written_reads_back_and_errors_name_line_and_field() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("camera.ron");
        let follow = CameraKey { follow: Follow::Agent(7), ..key(At::Tick(90), 0.5, 3.0) };
        let keys = CameraKeys::new(vec![follow, key(At::Tick(10), 0.1, 4.0)]);
        keys.write(&path).unwrap();
        assert_eq!(CameraKeys::read(&path).unwrap(), keys);
        let refused = |text: &str| {
            std::fs::write(&path, text).unwrap();
            CameraKeys::read(&path).unwrap_err().to_string()
        };
        let key = "(at: Tick(5), target: (1.0, 2.0, 0.0), distance: 4.0)";
        for (text, line, field) in [
            (
                format!("(version: 1, keys: [\n{key},\n(at: Tick(5), target: (1.0, 2.0, 0.0), distance: 4.0)])"),
                3,
                "`at` of keys[1]",
            ),
            (format!("(version: 1,\nkeys: [\n{}])", key.replace("4.0", "-4.0")), 3, "`distance` is -4"),
            (format!("(version: 1,\nkeys: [\n{}])", key.replace("distance", "zoom")), 3, "`zoom`"),
            (format!("(version: 1,\nkeys: [\n{}])", key.replace("Tick(5)", "Seconds(-1.0)")), 3, "`at` is -1"),
            (format!("(version: 1,\nkeys: [\n{}])", key.replace("at: Tick(5), ", "")), 3, "`at`"),
            ("(version: 2,\nkeys: [])".to_string(), 1, "`version` is 2"),
            ("(version: 1,\nkeys: [])".to_string(), 2, "`keys` is empty"),
        ] {
            let told = refused(&text);
            assert!(told.contains(&format!("camera.ron:{line}:")) && told.contains(field), "{told}");
        }
        assert!(CameraKeys::read(&folder.path().join("gone.ron")).unwrap_err().to_string().contains("gone.ron"));
    }
}
