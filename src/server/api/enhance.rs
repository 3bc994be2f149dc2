//! Applying what was approved, and taking it back.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::recommendations::Wanted;
use super::{Call, Nothing, Route};
use crate::engine::undo::{self, UndoError, UndoRequest as Runs, Why};
use crate::engine::{Base, File, shown};
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::server::jobs::Settings;
use crate::store::enhance::{self, EnhanceReport};
use crate::store::query::RecommendationFilter;
use crate::store::recorder::journal_name;
use crate::store::{Actor, Digest, Plan, RecommendationState, RefusedChange, Store, WorkflowId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/api/validations/{id}/enhance",
            "Apply the approved recommendations for a validation's file",
            enhance_one,
        )
        .works(Computation::Changes),
        Route::post("/api/enhance", "Apply approved recommendations", enhance_many)
            .works(Computation::Changes),
        Route::post("/api/enhance/preview", "The diff that applying would write now", preview_many)
            .works(Computation::Computes),
        Route::get("/api/undo", "What can be undone, oldest first", undoable),
        Route::post("/api/undo", "Undo what was applied last, or part of it", undo),
    ]
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Enhance {
    /// The hash of the file as it was looked at; if it is another by now, nothing is written.
    expected_hash: Option<Digest>,
}

fn enhance_one(
    context: &ServerContext,
    call: &Call,
    how: Enhance,
) -> Result<EnhanceReport, ApiError> {
    let id = call.id()?;
    let store = context.record.store();
    let validation = store.read(|reader| reader.validation(id))?;
    if let Some(expected) = how.expected_hash
        && context.root.digest(&validation.path)? != expected
    {
        return Err(changed());
    }
    let filter = RecommendationFilter { validation: Some(id), ..RecommendationFilter::default() };
    let report = apply(context, &store, &filter)?;
    let file = report.files.first();
    if file.is_some_and(|file| !file.stale.is_empty() && file.applied.is_empty()) {
        return Err(changed());
    }
    match file.and_then(|file| file.error.as_ref()) {
        Some(error) => Err(ApiError::conflict("not_written", error.clone())
            .hint("nothing was written; what is approved stays approved")),
        None => Ok(report),
    }
}

pub(super) fn changed() -> ApiError {
    ApiError::conflict("file_changed", "the file has changed since it was validated")
        .hint("validate it again; what is still right will be proposed again")
}

/// Which approved recommendations to apply; without anything, all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct EnhanceMany {
    filter: Wanted,
}

fn enhance_many(
    context: &ServerContext,
    _: &Call,
    many: EnhanceMany,
) -> Result<EnhanceReport, ApiError> {
    apply(context, &context.record.store(), &many.filter.into())
}

fn apply(
    context: &ServerContext,
    store: &Store,
    filter: &RecommendationFilter,
) -> Result<EnhanceReport, ApiError> {
    is_approved(store, filter)?;
    let workspace = context.jobs.workspace(&Settings::default())?;
    Ok(enhance::enhance(store, &Actor::Web, &workspace, filter, || false)?)
}

/// That there is something to apply.
fn is_approved(store: &Store, filter: &RecommendationFilter) -> Result<(), ApiError> {
    let state = Some(RecommendationState::Approved);
    let approved = RecommendationFilter { state, ..filter.clone() };
    if store.read(|reader| reader.recommendation_ids(&approved))?.is_empty() {
        let message = "no approved recommendations to apply";
        return Err(
            ApiError::conflict("nothing_to_apply", message).hint("approve a recommendation first")
        );
    }
    Ok(())
}

/// What applying would write now, file by file. Nothing is written.
#[derive(Serialize, JsonSchema)]
struct Previews {
    files: Vec<Planned>,
}

/// What applying would make of a file.
#[derive(Serialize, JsonSchema)]
struct Planned {
    path: String,
    /// Unified, with three lines around each change; empty if nothing would be written.
    diff: String,
    /// The hashes of the file as it is, and as it would be.
    before_hash: Option<Digest>,
    after_hash: Option<Digest>,
    /// Recommendations that would be applied.
    applied: Vec<i64>,
    /// Those of which at least one change would not be made.
    refused: Vec<i64>,
    /// How many changes are asked for, and how many of them would be made.
    changes: usize,
    applied_changes: usize,
    /// The changes that would not be made, with the reasons.
    refused_changes: Vec<RefusedChange>,
    /// Those made from other content than the file has now.
    stale: Vec<i64>,
    /// Why the file cannot be read or written; then there are no hashes.
    error: Option<String>,
}

impl From<Plan> for Planned {
    fn from(plan: Plan) -> Self {
        let diff = TextDiff::from_lines(&plan.before, &plan.after);
        let hash = |text: &str| plan.error.is_none().then(|| Digest::of(text.as_bytes()));
        Planned {
            diff: diff.unified_diff().header(&plan.path, &plan.path).to_string(),
            before_hash: hash(&plan.before),
            after_hash: hash(&plan.after),
            refused: plan.refused_recommendations(),
            path: plan.path,
            applied: plan.applied,
            changes: plan.changes,
            applied_changes: plan.applied_changes,
            refused_changes: plan.refused,
            stale: plan.stale,
            error: plan.error,
        }
    }
}

