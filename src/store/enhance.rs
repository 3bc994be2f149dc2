//! Applies approved recommendations to their files: what is proven, only to the content that it
//! was made from, journalled for undo, and checked again afterwards.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::apply::NewApplication;
use super::error::StoreError;
use super::id::{Digest, WorkflowId};
use super::model::{
    Actor, Change, Counts, NewWorkflow, Recommendation, RecommendationState, RecordedEdit,
};
use super::query::{MAX_PAGE, Page, RecommendationFilter};
use super::recommendations::Approval;
use super::recorder::control::{Gate, Watch};
use super::recorder::{Labels, journal_name};
use super::workflows::Progress;
use super::{Reader, Store, Tx};
use crate::config::Project;
use crate::diagnostic::{Diagnostic, Edit, Fingerprint, Fix, Severity};
use crate::document::Document;
use crate::engine::fix::apply_once;
use crate::engine::state::read_page;
use crate::engine::undo::Journal;
use crate::engine::write::WriteError;
use crate::engine::{Base, Checked, File, How, check_file};
use crate::rules;
use crate::text::Span;

/// What is applied may bring what waited beside it within reach; so often at most.
const PASSES: usize = 10;

/// What a file becomes with its approved recommendations.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Relative to the project's root.
    pub path: String,
    /// The validation that the recommendations come from.
    pub validation: i64,
    pub before: String,
    pub after: String,
    /// Those of which at least one change is in `after`.
    pub applied: Vec<i64>,
    /// Those that claimed to be safe but would change the rendered page.
    pub refused: Vec<i64>,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Enhanced {
    pub path: String,
    /// Recommendations that are applied.
    pub applied: Vec<i64>,
    /// Those that would change the rendered page though they claimed not to.
    pub refused: Vec<i64>,
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
    let mut page = Page::first(MAX_PAGE);
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

/// What applying the approved recommendations would make of their files. Nothing is written; files
/// that have changed are left out.
///
/// # Errors
/// If the record cannot be read.
pub fn preview(store: &Store, filter: &RecommendationFilter) -> Result<Vec<Plan>, StoreError> {
    let files = store.read(|reader| approved(reader, filter))?;
    let plans = files.iter().filter_map(|(path, recommendations)| {
        let before = read_text(store.root(), path).ok()?;
        let (fresh, _) = fresh(recommendations, Digest::of(before.as_bytes()));
        plan(path, before, &fresh)
    });
    Ok(plans.filter(|plan| plan.before != plan.after).collect())
}

/// Splits recommendations into those made from this content and the others.
fn fresh(recommendations: &[Recommendation], now: Digest) -> (Vec<&Recommendation>, Vec<i64>) {
    let (fresh, stale): (Vec<_>, Vec<_>) =
        recommendations.iter().partition(|recommendation| recommendation.file_hash == now);
    (fresh, stale.into_iter().map(|recommendation| recommendation.id).collect())
}

/// The text of a page that the record names.
fn read_text(root: &Path, path: &str) -> io::Result<String> {
    let bytes = read_page(root, Path::new(path))?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn plan(path: &str, before: String, recommendations: &[&Recommendation]) -> Option<Plan> {
    let validation =
        recommendations.iter().map(|recommendation| recommendation.validation).max()?;
    let mut diagnostics: Vec<(i64, Diagnostic)> = Vec::new();
    for recommendation in recommendations {
        for change in recommendation.changes.iter().filter(|change| !change.excluded) {
            if let Some(diagnostic) = diagnostic(recommendation, change, &before) {
                diagnostics.push((recommendation.id, diagnostic));
            }
        }
    }
    diagnostics.sort_by_key(|(_, diagnostic)| diagnostic.span.start);
    let (ids, diagnostics): (Vec<_>, Vec<_>) = diagnostics.into_iter().unzip();
    let doc = Document::parse(before);
    let result = apply_once(&doc, &diagnostics);
    let named = |places: &[usize]| {
        let mut named: Vec<i64> = places.iter().map(|&place| ids[place]).collect();
        named.sort_unstable();
        named.dedup();
        named
    };
    let applied = named(&result.applied);
    let mut refused = named(&result.refused);
    refused.retain(|id| !applied.contains(id));
    let path = path.to_owned();
    Some(Plan { path, validation, before: doc.text, after: result.text, applied, refused })
}

/// The change as the engine applies it; `None` if the text does not read as it should.
fn diagnostic(recommendation: &Recommendation, change: &Change, text: &str) -> Option<Diagnostic> {
    let edit = |edit: &RecordedEdit| {
        let span = Span { start: edit.start, end: edit.end };
        let before = text.get(span.start()..span.end())?;
        (before == edit.before).then(|| Edit { span, text: edit.after.clone() })
    };
    let edits: Vec<Edit> = change.edits.iter().map(edit).collect::<Option<_>>()?;
    Some(Diagnostic {
        rule: rules::find(&recommendation.rule).map_or("", |(_, entry)| entry.meta.id),
        severity: Severity::Info,
        span: edits.first()?.span,
        message: "".into(),
        fix: Some(Fix { safety: recommendation.safety, edits }),
    })
}

/// Applies the approved recommendations, as a workflow of its own.
///
/// # Errors
/// If the record cannot be read or written. A file that cannot be written is told in the report.
pub fn enhance(
    store: &Store,
    actor: &Actor,
    project: &Project,
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
    let mut work = Work {
        store,
        actor,
        project,
        labels: Labels::new(store, project),
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
struct Work<'a> {
    store: &'a Store,
    actor: &'a Actor,
    project: &'a Project,
    labels: Labels<'a>,
    workflow: WorkflowId,
    journal: Journal,
}

impl Work<'_> {
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
            stale: Vec::new(),
            error: None,
            findings: None,
        };
        let target = self.store.root().join(path);
        let asked: HashSet<Fingerprint> = found.iter().flat_map(wanted).collect();
        let mut waiting = found;
        for _ in 0..PASSES {
            let before = match read_text(self.store.root(), path) {
                Ok(text) => text,
                Err(error) => {
                    result.error = Some(error.to_string());
                    break;
                }
            };
            let (fresh, stale) = fresh(&waiting, Digest::of(before.as_bytes()));
            self.mark_stale(&stale)?;
            result.stale.extend(stale);
            let Some(plan) = plan(path, before, &fresh) else { break };
            result.refused.clone_from(&plan.refused);
            if plan.before == plan.after {
                break;
            }
            match self.apply(&target, &plan) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    result.error = Some(error.to_string());
                    break;
                }
                Err(StoreError::Conflict { .. }) => {
                    result.error = Some("another process decided otherwise meanwhile".to_owned());
                    break;
                }
                Err(error) => return Err(error),
            }
            result.applied.extend(&plan.applied);
            let (counts, left) = self.check(&target, &asked)?;
            result.findings = Some(counts);
            waiting = left;
        }
        Ok(result)
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

    /// Checks the written file and records what is found. Of what was asked for, returns what had
    /// no room beside what was applied and may have some now: it stays approved.
    fn check(
        &mut self,
        target: &Path,
        asked: &HashSet<Fingerprint>,
    ) -> Result<(Counts, Vec<Recommendation>), StoreError> {
        let file = File::new(&Base::new(self.store.root()), target);
        let Checked { report, doc, .. } = check_file(self.project, &file, &How::default());
        let new = self.labels.validation(self.workflow, &report, doc.as_deref());
        let counts = new.found.counts();
        let asked = asked.clone();
        let left = self.write(move |tx| {
            let validation = tx.record_validation(&new)?;
            let filter =
                RecommendationFilter { validation: Some(validation), ..Default::default() };
            let mut left = tx.reader().recommendations(&filter, Page::first(MAX_PAGE))?.items;
            left.retain(|left| wanted(left).all(|print| asked.contains(&print)));
            for left in left.iter().filter(|left| left.state == RecommendationState::Proposed) {
                tx.approve(left.id, &Approval::default())?;
            }
            left.retain(|left| {
                matches!(left.state, RecommendationState::Proposed | RecommendationState::Approved)
            });
            Ok(left)
        })?;
        Ok((counts, left))
    }
}

/// The findings whose fixes a recommendation is to apply.
fn wanted(recommendation: &Recommendation) -> impl Iterator<Item = Fingerprint> {
    let changes = recommendation.changes.iter().filter(|change| !change.excluded);
    changes.map(|change| change.fingerprint)
}
