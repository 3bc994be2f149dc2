//! Whether the process that runs a workflow is alive: for as long as it lives, it holds a lock on a
//! file of its own under `live/`. The lock ends with the process, however that ends, and no process
//! id can be mistaken for another's.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::id::random;

/// This process's mark; it vanishes when dropped.
pub(super) struct Presence {
    path: PathBuf,
    name: String,
    _lock: File,
}

impl Presence {
    /// Announces this process. The file is locked before it gets its name, so that whoever sees
    /// the name sees the lock.
    pub(super) fn announce(record: &Path) -> Result<Self, StoreError> {
        let folder = record.join("live");
        std::fs::create_dir_all(&folder).map_err(|error| StoreError::io(&folder, &error))?;
        let name = format!("{}-{:08x}", std::process::id(), random() as u32);
        let (draft, path) = (folder.join(format!("{name}.new")), folder.join(&name));
        let lock = File::create(&draft).map_err(|error| StoreError::io(&draft, &error))?;
        lock.lock().map_err(|error| StoreError::io(&draft, &error))?;
        std::fs::rename(&draft, &path).map_err(|error| StoreError::io(&path, &error))?;
        Ok(Presence { path, name, _lock: lock })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.path));
    }
}

/// Whether the process that announced itself by this name still lives.
pub(super) fn is_alive(record: &Path, name: &str) -> bool {
    let Ok(file) = File::open(record.join("live").join(name)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Takes away what a dead process left behind.
pub(super) fn forget(record: &Path, name: &str) {
    drop(std::fs::remove_file(record.join("live").join(name)));
}
