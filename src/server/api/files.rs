//! The files themselves, for those who look at findings.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Both, Call, LONGEST_PATH, PATH, Paging, Route, RowId};
use crate::engine;
use crate::server::ServerContext;
use crate::server::errors::ApiError;
use crate::server::files::{check_name, missing};
use crate::server::jobs::Settings;
use crate::store::Digest;
use crate::store::query::{Paged, Version, VersionOrder};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/file", "The text of a file", show),
        Route::get(
            "/api/file/history",
            "The validations of a file, newest first or in another order",
            history,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct FileQuery {
    /// The file, relative to the root, with `/`.
    #[schemars(length(min = 1, max = LONGEST_PATH), regex(pattern = PATH))]
    path: String,
}

/// A file as it is now.
#[derive(Serialize, JsonSchema)]
pub struct FileSource {
    pub path: String,
    pub text: String,
    /// Changes with the content.
    pub hash: Digest,
}

impl FileSource {
    pub fn read(context: &ServerContext, path: &str) -> Result<Self, ApiError> {
        check_name(path)?;
        let workspace = context.jobs.workspace(&Settings::default())?;
        if !engine::would_walk(workspace.project(), context.root.path(), Path::new(path)) {
            return Err(missing());
        }
        let text = context.root.read_text(path)?;
        Ok(FileSource { path: path.to_owned(), hash: Digest::of(text.as_bytes()), text })
    }
}

fn show(context: &ServerContext, _: &Call, query: FileQuery) -> Result<FileSource, ApiError> {
    FileSource::read(context, &query.path)
}

#[derive(Deserialize, JsonSchema)]
struct HistoryQuery {
    /// The file, relative to the root, with `/`.
    #[schemars(length(min = 1, max = LONGEST_PATH), regex(pattern = PATH))]
    path: String,
    /// What they are ordered by; newest if not said.
    order: Option<VersionOrder>,
    /// The same order from its end.
    reverse: Option<bool>,
}

fn history(
    context: &ServerContext,
    _: &Call,
    Both(query, page): Both<HistoryQuery, Paging<RowId>>,
) -> Result<Paged<Version, i64>, ApiError> {
    let HistoryQuery { path, order, reverse } = query;
    check_name(&path)?;
    let order = (order.unwrap_or_default(), reverse == Some(true));
    let page = page.into();
    Ok(context.record.store().snapshot(|reader| reader.history(&path, order, page))?)
}
