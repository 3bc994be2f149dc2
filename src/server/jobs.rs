//! Runs that clients start: recorded workflows on threads that may block.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use warp::http::StatusCode;

use super::errors::ApiError;
use crate::config::{CommandLine, ConfigError, ConfigSource, Request};
use crate::engine::{self, Event, File, Job, Workspace};
use crate::store::recorder::Recorder;
use crate::store::{Actor, NewWorkflow, Store, StoreError, WorkflowId};

/// Runs at the same time; others wait, PENDING.
const AT_ONCE: usize = 4;
/// Runs that clients may start in a second.
const A_SECOND: u32 = 20;
/// Paths that a workflow remembers of what it was asked.
const REMEMBERED: usize = 100;

/// What a client wants to have checked, and how.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub family: Option<String>,
    pub types: Vec<String>,
}

/// What a run checks.
#[derive(Debug, Default)]
pub struct Pages {
    pub files: Vec<File>,
    /// Structure files that were found beside them.
    pub templates: Vec<PathBuf>,
    /// The directory that was asked for, if it is all of its pages.
    pub dir: Option<PathBuf>,
    /// The same, relative to the root.
    pub named: Option<String>,
}

impl From<Vec<File>> for Pages {
    fn from(files: Vec<File>) -> Self {
        Pages { files, ..Pages::default() }
    }
}

/// The runs of this server.
pub struct Jobs {
    root: PathBuf,
    config: Option<PathBuf>,
    runtime: Handle,
    turns: Arc<Semaphore>,
    started: Mutex<(Instant, u32)>,
    stop: watch::Receiver<bool>,
}

impl Jobs {
    /// Runs over files of the project at `root`, until `stop` says so. `config` counts instead of
    /// the configuration that is found there.
    pub fn new(
        root: PathBuf,
        config: Option<PathBuf>,
        runtime: Handle,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let started = Mutex::new((Instant::now(), 0));
        Jobs { root, config, runtime, turns: Arc::new(Semaphore::new(AT_ONCE)), started, stop }
    }

    /// The project with its configuration as it is now, and these settings over it.
    ///
    /// # Errors
    /// 404 for a family and 400 for a type that it does not know, 422 if it has mistakes.
    pub fn workspace(&self, settings: &Settings) -> Result<Arc<Workspace>, ApiError> {
        let request = Request {
            start: self.root.clone(),
            config: self.config.clone(),
            no_config: false,
            overrides: CommandLine {
                family: settings.family.clone(),
                types: settings.types.clone(),
                ..CommandLine::default()
            },
            ..Request::default()
        };
        let workspace = Workspace::open(request).map_err(|error| mistake(&error))?;
        Ok(Arc::new(workspace.remembering()))
    }

    /// Refuses a client that starts too many runs.
    ///
    /// # Errors
    /// 429 when there were twenty within a second.
    pub fn admit(&self) -> Result<(), ApiError> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if started.0.elapsed() >= Duration::from_secs(1) {
            *started = (Instant::now(), 0);
        }
        started.1 += 1;
        if started.1 <= A_SECOND {
            return Ok(());
        }
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut error = ApiError::new(status, "too_many_runs", "too many runs were started");
        error.retry_after = Some(1);
        Err(error.hint("check many files with one call to /api/validate/batch"))
    }

    /// Records a new workflow over these files and lets it run when its turn comes.
    ///
    /// # Errors
    /// If the workflow cannot be recorded, or the configuration of a file has mistakes.
    pub fn start(
        &self,
        store: Store,
        actor: &Actor,
        kind: &str,
        workspace: Arc<Workspace>,
        settings: &Settings,
        pages: Pages,
    ) -> Result<WorkflowId, ApiError> {
        let Pages { files, templates, named, .. } = &pages;
        let prepared = workspace.prepare(files.iter().map(|file| &file.path));
        let prepared = prepared.and_then(|()| workspace.prepare_templates(templates));
        prepared.map_err(|error| mistake(&error))?;
        let paths: Vec<&str> = match named {
            Some(dir) => vec![dir],
            None => files.iter().take(REMEMBERED).map(|file| file.shown.as_str()).collect(),
        };
        let what = json!({
            "paths": paths, "files": files.len(), "family": settings.family,
            "types": settings.types,
        });
        let new = NewWorkflow { kind: kind.to_owned(), what };
        let workflow = store.write(actor.clone(), move |tx| tx.create_workflow(&new))?;
        let (turns, stop) = (Arc::clone(&self.turns), self.stop.clone());
        let actor = actor.clone();
        self.runtime.spawn(async move {
            let Ok(_turn) = turns.acquire().await else { return };
            let failed = store.clone();
            let work = move || run(&store, actor, workflow, &workspace, &pages, &stop);
            let result = tokio::task::spawn_blocking(work).await;
            let message = match result {
                Ok(Ok(())) => return,
                Ok(Err(error)) => error.to_string(),
                Err(_) => "the server failed while it ran".to_owned(),
            };
            // If this fails, too, the next start of the program will notice.
            let _ = tokio::task::spawn_blocking(move || {
                failed.write(Actor::System, move |tx| tx.fail_workflow(workflow, &message))
            })
            .await;
        });
        Ok(workflow)
    }
}

fn run(
    store: &Store,
    actor: Actor,
    workflow: WorkflowId,
    workspace: &Workspace,
    pages: &Pages,
    stop: &watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let mut recorder = Recorder::adopt(store, actor, workspace.project(), workflow, || false)?;
    let note = recorder.note();
    let job = Job::noting(workspace, &pages.files, &note);
    engine::run(&job, &mut |event| {
        let idle = match event {
            Event::Finished(summary) if !summary.interrupted => {
                workspace.check_templates_used(pages.dir.as_slice()).err()
            }
            _ => None,
        };
        let flow = match idle {
            // As on the command line: what was found counts, and the question was wrong.
            Some(error) => recorder.fail(error.to_string()),
            None => recorder.follow(event),
        };
        if *stop.borrow() { ControlFlow::Break(()) } else { flow }
    });
    workspace.remember();
    recorder.finish().failure.map_or(Ok(()), Err)
}

/// A mistake in the configuration, or in what the client wants set.
fn mistake(error: &ConfigError) -> ApiError {
    let problem = error.problems.first();
    let flag = problem.map(|problem| &problem.source);
    let code = match flag {
        Some(ConfigSource::Flag("--family")) => "unknown_family",
        Some(ConfigSource::Flag("--types")) => "unknown_type",
        _ => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return ApiError::new(status, "configuration", error.to_string())
                .hint("correct the configuration; `validator config` shows what counts");
        }
    };
    let (message, help) = problem.map_or_else(Default::default, |problem| {
        (problem.message.clone(), problem.help.clone().unwrap_or_default())
    });
    let status = match code {
        // As with ids: it could be there, and is not.
        "unknown_family" => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    ApiError::new(status, code, message).hint(help)
}
