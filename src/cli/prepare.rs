//! From names and flags to a scene, options and a run folder. Knows nothing of what is done with them.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Failure;
use super::args::{BackendArg, Common};
use crate::scene::{self, SceneSpec};
use crate::simulation::{BackendChoice, Options};

/// A scene ready to run.
pub struct Prepared {
    /// The scene with every flag written into it.
    pub scene: SceneSpec,
    /// How to run it.
    pub options: Options,
    /// Short name for folders.
    pub stem: String,
}

/// Loads a scene and writes the flags into it.
pub fn prepare(name: &str, common: &Common) -> Result<Prepared, Failure> {
    let file = scene::load(name)?;
    let mut scene = match common.trained {
        true => scene::trained(&file).ok_or_else(|| Failure::usage(untrained(name)))?,
        false => file.spec,
    };
    if let Some(seed) = common.seed {
        scene.seed = seed;
    }
    for (path, value) in &common.sets {
        scene::set(&mut scene, path, value).map_err(|e| Failure::usage(format!("--set {path}={value}: {e}")))?;
    }
    if let Some(worlds) = common.worlds {
        scene.rollout.worlds = worlds;
    }
    let stem = Path::new(name).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let options = Options { beside: beside(name).to_path_buf(), ..options(common.backend, common.threads) };
    Ok(Prepared { scene, options, stem })
}

/// Why `--trained` cannot be had, and where it can.
fn untrained(name: &str) -> String {
    let has = |name: &str| scene::load(name).is_ok_and(|file| scene::trained(&file).is_some());
    let names: Vec<&str> = scene::shipped().iter().map(|(name, _)| *name).filter(|name| has(name)).collect();
    format!("--trained: no trained genomes ship for `{name}`; they do for {}", names.join(", "))
}

/// Folder of a scene, where its genome files are sought; none for a shipped one.
pub fn beside(name: &str) -> &Path {
    let shipped = scene::shipped().iter().any(|(shipped, _)| *shipped == name);
    Path::new(name).parent().filter(|_| !shipped).unwrap_or(Path::new(""))
}

/// Options from the flags that every run knows.
pub fn options(backend: BackendArg, threads: Option<u32>) -> Options {
    let backend = match backend {
        BackendArg::Auto => BackendChoice::Auto,
        BackendArg::Cpu => BackendChoice::Cpu,
        BackendArg::Gpu => BackendChoice::Gpu,
    };
    Options { backend, threads: threads.map(|n| n as usize), ..Options::default() }
}

/// The run folder: as asked for, or a new one among the user's data.
pub fn run_folder(out: Option<&Path>, stem: &str, seed: u64) -> Result<PathBuf, Failure> {
    if let Some(out) = out {
        return Ok(out.to_path_buf());
    }
    let folders = directories::ProjectDirs::from("", "", "iwashi")
        .ok_or_else(|| Failure::usage("this account has no home folder to keep runs in: say where with --out"))?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let stem: String = stem.chars().take(64).map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let runs = folders.data_dir().join("runs");
    let name = format!("{stem}-seed{seed}-{}", stamp(seconds));
    let mut folder = runs.join(&name);
    let mut count = 2;
    while folder.exists() {
        folder = runs.join(format!("{name}-{count}"));
        count += 1;
    }
    Ok(folder)
}

/// Seconds since 1970 as `20260131-235959` (UTC). Days to a date after Hinnant, *chrono-compatible low-level date
/// algorithms*, `civil_from_days`.
fn stamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}-{:02}{:02}{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_dates() {
        assert_eq!(stamp(0), "19700101-000000");
        assert_eq!(stamp(951_782_399), "20000228-235959");
        assert_eq!(stamp(951_782_400), "20000229-000000");
        assert_eq!(stamp(1_798_761_599), "20261231-235959");
    }
}
