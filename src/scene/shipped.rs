//! Where scene files come from: those embedded in the program, and the disk; and the trained genomes that are embedded
//! beside them. Knows nothing of what is in them.

use std::io::ErrorKind;
use std::path::Path;

use super::problem::{Diagnostic, SceneError, nearest};
use super::spec::SceneSpec;
use crate::files;

/// Largest scene file that is read.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// The scenes that ship, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("first_school", include_str!("../../scenes/first_school.ron")),
    ("food_call", include_str!("../../scenes/food_call.ron")),
    ("grazers", include_str!("../../scenes/grazers.ron")),
    ("trails", include_str!("../../scenes/trails.ron")),
    ("rivals", include_str!("../../scenes/rivals.ron")),
    ("arms_race", include_str!("../../scenes/arms_race.ron")),
    ("red_fish", include_str!("../../scenes/red_fish.ron")),
    ("damage", include_str!("../../scenes/damage.ron")),
    ("planks", include_str!("../../scenes/papers/planks.ron")),
    ("floreano_2x2", include_str!("../../scenes/papers/floreano_2x2.ron")),
    ("mitri_suppression", include_str!("../../scenes/papers/mitri_suppression.ron")),
    ("comm_metrics", include_str!("../../scenes/papers/comm_metrics.ron")),
    ("morse_mill", include_str!("../../scenes/papers/morse_mill.ron")),
    ("cucker_smale", include_str!("../../scenes/papers/cucker_smale.ron")),
    ("olfati_lattice", include_str!("../../scenes/papers/olfati_lattice.ron")),
    ("correlation_length", include_str!("../../scenes/papers/correlation_length.ron")),
    ("vicsek_noise_curve", include_str!("../../scenes/papers/vicsek_noise_curve.ron")),
    ("vicsek_meanfield", include_str!("../../scenes/papers/vicsek_meanfield.ron")),
    ("couzin_states", include_str!("../../scenes/papers/couzin_states.ron")),
    ("couzin_hysteresis", include_str!("../../scenes/papers/couzin_hysteresis.ron")),
    ("speaker_listener", include_str!("../../scenes/speaker_listener.ron")),
    ("olson_confusion", include_str!("../../scenes/papers/olson_confusion.ron")),
    ("alarm", include_str!("../../scenes/alarm.ron")),
    ("relay", include_str!("../../scenes/relay.ron")),
    ("deceit", include_str!("../../scenes/deceit.ron")),
    ("mixed", include_str!("../../scenes/mixed.ron")),
    ("boids", include_str!("../../scenes/boids.ron")),
];

/// Begins the reference of a genome file that ships: `shipped:first_school.prey`.
pub const SHIPPED_GENOMES: &str = "shipped:";

/// Genome files that ship, named by scene and species; `assets/genomes/README.md` tells how each was made.
macro_rules! genomes {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../assets/genomes/", $name, ".safetensors")))),*]
    };
}
const GENOMES: &[(&str, &[u8])] = genomes!(
    "first_school.prey"
    "first_school.hunter"
    "food_call.fish"
    "grazers.grazer"
    "grazers.hunter"
    "trails.forager"
    "rivals.red"
    "rivals.blue"
    "arms_race.hunter"
    "arms_race.prey"
    "red_fish.fish"
    "red_fish.red"
    "damage.fish"
    "planks.dodger"
    "speaker_listener.speaker"
    "speaker_listener.listener"
    "alarm.lantern"
    "alarm.fish"
    "relay.buoy"
    "relay.fish"
    "deceit.fish"
    "mixed.net"
    "mixed.memory"
    "mixed.layer"
    "comm_metrics.told_heeded"
    "comm_metrics.told_ignored"
    "comm_metrics.noise_heeded"
    "comm_metrics.noise_ignored"
);

/// A scene with the text it was read from.
#[derive(Clone, Debug)]
pub struct SceneFile {
    /// What the text says.
    pub spec: SceneSpec,
    /// The text, comments and all.
    pub text: String,
    /// A path, or the name of a shipped scene.
    pub origin: String,
}

impl SceneFile {
    /// Whether it ships with the program; else it was read from the disk.
    pub fn ships(&self) -> bool {
        SHIPPED.iter().any(|(name, _)| *name == self.origin)
    }

    /// What speaks against the scene beyond its text, drawn where its text says it.
    pub fn refuse(&self, problems: Vec<Diagnostic>) -> SceneError {
        super::refuse(problems, &self.origin, &self.text)
    }
}

/// Name and text of every scene that ships.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    SHIPPED
}

/// Name (without `SHIPPED_GENOMES`) and bytes of every genome file that ships.
pub fn shipped_genomes() -> &'static [(&'static str, &'static [u8])] {
    GENOMES
}

/// A shipped scene as it starts from trained genomes: each species that has some names them. `None` when none has, or
/// when the scene does not ship.
pub fn trained(file: &SceneFile) -> Option<SceneSpec> {
    let ships = file.ships();
    let mut spec = file.spec.clone();
    let mut any = false;
    for species in &mut spec.species {
        let name = format!("{}.{}", file.origin, species.name);
        if ships && GENOMES.iter().any(|(known, _)| *known == name) {
            species.genomes = format!("{SHIPPED_GENOMES}{name}");
            any = true;
        }
    }
    any.then_some(spec)
}

/// Reads a shipped scene by name, or a file by path.
pub fn load(name_or_path: &str) -> Result<SceneFile, SceneError> {
    let (text, origin) = match SHIPPED.iter().find(|(name, _)| *name == name_or_path) {
        Some((name, text)) => (text.to_string(), name.to_string()),
        None => (read(name_or_path)?, name_or_path.to_owned()),
    };
    let spec = super::parse(&text, &origin)?;
    Ok(SceneFile { spec, text, origin })
}

/// The text of a file, refused early if it is too large to be a scene.
fn read(path: &str) -> Result<String, SceneError> {
    let unreadable = |message: String, right: String| SceneError::unreadable(path, message, right);
    let bytes = match files::read_at_most(Path::new(path), MOST_BYTES as u64) {
        Ok(bytes) => bytes,
        Err(error) if error.problem.kind() == ErrorKind::FileTooLarge => return Err(too_large(path)),
        Err(error) => {
            let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
            let right = match nearest(path.trim_end_matches(".ron"), names.iter().copied()) {
                Some(name) => format!("did you mean the shipped scene `{name}`?"),
                None => format!("a path, or the name of a shipped scene: {}", names.join(", ")),
            };
            return Err(unreadable(format!("cannot read scene `{path}`: {}", error.problem), right));
        }
    };
    String::from_utf8(bytes)
        .map_err(|_| unreadable(format!("`{path}` is not text"), "a scene is UTF-8 text in RON".into()))
}

/// A file that is too large to be a scene.
pub(super) fn too_large(origin: &str) -> SceneError {
    let message = format!("`{origin}` is larger than a scene may be");
    SceneError::unreadable(origin, message, format!("at most {MOST_BYTES} bytes"))
}
