//! Forgetting old events, so that the log does not grow for ever. What they told of stays.

use std::time::Duration;

use rusqlite::{Connection, Params, TransactionBehavior};

use super::error::StoreError;
use super::id::now_us;

/// How many events are forgotten in one transaction.
pub(super) const SLICE: u64 = 1_000;

/// How much of the event log is kept: what is within both bounds, and everything since the first
/// event of a workflow that is still open.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    pub events: u64,
    pub age: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { events: 200_000, age: Duration::from_secs(30 * 24 * 60 * 60) }
    }
}

/// Forgets what is out of bounds. Only the oldest go, so what stays has no gaps.
pub(super) fn prune(connection: &mut Connection, keep: Retention) -> Result<(), StoreError> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let first = min_seq(&transaction)?;
        let until =
            bound(&transaction, keep, first)?.min(first.saturating_add(SLICE.cast_signed()));
        if until <= first {
            return Ok(());
        }
        transaction.execute("DELETE FROM events WHERE seq < ?1", [until])?;
        transaction.execute("UPDATE meta SET v = ?1 WHERE k = 'min_seq'", [until.to_string()])?;
        transaction.commit()?;
    }
}

/// The smallest `seq` that is still kept.
pub(super) fn min_seq(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(v AS INTEGER) FROM meta WHERE k = 'min_seq'";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// The first event to keep, as far as the oldest slice tells.
fn bound(connection: &Connection, keep: Retention, first: i64) -> Result<i64, StoreError> {
    let head = number(connection, "SELECT max(seq) FROM events", [])?.unwrap_or(0);
    let by_count =
        head.saturating_sub(i64::try_from(keep.events).unwrap_or(i64::MAX)).saturating_add(1);
    let oldest = now_us() - i64::try_from(keep.age.as_micros()).unwrap_or(i64::MAX);
    let too_old = "SELECT max(seq) FROM events WHERE seq < ?1 AND ts_us < ?2";
    let too_old = number(connection, too_old, [first.saturating_add(SLICE.cast_signed()), oldest])?;
    let open = "SELECT min(first_event) FROM workflows
        WHERE state IN ('PENDING', 'RUNNING', 'PAUSED')";
    let open = number(connection, open, [])?.unwrap_or(i64::MAX);
    // The newest event always stays: it says where the log stands.
    Ok(by_count.max(too_old.map_or(first, |seq| seq.saturating_add(1))).min(head).min(open))
}

fn number(
    connection: &Connection,
    sql: &str,
    values: impl Params,
) -> Result<Option<i64>, StoreError> {
    Ok(connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}
