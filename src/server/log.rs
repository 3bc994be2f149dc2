//! Reads the event log, whoever writes it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::protocol::Extent;

/// One event as it stands in the log.
#[derive(Debug, Clone)]
pub struct Record {
    pub seq: i64,
    pub ts_us: i64,
    pub kind: String,
    pub workflow_id: Option<String>,
    pub validation_id: Option<String>,
    pub actor: String,
    /// JSON, as it was written.
    pub data: String,
}

/// A connection that only reads.
pub struct Log {
    connection: Connection,
    path: PathBuf,
    identity: Identity,
}

type Identity = Option<(u64, u64)>;

impl Log {
    /// # Errors
    /// If there is no database at this path, or it cannot be opened.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.busy_timeout(std::time::Duration::from_secs(2))?;
        Ok(Log { connection, path: path.to_owned(), identity: identity(path) })
    }

    /// Whether another file has taken the place of the one that is open.
    pub fn is_replaced(&self) -> bool {
        identity(&self.path) != self.identity
    }

    /// # Errors
    /// If the database cannot be read.
    pub fn extent(&self) -> rusqlite::Result<Extent> {
        let meta = |key: &str| {
            self.connection
                .prepare_cached("SELECT v FROM meta WHERE k = ?1")?
                .query_row([key], |row| row.get::<_, String>(0))
                .optional()
        };
        let head = self
            .connection
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'events'")?
            .query_row([], |row| row.get::<_, i64>(0))
            .optional()?
            .unwrap_or(0);
        let min_seq = meta("min_seq")?.and_then(|text| text.parse().ok()).unwrap_or(1);
        Ok(Extent { epoch: meta("epoch")?.unwrap_or_default(), head, min_seq })
    }

    /// The events after `seq`, at most `limit` of them; of one workflow, if it is named.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn after(
        &self,
        seq: i64,
        workflow: Option<&str>,
        limit: usize,
    ) -> rusqlite::Result<Vec<Record>> {
        const COLUMNS: &str = "SELECT seq, ts_us, type, workflow_id, validation_id, actor, data
             FROM events WHERE seq > ?1";
        let sql = match workflow {
            Some(_) => format!("{COLUMNS} AND workflow_id = ?3 ORDER BY seq LIMIT ?2"),
            None => format!("{COLUMNS} AND ?3 IS NULL ORDER BY seq LIMIT ?2"),
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![seq, limit as i64, workflow], |row| {
            Ok(Record {
                seq: row.get(0)?,
                ts_us: row.get(1)?,
                kind: row.get(2)?,
                workflow_id: row.get(3)?,
                validation_id: row.get(4)?,
                actor: row.get(5)?,
                data: row.get(6)?,
            })
        })?;
        rows.collect()
    }

    /// Several questions about one moment.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn at_once<T>(
        &self,
        ask: impl FnOnce(&Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let transaction = self.connection.unchecked_transaction()?;
        let answer = ask(self);
        drop(transaction);
        answer
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// Where a file that is open cannot be replaced, there is nothing to notice.
#[cfg(not(unix))]
fn identity(_: &Path) -> Identity {
    None
}
