//! Applies approved recommendations to their files: what is proven, only to the content that it
//! was made from, journalled for undo, and checked again afterwards.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::apply::NewApplication;
use super::error::StoreError;
use super::id::{Digest, WorkflowId};
use super::model::{Actor, Counts, NewWorkflow, Recommendation, RecommendationState, RecordChange};
use super::plan::{Plan, RefusedChange, plan};
use super::query::{ListPage, MAX_PAGE, RecommendationFilter};
use super::recorder::control::{Gate, Watch};
use super::recorder::{ValidationBuilder, journal_name};
use super::workflows::Progress;
use super::{Reader, Store, Tx};
use crate::engine::state::read_page;
use crate::engine::undo::Journal;
use crate::engine::write::{self, WriteError};
use crate::engine::{Base, CheckOptions, Checked, File, Workspace, check_file};

/// What became of a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Enhanced {
    pub path: String,
    /// Recommendations that are applied.
    pub applied: Vec<i64>,
    /// Those of which at least one change was not made.
    pub refused: Vec<i64>,
    /// How many changes were asked for, and how many of them were made.
    pub changes: usize,
    pub applied_changes: usize,
    /// The changes that were not made, with the reasons.
    pub refused_changes: Vec<RefusedChange>,
    /// Those made from other content than the file has now.
    pub stale: Vec<i64>,
    /// Why the file was not written.
    pub error: Option<String>,
    /// What was found afterwards.
    pub findings: Option<Counts>,
}

/// What came of applying.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EnhanceReport {
    pub workflow: WorkflowId,
    pub files: Vec<Enhanced>,
    /// Whether it was stopped before all files were done.
    pub cancelled: bool,
}

impl EnhanceReport {
    /// Why the workflow failed: there were files that could not be written.
    fn failure(&self) -> Option<String> {
        let mut failed =
            self.files.iter().filter_map(|file| Some((&file.path, file.error.as_ref()?)));
        let (path, cause) = failed.next()?;
        Some(match failed.count() {
            0 => format!("{path} was not written: {cause}"),
            more => format!("{path} and {more} more were not written: {cause}"),
        })
    }
}

/// The files that have approved recommendations, with these, in the order of path.
fn approved(
    reader: &Reader,
    filter: &RecommendationFilter,
) -> Result<Vec<(String, Vec<Recommendation>)>, StoreError> {
    let state = Some(RecommendationState::Approved);
    let filter = RecommendationFilter { state, ..filter.clone() };
    let mut files = BTreeMap::<String, Vec<Recommendation>>::new();
    let mut page = ListPage::first(MAX_PAGE);
    loop {
        let found = reader.recommendations(&filter, page)?;
        for recommendation in found.items {
            files.entry(recommendation.path.clone()).or_default().push(recommendation);
        }
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok(files.into_iter().collect()),
        }
    }
}

/// What applying the approved recommendations would make of their files: what [`enhance`] would
/// write, and what it would refuse. Nothing is written.
///
/// # Errors
/// If the run history cannot be read.
pub fn preview(
    store: &Store,
    project: &Workspace,
    filter: &RecommendationFilter,
) -> Result<Vec<Plan>, StoreError> {
    let files = store.read(|reader| approved(reader, filter))?;
    Ok(files.iter().map(|(path, found)| preview_file(store, project, path, found)).collect())
}

/// What one recommendation would make of its file; `None` if the file is no longer what it was made
/// from.
pub fn preview_one(store: &Store, project: &Workspace, item: &Recommendation) -> Option<Plan> {
    let plan = preview_file(store, project, &item.path, std::slice::from_ref(item));
    (plan.stale.is_empty() && plan.error.is_none()).then_some(plan)
}

fn preview_file(store: &Store, project: &Workspace, path: &str, found: &[Recommendation]) -> Plan {
    let before = match read_text(store.root(), path) {
        Ok(text) => text,
        Err(error) => {
            return Plan { error: Some(error.to_string()), ..Plan::empty(path, String::new()) };
        }
    };
    let (fresh, stale) = fresh(found, Digest::of(before.as_bytes()));
    let planned = plan(project, store.root(), path, before.clone(), &fresh);
    let plan = Plan { stale, ..planned.unwrap_or_else(|| Plan::empty(path, before)) };
    if !plan.is_change() {
        return plan;
    }
    let page = write::PageFile::open(&store.root().join(path), store.root());
    match page.and_then(|page| page.check()) {
        Ok(()) => plan,
        Err(error) => plan.refused_for(error.to_string()),
    }
}

