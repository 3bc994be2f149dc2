//! A write transaction: state and the events that tell of it, committed together.

use std::cell::Cell;

use rusqlite::Connection;
use rusqlite::types::ToSql;
use serde::Serialize;

use super::Shared;
use super::error::StoreError;
use super::event::{EventType, MAX_DATA};
use super::id::{WorkflowId, now_us};
use super::model::Actor;
use super::query::Reader;
use super::statements::Statements;

/// A write transaction, lent to the changes that share it. Everything that changes the record is
/// a method of it, and each writes its events itself.
pub struct Tx<'a> {
    pub(super) connection: &'a Connection,
    pub(super) shared: &'a Shared,
    pub(super) statements: Statements<'a>,
    pub(super) actor: Actor,
    /// When the change was asked for, which is before it is written; microseconds since 1970.
    pub(super) asked_us: i64,
    /// A workflow that this transaction knows to be open.
    pub(super) known_open: &'a Cell<Option<WorkflowId>>,
}

impl Tx<'_> {
    /// Who makes the change.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Questions about the record as this transaction sees it.
    pub fn reader(&self) -> Reader<&Connection> {
        Reader::on(self.connection)
    }

    pub(super) fn execute(
        &self,
        sql: &'static str,
        values: &[(&str, &dyn ToSql)],
    ) -> Result<usize, StoreError> {
        Ok(self.statements.get(sql)?.execute(values)?)
    }

    /// Runs an insertion and returns the new row's id.
    pub(super) fn insert(
        &self,
        sql: &'static str,
        values: &[(&str, &dyn ToSql)],
    ) -> Result<i64, StoreError> {
        Ok(self.statements.get(sql)?.insert(values)?)
    }

    /// Appends to the event log.
    pub(super) fn emit(&self, event: &NewEvent<impl Serialize>) -> Result<i64, StoreError> {
        let data = serde_json::to_string(&event.data)?;
        if data.len() > MAX_DATA {
            return Err(StoreError::Invalid(format!("event data of {} bytes", data.len())));
        }
        let actor = event.actor.map_or_else(|| self.actor.to_string(), str::to_owned);
        let sql = "INSERT INTO events (ts_us, type, workflow_id, validation_id, actor, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut insert = self.statements.get(sql)?;
        let (workflow, validation) = (event.workflow, event.validation);
        Ok(insert.insert((now_us(), event.kind.name(), workflow, validation, actor, data))?)
    }

    /// Notes in the audit trail, which outlives the event log, what was decided and by whom.
    pub(super) fn audit(
        &self,
        action: &str,
        subject: &str,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).ok();
        self.insert(
            "INSERT INTO audit (ts_us, actor, user, action, subject, reason)
             VALUES (:ts, :actor, :user, :action, :subject, :reason)",
            &[
                (":ts", &now_us()),
                (":actor", &self.actor.to_string()),
                (":user", &user),
                (":action", &action),
                (":subject", &subject),
                (":reason", &reason),
            ],
        )?;
        Ok(())
    }
}

/// An event to be appended.
pub(super) struct NewEvent<'a, D> {
    pub kind: EventType,
    pub workflow: Option<WorkflowId>,
    pub validation: Option<i64>,
    /// Who did it, if not the one who writes.
    pub actor: Option<&'a str>,
    pub data: D,
}
