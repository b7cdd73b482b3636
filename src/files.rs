//! Writing files so that a crash, a kill or a full disk never leaves half a file in the place of a whole one, never
//! through a link into a file that is not ours; and reading whole files no larger than expected, never a pipe or a
//! device. Knows nothing of what is in them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A file operation that failed, and on what.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {problem}", path.display())]
pub struct FileError {
    /// What was tried.
    pub action: &'static str,
    /// On which file or folder.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub problem: io::Error,
}

/// Adds action and path to a system error.
pub fn on(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_path_buf();
    move |problem| FileError { action, path, problem }
}

/// A path with an ending, whatever points its name has: what stands behind a point may be part of the name.
pub fn ended(path: &Path, ending: &str) -> PathBuf {
    if path.extension().is_some_and(|own| own == ending) {
        return path.to_path_buf();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    name.into()
}

/// Replaces a file by new content: written aside in the same folder, synced, renamed, the folder synced. On failure
/// the old file is untouched and nothing is left aside.
pub fn write_whole(path: &Path, parts: &[&[u8]]) -> Result<(), FileError> {
    write_aside(path, &path.with_extension("part"), parts, None)
}

/// As `write_whole`, for a file in a folder of the user's: what is written aside has a name that is nobody else's, a link
/// stays a link and what it leads to is replaced, and who may read and write the file stays as it was.
pub fn write_whole_for_user(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let permissions = fs::metadata(path).ok().map(|found| found.permissions());
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    write_aside(path, &path.with_file_name(format!(".{name}.iwashi")), &[content], permissions)
}

fn write_aside(
    path: &Path,
    aside: &Path,
    parts: &[&[u8]],
    permissions: Option<fs::Permissions>,
) -> Result<(), FileError> {
    let write = || -> io::Result<()> {
        // What a crash left aside is ours to remove. Opening it instead could write through a link.
        match fs::remove_file(aside) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
            _ => {}
        }
        let mut file = File::create_new(aside)?;
        for part in parts {
            file.write_all(part)?;
        }
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()?;
        fs::rename(aside, path)?;
        // A bare name stands in the folder at hand.
        path.parent()
            .map_or(Ok(()), |folder| sync_folder(if folder == Path::new("") { Path::new(".") } else { folder }))
    };
    write().map_err(|problem| {
        // Best effort: the error that matters is already at hand.
        let _ = fs::remove_file(aside);
        FileError { action: "write", path: path.to_path_buf(), problem }
    })
}

/// Makes renames and removals in a folder last through a power cut; only Unix can and needs to.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Opens a file of our own to go on writing at its end. Refuses a link, which could lead into a file that is not ours.
pub fn open_own(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(not_regular()),
        _ => OpenOptions::new().append(true).open(path),
    }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// Opens a file for reading piece by piece; refuses what is none, a pipe above all, which would wait for a writer.
pub fn open_to_read(path: &Path) -> Result<File, FileError> {
    let open = || if fs::metadata(path)?.is_file() { File::open(path) } else { Err(not_regular()) };
    open().map_err(on("read", path))
}

/// Reads a file of at most `most` bytes.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>, FileError> {
    let read = || -> io::Result<Vec<u8>> {
        // Asked before it is opened: a pipe would wait for a writer.
        if !fs::metadata(path)?.is_file() {
            return Err(not_regular());
        }
        let mut bytes = Vec::new();
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        if size <= most {
            // One more, to notice a file that grows, or says it is empty and is not.
            file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        }
        let size = size.max(bytes.len() as u64);
        if size > most {
            let problem = format!("its {size} bytes are more than the {most} that it may have");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
        }
        Ok(bytes)
    };
    read().map_err(on("read", path))
}

/// Reads a text file of at most `most` bytes.
pub fn read_text(path: &Path, most: u64) -> Result<String, FileError> {
    let bytes = read_at_most(path, most)?;
    String::from_utf8(bytes).map_err(|e| on("read", path)(io::Error::new(io::ErrorKind::InvalidData, e)))
}

/// The path itself while nothing is there, else the first of `name-2`, `name-3` … that is free. The number stands before the ending of a
/// file, and behind the whole name of a folder, whose points end nothing.
pub fn free(path: &Path) -> PathBuf {
    let ending = path.extension().filter(|_| !path.is_dir());
    let stem = if ending.is_some() { path.file_stem() } else { path.file_name() }.unwrap_or_default();
    let mut name = path.to_path_buf();
    let mut number = 1u64;
    // A link that leads nowhere is there too. Where nobody may look nothing counts as there: writing then tells why it cannot.
    while fs::symlink_metadata(&name).is_ok() {
        number += 1;
        let mut numbered = stem.to_os_string();
        numbered.push(format!("-{number}"));
        if let Some(ending) = ending {
            numbered.push(".");
            numbered.push(ending);
        }
        name = path.with_file_name(numbered);
    }
    name
}

/// Creates a folder and its parents.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(on("create", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.bin");
        write_whole(&path, &[b"good"]).unwrap();
        // A folder in the place of the file written aside makes creating it fail.
        fs::create_dir(folder.path().join("state.part")).unwrap();
        let error = write_whole(&path, &[b"new"]).unwrap_err().to_string();
        assert!(error.starts_with("cannot write"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"good");
    }

    #[test]
    fn oversized_files_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(read_at_most(&path, 1 << 20).unwrap_err().to_string().contains("more than the 1048576"));
    }

    #[test]
    fn what_is_there_already_stays_however_often_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(free(&at("a.b.mp4")), at("a.b.mp4"));
        fs::write(at("a.b.mp4"), "").unwrap();
        assert_eq!(free(&at("a.b.mp4")), at("a.b-2.mp4"));
        for run in ["run-1.5", "run-1.5-2"] {
            fs::create_dir(at(run)).unwrap();
        }
        assert_eq!(free(&at("run-1.5")), at("run-1.5-3"));
        (2..10_000).for_each(|number| fs::write(at(&format!("a.b-{number}.mp4")), "").unwrap());
        assert_eq!(free(&at("a.b.mp4")), at("a.b-10000.mp4"));
    }

    #[cfg(unix)]
    #[test]
    fn links_pipes_and_devices_are_not_taken_for_files() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("foreign"), b"precious").unwrap();
        for name in ["lock", "state.part"] {
            std::os::unix::fs::symlink(at("foreign"), at(name)).unwrap();
        }
        assert!(open_own(&at("lock")).unwrap_err().to_string().contains("not a regular file"));
        write_whole(&at("state.bin"), &[b"good"]).unwrap();
        assert_eq!(fs::read(at("foreign")).unwrap(), b"precious");
        assert_eq!(fs::read(at("state.bin")).unwrap(), b"good");
        std::os::unix::fs::symlink(at("nowhere"), at("film.mp4")).unwrap();
        assert_eq!(free(&at("film.mp4")), at("film-2.mp4"));
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for path in [at("pipe"), "/dev/zero".into(), folder.path().into()] {
            let told = read_at_most(&path, 1 << 20).unwrap_err().to_string();
            assert!(told.ends_with("it is not a regular file"), "{told}");
        }
    }
}
