//! How workflows change: which state may follow which, and the event that tells of it.

use rusqlite::OptionalExtension;
use serde::Serialize;

use super::error::StoreError;
use super::event::EventType;
use super::id::WorkflowId;
use super::model::{Control, Counts, NewWorkflow, WorkflowState, percent};
use super::tx::{NewEvent, Tx};

use WorkflowState::{Cancelled, Completed, Failed, Paused, Pending, Running};

/// One way from state to state.
struct WorkflowStep {
    from: &'static [WorkflowState],
    to: WorkflowState,
    /// What was asked for, as in "it cannot be paused".
    wanted: &'static str,
    event: EventType,
}

const BEGIN: WorkflowStep = WorkflowStep {
    from: &[Pending],
    to: Running,
    wanted: "begun",
    event: EventType::WorkflowProgress,
};
const PAUSE: WorkflowStep = WorkflowStep {
    from: &[Running],
    to: Paused,
    wanted: "paused",
    event: EventType::WorkflowPaused,
};
const RESUME: WorkflowStep = WorkflowStep {
    from: &[Paused],
    to: Running,
    wanted: "resumed",
    event: EventType::WorkflowResumed,
};
const REOPEN: WorkflowStep = WorkflowStep {
    from: &[Failed, Cancelled],
    to: Running,
    wanted: "taken up again",
    event: EventType::WorkflowResumed,
};
const COMPLETE: WorkflowStep = WorkflowStep {
    from: &[Running, Paused],
    to: Completed,
    wanted: "completed",
    event: EventType::WorkflowCompleted,
};
const FAIL: WorkflowStep = WorkflowStep {
    from: &[Pending, Running, Paused],
    to: Failed,
    wanted: "failed",
    event: EventType::WorkflowFailed,
};
const CANCEL: WorkflowStep = WorkflowStep {
    from: &[Pending, Running, Paused],
    to: Cancelled,
    wanted: "cancelled",
    event: EventType::WorkflowCancelled,
};

/// Where a workflow stands, as its events tell it.
#[derive(Serialize)]
struct Standing {
    kind: String,
    state: WorkflowState,
    done: u64,
    total: u64,
    percent: u64,
    counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The file that was done last.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip)]
    requested: Option<Control>,
    #[serde(skip)]
    requested_by: Option<String>,
}

/// How far a run is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub done: u64,
    pub counts: Counts,
    /// The file that was done last.
    pub path: Option<String>,
}

