//! Where run folders go: free names among the user's data, and room for new ones. Runs that nobody asked to keep are
//! *passing*: of those only the newest few stay. Knows nothing of what is in a run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{RunError, RunInfo};
use crate::files::{self, FileError};

/// Passing runs that stay when another one begins.
pub const MOST_PASSING: usize = 20;
/// Marks a run folder as passing.
const MARK: &str = "passing";

/// The folder in which runs are kept unless another one is named.
///
/// # Errors
/// `NoHome`.
pub fn runs() -> Result<PathBuf, RunError> {
    let folders = directories::ProjectDirs::from("", "", "iwashi").ok_or(RunError::NoHome)?;
    Ok(folders.data_dir().join("runs"))
}

/// The folder into which runs that others shared are unpacked unless another one is named.
///
/// # Errors
/// `NoHome`.
pub fn shares() -> Result<PathBuf, RunError> {
    Ok(runs()?.with_file_name("shared"))
}

/// The folder in which the window looks for a user's own scenes.
///
/// # Errors
/// `NoHome`.
pub fn scenes() -> Result<PathBuf, RunError> {
    Ok(runs()?.with_file_name("scenes"))
}

/// The folder of what can be made anew at any time.
///
/// # Errors
/// `NoHome`.
pub fn cache() -> Result<PathBuf, RunError> {
    let folders = directories::ProjectDirs::from("", "", "iwashi").ok_or(RunError::NoHome)?;
    Ok(folders.cache_dir().to_path_buf())
}

/// Short name of a scene for folders, from its shipped name or path.
pub fn stem(scene: &str) -> String {
    Path::new(scene).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// A free name in `runs` for a run of the scene `stem` that begins now.
pub fn new_name(runs: &Path, stem: &str, seed: u64) -> PathBuf {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let stem: String = stem.chars().take(64).map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    files::free(&runs.join(format!("{stem}-seed{seed}-{}", stamp(seconds))))
}

/// Marks a run as passing, or lets it stay for good.
pub fn set_passing(run: &Path, passing: bool) -> Result<(), FileError> {
    let mark = run.join(MARK);
    match (passing, mark.exists()) {
        (true, _) => {
            files::write_whole(&mark, &[b"Removed when newer runs need its room; delete this file to keep it.\n"])
        }
        (false, true) => fs::remove_file(&mark).map_err(files::on("remove", &mark)),
        (false, false) => Ok(()),
    }
}

/// Removes the oldest passing runs until fewer than `most` are left. Those that a process is at work in stay, and so
/// does whatever cannot be removed: the room is asked for again when the next run begins.
pub fn make_room(runs: &Path, most: usize) {
    let marked = |path: &Path| fs::metadata(path.join(MARK)).and_then(|mark| mark.modified()).ok();
    let entries = fs::read_dir(runs).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut passing: Vec<(SystemTime, PathBuf)> = entries.filter_map(|path| Some((marked(&path)?, path))).collect();
    passing.sort();
    let over = (passing.len() + 1).saturating_sub(most);
    for (_, path) in passing.into_iter().take(over) {
        // Held while it is removed, so that nobody begins to resume it meanwhile.
        if let Ok(_held) = super::lock(&path) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// The newest passing run that was broken off: it has not ended, nobody is at work in it, and there is a checkpoint to go on from,
/// whose tick is told.
pub fn broken_off(runs: &Path) -> Option<(PathBuf, RunInfo, u64)> {
    let marked = |path: &Path| fs::metadata(path.join(MARK)).and_then(|mark| mark.modified()).ok();
    let entries = fs::read_dir(runs).ok()?.flatten().map(|entry| entry.path());
    let mut passing: Vec<(SystemTime, PathBuf)> = entries.filter_map(|path| Some((marked(&path)?, path))).collect();
    passing.sort();
    let (_, newest) = passing.pop()?;
    let info = RunInfo::read(&newest).ok()?;
    // Held for a moment only: whoever goes on with it takes it again.
    super::lock(&newest).ok()?;
    let saved = fs::read_dir(newest.join("checkpoints")).ok()?.flatten();
    let ticks = saved.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_prefix("tick-")?.strip_suffix(".ckpt")?.parse::<u64>().ok()
    });
    // A run that was saved at its beginning alone is no loss.
    let tick = ticks.max().filter(|tick| *tick > 0 && info.ended.is_none())?;
    Some((newest, info, tick))
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

    #[test]
    fn names_are_plain() {
        let folder = tempfile::tempdir().unwrap();
        let first = new_name(folder.path(), "a/b c", 7);
        assert!(first.file_name().unwrap().to_str().unwrap().starts_with("a-b-c-seed7-"));
    }

    #[test]
    fn the_newest_run_is_offered_if_it_was_broken_off() {
        use super::super::{Ended, EndedBy, Goal, RunFolder};
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        let mut simulation = crate::simulation::Simulation::new(
            crate::scene::load("boids").unwrap().spec,
            &crate::simulation::Options { threads: Some(1), ..Default::default() },
        )
        .unwrap();
        let path = runs.join("run");
        let mut run = RunFolder::create(&path, &simulation, Goal::Open, Path::new("")).unwrap();
        set_passing(&path, true).unwrap();
        run.save(&mut simulation).unwrap();
        assert!(broken_off(runs).is_none(), "nothing has happened yet");
        simulation.advance(5).unwrap();
        run.save(&mut simulation).unwrap();
        assert!(broken_off(runs).is_none(), "somebody is at work in it");
        drop(run);
        assert_eq!(broken_off(runs).map(|(path, _, tick)| (path, tick)), Some((path.clone(), 5)));
        let (mut run, _) = RunFolder::open(&path).unwrap();
        set_passing(&path, true).unwrap();
        run.set_ended(Ended { by: EndedBy::Interrupted, why: String::new(), digest: String::new() }, 1.0).unwrap();
        drop(run);
        assert!(broken_off(runs).is_none(), "it has ended");
    }

    #[test]
    fn room_is_made_by_the_oldest_passing_runs_alone() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        for (age, name) in ["kept", "old", "busy", "new"].into_iter().enumerate() {
            fs::create_dir(runs.join(name)).unwrap();
            if name != "kept" {
                set_passing(&runs.join(name), true).unwrap();
                let made = UNIX_EPOCH + std::time::Duration::from_secs(1_000 + age as u64);
                fs::File::options().write(true).open(runs.join(name).join(MARK)).unwrap().set_modified(made).unwrap();
            }
        }
        let held = super::super::lock(&runs.join("busy")).unwrap();
        make_room(runs, 2);
        let left = |name: &str| runs.join(name).exists();
        assert!(left("kept") && left("busy") && left("new") && !left("old"));
        drop(held);
        set_passing(&runs.join("busy"), false).unwrap();
        make_room(runs, 1);
        assert!(left("kept") && left("busy") && !left("new"));
    }
}