/// Splits recommendations into those made from this content and the others.
fn fresh(recommendations: &[Recommendation], now: Digest) -> (Vec<&Recommendation>, Vec<i64>) {
    let (fresh, stale): (Vec<_>, Vec<_>) =
        recommendations.iter().partition(|recommendation| recommendation.file_hash == now);
    (fresh, stale.into_iter().map(|recommendation| recommendation.id).collect())
}

/// The text of a page that the run history names.
fn read_text(root: &Path, path: &str) -> io::Result<String> {
    let bytes = read_page(root, Path::new(path))?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Applies the approved recommendations, as a workflow of its own.
///
/// # Errors
/// If the run history cannot be read or written. A file that cannot be written is told in the
/// report.
pub fn enhance(
    store: &Store,
    actor: &Actor,
    project: &Workspace,
    filter: &RecommendationFilter,
    is_interrupted: fn() -> bool,
) -> Result<EnhanceReport, StoreError> {
    let files = store.read(|reader| approved(reader, filter))?;
    let what = json!({"paths": files.iter().map(|(path, _)| path).take(100).collect::<Vec<_>>()});
    let new = NewWorkflow { kind: "enhance".into(), what };
    let total = files.len() as u64;
    let workflow = store.write(actor.clone(), move |tx| {
        let id = tx.create_workflow(&new)?;
        tx.begin_workflow(id, total)?;
        Ok(id)
    })?;
    let mut work = ApplyWork {
        store,
        actor,
        project,
        labels: ValidationBuilder::new(store, project),
        workflow,
        journal: Journal::new(store.root()),
    };
    let watch = Watch::start(store, workflow)?;
    let mut report = EnhanceReport { workflow, files: Vec::new(), cancelled: false };
    let mut progress = Progress::default();
    for (path, recommendations) in files {
        if watch.pass(is_interrupted) == Gate::Shut || is_interrupted() {
            report.cancelled = true;
            break;
        }
        let done = work.file(&path, recommendations)?;
        progress.done += 1;
        progress.counts += done.findings.unwrap_or_default();
        progress.path = Some(path);
        report.files.push(done);
        let told = progress.clone();
        work.write(move |tx| tx.progress(workflow, &told))?;
    }
    if !watch.is_cancelled() {
        let (cancelled, failure) = (report.cancelled, report.failure());
        work.write(move |tx| match failure {
            _ if cancelled => tx.cancel_workflow(workflow),
            Some(message) => tx.fail_workflow(workflow, &message),
            None => tx.complete_workflow(workflow, &progress),
        })?;
    }
    Ok(report)
}

/// A workflow that applies recommendations.
struct ApplyWork<'a> {
    store: &'a Store,
    actor: &'a Actor,
    project: &'a Workspace,
    labels: ValidationBuilder<'a>,
    workflow: WorkflowId,
    journal: Journal,
}

