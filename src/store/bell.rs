//! The doorbell: a small file that is written after each commit, so that listeners in other
//! processes can wait for a change of it instead of asking again and again.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// Where the bell of this database hangs.
pub(super) fn path(database: &Path) -> PathBuf {
    database.with_extension("db.bell")
}

/// Rings for listeners; kept open by the one writer of a process.
pub(super) struct Bell(File);

impl Bell {
    pub(super) fn open(database: &Path) -> Result<Self, StoreError> {
        let path = path(database);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).map(Bell).map_err(|error| StoreError::io(&path, &error))
    }

    /// Writes the newest `seq`. A bell that cannot be rung is no reason to fail: listeners also
    /// look from time to time.
    pub(super) fn ring(&mut self, head: i64) {
        let rung =
            self.0.seek(SeekFrom::Start(0)).and_then(|_| self.0.write_all(&head.to_le_bytes()));
        drop(rung);
    }
}
