//! Findings over all files, a run or a validation.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, ID, LIMIT, Param, ParamKind, Route, WORKFLOW, after, param, text, word};
use crate::cancel;
use crate::diagnostic::Severity;
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::store::Counts;
use crate::store::query::{
    FindingCursor, FindingFilter, FindingRow, FindingScope, ListPage, MAX_PAGE, Paged, RuleCount,
    ValidationFilter,
};

pub const SEVERITIES: &[&str] = &["error", "warning", "info"];

/// Which findings a question is about.
pub(super) const SCOPE: [Param; 5] = [
    param(
        "workflow",
        WORKFLOW,
        "those of this run; without it, of the newest validation of each file",
    ),
    param("validation", ID, "those of this validation"),
    text("path", "those in this file or directory, or that match a pattern with `*`"),
    text("rule", "those of this rule"),
    word("severity", SEVERITIES, "those of this severity"),
];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/findings", "Findings, file by file", list)
            .query(&SCOPE)
            .query(&[after(ParamKind::Finding), LIMIT]),
        Route::get("/api/findings/rules", "Number of findings, by rule", rules)
            .works(Computation::Computes)
            .query(&SCOPE),
        Route::get("/api/findings/folders", "Number of findings by directory, most first", folders)
            .works(Computation::Computes)
            .query(&[text("path", "in this directory (default: the root)")]),
    ]
}

pub(super) fn filter(call: &Call) -> Result<FindingFilter, ApiError> {
    let query = &call.query;
    let scope = match (query.parsed("workflow")?, query.number("validation")) {
        (_, Some(id)) => FindingScope::Validation(id),
        (Some(id), None) => FindingScope::Workflow(id),
        (None, None) => FindingScope::Current,
    };
    let severity = query.text("severity").and_then(|name| {
        Severity::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    });
    Ok(FindingFilter { scope, path: query.owned("path"), rule: query.owned("rule"), severity })
}

fn list(
    context: &ServerContext,
    call: &Call,
) -> Result<Paged<FindingRow, FindingCursor>, ApiError> {
    let (filter, page) = (filter(call)?, call.page()?);
    Ok(context.record.store().snapshot(|reader| reader.findings(&filter, page))?)
}

fn rules(context: &ServerContext, call: &Call) -> Result<Vec<RuleCount>, ApiError> {
    let filter = filter(call)?;
    Ok(context.record.store().read(|reader| reader.rule_counts(&filter))?)
}

/// A folder, with all below it, or a file.
#[derive(Default, Serialize, JsonSchema)]
struct FindingPlace {
    /// Relative to the project's root.
    path: String,
    /// The last part of the path.
    name: String,
    is_folder: bool,
    /// Files that were checked.
    files: u64,
    /// What the newest validation of each of them found.
    counts: Counts,
}

fn folders(context: &ServerContext, call: &Call) -> Result<Vec<FindingPlace>, ApiError> {
    let folder = call.query.text("path").unwrap_or_default().trim_end_matches('/');
    let path = (!folder.is_empty()).then(|| folder.to_owned());
    let filter = ValidationFilter { path, current: true, ..ValidationFilter::default() };
    let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
    let mut places = BTreeMap::<String, FindingPlace>::new();
    context.record.store().snapshot(|reader| {
        let mut page = ListPage::first(MAX_PAGE);
        loop {
            cancel::check();
            let found = reader.validations(&filter, page)?;
            for validation in found.items {
                let Some(below) = validation.path.get(start..) else { continue };
                let (name, is_folder) = match below.split_once('/') {
                    Some((name, _)) => (name, true),
                    None => (below, false),
                };
                let place = places.entry(name.to_owned()).or_insert_with(|| FindingPlace {
                    path: validation.path[..start + name.len()].to_owned(),
                    name: name.to_owned(),
                    is_folder,
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
