//! Findings by all that people ask of them: counted, listed by place, and decided about.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::{SCOPE, filter};
use super::param::{self, Param};
use super::project;
use super::{
    Call, LIMIT, LONGEST_PATH, Nothing, OFFSET, PATH, ParamKind, Route, WORKFLOW, text, word,
};
use crate::diagnostic::Fingerprint;
use crate::rules::ValidationType;
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::store::query::{
    DeadTarget, Facets, FindingOrder, FindingScope, FindingSearch, FixFilter, Placed, Reader,
};
use crate::store::{Actor, Decision, Rejection, StoreError};

const TYPES: &[&str] = &["markdown", "yaml", "data", "structure", "links"];
const FIXES: &[&str] = &["safe", "review", "none"];
const ORDERS: &[&str] = &["worst", "path", "rule"];

/// What findings are filtered by, besides [`SCOPE`].
pub(super) const FILTERS: [Param; 9] = [
    word("type", TYPES, "those of rules of this type"),
    word("fix", FIXES, "those whose fix is this safe"),
    param::param(
        "rejected",
        ParamKind::Flag,
        "those that are rejected today, or those that are not",
    ),
    text(
        "owner",
        "those in files of this owner, as CODEOWNERS says; `none` for files that nobody owns",
    ),
    text("text", "those with these words in the message, the path or the rule"),
    param::param(
        "since",
        WORKFLOW,
        "new is what was not known when this run ended; without it, when the run before the newest ended",
    ),
    param::param(
        "baselined",
        ParamKind::Flag,
        "those that the project's baseline has, or those that it has not",
    ),
    text("target", "those of links that lead here, as /api/findings/targets names it"),
    param::param("new", ParamKind::Flag, "those that are new, or those that are not"),
];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/findings/search", "Findings in a given order, by position", search)
            .works(Computation::Computes)
            .query(&SCOPE)
            .query(&FILTERS)
            .query(&[
                word("order", ORDERS, "the worst pages first, by path, or by rule"),
                param::param(
                    "around",
                    ParamKind::Fingerprint,
                    "the part of the list where this finding is, wherever that begins",
                ),
                OFFSET,
                LIMIT,
            ]),
        Route::get(
            "/api/findings/facets",
            "Number of findings for each value of each filter",
            facets,
        )
        .works(Computation::Computes)
        .query(&SCOPE)
        .query(&FILTERS),
        Route::get(
            "/api/findings/targets",
            "What dead links lead to, what most pages link to first",
            targets,
        )
        .works(Computation::Computes)
        .query(&SCOPE)
        .query(&FILTERS)
        .query(&[LIMIT]),
        Route::post(
            "/api/findings/{fingerprint}/reject",
            "Reject a finding, also for later runs",
            reject,
        ),
        Route::post("/api/findings/{fingerprint}/restore", "Restore a rejected finding", restore),
    ]
}

pub(super) fn wanted(context: &ServerContext, call: &Call) -> Result<FindingSearch, ApiError> {
    let query = &call.query;
    let named = |name: &str| query.text(name).map(str::to_ascii_lowercase);
    Ok(FindingSearch {
        filter: filter(call)?,
        validation_type: named("type").and_then(|name| {
            ValidationType::ALL.iter().copied().find(|known| known.name() == name)
        }),
        fix: named("fix").map(|name| match name.as_str() {
            "safe" => FixFilter::Safe,
            "review" => FixFilter::Review,
            _ => FixFilter::Missing,
        }),
        rejected: query.text("rejected").map(|_| query.flag("rejected")),
        owners: project::owners(context)?,
        owner: query.owned("owner"),
        baseline: project::baseline(context)?,
        is_baselined: query.text("baselined").map(|_| query.flag("baselined")),
        target: query.owned("target"),
        text: query.owned("text"),
        since: query.parsed("since")?,
        is_new: query.text("new").map(|_| query.flag("new")),
    })
}

/// Where nobody says what is new, the run before the newest does.
pub(super) fn with_baseline(
    reader: &Reader,
    search: FindingSearch,
    root: &Path,
) -> Result<FindingSearch, StoreError> {
    if search.since.is_some() {
        return Ok(search);
    }
    let since = match search.filter.scope {
        FindingScope::Current => reader.newest_pair(Some("batch"), root)?.map(|[before, _]| before),
        FindingScope::Workflow(run) => reader.run_before(run, root)?,
        FindingScope::Validation(_) => None,
    };
    Ok(FindingSearch { since, ..search })
}

fn search(context: &ServerContext, call: &Call) -> Result<Placed, ApiError> {
    let wanted = wanted(context, call)?;
    let order = match call.query.text("order").map(str::to_ascii_lowercase).as_deref() {
        Some("path") => FindingOrder::Path,
        Some("rule") => FindingOrder::Rule,
        _ => FindingOrder::Worst,
    };
    let (around, offset) = (call.query.parsed("around")?, call.offset());
    let limit = call.page::<i64>()?.limit;
    let root = context.root.path();
    Ok(context.record.store().snapshot(|reader| {
        // What is new matters only where it is asked for.
        let wanted =
            if wanted.is_new.is_some() { with_baseline(reader, wanted, root)? } else { wanted };
        reader.search(&wanted, order, offset, limit, around)
    })?)
}

fn facets(context: &ServerContext, call: &Call) -> Result<Facets, ApiError> {
    let wanted = wanted(context, call)?;
    let root = context.root.path();
    Ok(context
        .record
        .store()
        .snapshot(|reader| reader.facets(&with_baseline(reader, wanted, root)?))?)
}

fn targets(context: &ServerContext, call: &Call) -> Result<Vec<DeadTarget>, ApiError> {
    let (wanted, limit) = (wanted(context, call)?, call.page::<i64>()?.limit);
    let root = context.root.path();
    Ok(context
        .record
        .store()
        .snapshot(|reader| reader.targets(&with_baseline(reader, wanted, root)?, limit))?)
}

/// Where the finding is, why it is rejected, and for how long.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reject {
    /// The file that it is in, as it was checked last.
    #[schemars(length(min = 1, max = LONGEST_PATH), regex(pattern = PATH))]
    path: String,
    #[serde(default)]
    reason: Option<String>,
    /// The last day on which it holds, such as 2027-01-31.
    #[serde(default)]
    #[schemars(regex(pattern = super::DAY), extend("format" = "date"))]
    until: Option<String>,
}

/// What holds of a finding now.
#[derive(Serialize, JsonSchema)]
struct Decided {
    fingerprint: String,
    /// The rejection that holds, if there is one.
    rejected: Option<Decision>,
}

fn reject(context: &ServerContext, call: &Call, why: Reject) -> Result<Decided, ApiError> {
    let print: Fingerprint = call.id()?;
    let store = context.record.store();
    let Reject { path, reason, until } = why;
    let found = store.snapshot(|reader| reader.finding(&path, print))?;
    let rule = found.finding.rule;
    store.write(Actor::Web, move |tx| {
        tx.reject_finding(print, &rule, &path, &Rejection { reason, until })
    })?;
    decided(context, print)
}

fn restore(context: &ServerContext, call: &Call, _: Nothing) -> Result<Decided, ApiError> {
    let print: Fingerprint = call.id()?;
    context.record.store().write(Actor::Web, move |tx| tx.reconsider_finding(print))?;
    decided(context, print)
}

fn decided(context: &ServerContext, print: Fingerprint) -> Result<Decided, ApiError> {
    let rejected = context.record.store().read(|reader| reader.rejected())?.remove(&print);
    Ok(Decided { fingerprint: print.to_string(), rejected })
}
