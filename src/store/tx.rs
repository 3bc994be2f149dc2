//! A write transaction: state and the events that tell of it, committed together.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ToSql;
use serde::Serialize;

use super::Shared;
use super::error::StoreError;
use super::event::{EventType, MAX_DATA};
use super::id::WorkflowId;
use super::model::Actor;
use super::query::Reader;
use super::statements::Statements;
use super::tally::Tallies;

/// A write transaction, lent to the changes that share it. Everything that changes the run history
/// is a method of it, and each writes its events itself.
pub struct Tx<'a> {
    pub(super) connection: &'a Connection,
    pub(super) shared: &'a Shared,
    pub(super) statements: Statements<'a>,
    pub(super) author: Arc<Author>,
    /// When the change was asked for, which is before it is written; microseconds since 1970.
    pub(super) asked_us: i64,
    pub(super) memo: &'a TxCache,
}

/// Who makes changes.
pub(super) struct Author {
    pub actor: Actor,
    /// As it is recorded.
    pub name: String,
}

/// What changes need not ask twice.
#[derive(Default)]
pub(super) struct TxCache {
    /// Sums of the findings of workflows.
    pub tallies: Tallies,
    /// A workflow that is known to be open.
    pub known_open: Cell<Option<WorkflowId>>,
    /// The id of the next validation.
    pub next_validation: Cell<Option<i64>>,
    /// Whether anything was ever rejected.
    pub has_decisions: Cell<Option<bool>>,
    /// Whether the last file was not in the run history.
    pub was_new: Cell<bool>,
    /// An event's data on its way, so that there is memory for the next.
    data: RefCell<Vec<u8>>,
}

impl TxCache {
    /// Before a transaction: what other processes may have changed since the last is not known.
    pub(super) fn begin(&self) {
        self.known_open.set(None);
        self.next_validation.set(None);
        self.has_decisions.set(None);
    }

    /// Changes were taken back, and all that is known with them.
    pub(super) fn forget(&self) {
        self.tallies.forget();
        self.begin();
    }
}

impl From<Actor> for Author {
    fn from(actor: Actor) -> Self {
        Author { name: actor.to_string(), actor }
    }
}

impl Tx<'_> {
    /// Who makes the change.
    pub fn actor(&self) -> &Actor {
        &self.author.actor
    }

    /// Questions about the run history as this transaction sees it.
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
        let mut data = self.memo.data.borrow_mut();
        data.clear();
        serde_json::to_writer(&mut *data, &event.data)?;
        if data.len() > MAX_DATA {
            return Err(StoreError::Invalid(format!("event data of {} bytes", data.len())));
        }
        let data = std::str::from_utf8(&data).expect("JSON is text");
        self.append(event.kind, event.workflow, event.validation, event.actor, data)
    }

    /// The same with data that is JSON already; empty where the row of the validation tells it.
    pub(super) fn append(
        &self,
        kind: EventType,
        workflow: Option<WorkflowId>,
        validation: Option<i64>,
        actor: Option<&str>,
        data: &str,
    ) -> Result<i64, StoreError> {
        let actor = actor.unwrap_or(&self.author.name);
        let sql = "INSERT INTO events (ts_us, type, workflow_id, validation_id, actor, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut insert = self.statements.get(sql)?;
        Ok(insert.insert((self.asked_us, kind.name(), workflow, validation, actor, data))?)
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
                (":ts", &self.asked_us),
                (":actor", &self.author.name),
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
