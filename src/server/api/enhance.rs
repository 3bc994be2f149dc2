//! Applying what was approved, and taking it back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::recommendations::Wanted;
use super::{Call, Nothing, Route};
use crate::engine::undo::{self, UndoError};
use crate::engine::{Base, File};
use crate::server::Context;
use crate::server::compute::Work;
use crate::server::errors::ApiError;
use crate::server::jobs::Settings;
use crate::store::enhance::{self, EnhanceReport};
use crate::store::query::RecommendationFilter;
use crate::store::recorder::journal_name;
use crate::store::{Actor, Digest, Store, WorkflowId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/api/validations/{id}/enhance",
            "Apply what is approved for its file",
            enhance_one,
        )
        .works(Work::Changes),
        Route::post("/api/enhance", "Apply what is approved for many files", enhance_many)
            .works(Work::Changes),
        Route::get("/api/undo", "What can be taken back, oldest first", undoable),
        Route::post("/api/undo", "Take back what was applied last", undo_last),
    ]
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Enhance {
    /// The hash of the file as it was looked at; if it is another by now, nothing is written.
    expected_hash: Option<Digest>,
}

fn enhance_one(context: &Context, call: &Call, how: Enhance) -> Result<EnhanceReport, ApiError> {
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

fn changed() -> ApiError {
    ApiError::conflict("file_changed", "the file has changed since it was validated")
        .hint("validate it again; what is still right will be proposed again")
}

/// Which approved recommendations to apply; without anything, all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct EnhanceMany {
    filter: Wanted,
}

fn enhance_many(context: &Context, _: &Call, many: EnhanceMany) -> Result<EnhanceReport, ApiError> {
    apply(context, &context.record.store(), &many.filter.into())
}

fn apply(
    context: &Context,
    store: &Store,
    filter: &RecommendationFilter,
) -> Result<EnhanceReport, ApiError> {
    let approved = RecommendationFilter {
        state: Some(crate::store::RecommendationState::Approved),
        ..filter.clone()
    };
    if store.read(|reader| reader.recommendation_ids(&approved))?.is_empty() {
        return Err(ApiError::conflict(
            "nothing_to_apply",
            "nothing is approved that could be applied",
        )
        .hint("approve a recommendation first"));
    }
    let workspace = context.jobs.workspace(&Settings::default())?;
    Ok(enhance::enhance(store, &Actor::Web, &workspace, filter, || false)?)
}

/// A change of files that can be taken back.
#[derive(Serialize, JsonSchema)]
struct Undoable {
    number: u32,
    paths: Vec<String>,
}

impl From<&undo::Run> for Undoable {
    fn from(run: &undo::Run) -> Self {
        let path = |change: &undo::Change| crate::engine::shown(&change.path);
        Undoable { number: run.number, paths: run.changes.iter().map(path).collect() }
    }
}

fn undoable(context: &Context, _: &Call) -> Result<Vec<Undoable>, ApiError> {
    let runs = undo::runs(context.root.path()).map_err(|error| refused(&error))?;
    let runs = runs.iter().filter(|run| !run.changes.is_empty());
    Ok(runs.map(Undoable::from).collect())
}

/// What was taken back; its files are validated again.
#[derive(Serialize, JsonSchema)]
struct Undone {
    #[serde(flatten)]
    run: Undoable,
    workflow_id: WorkflowId,
}

fn undo_last(context: &Context, _: &Call, _: Nothing) -> Result<Undone, ApiError> {
    let project = context.jobs.project(&Settings::default())?;
    let run = undo::undo(context.root.path()).map_err(|error| refused(&error))?;
    let base = Base::new(context.root.path());
    let run = Undoable::from(&run);
    let file = |path: &String| File::new(&base, &context.root.path().join(path));
    let files: Vec<File> = run.paths.iter().map(file).collect();
    let store = context.record.store();
    let journal = journal_name(run.number);
    store.write(Actor::Web, move |tx| tx.take_back(&journal))?;
    let workflow_id = context.jobs.start(
        store,
        &Actor::Web,
        "undo",
        project,
        &Settings::default(),
        files.into(),
    )?;
    Ok(Undone { run, workflow_id })
}

fn refused(error: &UndoError) -> ApiError {
    let code = match error {
        UndoError::Nothing(_) => "nothing_to_undo",
        UndoError::Changed(_) => "file_changed",
        UndoError::Write(_) | UndoError::Journal { .. } => "not_written",
    };
    let message = match error {
        UndoError::Nothing(_) => "there is nothing to take back".to_owned(),
        UndoError::Changed(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("{name} has changed since; taking back would lose that change")
        }
        other => other.to_string(),
    };
    ApiError::conflict(code, message).hint("`validator undo --list` shows what can be taken back")
}
