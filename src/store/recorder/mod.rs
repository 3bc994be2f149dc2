//! Records a run: an observer of [`crate::engine::run`] that writes what it hears.

pub(super) mod control;
mod labels;
pub(super) mod proposals;
mod resume;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::id::{Digest, WorkflowId};
use super::model::{Actor, Fixed, NewValidation, NewWorkflow};
use super::workflows::Progress;
use super::writer::Queue;
use super::{Store, Tx};
use crate::config::Project;
use crate::document::Document;
use crate::engine::{Event, FileReport, Summary};

use control::{Gate, Watch};

pub(super) use labels::ValidationBuilder;
pub use resume::{outdated, remaining};

/// How often at most a run tells how far it is.
const PACE: Duration = Duration::from_millis(100);

/// Writes a run into the run history. A run history that fails stops being written; the run goes
/// on.
///
/// It follows a run that makes its notes: see [`Recorder::note`].
pub struct Recorder<'p> {
    labels: Arc<ValidationBuilder<'p>>,
    queue: Queue,
    workflow: WorkflowId,
    watch: Watch,
    is_interrupted: fn() -> bool,
    begins: Begin,
    progress: Progress,
    /// So much is recorded already: what is less is no progress.
    floor: u64,
    told: Instant,
    failure: Option<StoreError>,
}

/// What became of a file that was fixed.
#[derive(Clone, Debug)]
pub enum RunWritten {
    /// Nothing: it was not fixed, or not to be written.
    Nothing,
    /// It was written; this run of the undo journal takes it back.
    Journalled(u32),
    /// It could not be written, for this reason.
    Failed(String),
}

/// How the workflow comes to run.
enum Begin {
    /// It is PENDING.
    Anew,
    /// It was taken up again with so much done by an earlier process.
    Again(u64),
}

/// How a recorded run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub workflow: WorkflowId,
    /// Whether another process cancelled it.
    pub cancelled: bool,
    /// Why recording stopped before the run did.
    pub failure: Option<StoreError>,
}

