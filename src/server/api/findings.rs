//! Findings over all files, a run or a validation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::param::ListCursor;
use super::{Both, Call, Paging, Route, RowId};
use crate::cancel;
use crate::diagnostic::Severity;
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::store::query::{
    FindingCursor, FindingFilter, FindingRow, FindingScope, ListPage, MAX_PAGE, Paged, RuleCount,
    ValidationFilter,
};
use crate::store::{Counts, WorkflowId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/findings", "Findings, file by file", list),
        Route::get("/api/findings/rules", "Number of findings, by rule", rules)
            .works(Computation::Computes),
        Route::get(
            "/api/findings/directories",
            "Number of findings by directory, most first",
            directories,
        )
        .works(Computation::Computes),
        Route::get(
            "/api/findings/folders",
            "The old name of /api/findings/directories",
            directories,
        )
        .works(Computation::Computes),
    ]
}

/// Which findings a question is about.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ScopeQuery {
    /// Those of this run; without it, of the newest validation of each file.
    workflow: Option<WorkflowId>,
    /// Those of this validation.
    validation: Option<RowId>,
    /// Those in this file or directory, or that match a pattern with `*`.
    path: Option<String>,
    /// Those of this rule.
    rule: Option<String>,
    /// Those of this severity.
    #[schemars(extend("enum" = Severity::ALL))]
    severity: Option<Severity>,
}

impl From<ScopeQuery> for FindingFilter {
    fn from(query: ScopeQuery) -> Self {
        let ScopeQuery { workflow, validation, path, rule, severity } = query;
        let scope = match (workflow, validation) {
            (_, Some(RowId(id))) => FindingScope::Validation(id),
            (Some(id), None) => FindingScope::Workflow(id),
            (None, None) => FindingScope::Current,
        };
        FindingFilter { scope, path, rule, severity }
    }
}

fn list(
    context: &ServerContext,
    _: &Call,
    Both(query, page): Both<ScopeQuery, Paging<ListCursor>>,
) -> Result<Paged<FindingRow, FindingCursor>, ApiError> {
    let (filter, page) = (query.into(), page.into());
    Ok(context.record.store().snapshot(|reader| reader.findings(&filter, page))?)
}

fn rules(context: &ServerContext, _: &Call, query: ScopeQuery) -> Result<Vec<RuleCount>, ApiError> {
    let filter = query.into();
    Ok(context.record.store().read(|reader| reader.rule_counts(&filter))?)
}

/// A directory, with all below it, or a file.
#[derive(Default, Serialize, JsonSchema)]
struct FindingPlace {
    /// Relative to the project's root.
    path: String,
    /// The last part of the path.
    name: String,
    is_directory: bool,
    /// Files that were checked.
    files: u64,
    /// What the newest validation of each of them found.
    counts: Counts,
}

#[derive(Deserialize, JsonSchema)]
struct PlaceQuery {
    /// In this directory (default: the root).
    path: Option<String>,
}

fn directories(
    context: &ServerContext,
    _: &Call,
    query: PlaceQuery,
) -> Result<Vec<FindingPlace>, ApiError> {
    let directory = query.path.as_deref().unwrap_or_default().trim_end_matches('/');
    let path = (!directory.is_empty()).then(|| directory.to_owned());
    let filter = ValidationFilter { path, current: true, ..ValidationFilter::default() };
    let start = if directory.is_empty() { 0 } else { directory.len() + 1 };
    let mut places = BTreeMap::<String, FindingPlace>::new();
    context.record.store().snapshot(|reader| {
        let mut page = ListPage::first(MAX_PAGE);
        loop {
            cancel::check();
            let found = reader.validations(&filter, page)?;
            for validation in found.items {
                let Some(below) = validation.path.get(start..) else { continue };
                let (name, is_directory) = match below.split_once('/') {
                    Some((name, _)) => (name, true),
                    None => (below, false),
                };
                let place = places.entry(name.to_owned()).or_insert_with(|| FindingPlace {
                    path: validation.path[..start + name.len()].to_owned(),
                    name: name.to_owned(),
                    is_directory,
                    ..FindingPlace::default()
                });
                place.files += 1;
                place.counts += validation.counts;
            }
            match found.next {
                Some(next) => page.after = Some(next),
                None => return Ok(()),
            }
        }
    })?;
    let mut places: Vec<FindingPlace> = places.into_values().collect();
    places
        .sort_by(|a, b| b.counts.total().cmp(&a.counts.total()).then_with(|| a.path.cmp(&b.path)));
    Ok(places)
}
