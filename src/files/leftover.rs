//! Temporary files of writes: how they are named and locked, and how those of killed processes go.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

const PREFIX: &str = ".validator-";
const RANDOM: usize = 6;
/// How often another name is tried.
const NAMES: usize = 16;

/// A temporary file, which goes unless it takes another's name.
pub(super) struct Temporary<'d> {
    dir: &'d Dir,
    pub name: PathBuf,
    pub file: File,
    /// Whether it goes with this.
    pub is_there: bool,
}

impl<'d> Temporary<'d> {
    /// A file with this content in a directory, locked for as long as it is temporary.
    ///
    /// # Errors
    /// If it cannot be made or written.
    pub fn with(dir: &'d Dir, content: &[u8]) -> io::Result<Self> {
        for _ in 0..NAMES {
            let name = random_name()?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = match dir.open_with(&name, &options) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                file => file?.into_std(),
            };
            let mut new = Temporary { dir, name: name.into(), file, is_there: true };
            // Where there are no locks, nobody takes this one for a leftover either.
            let is_taken = matches!(new.file.try_lock(), Err(TryLockError::WouldBlock));
            let is_gone = names(&new.file.metadata()?) == 0;
            if is_taken || is_gone {
                // Another process has taken it for one before it was locked.
                new.is_there = !is_gone;
                continue;
            }
            new.file.write_all(content)?;
            return Ok(new);
        }
        Err(io::Error::other("no temporary file could be named"))
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if self.is_there {
            // If this fails, the next run that sees it removes it.
            let _ = self.dir.remove_file(&self.name);
        }
    }
}

#[cfg(unix)]
pub(super) fn names(data: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(data)
}

#[cfg(not(unix))]
pub(super) fn names(_: &std::fs::Metadata) -> u64 {
    1
}

/// Whether a temporary file of ours would have this name.
pub fn is_leftover_name(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).unwrap_or_default();
    random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A name that nobody can guess.
fn random_name() -> io::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = [0; RANDOM];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let letters = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    Ok(PREFIX.chars().chain(letters).collect())
}

/// Removes a temporary file that a killed write has left: a regular file of such a name that no
/// process holds a lock on. Returns whether it is gone.
pub fn remove_leftover(path: &Path) -> bool {
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else { return false };
    let Ok(dir) = Dir::open_ambient_dir(dir, ambient_authority()) else { return false };
    name.to_str().is_some_and(|name| remove_in(&dir, name))
}

/// Removes those in a directory.
pub(super) fn sweep(dir: &Dir) {
    for entry in dir.entries().into_iter().flatten().flatten() {
        if let Some(name) = entry.file_name().to_str().filter(|name| is_leftover_name(name)) {
            remove_in(dir, name);
        }
    }
}

fn remove_in(dir: &Dir, name: &str) -> bool {
    let mut options = OpenOptions::new();
    options.read(true).nonblock(true).follow(FollowSymlinks::No);
    let Ok(file) = dir.open_with(name, &options) else { return false };
    if !is_leftover_name(name) || !file.metadata().is_ok_and(|data| data.is_file()) {
        return false;
    }
    let file = file.into_std();
    // The lock is held until the name is gone, so that nobody begins to use it meanwhile.
    file.try_lock().is_ok() && dir.remove_file(name).is_ok()
}
