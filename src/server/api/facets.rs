//! Findings by all that people ask of them: counted, listed by place, and decided about.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::ScopeQuery;
use super::param::FINGERPRINT;
use super::project;
use super::{Both, Call, FirstRows, LONGEST_PATH, ListRange, Nothing, PATH, Route};
use crate::diagnostic::Fingerprint;
use crate::rules::ValidationType;
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::store::query::{
    DeadTarget, Facets, FindingOrder, FindingScope, FindingSearch, FixFilter, Placed, Reader,
};
use crate::store::{Actor, Decision, Rejection, StoreError, WorkflowId};

/// What findings are filtered by, besides [`ScopeQuery`].
#[derive(Deserialize, JsonSchema)]
pub(super) struct FilterQuery {
    /// Those of rules of this type.
    #[serde(rename = "type")]
    validation_type: Option<ValidationType>,
    /// Those whose fix is this safe.
    fix: Option<FixFilter>,
    /// Those that are rejected today, or those that are not.
    rejected: Option<bool>,
    /// Those in files of this owner, as CODEOWNERS says; `none` for files that nobody owns.
    owner: Option<String>,
    /// Those with these words in the message, the path or the rule.
    text: Option<String>,
    /// New is what was not known when this run ended; without it, when the run before the newest
    /// ended.
    since: Option<WorkflowId>,
    /// Those that the project's baseline has, or those that it has not.
    baselined: Option<bool>,
    /// Those of links that lead here, as /api/findings/targets names it.
    target: Option<String>,
    /// Those that are new, or those that are not.
    new: Option<bool>,
}

/// All that says which findings are wanted.
pub(super) type SearchQuery = Both<ScopeQuery, FilterQuery>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/findings/search", "Findings in a given order, by position", search)
            .works(Computation::Computes),
        Route::get(
            "/api/findings/facets",
            "Number of findings for each value of each filter",
            facets,
        )
        .works(Computation::Computes),
        Route::get(
            "/api/findings/targets",
            "What dead links lead to, what most pages link to first",
            targets,
        )
        .works(Computation::Computes),
        Route::post(
            "/api/findings/{fingerprint}/reject",
            "Reject a finding, also for later runs",
            reject,
        ),
        Route::post("/api/findings/{fingerprint}/restore", "Restore a rejected finding", restore),
    ]
}

pub(super) fn wanted(
    context: &ServerContext,
    Both(scope, query): SearchQuery,
) -> Result<FindingSearch, ApiError> {
    Ok(FindingSearch {
        filter: scope.into(),
        validation_type: query.validation_type,
        fix: query.fix,
        rejected: query.rejected,
        owners: project::owners(context)?,
        owner: query.owner,
        baseline: project::baseline(context)?,
        is_baselined: query.baselined,
        target: query.target,
        text: query.text,
        since: query.since,
        is_new: query.new,
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

#[derive(Deserialize, JsonSchema)]
struct OrderQuery {
    /// The worst pages first, by path, or by rule.
    order: Option<FindingOrder>,
    /// The part of the list where this finding is, wherever that begins.
    #[schemars(regex(pattern = FINGERPRINT))]
    around: Option<String>,
}

fn search(
    context: &ServerContext,
    _: &Call,
    Both(query, Both(OrderQuery { order, around }, rows)): Both<
        SearchQuery,
        Both<OrderQuery, ListRange>,
    >,
) -> Result<Placed, ApiError> {
    let wanted = wanted(context, query)?;
    let order = order.unwrap_or_default();
    let around = around.and_then(|print| print.parse().ok());
    let (offset, limit) = (rows.offset, rows.limit.0);
    let root = context.root.path();
    Ok(context.record.store().snapshot(|reader| {
        // What is new matters only where it is asked for.
        let wanted =
            if wanted.is_new.is_some() { with_baseline(reader, wanted, root)? } else { wanted };
        reader.search(&wanted, order, offset, limit, around)
    })?)
}

fn facets(context: &ServerContext, _: &Call, query: SearchQuery) -> Result<Facets, ApiError> {
    let wanted = wanted(context, query)?;
    let root = context.root.path();
    Ok(context
        .record
        .store()
        .snapshot(|reader| reader.facets(&with_baseline(reader, wanted, root)?))?)
}

fn targets(
    context: &ServerContext,
    _: &Call,
    Both(query, rows): Both<SearchQuery, FirstRows>,
) -> Result<Vec<DeadTarget>, ApiError> {
    let (wanted, limit) = (wanted(context, query)?, rows.limit.0);
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
