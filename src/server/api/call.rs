//! A request that has found its row: its path, its query, its body.

use std::str::FromStr;

use bytes::Bytes;

use super::path_id::PathId;
use crate::server::errors::ApiError;

/// A request that has found its row.
pub struct Call {
    /// The parts of the path in braces, in their order.
    pub params: Vec<String>,
    /// What the id in the path is.
    pub kind: PathId,
    /// As it was sent.
    pub query: String,
    pub body: Bytes,
    /// Whether the caller may see what only those with the token may see.
    pub trusted: bool,
}

impl Call {
    /// The id in the path.
    ///
    /// # Errors
    /// 400 if it could not be one.
    pub(super) fn id<T: FromStr>(&self) -> Result<T, ApiError> {
        let text = self.params.first().map(String::as_str).unwrap_or_default();
        let known = self.kind.fits(text).then(|| text.parse().ok()).flatten();
        known.ok_or_else(|| {
            let shown: String = text.chars().take(40).flat_map(char::escape_default).collect();
            let (what, form) = self.kind.words();
            ApiError::bad_request("malformed_id", format!("{what} `{shown}` not found")).hint(form)
        })
    }
}
