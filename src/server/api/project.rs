//! What the project's files say of its findings: who owns which pages, and what is lived with.

use std::collections::HashSet;
use std::sync::Arc;

use warp::http::StatusCode;

use crate::baseline::{self, Baseline};
use crate::diagnostic::Fingerprint;
use crate::engine::{CODEOWNERS, Owners};
use crate::server::ServerContext;
use crate::server::errors::ApiError;

/// Who owns which file, if the project says so.
pub(super) fn owners(context: &ServerContext) -> Result<Option<Arc<Owners>>, ApiError> {
    for place in CODEOWNERS {
        let text = match context.root.read_text(place) {
            Ok(text) => text,
            Err(error) if error.status == StatusCode::NOT_FOUND => continue,
            Err(error) => return Err(error),
        };
        let owners = Owners::parse(&text).map_err(|error| {
            let message = format!("`{place}` cannot be read: {error}");
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "owners", message)
                .hint("correct the pattern")
        })?;
        return Ok(Some(Arc::new(owners)));
    }
    Ok(None)
}

/// What the project's baseline knows, if it has one.
pub(super) fn baseline(
    context: &ServerContext,
) -> Result<Option<Arc<HashSet<Fingerprint>>>, ApiError> {
    let root = context.root.path();
    let Some(path) = baseline::find(root) else { return Ok(None) };
    let known = Baseline::load(&path, root).map_err(|error| {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "baseline", error.to_string())
            .hint("`validator baseline` writes it anew")
    })?;
    Ok(Some(Arc::new(known.fingerprints().collect())))
}