impl ApplyWork<'_> {
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.store.write(self.actor.clone(), work)
    }

    fn file(&mut self, path: &str, found: Vec<Recommendation>) -> Result<Enhanced, StoreError> {
        let mut result = Enhanced {
            path: path.to_owned(),
            applied: Vec::new(),
            refused: Vec::new(),
            changes: 0,
            applied_changes: 0,
            refused_changes: Vec::new(),
            stale: Vec::new(),
            error: None,
            findings: None,
        };
        let target = self.store.root().join(path);
        let before = match read_text(self.store.root(), path) {
            Ok(text) => text,
            Err(error) => {
                result.error = Some(error.to_string());
                return Ok(result);
            }
        };
        let (fresh, stale) = fresh(&found, Digest::of(before.as_bytes()));
        self.mark_stale(&stale)?;
        result.stale = stale;
        let planned = plan(self.project, self.store.root(), path, before, &fresh);
        let Some(plan) = planned else { return Ok(result) };
        result.changes = plan.changes;
        if plan.is_change() {
            match self.apply(&target, &plan) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => result.error = Some(error.to_string()),
                Err(StoreError::Conflict { .. }) => {
                    result.error = Some("another process decided otherwise meanwhile".to_owned());
                }
                Err(error) => return Err(error),
            }
            if result.error.is_some() {
                return Ok(result);
            }
            result.findings = Some(self.check(&target, &plan)?);
        } else {
            self.refuse(plan.refused_recommendations(), &plan)?;
        }
        result.refused = plan.refused_recommendations();
        result.applied = plan.applied;
        result.applied_changes = plan.applied_changes;
        result.refused_changes = plan.refused;
        Ok(result)
    }

    /// Marks the recommendations that cannot be applied as they are.
    fn refuse(&self, ids: Vec<i64>, plan: &Plan) -> Result<(), StoreError> {
        let refused = plan.refused.clone();
        self.write(move |tx| ids.iter().try_for_each(|&id| refuse(tx, id, &refused)))
    }

    fn apply(&mut self, target: &Path, plan: &Plan) -> Result<Result<(), WriteError>, StoreError> {
        let journal = match self.journal.number() {
            Ok(run) => Some(journal_name(run)),
            Err(cause) => return Ok(Err(WriteError::Io { path: target.to_owned(), cause })),
        };
        let new = NewApplication {
            workflow: self.workflow,
            validation: plan.validation,
            path: plan.path.clone(),
            before: Digest::of(plan.before.as_bytes()),
            after: Digest::of(plan.after.as_bytes()),
            journal,
            recommendations: plan.applied.clone(),
        };
        let application = self.write(move |tx| tx.intend(&new))?;
        let written = self.journal.change(target, plan.before.as_bytes(), plan.after.as_bytes());
        match &written {
            Ok(()) => self.write(move |tx| tx.confirm(application))?,
            Err(error) => {
                let changed = matches!(error, WriteError::Changed(_));
                let applied = plan.applied.clone();
                self.write(move |tx| tx.abandon(application))?;
                if changed {
                    self.mark_stale(&applied)?;
                }
            }
        }
        Ok(written)
    }

    fn mark_stale(&self, recommendations: &[i64]) -> Result<(), StoreError> {
        let recommendations = recommendations.to_vec();
        self.write(move |tx| {
            for id in recommendations {
                match tx.mark_stale(id, "the file has changed since it was checked") {
                    // Another process decided otherwise meanwhile.
                    Ok(()) | Err(StoreError::Conflict { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }

    /// Checks the written file and records what is found. Of that, what was refused is said to be.
    fn check(&mut self, target: &Path, plan: &Plan) -> Result<Counts, StoreError> {
        let file = File::new(&Base::new(self.store.root()), target);
        let Checked { report, doc, .. } = check_file(self.project, &file, &CheckOptions::default());
        let new = self.labels.validation(self.workflow, &report, doc.as_deref());
        let counts = new.found.counts();
        let refused = plan.refused.clone();
        self.write(move |tx| {
            let validation = tx.record_validation(&new)?;
            let filter =
                RecommendationFilter { validation: Some(validation), ..Default::default() };
            let left = tx.reader().recommendations(&filter, ListPage::first(MAX_PAGE))?.items;
            let is_open = |left: &&Recommendation| {
                matches!(left.state, RecommendationState::Proposed | RecommendationState::Approved)
            };
            for left in left.iter().filter(is_open) {
                if left.changes.iter().any(|change| is_refused(change, &refused)) {
                    refuse(tx, left.id, &refused)?;
                }
            }
            Ok(())
        })?;
        Ok(counts)
    }
}

fn is_refused(change: &RecordChange, refused: &[RefusedChange]) -> bool {
    refused.iter().any(|refused| refused.fingerprint == change.fingerprint)
}

/// Marks a recommendation as refused, with the reasons of its changes.
fn refuse(tx: &Tx, id: i64, refused: &[RefusedChange]) -> Result<(), StoreError> {
    let changes = tx.reader().recommendation(id)?.changes;
    let is_of_it = |refused: &&RefusedChange| {
        changes.iter().any(|change| change.fingerprint == refused.fingerprint)
    };
    let mut reasons: Vec<&str> =
        refused.iter().filter(is_of_it).map(|refused| refused.reason).collect();
    reasons.sort_unstable_by(|a, b| b.cmp(a));
    reasons.dedup();
    match tx.refuse(id, &reasons.join(", ")) {
        // Another process decided otherwise meanwhile.
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