impl<'p> Recorder<'p> {
    /// Records a new workflow. `is_interrupted` is asked while the run is paused: nobody else
    /// gets a word in then.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn start(
        store: &Store,
        actor: Actor,
        project: &'p Project,
        new: NewWorkflow,
        is_interrupted: fn() -> bool,
    ) -> Result<Self, StoreError> {
        let workflow = store.write(actor.clone(), move |tx| tx.create_workflow(&new))?;
        Self::follow_workflow(store, actor, project, workflow, Begin::Anew, is_interrupted)
    }

    /// Records into a workflow of this process that is still PENDING.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn adopt(
        store: &Store,
        actor: Actor,
        project: &'p Project,
        workflow: WorkflowId,
        is_interrupted: fn() -> bool,
    ) -> Result<Self, StoreError> {
        Self::follow_workflow(store, actor, project, workflow, Begin::Anew, is_interrupted)
    }

    /// Goes on with a FAILED or CANCELLED workflow, over the files that [`remaining`] returned,
    /// `done` of which are recorded already.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn resume(
        store: &Store,
        actor: Actor,
        project: &'p Project,
        workflow: WorkflowId,
        done: u64,
        is_interrupted: fn() -> bool,
    ) -> Result<Self, StoreError> {
        let begins = Begin::Again(done);
        Self::follow_workflow(store, actor, project, workflow, begins, is_interrupted)
    }

    fn follow_workflow(
        store: &Store,
        actor: Actor,
        project: &'p Project,
        workflow: WorkflowId,
        begins: Begin,
        is_interrupted: fn() -> bool,
    ) -> Result<Self, StoreError> {
        Ok(Recorder {
            labels: Arc::new(ValidationBuilder::new(store, project)),
            queue: store.queue(actor)?,
            workflow,
            watch: Watch::start(store, workflow)?,
            is_interrupted,
            begins,
            progress: Progress::default(),
            floor: 0,
            told: Instant::now(),
            failure: None,
        })
    }

    /// The workflow that is recorded.
    pub fn workflow(&self) -> WorkflowId {
        self.workflow
    }

    /// What the run has to make of each file for this recorder (see [`crate::engine::Job::note`]).
    pub fn note(
        &self,
    ) -> impl Fn(&FileReport, Option<&Document>) -> NewValidation + Sync + use<'p> {
        let (labels, workflow) = (Arc::clone(&self.labels), self.workflow);
        move |file, doc| labels.validation(workflow, file, doc)
    }

    /// Hears what happens. While the workflow is paused this waits; it returns `Break` once the
    /// workflow is cancelled.
    pub fn follow(&mut self, event: Event<NewValidation>) -> ControlFlow<()> {
        self.follow_written(event, &RunWritten::Nothing)
    }

    /// The same, when the file of the event may have been fixed and written.
    pub fn follow_written(
        &mut self,
        event: Event<NewValidation>,
        written: &RunWritten,
    ) -> ControlFlow<()> {
        match event {
            Event::Started { files } => self.begin(files as u64),
            Event::Checked { file, note, .. } => self.checked(file, note, written),
            Event::Waiting { .. } => {}
            Event::Finished(summary) => return self.end(summary),
        }
        match self.watch.pass(self.is_interrupted) {
            Gate::Open => ControlFlow::Continue(()),
            Gate::Shut => ControlFlow::Break(()),
        }
    }

    /// Ends the workflow as FAILED in place of [`Event::Finished`], since what was asked could not
    /// be answered; what was recorded stays.
    pub fn fail(&mut self, message: String) -> ControlFlow<()> {
        if !self.watch.is_cancelled() {
            self.tell();
            let id = self.workflow;
            self.post(move |tx| tx.fail_workflow(id, &message));
        }
        ControlFlow::Continue(())
    }

    /// Waits until all is written, and says how it went.
    pub fn finish(self) -> Ended {
        let cancelled = self.watch.is_cancelled();
        // Whatever was posted before is committed with this.
        let last = self.queue.write(|_| Ok(()));
        let failure = self.failure.or(last.err());
        // After a cancellation what was still on its way is refused, as it should be.
        let failure =
            failure.filter(|error| !(cancelled && matches!(error, StoreError::Conflict { .. })));
        Ended { workflow: self.workflow, cancelled, failure }
    }

    fn begin(&mut self, files: u64) {
        let id = self.workflow;
        match std::mem::replace(&mut self.begins, Begin::Anew) {
            Begin::Anew => self.post(move |tx| tx.begin_workflow(id, files)),
            Begin::Again(done) => {
                self.floor = done;
                self.post(move |tx| tx.reopen_workflow(id, files));
            }
        }
    }

    fn checked(&mut self, file: &FileReport, mut new: NewValidation, written: &RunWritten) {
        if self.failure.is_some() || self.watch.is_cancelled() {
            return;
        }
        note_fix(&mut new, file, written);
        self.progress.done += 1;
        self.progress.counts += new.found.counts();
        new.path.clone_into(self.progress.path.get_or_insert_default());
        if !file.is_recalled {
            self.post(move |tx| tx.record_validation(&new).map(drop));
        }
        if self.told.elapsed() >= PACE && self.progress.done >= self.floor {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told = Instant::now();
        let (id, progress) = (self.workflow, self.progress.clone());
        self.post(move |tx| tx.progress(id, &progress));
    }

    fn end(&mut self, summary: &Summary) -> ControlFlow<()> {
        if !self.watch.is_cancelled() {
            self.tell();
            let (id, end) = (self.workflow, self.progress.clone());
            if summary.interrupted {
                self.post(move |tx| tx.cancel_workflow(id));
            } else {
                self.post(move |tx| tx.complete_workflow(id, &end));
            }
        }
        ControlFlow::Continue(())
    }

    fn post(&mut self, work: impl FnOnce(&Tx) -> Result<(), StoreError> + Send + 'static) {
        if self.failure.is_none()
            && let Err(error) = self.queue.post(work)
        {
            self.failure = Some(error);
        }
    }
}

/// Adds what became of a file that was fixed.
fn note_fix(new: &mut NewValidation, file: &FileReport, written: &RunWritten) {
    if let RunWritten::Failed(reason) = written {
        // What was found is what is on the disk.
        new.error = Some(format!("not written: {reason}"));
    }
    let Some(fixed) = file.fixed.as_deref().filter(|fixed| fixed.is_changed()) else { return };
    let before = Digest::of(fixed.before.as_bytes());
    match written {
        RunWritten::Nothing | RunWritten::Failed(_) => {}
        RunWritten::Journalled(run) => {
            let journal = Some(journal_name(*run));
            new.fixed = Some(Fixed { before, fixes: fixed.applied.len() as u64, journal });
        }
    }
}

/// How the run history names a run of the undo journal.
pub fn journal_name(run: u32) -> String {
    format!("undo/{run:06}")
}
