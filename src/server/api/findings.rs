//! Findings over all files, a run or a validation.

use super::{AFTER, Call, LIMIT, Route, number, text, word};
use crate::diagnostic::Severity;
use crate::server::Context;
use crate::server::errors::ApiError;
use crate::store::query::{FindingCursor, FindingFilter, FindingRow, Paged, RuleCount, Scope};

pub const SEVERITIES: &[&str] = &["error", "warning", "info"];

pub fn routes() -> Vec<Route> {
    let params = [
        text("workflow", "those of this run; without it, of the newest validation of each file"),
        number("validation", "those of this validation"),
        text("path", "those in this file or folder, or that match a pattern with `*`"),
        text("rule", "those of this rule"),
        word("severity", SEVERITIES, "those of this severity"),
    ];
    vec![
        Route::get("/api/findings", "Findings, file by file", list)
            .query(&params)
            .query(&[AFTER, LIMIT]),
        Route::get("/api/findings/rules", "How often each rule found something", rules)
            .query(&params),
    ]
}

fn filter(call: &Call) -> Result<FindingFilter, ApiError> {
    let query = &call.query;
    let scope = match (query.parsed("workflow")?, query.number("validation")) {
        (_, Some(id)) => Scope::Validation(id),
        (Some(id), None) => Scope::Workflow(id),
        (None, None) => Scope::Current,
    };
    let severity = query.text("severity").and_then(|name| {
        Severity::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    });
    Ok(FindingFilter { scope, path: query.owned("path"), rule: query.owned("rule"), severity })
}

fn list(context: &Context, call: &Call) -> Result<Paged<FindingRow, FindingCursor>, ApiError> {
    let (filter, page) = (filter(call)?, call.page()?);
    Ok(context.record.store().snapshot(|reader| reader.findings(&filter, page))?)
}

fn rules(context: &Context, call: &Call) -> Result<Vec<RuleCount>, ApiError> {
    let filter = filter(call)?;
    Ok(context.record.store().read(|reader| reader.rule_counts(&filter))?)
}
