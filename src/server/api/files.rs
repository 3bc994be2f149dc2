//! The files themselves, for those who look at findings.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, ParamKind, Route, param};
use crate::engine;
use crate::server::ServerContext;
use crate::server::errors::ApiError;
use crate::server::files::missing;
use crate::server::jobs::Settings;
use crate::store::Digest;
use crate::store::query::Version;

pub fn routes() -> Vec<Route> {
    let path =
        param("path", ParamKind::Path, "the file, relative to the root, with `/`").required();
    vec![
        Route::get("/api/file", "The text of a file", show).query(&[path]),
        Route::get("/api/file/history", "The validations of a file, newest first", history)
            .query(&[path, super::LIMIT]),
    ]
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
        crate::server::files::check_name(path)?;
        let workspace = context.jobs.workspace(&Settings::default())?;
        if !engine::would_walk(workspace.project(), context.root.path(), Path::new(path)) {
            return Err(missing());
        }
        let text = context.root.read_text(path)?;
        Ok(FileSource { path: path.to_owned(), hash: Digest::of(text.as_bytes()), text })
    }
}

fn show(context: &ServerContext, call: &Call) -> Result<FileSource, ApiError> {
    FileSource::read(context, call.query.text("path").unwrap_or_default())
}

fn history(context: &ServerContext, call: &Call) -> Result<Vec<Version>, ApiError> {
    let path = call.query.text("path").unwrap_or_default();
    let limit = call.page::<i64>()?.limit;
    Ok(context.record.store().read(|reader| reader.history(path, limit))?)
}
