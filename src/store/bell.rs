//! The doorbell: a small file that is written after each commit, so that listeners in other
//! processes can wait for a change of it instead of asking again and again.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use cap_std::fs::OpenOptions;

use super::error::StoreError;
use crate::engine::state::State;

const NAME: &str = "validator.db.bell";

/// Where the bell of the project's run history hangs.
pub(super) fn path(root: &Path) -> PathBuf {
    root.join(super::DIR).join(NAME)
}

/// Rings for listeners; kept open by the one writer of a process.
pub(super) struct ChangeSignal(File);

impl ChangeSignal {
    /// Opens the bell, and hangs it first if there is none.
    ///
    /// # Errors
    /// If it cannot be written, or is no regular file.
    pub(super) fn open(root: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let opened = State::open(root).and_then(|state| state.file(NAME, &mut options));
        opened.map(ChangeSignal).map_err(|error| StoreError::io(&path(root), &error))
    }

    /// Writes the newest `seq`. A bell that cannot be rung is no reason to fail: listeners also
    /// look from time to time.
    pub(super) fn ring(&mut self, head: i64) {
        let rung =
            self.0.seek(SeekFrom::Start(0)).and_then(|_| self.0.write_all(&head.to_le_bytes()));
        drop(rung);
    }
}
