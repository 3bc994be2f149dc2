//! The event log, as those who follow it read it.

use std::borrow::Borrow;

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Reader, Where};
use crate::store::error::StoreError;
use crate::store::event::{Created, Event};
use crate::store::id::WorkflowId;
use crate::store::retention;

/// Where the log stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LogState {
    /// Tells this log from one that took its place.
    pub epoch: String,
    /// The newest event; 0 if there is none.
    pub head: i64,
    /// The oldest event that is kept; those before it are gone.
    pub min_seq: i64,
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventFilter {
    pub workflow: Option<WorkflowId>,
    pub validation: Option<i64>,
}

impl<C: Borrow<Connection>> Reader<C> {
    /// Where the log stands.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn log_state(&self) -> Result<LogState, StoreError> {
        let sql =
            "SELECT v, (SELECT coalesce(max(seq), 0) FROM events) FROM meta WHERE k = 'epoch'";
        let found = self.one(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (epoch, head) =
            found.ok_or_else(|| StoreError::Corrupt { detail: "it has no epoch".into() })?;
        Ok(LogState { epoch, head, min_seq: retention::min_seq(self.connection())? })
    }

    /// The events after `seq`, at most `limit`. Without a filter they have no gaps, so the first
    /// one is `seq + 1` unless that was pruned.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn events_since(
        &self,
        seq: i64,
        limit: usize,
        filter: EventFilter,
    ) -> Result<Vec<Event>, StoreError> {
        let wanted = Where::default()
            .and("workflow_id = ?", filter.workflow)
            .and("seq >= (SELECT first_event FROM workflows WHERE id = ?)", filter.workflow)
            .and("seq > ?", Some(seq))
            .and("validation_id = ?", filter.validation);
        let sql = format!(
            "SELECT seq, events.ts_us, type, v, workflow_id, validation_id, actor, data, {columns}
             FROM events
             LEFT JOIN validations ON data = '' AND validations.id = validation_id
             LEFT JOIN files ON files.id = validations.file{}
             ORDER BY seq LIMIT {limit}",
            wanted.sql,
            columns = Created::COLUMNS
        );
        self.all(&sql, wanted.values(), |row| {
            let data: String = row.get(7)?;
            let data = if data.is_empty() { Created::of_row(row, 8)? } else { data };
            Ok(Event {
                seq: row.get(0)?,
                ts_us: row.get(1)?,
                kind: row.get(2)?,
                v: row.get(3)?,
                workflow: row.get(4)?,
                validation: row.get(5)?,
                actor: row.get(6)?,
                data,
            })
        })
    }

    /// A number that changes whenever another connection commits. It costs a microsecond and
    /// means something only to the connection that was asked before.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection().pragma_query_value(None, "data_version", |row| row.get(0))?)
    }
}
