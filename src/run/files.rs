//! Writing files so that a crash, a kill or a full disk never leaves half a file in the place of a whole one, and
//! reading files no larger than expected. Knows nothing of what is in them.

use std::fs::{self, File};
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

/// Replaces a file by new content: written aside in the same folder, synced, renamed, the folder synced. On failure
/// the old file is untouched and nothing is left aside.
pub fn write_whole(path: &Path, parts: &[&[u8]]) -> Result<(), FileError> {
    let aside = path.with_extension("part");
    let write = || -> io::Result<()> {
        let mut file = File::create(&aside)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()?;
        fs::rename(&aside, path)?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().map_err(|problem| {
        // Best effort: the error that matters is already at hand.
        let _ = fs::remove_file(&aside);
        FileError { action: "write", path: path.to_path_buf(), problem }
    })
}

/// Makes renames and removals in a folder last through a power cut; only Unix can and needs to.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Reads a file of at most `most` bytes.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>, FileError> {
    let read = || -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        if size > most {
            let problem = format!("its {size} bytes are more than the {most} that it may have");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
        }
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(on("read", path))
}

/// Reads a text file of at most `most` bytes.
pub fn read_text(path: &Path, most: u64) -> Result<String, FileError> {
    let bytes = read_at_most(path, most)?;
    String::from_utf8(bytes).map_err(|e| on("read", path)(io::Error::new(io::ErrorKind::InvalidData, e)))
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
}
