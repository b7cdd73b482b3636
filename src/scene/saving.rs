//! Scene files on the disk, changed and new: whole or not at all, and never over what somebody else wrote meanwhile. Knows
//! nothing of what is in them.

use std::path::Path;

use super::shipped::MOST_BYTES;
use crate::files::{self, FileError};

/// Why a scene file was not written; what was there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The disk or its permissions.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file says something else by now.
    #[error("{0} has changed on disk since it was read; nothing is written: read it again first")]
    Changed(String),
    /// There is such a file.
    #[error("{0} is there already; nothing is overwritten: choose another name")]
    Taken(String),
}

/// Gives a scene file new text, if it still has the one that was `read` from it.
pub fn replace(path: &Path, read: &str, text: &str) -> Result<(), SaveError> {
    if files::read_at_most(path, MOST_BYTES as u64)? != read.as_bytes() {
        return Err(SaveError::Changed(path.display().to_string()));
    }
    Ok(files::write_whole_for_user(path, text.as_bytes())?)
}

/// Writes a scene file that is not there yet.
pub fn create(path: &Path, text: &str) -> Result<(), SaveError> {
    if path.symlink_metadata().is_ok() {
        return Err(SaveError::Taken(path.display().to_string()));
    }
    Ok(files::write_whole_for_user(path, text.as_bytes())?)
}
