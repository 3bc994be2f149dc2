//! The run history of the project that the current directory is in, for commands that need one.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::config::{Project, Request};
use crate::store::{Store, StoreError, WorkflowId};

/// The root of the project that a directory is in: it depends on where the configuration stands,
/// not on whether it has mistakes.
pub(super) fn root(dir: &Path) -> anyhow::Result<PathBuf> {
    let request = Request { start: dir.to_owned(), ..Request::default() };
    let project = Project::load(request.clone())
        .or_else(|_| Project::load(Request { no_config: true, ..request }))?;
    Ok(project.root().to_owned())
}

/// The run history, which has to be there.
pub(super) fn store() -> anyhow::Result<Store> {
    Store::open(&home()?).map_err(explained)
}

/// The directory whose run history counts: the project's root, else the nearest above that has a
/// run history.
fn home() -> anyhow::Result<PathBuf> {
    let dir = std::env::current_dir().context("the current directory cannot be read")?;
    let root = root(&dir)?;
    if Store::exists(&root) {
        return Ok(root);
    }
    let above = dir.ancestors().find(|dir| Store::exists(dir));
    Ok(above.map_or(root, Path::to_owned))
}

/// The error with what to do about it.
pub(super) fn explained(error: StoreError) -> anyhow::Error {
    let hint = match &error {
        StoreError::NotFound { what: "workflow", .. } => Some("`validator runs` lists all runs"),
        StoreError::NotFound { what: "recommendation", .. } => {
            Some("`validator review list --all` lists all recommendations")
        }
        other => other.hint(),
    };
    let hint = hint.map(|hint| format!("\nhelp: {hint}")).unwrap_or_default();
    anyhow::anyhow!("{error}{hint}")
}

/// The id of a run as people give it.
pub(super) fn workflow(text: &str) -> anyhow::Result<WorkflowId> {
    text.parse().map_err(|error| anyhow::anyhow!("{error}\nhelp: `validator runs` lists them"))
}
