//! Validations: the list, the single one with all that belongs to it, and decisions about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::files::FileSource;
use super::{Both, Call, ListRange, Nothing, Paging, Route, RowId};
use crate::diagnostic::Safety;
use crate::server::ServerContext;
use crate::server::errors::ApiError;
use crate::store::query::{
    FindingFilter, FindingRow, FindingScope, ListPage, Listing, PageOrder, Paged,
    RecommendationFilter, ValidationFilter,
};
use crate::store::{Actor, Decided, Recommendation, Rejection, Status, Validation, WorkflowId};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/validations",
            "Validations, newest first or in another order; of one workflow, in its order",
            list,
        ),
        Route::get("/api/pages", "The newest result of each page", pages),
        Route::get("/api/validations/{id}", "One validation with its findings", show),
        Route::get("/api/validations/{id}/source", "The file as it is now", source),
        Route::post(
            "/api/validations/{id}/approve",
            "Approve all recommendations for a validation's file",
            approve,
        ),
        Route::post(
            "/api/validations/{id}/reject",
            "Reject all recommendations for a validation's file",
            reject,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct ValidationQuery {
    /// Those of this workflow.
    workflow: Option<WorkflowId>,
    /// Those with this result.
    status: Option<Status>,
    /// Those of this file or directory, or that match a pattern with `*`.
    path: Option<String>,
    /// Only the newest of each file.
    current: Option<bool>,
    /// What they are ordered by; newest if not said, those of a workflow as it checked them.
    order: Option<PageOrder>,
    /// The same order from its end.
    reverse: Option<bool>,
}

fn list(
    context: &ServerContext,
    _: &Call,
    Both(query, page): Both<ValidationQuery, Paging<RowId>>,
) -> Result<Paged<Validation, i64>, ApiError> {
    let ValidationQuery { workflow, status, path, current, order, reverse } = query;
    let filter = ValidationFilter { workflow, status, path, current: current == Some(true) };
    let is_reversed = reverse.unwrap_or(order.is_none() && workflow.is_some());
    let order = (order.unwrap_or(PageOrder::Newest), is_reversed);
    let page = page.into();
    Ok(context.record.store().snapshot(|reader| reader.validations_by(&filter, order, page))?)
}

#[derive(Deserialize, JsonSchema)]
struct PageQuery {
    /// Those with this result.
    status: Option<Status>,
    /// This file, those in this directory, or those that match a pattern with `*`.
    path: Option<String>,
    /// The worst first, by path, or the newest first.
    order: Option<PageOrder>,
    /// The same order from its end.
    reverse: Option<bool>,
}

fn pages(
    context: &ServerContext,
    _: &Call,
    Both(query, rows): Both<PageQuery, ListRange>,
) -> Result<Listing<Validation>, ApiError> {
    let PageQuery { status, path, order, reverse } = query;
    let filter = ValidationFilter { status, path, ..ValidationFilter::default() };
    let order = (order.unwrap_or_default(), reverse == Some(true));
    let (offset, limit) = (rows.offset, rows.limit.0);
    Ok(context.record.store().snapshot(|reader| reader.pages(&filter, order, offset, limit))?)
}

/// A validation with its first thousand findings and recommendations.
#[derive(Serialize, JsonSchema)]
struct Detail {
    #[serde(flatten)]
    validation: Validation,
    findings: Vec<FindingRow>,
    recommendations: Vec<Recommendation>,
}

fn show(context: &ServerContext, call: &Call, _: Nothing) -> Result<Detail, ApiError> {
    let id = call.id()?;
    Ok(context.record.store().snapshot(|reader| {
        let filter =
            FindingFilter { scope: FindingScope::Validation(id), ..FindingFilter::default() };
        let proposed =
            RecommendationFilter { validation: Some(id), ..RecommendationFilter::default() };
        Ok(Detail {
            validation: reader.validation(id)?,
            findings: reader.findings(&filter, ListPage::first(1000))?.items,
            recommendations: reader.recommendations(&proposed, ListPage::first(1000))?.items,
        })
    })?)
}

/// The file of a validation as it is now.
#[derive(Serialize, JsonSchema)]
struct Now {
    #[serde(flatten)]
    source: FileSource,
    /// Whether it is no longer what was validated, so that lines may have moved.
    changed: bool,
}

fn source(context: &ServerContext, call: &Call, _: Nothing) -> Result<Now, ApiError> {
    let id = call.id()?;
    let validation = context.record.store().read(|reader| reader.validation(id))?;
    let source = FileSource::read(context, &validation.path)?;
    Ok(Now { changed: source.hash != validation.hash, source })
}

/// Why something is rejected, and for how long.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reason {
    reason: Option<String>,
    /// The last day on which it holds, such as 2027-01-31.
    #[schemars(regex(pattern = super::DAY), extend("format" = "date"))]
    until: Option<String>,
}

impl From<Reason> for Rejection {
    fn from(reason: Reason) -> Self {
        Rejection { reason: reason.reason, until: reason.until }
    }
}

/// Which of the recommendations to approve; only those that are safe if nothing is said.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Approve {
    safety: Option<Safety>,
}

/// The validation, and what came of approving.
#[derive(Serialize, JsonSchema)]
struct Approved {
    #[serde(flatten)]
    validation: Validation,
    #[serde(flatten)]
    decided: Decided,
}

fn approve(context: &ServerContext, call: &Call, how: Approve) -> Result<Approved, ApiError> {
    let id = call.id()?;
    let store = context.record.store();
    let decided = store.write(Actor::Web, move |tx| tx.approve_validation(id, how.safety))?;
    Ok(Approved { validation: store.read(|reader| reader.validation(id))?, decided })
}

fn reject(context: &ServerContext, call: &Call, reason: Reason) -> Result<Validation, ApiError> {
    let id = call.id()?;
    let store = context.record.store();
    store.write(Actor::Web, move |tx| tx.reject_validation(id, &reason.into()))?;
    Ok(store.read(|reader| reader.validation(id))?)
}
