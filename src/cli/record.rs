//! What `check` and `batch` tell the run history, and what they ask it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{interrupt, opened, settings, terminal};
use crate::config::{Project, Request};
use crate::engine::{self, Base, File, Job, Rejections, Workspace, shown};
use crate::report::printable;
use crate::store::recorder::{self, Ended, Recorder};
use crate::store::{Actor, NewWorkflow, Store, StoreError, WorkflowId, WorkflowState};

/// Paths that a run remembers of what it was asked; one that was asked for more cannot go on.
const REMEMBERED: usize = 10_000;

#[derive(Clone, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Record")]
pub(super) struct RecordArgs {
    /// Record the run, and create the run history (.validator/) if needed
    #[arg(long, conflicts_with = "no_record")]
    record: bool,
    /// Do not record the run
    #[arg(long)]
    no_record: bool,
    /// Report findings even if they were rejected in review
    #[arg(long)]
    no_review_state: bool,
}

/// What a run was asked to do, as the run history keeps it: enough to go on with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RunSpec {
    /// The current directory, relative to the project's root.
    #[serde(rename = "directory", alias = "folder")]
    pub dir: String,
    /// Relative to the current directory.
    pub paths: Vec<PathBuf>,
    /// How many files that were.
    pub files: usize,
    #[serde(flatten)]
    pub settings: settings::SettingsArgs,
    #[serde(default)]
    pub no_ignore: bool,
    #[serde(default)]
    pub fix: bool,
    #[serde(default)]
    pub unsafe_fixes: bool,
}

impl RunSpec {
    /// As JSON, without what was not set.
    pub(super) fn value(self) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(entries) = &mut value {
            entries.retain(|_, value| {
                let is_list_of_none = value.as_array().is_some_and(Vec::is_empty);
                !value.is_null() && *value != Value::Bool(false) && !is_list_of_none
            });
        }
        value
    }
}

/// The project's run history, as far as a run may use it.
pub(super) struct RecordWriter {
    store: Option<Store>,
    records: bool,
    minds_review: bool,
}

impl RecordArgs {
    /// Opens the run history of the project at `root`, if there is one or there is to be one. What
    /// is wrong with it is said, and is no reason not to check.
    pub(super) fn open(&self, root: &Path, can_be_recorded: bool) -> RecordWriter {
        let records = can_be_recorded && !self.no_record;
        let opened = match (self.record, Store::exists(root)) {
            (true, _) if records => Some(Store::create(root)),
            (_, true) if records => Some(Store::open(root)),
            (_, true) if !self.no_review_state => Some(Store::open_read_only(root)),
            _ => None,
        };
        let mut record = RecordWriter { store: None, records, minds_review: !self.no_review_state };
        match opened {
            Some(Ok(store)) => {
                if records && store.is_read_only() {
                    report_error("the run is not recorded", &StoreError::ReadOnly);
                    record.records = false;
                }
                record.store = Some(store);
            }
            Some(Err(error)) if records => report_error("the run is not recorded", &error),
            Some(Err(error)) => report_error("what was rejected in review is not known", &error),
            None => {}
        }
        record
    }

    /// Whether the run is to be recorded whatever is there.
    pub(super) fn is_asked(&self) -> bool {
        self.record
    }
}

impl RecordWriter {
    /// What people have rejected, unless that is not to count.
    pub(super) fn rejections(&self) -> Rejections {
        let store = self.store.as_ref().filter(|_| self.minds_review);
        let Some(store) = store else { return Rejections::default() };
        store.read(crate::store::Reader::rejections).unwrap_or_else(|error| {
            report_error("what was rejected in review is not known", &error);
            Rejections::default()
        })
    }

    /// Splits off the files that `workflow` has recorded; see [`recorder::remaining`].
    pub(super) fn remaining(
        &self,
        project: &Project,
        workflow: WorkflowId,
        files: Vec<File>,
    ) -> anyhow::Result<(Vec<File>, u64)> {
        let store = self.store.as_ref().filter(|_| self.records);
        let store = store.ok_or_else(|| {
            anyhow::anyhow!("run {workflow} cannot be resumed without the run history it is in")
        })?;
        recorder::remaining(store, project, workflow, files).map_err(opened::explained)
    }

