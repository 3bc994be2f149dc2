//! Files that say what to ignore. The `ignore` library opens them by itself, so what it would open
//! is looked at before it does: it would wait for a pipe, and read a device without end.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::open::kind;
use super::{FileError, open_beneath, project_root, read_text};

/// Our own file of this kind.
pub const OWN: &str = ".validatorignore";

/// Largest of them, in bytes: each line becomes an automaton.
const MAX_BYTES: u64 = 1 << 20;

/// The file in a directory that must not be opened, if there is one, and why.
pub fn refused(dir: &Path) -> Option<(PathBuf, FileError)> {
    let names = [".gitignore", ".ignore", OWN];
    let refused = names.iter().find_map(|name| {
        let path = dir.join(name);
        let data = path.symlink_metadata().ok()?;
        refuse(&path, &data, dir).map(|error| (path, error))
    });
    refused.or_else(|| refused_of_git(dir))
}

/// The first such file in a directory and in those around it.
pub fn refused_around(dir: &Path) -> Option<(PathBuf, FileError)> {
    let real = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    real.ancestors().find_map(refused)
}

fn refuse(path: &Path, data: &Metadata, dir: &Path) -> Option<FileError> {
    if data.is_symlink() {
        return match open_beneath(path, &project_root(dir)) {
            Ok(file) if file.size > MAX_BYTES => Some(FileError::TooLarge(MAX_BYTES)),
            Err(error @ (FileError::Outside(_) | FileError::NotRegular(_))) => Some(error),
            // What is not there, or is a directory, is not read.
            _ => None,
        };
    }
    of_file(data)
}

fn of_file(data: &Metadata) -> Option<FileError> {
    match () {
        () if data.is_file() && data.len() > MAX_BYTES => Some(FileError::TooLarge(MAX_BYTES)),
        () if data.is_file() || data.is_dir() => None,
        () => Some(FileError::NotRegular(kind(data.file_type()))),
    }
}

/// What git ignores in a repository without saying so in a `.gitignore`.
fn refused_of_git(dir: &Path) -> Option<(PathBuf, FileError)> {
    let git = dir.join(".git");
    let data = fs::metadata(&git).ok()?;
    if let Some(error) = of_file(&data) {
        return Some((git, error));
    }
    if data.is_dir() {
        return refused_exclude(&git);
    }
    // A second working tree: the file names its directory, where another one names the
    // repository's.
    let first_line =
        |path: &Path| read_text(path, MAX_BYTES).ok()?.lines().next().map(str::to_owned);
    let own = PathBuf::from(first_line(&git)?.strip_prefix("gitdir: ")?);
    let common = own.join("commondir");
    if let Some(error) = fs::metadata(&common).ok().and_then(|data| of_file(&data)) {
        return Some((common, error));
    }
    let line = first_line(&common)?;
    refused_exclude(&if line.starts_with('.') { own.join(line) } else { line.into() })
}

fn refused_exclude(git: &Path) -> Option<(PathBuf, FileError)> {
    let path = git.join("info/exclude");
    let data = path.symlink_metadata().ok()?;
    if data.is_symlink() {
        // What it may be is known only when it is open.
        return match super::open(&path) {
            Err(error) if !error.is_missing() => Some((path, error)),
            _ => None,
        };
    }
    of_file(&data).map(|error| (path, error))
}
