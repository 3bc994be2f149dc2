//! The schema's versions, and how an older record becomes a newer one.

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

/// The record's schema, if this program can deal with it.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        return Err(StoreError::NewerSchema { found, known: VERSION });
    }
    Ok(found)
}