    /// What records a new run, if it is to be recorded.
    pub(super) fn start<'p>(
        &self,
        project: &'p Project,
        kind: &str,
        told: RunSpec,
    ) -> Option<Recorder<'p>> {
        let told = RunSpec { paths: told.paths.into_iter().take(REMEMBERED).collect(), ..told };
        let new = NewWorkflow { kind: kind.to_owned(), what: told.value() };
        self.recorder(|store| {
            let is_interrupted = interrupt::is_interrupted;
            Recorder::start(store, Actor::cli(), project, new, is_interrupted)
        })
    }

    /// What records the rest of a run of which `done` files are recorded.
    pub(super) fn go_on<'p>(
        &self,
        project: &'p Project,
        workflow: WorkflowId,
        done: u64,
    ) -> Option<Recorder<'p>> {
        self.recorder(|store| {
            let is_interrupted = interrupt::is_interrupted;
            Recorder::resume(store, Actor::cli(), project, workflow, done, is_interrupted)
        })
    }

    fn recorder<'p>(
        &self,
        start: impl FnOnce(&Store) -> Result<Recorder<'p>, StoreError>,
    ) -> Option<Recorder<'p>> {
        let store = self.store.as_ref().filter(|_| self.records)?;
        let started = start(store);
        started.inspect_err(|error| report_error("the run is not recorded", error)).ok()
    }
}

/// The current directory relative to the root, as the run history keeps it.
pub(super) fn dir_in(root: &Path, dir: &Path) -> String {
    shown(&Base::new(root).relative(dir))
}

/// What a run that did not come to its end was asked to do.
///
/// # Errors
/// If there is nothing to go on with.
pub(super) fn interrupted(store: &Store, id: WorkflowId) -> anyhow::Result<RunSpec> {
    let run = store.read(|reader| reader.workflow(id)).map_err(opened::explained)?;
    match run.state {
        WorkflowState::Failed | WorkflowState::Cancelled => {}
        WorkflowState::Completed => anyhow::bail!(
            "run {id} came to its end, there is nothing to go on with\n\
             help: `validator runs show {id}` shows what it found"
        ),
        open => anyhow::bail!(
            "run {id} is {open} in another process\n\
             help: `validator runs resume {id}` lets it go on if it is paused, \
             `validator runs cancel {id}` stops it"
        ),
    }
    let told = serde_json::from_value::<RunSpec>(run.what).ok();
    let told = told.filter(|told| run.kind == "batch" && told.paths.len() < REMEMBERED);
    told.ok_or_else(|| {
        anyhow::anyhow!(
            "run {id} was not started by `validator batch`, which alone can go on\n\
             help: `validator runs` lists runs with what started them"
        )
    })
}

/// Tells the run history, if there is one, what was taken back, and checks the files again.
pub(super) fn tell_undo(root: &Path, run: u32, paths: &[String]) {
    if paths.is_empty() || !Store::exists(root) {
        return;
    }
    let told = Store::open(root).and_then(|store| {
        let journal = recorder::journal_name(run);
        let taken_back = paths.to_owned();
        store.write(Actor::cli(), move |tx| tx.take_back(&journal, &taken_back))?;
        recheck(&store, paths)
    });
    if let Err(error) = told {
        report_error("what was undone is not recorded", &error);
    }
}

/// Records how files are now, as a workflow of its own.
fn recheck(store: &Store, paths: &[String]) -> Result<(), StoreError> {
    let request = Request { start: store.root().to_owned(), ..Request::default() };
    // With mistakes in the configuration nothing can be checked; the next run says so.
    let Ok(workspace) = Workspace::open(request) else { return Ok(()) };
    let base = Base::new(store.root());
    let file = |path: &String| File::new(&base, &store.root().join(path));
    let files: Vec<File> = paths.iter().map(file).collect();
    let new = NewWorkflow { kind: "undo".into(), what: json!({ "paths": paths }) };
    let is_interrupted = interrupt::is_interrupted;
    let mut recorder =
        Recorder::start(store, Actor::cli(), workspace.project(), new, is_interrupted)?;
    let note = recorder.note();
    let job = Job::noting(&workspace, &files, &note);
    engine::run(&job, &mut |event| recorder.follow(event));
    recorder.finish().failure.map_or(Ok(()), Err)
}

/// Says how recording ended.
pub(super) fn conclude(ended: &Ended, terminal: &terminal::TerminalArgs, is_batch: bool) {
    let id = ended.workflow;
    if let Some(error) = &ended.failure {
        report_error(&format!("run {id} is recorded only in part"), error);
    } else if ended.cancelled || interrupt::is_interrupted() {
        let by = if ended.cancelled { "cancelled by another process" } else { "interrupted" };
        let go_on = if is_batch {
            format!("; continue it with `validator batch --resume {id}`")
        } else {
            String::new()
        };
        terminal.note(&[format!("run {id} was {by}{go_on}")]);
    } else if is_batch {
        terminal.note(&[format!("recorded as {id}; `validator runs` compares runs")]);
    }
}

/// Says in one line what is wrong with the run history. Findings and exit status do not change.
fn report_error(what: &str, error: &StoreError) {
    let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    // If standard error is gone, nobody wants to know.
    let _ = writeln!(io::stderr(), "warning: {what}: {}", printable(&format!("{error}{hint}")));
}
