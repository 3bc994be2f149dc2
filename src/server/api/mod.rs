//! The table of everything that can be asked over HTTP. One row serves the request, is its page in
//! the OpenAPI document, and says which parameters there are: no other is taken.

mod call;
mod enhance;
mod events;
mod export;
mod facets;
mod files;
mod findings;
mod input;
mod meta;
mod param;
mod path_id;
mod project;
mod recommendations;
mod route;
mod rules;
mod validate;
mod validations;
mod workflows;

pub(super) use project::ProjectFiles;

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::Deserialize;
use warp::http::Method;

pub use call::Call;
pub use export::content_types;
pub use input::Parameters;
pub use param::{DAY, DIR_PATH, LONGEST_PATH, MAX_NUMBER, PATH, Param};
pub use route::{Answer, Route, reply};
pub use validate::walk;

use input::Both;
use param::{FirstRows, Limit, ListRange, Paging, RowId};

use super::errors::ApiError;

// Also the query of a path without parameters.
/// The body of an action that needs no more words: `{}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// All rows.
pub fn table() -> impl Iterator<Item = &'static Route> {
    static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
        [
            meta::routes(),
            files::routes(),
            validate::routes(),
            workflows::routes(),
            export::routes(),
            validations::routes(),
            findings::routes(),
            facets::routes(),
            rules::routes(),
            recommendations::routes(),
            enhance::routes(),
            events::routes(),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    ROUTES.iter()
}

/// The row for this method and path with the path's parameters; none if no row has this path.
///
/// # Errors
/// 405 if there are rows of this path, but of other methods.
pub fn find(
    method: &Method,
    path: &str,
) -> Result<Option<(&'static Route, Vec<String>)>, ApiError> {
    let mut others = Vec::new();
    // `/api/recommendations/approve` is no recommendation of that id.
    let is_literal = table().any(|route| route.path == path);
    for route in table().filter(|route| !is_literal || route.path == path) {
        let Some(params) = matches(route.path, path) else { continue };
        if route.method == *method {
            return Ok(Some((route, params)));
        }
        others.push(route.method.as_str());
        if route.method == Method::GET {
            others.push("HEAD");
        }
    }
    if others.is_empty() { Ok(None) } else { Err(ApiError::method_not_allowed(others.join(", "))) }
}

fn matches(template: &str, path: &str) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for expected in template.split('/') {
        let part = parts.next()?;
        if expected.starts_with('{') {
            params.push(percent_decode_str(part).decode_utf8().ok()?.into_owned());
        } else if expected != part {
            return None;
        }
    }
    parts.next().is_none().then_some(params)
}
