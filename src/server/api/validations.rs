//! Validations: the list, the single one with all that belongs to it, and decisions about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::files::FileSource;
use super::{Call, ID, LIMIT, OFFSET, Route, WORKFLOW, after, flag, param, text, word};
use crate::diagnostic::Safety;
use crate::server::ServerContext;
use crate::server::errors::ApiError;
use crate::store::query::{
    FindingFilter, FindingRow, FindingScope, ListPage, Listing, PageOrder, Paged,
    RecommendationFilter, ValidationFilter,
};
use crate::store::{Actor, Decided, Recommendation, Rejection, Status, Validation};

const STATUSES: &[&str] = &["passed", "warned", "failed", "unreadable"];

const ORDERS: &[&str] = &["worst", "path", "newest"];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/validations",
            "Validations, newest first; of one workflow, in its order",
            list,
        )
        .query(&[
            param("workflow", WORKFLOW, "those of this workflow"),
            word("status", STATUSES, "those with this result"),
            text("path", "those of this file or directory, or that match a pattern with `*`"),
            flag("current", "only the newest of each file"),
            after(ID),
            LIMIT,
        ]),
        Route::get("/api/pages", "The newest result of each page", pages).query(&[
            word("status", STATUSES, "those with this result"),
            text(
                "path",
                "this file, those in this directory, or those that match a pattern with `*`",
            ),
            word("order", ORDERS, "the worst first, by path, or the newest first"),
            flag("reverse", "the same order from its end"),
            OFFSET,
            LIMIT,
        ]),
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

fn list(context: &ServerContext, call: &Call) -> Result<Paged<Validation, i64>, ApiError> {
    let filter = ValidationFilter {
        workflow: call.query.parsed("workflow")?,
        status: call.query.text("status").and_then(Status::named),
        path: call.query.owned("path"),
        current: call.query.flag("current"),
    };
    let page = call.page()?;
    Ok(context.record.store().read(|reader| reader.validations(&filter, page))?)
}

fn pages(context: &ServerContext, call: &Call) -> Result<Listing<Validation>, ApiError> {
    let filter = ValidationFilter {
        status: call.query.text("status").and_then(Status::named),
        path: call.query.owned("path"),
        ..ValidationFilter::default()
    };
    let order = match call.query.text("order").map(str::to_ascii_lowercase).as_deref() {
        Some("path") => PageOrder::Path,
        Some("newest") => PageOrder::Newest,
        _ => PageOrder::Worst,
    };
    let order = (order, call.query.flag("reverse"));
    let (offset, limit) = (call.offset(), call.page::<i64>()?.limit);
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

fn show(context: &ServerContext, call: &Call) -> Result<Detail, ApiError> {
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

fn source(context: &ServerContext, call: &Call) -> Result<Now, ApiError> {
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
