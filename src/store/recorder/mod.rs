//! Records a run: an observer of [`crate::engine::run`] that writes what it hears.

pub(super) mod control;
pub(super) mod proposals;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::id::{Digest, WorkflowId};
use super::model::{Actor, NewValidation, NewWorkflow};
use super::packed::Found;
use super::workflows::Progress;
use super::writer::Queue;
use super::{Store, Tx};
use crate::config::{FileRules, Project};
use crate::engine::{Base, Event, File, FileReport, Status, Summary, shown};

use control::{Gate, Watch};

/// How often at most a run tells how far it is.
const PACE: Duration = Duration::from_millis(100);

/// Writes a run into the record. A record that fails stops being written; the run goes on.
pub struct Recorder<'p> {
    labels: Labels<'p>,
    queue: Queue,
    workflow: WorkflowId,
    watch: Watch,
    is_interrupted: fn() -> bool,
    begins: Begin,
    progress: Progress,
    told: Instant,
    failure: Option<StoreError>,
}

/// How the workflow comes to run.
enum Begin {
    /// It is PENDING.
    Anew,
    /// It was taken up again with this much done by an earlier process.
    Again(Progress),
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
    /// If the record cannot be written.
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
    /// If the record cannot be written.
    pub fn adopt(
        store: &Store,
        actor: Actor,
        project: &'p Project,
        workflow: WorkflowId,
        is_interrupted: fn() -> bool,
    ) -> Result<Self, StoreError> {
        Self::follow_workflow(store, actor, project, workflow, Begin::Anew, is_interrupted)
    }

    /// Goes on with a FAILED or CANCELLED workflow of which `done` was recorded and still holds;
    /// the run is over the other files.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn resume(
        store: &Store,
        actor: Actor,
        project: &'p Project,
        workflow: WorkflowId,
        done: Progress,
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
            labels: Labels::new(store, project),
            queue: store.queue(actor)?,
            workflow,
            watch: Watch::start(store, workflow)?,
            is_interrupted,
            begins,
            progress: Progress::default(),
            told: Instant::now(),
            failure: None,
        })
    }

    /// The workflow that is recorded.
    pub fn workflow(&self) -> WorkflowId {
        self.workflow
    }

    /// Hears what happens. While the workflow is paused this waits; it returns `Break` once the
    /// workflow is cancelled.
    pub fn follow(&mut self, event: &Event) -> ControlFlow<()> {
        match event {
            Event::Started { files } => self.begin(*files as u64),
            Event::Checked { file, .. } => self.checked(file),
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
                let total = done.done + files;
                self.progress = done;
                self.post(move |tx| tx.reopen_workflow(id, total));
            }
        }
    }

    fn checked(&mut self, file: &FileReport) {
        if self.failure.is_some() || self.watch.is_cancelled() {
            return;
        }
        let new = self.labels.validation(self.workflow, file);
        self.progress.done += 1;
        self.progress.counts += new.found.counts();
        self.progress.path = Some(new.path.clone());
        let wants_proposals = file.findings.iter().any(|finding| finding.fix.is_some());
        let findings = if wants_proposals { file.findings.clone() } else { Vec::new() };
        let path = file.path.clone();
        self.post(move |tx| {
            let proposals = proposals::of(&path, new.hash, &findings);
            tx.record_validation(&NewValidation { proposals, ..new }).map(drop)
        });
        if self.told.elapsed() >= PACE {
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

/// Splits files into those that a workflow still has to check and what it has recorded of the
/// others, which are as they were then.
///
/// # Errors
/// If the record cannot be read.
pub fn remaining(
    store: &Store,
    project: &Project,
    workflow: WorkflowId,
    files: Vec<File>,
) -> Result<(Vec<File>, Progress), StoreError> {
    let recorded = store.read(|reader| reader.recorded(workflow))?;
    let recorded: HashMap<_, _> =
        recorded.into_iter().map(|known| (known.path.clone(), known)).collect();
    let labels = Labels::new(store, project);
    let mut done = Progress::default();
    let mut is_done = |file: &File| {
        let Some(known) = recorded.get(&labels.path(&file.path)) else { return false };
        let is_same = || std::fs::read(&file.path).is_ok_and(|now| Digest::of(&now) == known.hash);
        let is_done = known.status != super::Status::Unreadable && is_same();
        if is_done {
            done.done += 1;
            done.counts += known.counts;
        }
        is_done
    };
    let remaining = files.into_iter().filter(|file| !is_done(file)).collect();
    Ok((remaining, done))
}

/// What a project says of its files, in the words of the record.
pub(super) struct Labels<'p> {
    project: &'p Project,
    root: Base,
    /// The working folder, from which paths are given.
    folder: Base,
    /// The rules that were asked for last, with the names of their types: most files share them.
    last: Option<(Arc<FileRules>, Arc<str>)>,
}

impl<'p> Labels<'p> {
    pub(super) fn new(store: &Store, project: &'p Project) -> Self {
        let folder = std::env::current_dir().unwrap_or_else(|_| store.root().to_owned());
        let (root, folder) = (Base::new(store.root()), Base::new(&folder));
        Labels { project, root, folder, last: None }
    }

    /// A file's path as it is recorded: relative to the project's root, with `/`.
    fn path(&self, path: &Path) -> String {
        if let Some(inside) = path.to_str().and_then(|path| self.inside(path)) {
            return inside.to_owned();
        }
        let path = self.folder.absolute(path);
        match path.strip_prefix(self.root.path()) {
            Ok(inside) => shown(inside),
            Err(_) => shown(&self.root.relative(&path)),
        }
    }

    /// The same without a look at each part, for paths that are as plain as most.
    fn inside<'t>(&self, path: &'t str) -> Option<&'t str> {
        let inside = match path.strip_prefix('/') {
            Some(_) => path.strip_prefix(self.root.path().to_str()?)?.strip_prefix('/')?,
            None if self.root.path() == self.folder.path() => path,
            None => return None,
        };
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        (inside.split('/').all(is_plain) && !inside.contains('\\')).then_some(inside)
    }

    /// A file's report as it is recorded, without proposals.
    pub(super) fn validation(&mut self, workflow: WorkflowId, file: &FileReport) -> NewValidation {
        let error = (file.status != Status::Checked)
            .then(|| file.findings.first().map(|finding| finding.message.to_string()))
            .flatten();
        let (family, types) = self.labels(&file.path);
        NewValidation {
            workflow,
            path: self.path(&file.path),
            hash: Digest(file.digest),
            family,
            types,
            duration_us: 0,
            error,
            found: Found::from(file.findings.as_slice()),
            proposals: Vec::new(),
        }
    }

    fn labels(&mut self, path: &Path) -> (Option<Arc<str>>, Arc<str>) {
        // A file whose configuration is wrong is a file that could not be checked.
        let Ok(rules) = self.project.rules_for(path) else { return (None, Arc::from("")) };
        let known = self.last.as_ref().filter(|(known, _)| Arc::ptr_eq(known, &rules));
        let types = known.map_or_else(|| types(&rules), |(_, types)| Arc::clone(types));
        let family = rules.family.clone();
        self.last = Some((rules, Arc::clone(&types)));
        (family, types)
    }
}

fn types(rules: &FileRules) -> Arc<str> {
    let names: Vec<_> = rules.types.iter().map(|validation| validation.name()).collect();
    Arc::from(names.join(","))
}
