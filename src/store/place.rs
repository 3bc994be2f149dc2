//! The files that SQLite opens by their names, looked at before it does: it follows links, and it
//! removes the file that a rollback journal names.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use cap_std::fs::OpenOptions;

use super::error::StoreError;
use crate::engine::state::State;

const DATABASE: &str = "validator.db";
const JOURNAL: &str = "validator.db-journal";

/// What ends a rollback journal that names a super-journal
/// (<https://sqlite.org/fileformat2.html#the_rollback_journal>). The run history is one database,
/// so no version of ours writes such a name.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The run history's file as SQLite is to open it: without a link anywhere, where it can see to
/// that.
pub(super) fn database(root: &Path) -> PathBuf {
    #[cfg(unix)]
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    root.join(super::DIR).join(DATABASE)
}

/// Looks at the run history's files. Returns whether there is something in the database.
///
/// # Errors
/// If one of them is no regular file, or the journal is not ours.
pub(super) fn inspect(database: &Path) -> Result<bool, StoreError> {
    let dir = database.parent().unwrap_or(database);
    let root = dir.parent().unwrap_or(dir);
    look(root).map_err(|error| StoreError::io(database, &error))?.ok_or_else(|| {
        let path = dir.join(JOURNAL);
        StoreError::Untrusted { path, found: "a journal that no record has".to_owned() }
    })
}

/// `None` if the journal is not ours.
fn look(root: &Path) -> io::Result<Option<bool>> {
    let state = State::open(root)?;
    let found = state.metadata(DATABASE)?;
    for name in ["validator.db-wal", "validator.db-shm"] {
        state.metadata(name)?;
    }
    if state.metadata(JOURNAL)?.is_some() {
        match state.file(JOURNAL, OpenOptions::new().read(true)) {
            Ok(mut journal) => {
                if names_another(&mut journal)? {
                    return Ok(None);
                }
            }
            // Whoever wrote it has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Some(found.is_some_and(|found| found.len() > 0)))
}

fn names_another(journal: &mut File) -> io::Result<bool> {
    if journal.seek(SeekFrom::End(0))? < MAGIC.len() as u64 {
        return Ok(false);
    }
    let mut end = [0; MAGIC.len()];
    journal.seek(SeekFrom::End(-(MAGIC.len() as i64)))?;
    journal.read_exact(&mut end)?;
    Ok(end == MAGIC)
}
