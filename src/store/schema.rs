//! The schema's versions, and how an older run history becomes a newer one.

use std::path::Path;
use std::sync::OnceLock;

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;

/// Step `n` leads from schema `n` to `n + 1`; schema 0 is an empty file. Steps are never edited
/// once released: a change of the schema is a further step.
const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
];

/// The schema that this program writes.
pub const VERSION: i64 = STEPS.len() as i64;

/// Brings the schema up to date, all steps or none.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    if version(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again: another process may have migrated while this one waited for the lock.
    let found = version(&transaction)?;
    for step in &STEPS[usize::try_from(found).unwrap_or(0)..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// The run history's schema, if this program can deal with it.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        return Err(StoreError::NewerSchema { found, known: VERSION });
    }
    Ok(found)
}

/// A table, an index or whatever else a schema has: type, name, table, and how it was made, with
/// each run of white space as one space.
type SchemaEntry = [String; 4];

/// As many entries are looked at; the run history has a third of that.
const ENTRIES: usize = 100;

/// Whether the database is a run history: it has the tables and indices that a version of this
/// program makes, and nothing else. Nothing is written.
///
/// # Errors
/// If it is another program's, was changed, or is a newer program's.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    // Both of the same moment: another process may be about to bring it up to date.
    let moment = connection.unchecked_transaction()?;
    let entries = entries(connection)?;
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    let version = version?;
    moment.finish()?;
    if entries.is_empty() && version == 0 {
        return Ok(());
    }
    let is_meta = |entry: &SchemaEntry| entry[0] == "table" && entry[1] == "meta";
    if !entries.iter().any(is_meta) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if version > VERSION {
        return Err(StoreError::NewerSchema { found: version, known: VERSION });
    }
    let place = usize::try_from(version).ok().and_then(|version| version.checked_sub(1));
    let ours = place.and_then(|place| ours().get(place));
    let ours = ours.ok_or_else(|| StoreError::Foreign { path: path.to_owned() })?;
    let differs = entries.iter().find(|entry| !ours.contains(entry));
    let differs = differs.or_else(|| ours.iter().find(|entry| !entries.contains(entry)));
    differs.map_or(Ok(()), |[kind, name, ..]| {
        let name: String = name.chars().take(80).flat_map(char::escape_debug).collect();
        let kind: String = kind.chars().take(20).flat_map(char::escape_debug).collect();
        let detail = format!("its {kind} `{name}` is not as any version of this program makes it");
        Err(StoreError::Corrupt { detail })
    })
}

/// What the schemas hold that this program makes, from the first on.
fn ours() -> &'static [Vec<SchemaEntry>] {
    static OURS: OnceLock<Vec<Vec<SchemaEntry>>> = OnceLock::new();
    OURS.get_or_init(|| {
        let made = Connection::open_in_memory().map_err(StoreError::from).and_then(|connection| {
            let step = |step: &&str| {
                connection.execute_batch(step)?;
                entries(&connection)
            };
            STEPS.iter().map(step).collect()
        });
        made.expect("memory and the steps of the schema do not fail")
    })
}

/// What the schema of a database holds.
fn entries(connection: &Connection) -> Result<Vec<SchemaEntry>, StoreError> {
    let sql = "SELECT type, name, tbl_name, substr(coalesce(sql, ''), 1, 20000)
        FROM sqlite_schema LIMIT ?1";
    let mut query = connection.prepare(sql)?;
    let rows = query.query_map([ENTRIES as i64], |row| {
        let made: String = row.get(3)?;
        let made = made.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, made])
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