impl Tx<'_> {
    /// A new workflow, PENDING, run by this process.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn create_workflow(&self, new: &NewWorkflow) -> Result<WorkflowId, StoreError> {
        let last = "SELECT max(id) FROM workflows";
        let last = self.connection.prepare_cached(last)?.query_row([], |row| row.get(0))?;
        let id = WorkflowId::after(last);
        self.insert(
            "INSERT INTO workflows (id, kind, state, created_us, actor, owner, what, first_event,
                first_validation)
             VALUES (:id, :kind, 'PENDING', :now, :actor, :owner, :what,
                (SELECT coalesce(max(seq), 0) + 1 FROM events),
                (SELECT coalesce(max(id), 0) + 1 FROM validations))",
            &[
                (":id", &id),
                (":kind", &new.kind),
                (":now", &self.asked_us),
                (":actor", &self.author.name),
                (":owner", &self.shared.owner()?),
                (":what", &new.what.to_string()),
            ],
        )?;
        self.memo.tallies.begin(id);
        let standing = self.standing(id)?;
        self.tell(id, EventType::WorkflowStarted, None, standing)?;
        Ok(id)
    }

    /// PENDING to RUNNING, with this many files to do.
    ///
    /// # Errors
    /// A conflict if it is not PENDING.
    pub fn begin_workflow(&self, id: WorkflowId, total: u64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE workflows SET total = :total, started_us = :now WHERE id = :id AND state = 'PENDING'",
            &[(":id", &id), (":total", &total), (":now", &self.asked_us)],
        )?;
        self.step(id, &BEGIN, None)
    }

    /// Tells how far it is. Call it ten times a second at most, and once more at the end.
    ///
    /// # Errors
    /// A conflict if it has ended.
    pub fn progress(&self, id: WorkflowId, progress: &Progress) -> Result<(), StoreError> {
        let mut standing = self.standing(id)?;
        if !standing.state.is_open() {
            return Err(conflict(id, standing.state, "continued"));
        }
        self.set_progress(id, progress)?;
        standing.done = progress.done;
        standing.total = standing.total.max(progress.done);
        standing.percent = percent(progress.done, standing.total, standing.state);
        standing.counts = progress.counts;
        standing.path.clone_from(&progress.path);
        self.tell(id, EventType::WorkflowProgress, None, standing)
    }

    /// RUNNING to PAUSED, by the process that runs it; others use [`Tx::request`].
    ///
    /// # Errors
    /// A conflict if it is not RUNNING.
    pub fn pause_workflow(&self, id: WorkflowId) -> Result<(), StoreError> {
        self.step(id, &PAUSE, None)
    }

    /// PAUSED to RUNNING, by the process that runs it.
    ///
    /// # Errors
    /// A conflict if it is not PAUSED.
    pub fn resume_workflow(&self, id: WorkflowId) -> Result<(), StoreError> {
        self.step(id, &RESUME, None)
    }

    /// FAILED or CANCELLED to RUNNING: this process goes on where another stopped.
    ///
    /// # Errors
    /// A conflict if it is open or COMPLETED.
    pub fn reopen_workflow(&self, id: WorkflowId, total: u64) -> Result<(), StoreError> {
        self.allowed(id, &REOPEN)?;
        self.execute(
            "UPDATE workflows SET total = :total, owner = :owner WHERE id = :id",
            &[(":id", &id), (":total", &total), (":owner", &self.shared.owner()?)],
        )?;
        self.execute("DELETE FROM tallies WHERE workflow = :id", &[(":id", &id)])?;
        self.step(id, &REOPEN, None)
    }

    /// All is done. Its findings are summed up by directory and rule.
    ///
    /// # Errors
    /// A conflict if it is not RUNNING or PAUSED.
    pub fn complete_workflow(&self, id: WorkflowId, end: &Progress) -> Result<(), StoreError> {
        self.allowed(id, &COMPLETE)?;
        self.set_progress(id, end)?;
        self.step(id, &COMPLETE, None)
    }

    /// It could not go on, for this reason.
    ///
    /// # Errors
    /// A conflict if it has ended.
    pub fn fail_workflow(&self, id: WorkflowId, message: &str) -> Result<(), StoreError> {
        self.step(id, &FAIL, Some(message))
    }

    /// It was stopped, by the process that runs it.
    ///
    /// # Errors
    /// A conflict if it has ended.
    pub fn cancel_workflow(&self, id: WorkflowId) -> Result<(), StoreError> {
        self.step(id, &CANCEL, None)
    }

    /// Asks the process that runs the workflow to pause, resume or cancel it, which it does within
    /// half a second. Asking again for the same is fine.
    ///
    /// # Errors
    /// A conflict if its state does not allow that.
    pub fn request(&self, id: WorkflowId, control: Control) -> Result<(), StoreError> {
        let step = match control {
            Control::Pause => &PAUSE,
            Control::Resume => &RESUME,
            Control::Cancel => &CANCEL,
        };
        let standing = self.allowed(id, step)?;
        if standing.requested == Some(control) {
            return Ok(());
        }
        self.execute(
            "UPDATE workflows SET requested = :control, requested_by = :actor WHERE id = :id",
            &[(":id", &id), (":control", &control), (":actor", &self.author.name)],
        )?;
        self.audit(control.name(), &id.to_string(), None)
    }

    fn step(
        &self,
        id: WorkflowId,
        step: &WorkflowStep,
        message: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut standing = self.allowed(id, step)?;
        self.memo.known_open.set(None);
        let ended = (!step.to.is_open()).then_some(self.asked_us);
        self.execute(
            "UPDATE workflows SET state = :state, ended_us = :ended, message = :message,
                requested = NULL, requested_by = NULL, last_validation =
                iif(:ended IS NULL, NULL, (SELECT coalesce(max(id), 0) FROM validations))
             WHERE id = :id",
            &[(":id", &id), (":state", &step.to), (":ended", &ended), (":message", &message)],
        )?;
        if ended.is_some() {
            self.memo.tallies.end(self.connection, id)?;
        }
        standing.state = step.to;
        standing.percent = percent(standing.done, standing.total, step.to);
        standing.message = message.map(str::to_owned);
        let by = standing.requested.and(standing.requested_by.take());
        self.tell(id, step.event, by.as_deref(), standing)
    }

    /// Where the workflow stands, if it may take this step.
    fn allowed(&self, id: WorkflowId, step: &WorkflowStep) -> Result<Standing, StoreError> {
        let standing = self.standing(id)?;
        if !step.from.contains(&standing.state) {
            return Err(conflict(id, standing.state, step.wanted));
        }
        Ok(standing)
    }

    fn set_progress(&self, id: WorkflowId, progress: &Progress) -> Result<(), StoreError> {
        let counts = progress.counts;
        self.execute(
            "UPDATE workflows SET done = :done, total = max(total, :done), errors = :errors,
                warnings = :warnings, infos = :infos WHERE id = :id",
            &[
                (":id", &id),
                (":done", &progress.done),
                (":errors", &counts.errors),
                (":warnings", &counts.warnings),
                (":infos", &counts.infos),
            ],
        )?;
        Ok(())
    }

    fn tell(
        &self,
        id: WorkflowId,
        kind: EventType,
        actor: Option<&str>,
        data: Standing,
    ) -> Result<(), StoreError> {
        self.emit(&NewEvent { kind, workflow: Some(id), validation: None, actor, data })?;
        Ok(())
    }

    fn standing(&self, id: WorkflowId) -> Result<Standing, StoreError> {
        let sql =
            "SELECT kind, state, done, total, errors, warnings, infos, requested, requested_by
             FROM workflows WHERE id = ?1";
        let row = self.connection.prepare_cached(sql)?.query_row([id], |row| {
            let (state, done, total) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Standing {
                kind: row.get(0)?,
                state,
                done,
                total,
                percent: percent(done, total, state),
                counts: Counts { errors: row.get(4)?, warnings: row.get(5)?, infos: row.get(6)? },
                message: None,
                path: None,
                requested: row.get(7)?,
                requested_by: row.get(8)?,
            })
        });
        row.optional()?.ok_or_else(|| StoreError::not_found("workflow", id))
    }

    /// Whether results may still be added to a workflow.
    pub(super) fn check_open(&self, id: WorkflowId) -> Result<(), StoreError> {
        if self.memo.known_open.get() == Some(id) {
            return Ok(());
        }
        let sql = "SELECT state FROM workflows WHERE id = ?1";
        let state = self.connection.prepare_cached(sql)?.query_row([id], |row| row.get(0));
        let state: WorkflowState =
            state.optional()?.ok_or_else(|| StoreError::not_found("workflow", id))?;
        if !state.is_open() {
            return Err(conflict(id, state, "added to"));
        }
        self.memo.known_open.set(Some(id));
        Ok(())
    }
}

fn conflict(id: WorkflowId, state: WorkflowState, wanted: &'static str) -> StoreError {
    StoreError::Conflict { what: "workflow", id: id.to_string(), state: state.to_string(), wanted }
}
