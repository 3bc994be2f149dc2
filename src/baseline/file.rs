//! Where the baseline stands, and how it is read and written.

use std::io;
use std::path::{Path, PathBuf};

use super::{Baseline, Known, Malformed};
use crate::engine::Base;
use crate::files::{self, MAX_CONFIG_BYTES, WriteError};

/// The name under which a baseline is looked for.
pub const NAME: &str = "validator-baseline.txt";

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    #[error("there is no baseline `{}`", .0.display())]
    Missing(PathBuf),
    #[error("the baseline `{}` cannot be read: {cause}", path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("{}:{}: {}", path.display(), cause.line, cause.message)]
    Malformed { path: PathBuf, cause: Malformed },
    #[error("the baseline `{}` cannot be written: {cause}", path.display())]
    Write { path: PathBuf, cause: io::Error },
}

/// The nearest baseline upward from a directory, up to the one with `.git`.
pub fn find(dir: &Path) -> Option<PathBuf> {
    for dir in dir.ancestors() {
        let path = dir.join(NAME);
        if path.is_file() {
            return Some(path);
        }
        if dir.join(".git").exists() {
            break;
        }
    }
    None
}

/// How far the project of a baseline reaches, which it does not leave by a link.
fn root_of(path: &Path) -> PathBuf {
    files::project_root(path.parent().unwrap_or(path))
}

fn read(path: &Path) -> io::Result<String> {
    files::read_text_beneath(path, &root_of(path), MAX_CONFIG_BYTES)
        .map_err(files::FileError::into_io)
}

impl Baseline {
    /// An empty baseline that is to stand at `path` (absolute). The fingerprints of findings
    /// count from `root`.
    pub fn empty(path: &Path, root: &Path) -> Baseline {
        let dir = Base::new(path.parent().unwrap_or(path));
        Baseline { path: path.to_owned(), dir, root: root.to_owned(), known: Known::default() }
    }

    /// Reads the baseline at `path` (absolute).
    ///
    /// # Errors
    /// If it is not there, cannot be read, or is none.
    pub fn load(path: &Path, root: &Path) -> Result<Baseline, BaselineError> {
        let owned = || path.to_owned();
        let text = read(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => BaselineError::Missing(owned()),
            _ => BaselineError::Read { path: owned(), cause },
        })?;
        let known = Known::parse(&text)
            .map_err(|cause| BaselineError::Malformed { path: owned(), cause })?;
        Ok(Baseline { known, ..Baseline::empty(path, root) })
    }

    /// Writes it, whole or not at all. Returns whether the file was not as it is now.
    ///
    /// # Errors
    /// If it cannot be written; the file is then as it was.
    pub fn save(&self) -> Result<bool, BaselineError> {
        let text = self.known.to_text();
        let error = |cause| BaselineError::Write { path: self.path.clone(), cause };
        let before = match read(&self.path) {
            Ok(before) => Some(before),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
            Err(cause) => return Err(error(cause)),
        };
        if before.as_ref() == Some(&text) {
            return Ok(false);
        }
        files::put(&self.path, &root_of(&self.path), text.as_bytes()).map_err(
            |failed| match failed {
                WriteError::Io { cause, .. } => error(cause),
                failed => error(io::Error::other(failed.to_string())),
            },
        )?;
        Ok(true)
    }
}
