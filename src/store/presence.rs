//! Whether the process that runs a workflow is alive: for as long as it lives, it holds a lock on a
//! file of its own under `live/`. The lock ends with the process, however that ends, and no process
//! id can be mistaken for another's.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use cap_std::fs::OpenOptions;

use super::error::StoreError;
use super::id::random;
use crate::engine::state::State;

const DIR: &str = "live";

/// What a process makes before its mark has a name.
const DRAFT: &str = ".new";

/// A process that has made its draft needs no longer than this to lock it.
const DRAFTING: Duration = Duration::from_secs(60);

/// This process's mark; it vanishes when dropped.
pub(super) struct Presence {
    dir: State,
    name: String,
    _lock: File,
}

impl Presence {
    /// Announces this process. The file is locked before it gets its name, so that whoever sees
    /// the name sees the lock.
    pub(super) fn announce(root: &Path) -> Result<Self, StoreError> {
        let error = |error| StoreError::io(&root.join(super::DIR).join(DIR), &error);
        let dir = State::open(root).and_then(|state| state.make_subdir(DIR));
        let dir = dir.map_err(error)?;
        sweep(&dir);
        let name = format!("{}-{:08x}", std::process::id(), random() as u32);
        let draft = format!("{name}{DRAFT}");
        let mut options = OpenOptions::new();
        let lock = dir.file(&draft, options.write(true).create_new(true)).map_err(error)?;
        lock.lock().map_err(error)?;
        dir.dir().rename(&draft, dir.dir(), &name).map_err(error)?;
        Ok(Presence { dir, name, _lock: lock })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        drop(self.dir.dir().remove_file(&self.name));
    }
}

/// Whether a name is one that a process announces itself by. Names come out of the run history,
/// which anybody may have written.
fn is_owner(name: &str) -> bool {
    let Some((process, chance)) = name.split_once('-') else { return false };
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (1..=10).contains(&process.len())
        && process.bytes().all(|byte| byte.is_ascii_digit())
        && chance.len() == 8
        && chance.bytes().all(is_hex)
}

fn dir(root: &Path) -> std::io::Result<State> {
    State::open(root)?.subdir(DIR)
}

/// Whether the process that announced itself by this name still lives.
pub(super) fn is_alive(root: &Path, name: &str) -> bool {
    let open = || dir(root)?.file(name, OpenOptions::new().read(true));
    is_owner(name)
        && open().is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Takes away what a dead process left behind.
pub(super) fn forget(root: &Path, name: &str) {
    if is_owner(name)
        && let Ok(dir) = dir(root)
    {
        drop(dir.dir().remove_file(name));
    }
}

/// Takes away the marks of processes that were killed while no workflow of theirs was open, and
/// their drafts. What cannot be taken away now will be by another process.
fn sweep(dir: &State) {
    let Ok(entries) = dir.dir().entries() else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let is_old = || {
            let made = entry.metadata().ok()?.modified().ok()?.into_std();
            Some(made.elapsed().ok()? > DRAFTING)
        };
        let is_ours = match name.strip_suffix(DRAFT) {
            Some(mark) => is_owner(mark) && is_old() == Some(true),
            None => is_owner(name),
        };
        let is_dead = || {
            let file = dir.file(name, OpenOptions::new().read(true));
            file.is_ok_and(|file| file.try_lock().is_ok())
        };
        if is_ours && is_dead() {
            drop(dir.dir().remove_file(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_known_by_their_form() {
        for name in ["1-00000000", "4294967295-0a9bcdef"] {
            assert!(is_owner(name), "{name}");
        }
        for name in [
            "",
            "-",
            "1-0000000",
            "1-0000000G",
            "1-ABCDEF00",
            "../1-00000000",
            "/home/me/thesis.txt",
            "1-00000000/..",
            "1-00000000.new",
            "12345678901-00000000",
        ] {
            assert!(!is_owner(name), "{name}");
        }
    }

    #[test]
    fn marks_of_the_dead_are_swept_and_those_of_the_living_stay() {
        let root = tempfile::tempdir().unwrap();
        State::create(root.path()).unwrap();
        let first = Presence::announce(root.path()).unwrap();
        let live = root.path().join(".validator/live");
        for name in ["7-0123abcd", "7-0123abcd.new", "notes.txt"] {
            std::fs::write(live.join(name), "").unwrap();
        }
        let second = Presence::announce(root.path()).unwrap();
        let is_there = |name: &str| live.join(name).exists();
        assert!(is_there(first.name()) && is_there(second.name()));
        assert!(is_alive(root.path(), first.name()));
        assert!(!is_there("7-0123abcd"));
        assert!(is_there("7-0123abcd.new"), "it may be about to be locked");
        assert!(is_there("notes.txt"), "it is not ours");
    }
}
