//! Starting validations: of a text, of a file, of many.

use std::path::PathBuf;
use std::sync::Arc;

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use warp::http::StatusCode;

use super::{Call, DIR_PATH, LONGEST_PATH, PATH, Route};
use crate::engine::{self, Base, CheckOptions, File, Source, Walk, Walked, Workspace};
use crate::rules::ValidationType;
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::server::files;
use crate::server::jobs::{Pages, Settings};
use crate::store::{Actor, Counts, RecordedFinding, WorkflowId, WorkflowState};

const MAX_FILES: usize = 10_000;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/validate", "Validate a text, or start a run over files", validate)
            .large()
            .works(Computation::Computes),
        Route::post("/api/validate/batch", "Start a run over many files", batch).large(),
    ]
}

/// A text or a file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["path"]}, {"required": ["text"]}]))]
struct One {
    /// The file, relative to the root; with a text, the name to check it under.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = LONGEST_PATH), regex(pattern = PATH))]
    path: Option<String>,
    /// Checked as it is; nothing is recorded.
    #[serde(default)]
    #[schemars(with = "String")]
    text: Option<String>,
    /// The product family whose settings count.
    family: Option<String>,
    /// Such as markdown, structure.
    #[serde(default)]
    #[schemars(with = "Vec<ValidationType>")]
    validation_types: Vec<String>,
}

/// Files to check in one workflow.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    extend("oneOf" = [
        {"required": ["files"]}, {"required": ["directory"]}, {"required": ["folder"]},
    ]),
    transform = with_old_name
)]
struct Batch {
    /// Relative to the root; ten thousand at most.
    #[serde(default)]
    #[schemars(with = "Vec<String>", length(min = 1, max = MAX_FILES), inner(length(min = 1, max = LONGEST_PATH), regex(pattern = PATH)))]
    files: Option<Vec<String>>,
    /// Instead of files: a directory, all of whose pages are checked; `.` is the root.
    #[serde(default, alias = "folder")]
    #[schemars(with = "String", length(min = 1, max = LONGEST_PATH), regex(pattern = DIR_PATH))]
    directory: Option<String>,
    /// The product family whose settings count.
    family: Option<String>,
    /// Such as markdown, structure.
    #[serde(default)]
    #[schemars(with = "Vec<ValidationType>")]
    validation_types: Vec<String>,
}

/// Adds the alias `folder` to the schema, by which earlier versions called `directory`.
fn with_old_name(schema: &mut Schema) {
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    let Some(Value::Object(field)) = fields.get("directory") else { return };
    let mut old = field.clone();
    old.insert("description".to_owned(), "The old name of `directory`.".into());
    old.insert("deprecated".to_owned(), true.into());
    fields.insert("folder".to_owned(), old.into());
}

/// A workflow that was started, or what was found in a text.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Validated {
    Started(Started),
    Text(Checked),
}

/// A workflow that goes on in the background.
#[derive(Serialize, JsonSchema)]
struct Started {
    workflow_id: WorkflowId,
    status: WorkflowState,
    /// Files that are going to be checked.
    files: usize,
    /// Where its events can be followed.
    events: String,
}

/// What was found in a text.
#[derive(Serialize, JsonSchema)]
struct Checked {
    path: String,
    counts: Counts,
    findings: Vec<RecordedFinding>,
}

fn validate(context: &ServerContext, _: &Call, one: One) -> Result<Validated, ApiError> {
    let settings = Settings { family: one.family, types: one.validation_types };
    match (one.text, one.path) {
        (Some(text), path) => {
            let path = path.unwrap_or_else(|| "text.md".to_owned());
            check_text(context, &settings, path, text).map(Validated::Text)
        }
        (None, Some(path)) => start(context, "check", &settings, &[path]).map(Validated::Started),
        (None, None) => {
            Err(ApiError::bad_request("nothing_to_check", "there is no file and no text")
                .hint("give a `path`, or a `text`"))
        }
    }
}