fn preview_many(
    context: &ServerContext,
    _: &Call,
    many: EnhanceMany,
) -> Result<Previews, ApiError> {
    let (store, filter) = (context.record.store(), RecommendationFilter::from(many.filter));
    is_approved(&store, &filter)?;
    let workspace = context.jobs.workspace(&Settings::default())?;
    let plans = enhance::preview(&store, &workspace, &filter)?;
    Ok(Previews { files: plans.into_iter().map(Planned::from).collect() })
}

/// A change of files that can be taken back.
#[derive(Serialize, JsonSchema)]
struct Undoable {
    number: u32,
    paths: Vec<String>,
}

impl From<&undo::UndoneRun> for Undoable {
    fn from(run: &undo::UndoneRun) -> Self {
        let paths = run.changes.iter().map(|change| shown(&change.path)).collect();
        Undoable { number: run.number, paths }
    }
}

fn undoable(context: &ServerContext, _: &Call, _: Nothing) -> Result<Vec<Undoable>, ApiError> {
    let runs = undo::runs(context.root.path()).map_err(|error| refused(&error))?;
    let runs = runs.iter().filter(|run| !run.changes.is_empty());
    Ok(runs.map(Undoable::from).collect())
}

/// What to take back; without anything, all of what was changed last.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Undo {
    /// The change with this number, instead of the last.
    #[schemars(range(max = u32::MAX))]
    number: Option<u32>,
    /// Only these files and directories of it.
    #[schemars(length(max = 1000))]
    paths: Vec<String>,
    /// Leave files that were edited since, instead of merging.
    keep_changed: bool,
}

/// What was taken back; its files are validated again.
#[derive(Serialize, JsonSchema)]
struct Undone {
    number: u32,
    paths: Vec<String>,
    /// Those of the files in which edits that were made since are kept.
    merged: Vec<String>,
    /// The files that were left as they are, since they changed.
    left: Vec<Left>,
    workflow_id: WorkflowId,
}

#[derive(Serialize, JsonSchema)]
struct Left {
    path: String,
    reason: String,
}

impl Left {
    fn new((path, why): &(PathBuf, Why)) -> Left {
        Left { path: shown(path), reason: why.to_string() }
    }
}

fn undo(context: &ServerContext, _: &Call, undo: Undo) -> Result<Undone, ApiError> {
    let workspace = context.jobs.workspace(&Settings::default())?;
    let wanted = Runs {
        run: undo.number,
        paths: undo.paths.iter().map(PathBuf::from).collect(),
        keep_changed: undo.keep_changed,
    };
    let store = context.record.store();
    let take_back = |undone: &undo::Undone| {
        let paths: Vec<String> = undone.paths.iter().map(|path| shown(path)).collect();
        let (journal, taken_back) = (journal_name(undone.run), paths.clone());
        store.write(Actor::Web, move |tx| tx.take_back(&journal, &taken_back)).map(|_| paths)
    };
    let undone = undo::undo(context.root.path(), &wanted).map_err(|error| {
        if let UndoError::Write { done, .. } = &error {
            // What is wrong with the run history shows with the next request.
            drop(take_back(done));
        }
        refused(&error)
    })?;
    let paths = take_back(&undone)?;
    let base = Base::new(context.root.path());
    let file = |path: &String| File::new(&base, &context.root.path().join(path));
    let files: Vec<File> = paths.iter().map(file).collect();
    let workflow_id = context.jobs.start(
        store.clone(),
        &Actor::Web,
        "undo",
        workspace,
        &Settings::default(),
        files.into(),
    )?;
    let merged = undone.merged.iter().map(|path| shown(path)).collect();
    let left = undone.left.iter().map(Left::new).collect();
    Ok(Undone { number: undone.run, paths, merged, left, workflow_id })
}

fn refused(error: &UndoError) -> ApiError {
    const LISTED: &str = "`GET /api/undo` lists what can be undone";
    match error {
        UndoError::Nothing(_) => {
            ApiError::conflict("nothing_to_undo", "nothing to undo").hint(LISTED)
        }
        UndoError::NoRun(_) | UndoError::NotChanged { .. } => {
            ApiError::conflict("nothing_to_undo", error.to_string()).hint(LISTED)
        }
        UndoError::Changed { .. } => ApiError::conflict("file_changed", error.to_string())
            .hint("`keep_changed` leaves such files, `paths` limits it to others"),
        UndoError::Write { done, .. } if !done.paths.is_empty() => {
            let done = done.paths.len();
            ApiError::conflict("not_written", format!("{error}; {done} before it were undone"))
                .hint("take the rest back when the cause is removed")
        }
        UndoError::Write { .. } | UndoError::Journal { .. } => {
            ApiError::conflict("not_written", error.to_string()).hint(LISTED)
        }
    }
}
