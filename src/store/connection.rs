//! Opening the database with the settings that all its users share.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::{place, schema};

/// How long a writer waits for the one before it.
const BUSY: Duration = Duration::from_secs(5);

/// Memory for pages, by connection.
const CACHE_KIB: i64 = 16 << 10;

/// Bytes of a page of a new run history: a batch of rows fills fewer of them than of the usual
/// half.
const PAGE: i64 = 8 << 10;

/// Bytes that are written to the log before its pages are copied to their place, for which the disk
/// has to be waited for: with half of this, a run with many findings takes three percent longer.
/// The next process reads all that is in the log before it does anything else, which takes about
/// three quarters of a millisecond for each MiB. The pages of older records are half as large.
const LOG: i64 = 8 << 20;

/// Bytes of a text or blob at most: several times what the findings of the largest page take.
const LONGEST: i32 = 256 << 20;

/// Opens for reading and writing; creates the file if `create` says so.
pub(super) fn open(path: &Path, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let has_content = place::inspect(path)?;
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NOFOLLOW)?;
    configure(&connection)?;
    // Nothing is written to what is not ours.
    if has_content {
        schema::recognise(&connection, path)?;
    }
    if !connection.is_readonly("main")? {
        connection.pragma_update(None, "page_size", PAGE)?;
        if create {
            // There is nothing to lose before the log is there.
            connection.pragma_update(None, "synchronous", "OFF")?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "journal_size_limit", LOG)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        // A short run leaves the log to the next: copying it to its place means waiting for the disk.
        connection.pragma_update(None, "wal_autocheckpoint", LOG / PAGE)?;
    }
    Ok(connection)
}

/// Opens a run history that this process may not write, such as one on a read-only disk.
pub(super) fn open_read_only(path: &Path) -> Result<Connection, StoreError> {
    place::inspect(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    configure(&connection)?;
    if readable(&connection).is_ok() {
        schema::recognise(&connection, path)?;
        return Ok(connection);
    }
    // A log that cannot be shared: read the file alone, which is right if there is no log.
    let log = path.with_extension("db-wal");
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Err(StoreError::ReadOnly);
    }
    let uri = format!("file:{}?immutable=1", escaped(path));
    let flags = flags | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri, flags)?;
    configure(&connection)?;
    schema::recognise(&connection, path)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Without this, statements are planned anew whenever a value that is bound to them changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The file may be a stranger's: nothing in it is to run, and nothing is to be done for it at
    // the end before it is known to be ours.
    for (what, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
    ] {
        connection.set_db_config(what, is_on)?;
    }
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

fn readable(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?)
}

/// The path as it stands in a URI.
fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}
