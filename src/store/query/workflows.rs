//! Workflows: the list and the single one.

use std::borrow::Borrow;

use rusqlite::{Connection, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::RowOrder;
use super::{ListPage, Paged, Reader, Where};
use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::{Control, Counts, Workflow, WorkflowState, percent};

/// Which workflows are wanted; what is not set does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkflowFilter {
    pub state: Option<WorkflowState>,
    pub kind: Option<String>,
    /// Created at or after this moment, in microseconds since 1970.
    pub since_us: Option<i64>,
}

/// How workflows are ordered; those of which this says the same, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkflowOrder {
    /// Those that were created last first.
    #[default]
    Newest,
    /// Those that are under way, then those that failed, were cancelled, completed.
    State,
    /// By kind, then by the first path that they are over.
    Kind,
    /// Those that checked most files first.
    Largest,
    /// Those that found most errors, warnings, remarks first.
    Worst,
    /// Those that took longest first, at the end those that have not ended.
    Longest,
    /// Those of command lines, of the server, of its watch.
    Actor,
}

impl WorkflowOrder {
    fn rows(self, is_reversed: bool) -> RowOrder {
        let keys: &[&str] = match self {
            WorkflowOrder::Newest => &[],
            WorkflowOrder::State => &["CASE state WHEN 'RUNNING' THEN 0 WHEN 'PAUSED' THEN 1
                WHEN 'PENDING' THEN 2 WHEN 'FAILED' THEN 3 WHEN 'CANCELLED' THEN 4 ELSE 5 END"],
            WorkflowOrder::Kind => &["kind", "coalesce(json_extract(what, '$.paths[0]'), '')"],
            WorkflowOrder::Largest => &["-done"],
            WorkflowOrder::Worst => &["-errors", "-warnings", "-infos"],
            WorkflowOrder::Longest => &["-coalesce(ended_us - started_us, -1)"],
            WorkflowOrder::Actor => &["CASE WHEN actor GLOB 'cli:*' THEN 0 WHEN actor = 'web'
                THEN 1 ELSE 2 END"],
        };
        RowOrder { what: "workflow", tables: "workflows", keys, id: "id", is_reversed }
    }
}

const SELECT: &str = "SELECT id, kind, state, done, total, created_us, started_us, ended_us, actor,
    what, errors, warnings, infos, message, requested FROM workflows";

impl<C: Borrow<Connection>> Reader<C> {
    /// Workflows, newest first.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn workflows(
        &self,
        filter: &WorkflowFilter,
        page: ListPage<WorkflowId>,
    ) -> Result<Paged<Workflow, WorkflowId>, StoreError> {
        self.workflows_by(filter, (WorkflowOrder::Newest, false), page)
    }

    /// Workflows in an order, or from its end. One that is under way may move while it is.
    ///
    /// # Errors
    /// If the run history cannot be read, or there is no workflow of which the page is to come after.
    pub fn workflows_by(
        &self,
        filter: &WorkflowFilter,
        (order, is_reversed): (WorkflowOrder, bool),
        page: ListPage<WorkflowId>,
    ) -> Result<Paged<Workflow, WorkflowId>, StoreError> {
        let (order, limit) = (order.rows(is_reversed), page.limit());
        let wanted = Where::default()
            .and("state = ?", filter.state)
            .and("kind = ?", filter.kind.clone())
            .and("created_us >= ?", filter.since_us);
        let wanted = self.and_after(wanted, &order, page.after)?;
        let sql = format!("{SELECT}{} ORDER BY {} LIMIT {}", wanted.sql, order.terms(), limit + 1);
        let found = self.all(&sql, wanted.values(), workflow)?;
        Ok(Paged::cut(found, limit, |workflow| workflow.id))
    }

    /// The workflow of this id.
    ///
    /// # Errors
    /// If there is none.
    pub fn workflow(&self, id: WorkflowId) -> Result<Workflow, StoreError> {
        let found = self.one(&format!("{SELECT} WHERE id = ?1"), [id], workflow)?;
        found.ok_or_else(|| StoreError::not_found("workflow", id))
    }

    /// What another process asks of the one that runs this workflow.
    ///
    /// # Errors
    /// If there is no such workflow.
    pub fn requested(&self, id: WorkflowId) -> Result<Option<Control>, StoreError> {
        let sql = "SELECT requested FROM workflows WHERE id = ?1";
        let found = self.one(sql, [id], |row| row.get(0))?;
        found.ok_or_else(|| StoreError::not_found("workflow", id))
    }

    pub(in crate::store) fn owner(&self, id: WorkflowId) -> Result<Option<String>, StoreError> {
        self.one("SELECT owner FROM workflows WHERE id = ?1", [id], |row| row.get(0))
    }
}

fn workflow(row: &Row) -> rusqlite::Result<Workflow> {
    let (state, done, total) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let what: String = row.get(9)?;
    Ok(Workflow {
        id: row.get(0)?,
        kind: row.get(1)?,
        state,
        done,
        total,
        percent: percent(done, total, state),
        created_us: row.get(5)?,
        started_us: row.get(6)?,
        ended_us: row.get(7)?,
        actor: row.get(8)?,
        what: serde_json::from_str(&what).unwrap_or_default(),
        counts: Counts { errors: row.get(10)?, warnings: row.get(11)?, infos: row.get(12)? },
        message: row.get(13)?,
        requested: row.get(14)?,
    })
}