fn check_text(
    context: &ServerContext,
    settings: &Settings,
    path: String,
    text: String,
) -> Result<Checked, ApiError> {
    files::check_name(&path)?;
    let workspace = context.jobs.workspace(settings)?;
    let source = Source::Bytes(text.into_bytes());
    let file = File { path: context.root.path().join(&path), shown: path.clone(), source };
    let found = engine::check_file(&workspace, &file, &CheckOptions::default()).report.findings;
    let mut counts = Counts::default();
    for finding in &found {
        counts.add(finding.severity, 1);
    }
    Ok(Checked { path, counts, findings: found.iter().map(RecordedFinding::from).collect() })
}

fn batch(context: &ServerContext, _: &Call, batch: Batch) -> Result<Started, ApiError> {
    let settings = Settings { family: batch.family, types: batch.validation_types };
    match (batch.files, batch.directory) {
        (Some(_), Some(_)) => {
            Err(ApiError::bad_request("ambiguous", "both `files` and `directory` are given")
                .hint("give only one of them"))
        }
        (_, Some(directory)) if directory.is_empty() => {
            Err(ApiError::bad_request("path_empty", "`directory` is empty")
                .hint("`.` is the served directory"))
        }
        (_, Some(directory)) => start_directory(context, &settings, &directory),
        (Some(files), None) if !files.is_empty() => start(context, "batch", &settings, &files),
        _ => Err(ApiError::bad_request("nothing_to_check", "there are no files to check")
            .hint("give either `files` or `directory`")),
    }
}

fn start(
    context: &ServerContext,
    kind: &str,
    settings: &Settings,
    named: &[String],
) -> Result<Started, ApiError> {
    too_many(named.len())?;
    context.jobs.admit()?;
    let workspace = context.jobs.workspace(settings)?;
    let base = Base::new(context.root.path());
    let mut files = Vec::with_capacity(named.len());
    for name in named {
        files.push(File::new(&base, &context.root.locate(name)?));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    started(context, kind, workspace, settings, files.into())
}

fn start_directory(
    context: &ServerContext,
    settings: &Settings,
    directory: &str,
) -> Result<Started, ApiError> {
    context.jobs.admit()?;
    let workspace = context.jobs.workspace(settings)?;
    let path = context.root.locate_dir(directory)?;
    let walked = walk(context, &workspace, path.clone());
    if walked.files.is_empty() {
        return Err(ApiError::bad_request(
            "nothing_to_check",
            "the directory has no file to check",
        )
        .hint("files that are ignored or excluded are left out"));
    }
    let Walked { files, templates, .. } = walked;
    let named = Some(directory.trim_end_matches('/').to_owned());
    let pages = Pages { files, templates, dir: Some(path), named };
    started(context, "batch", workspace, settings, pages)
}

/// What a run over this directory checks.
pub fn walk(context: &ServerContext, workspace: &Workspace, directory: PathBuf) -> Walked {
    let base = Base::new(context.root.path());
    engine::walk(
        &[directory],
        &Walk { base: &base, project: workspace.project(), no_ignore: false },
    )
}

fn started(
    context: &ServerContext,
    kind: &str,
    workspace: Arc<Workspace>,
    settings: &Settings,
    pages: Pages,
) -> Result<Started, ApiError> {
    let count = pages.files.len();
    let id = context.jobs.start(
        context.record.store(),
        &Actor::Web,
        kind,
        workspace,
        settings,
        pages,
    )?;
    Ok(Started {
        workflow_id: id,
        status: WorkflowState::Pending,
        files: count,
        events: format!("/ws/{id}"),
    })
}

fn too_many(files: usize) -> Result<(), ApiError> {
    if files <= MAX_FILES {
        return Ok(());
    }
    let message = format!("there are {files} files, {MAX_FILES} at most can be named in one call");
    Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_many_files", message)
        .hint("name a directory instead, or send several requests"))
}
