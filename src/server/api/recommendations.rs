//! Recommendations: the list, the single one with its diff, and decisions about one or many.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::files::Source;
use super::validations::Reason;
use super::{AFTER, Call, LIMIT, Query, Route, number, text, word};
use crate::diagnostic::Safety;
use crate::server::Context;
use crate::server::errors::ApiError;
use crate::store::query::{Paged, RecommendationFilter};
use crate::store::{
    Actor, Approval, Recommendation, RecommendationState, Rejection, StoreError, Tx, WorkflowId,
};

const STATES: &[&str] = &["proposed", "approved", "rejected", "applied", "stale"];
const SAFETIES: &[&str] = &["safe", "review"];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/recommendations", "Recommendations, oldest first", list)
            .query(&[
                word("state", STATES, "those in this state"),
                text("rule", "those of this rule"),
                word("safety", SAFETIES, "those whose changes are this safe"),
                text("path", "those for this file or folder, or that match a pattern with `*`"),
                text("workflow", "those for files that this workflow checked"),
                number("validation", "those for the file that this validation checked"),
            ])
            .query(&[AFTER, LIMIT]),
        Route::get("/api/recommendations/{id}", "One recommendation", show),
        Route::get("/api/recommendations/{id}/preview", "What it would make of its file", preview),
        Route::post("/api/recommendations/{id}/approve", "Approve it", approve),
        Route::post("/api/recommendations/{id}/reject", "Reject it", reject),
        Route::post("/api/recommendations/approve", "Approve many", approve_many).large(),
        Route::post("/api/recommendations/reject", "Reject many", reject_many).large(),
    ]
}

fn filter(query: &Query) -> Result<RecommendationFilter, ApiError> {
    Ok(RecommendationFilter {
        state: query.text("state").and_then(RecommendationState::named),
        rule: query.owned("rule"),
        safety: query.text("safety").map(|name| match name {
            name if name.eq_ignore_ascii_case("safe") => Safety::Safe,
            _ => Safety::Review,
        }),
        path: query.owned("path"),
        workflow: query.parsed("workflow")?,
        validation: query.number("validation"),
    })
}

fn list(context: &Context, call: &Call) -> Result<Paged<Recommendation, i64>, ApiError> {
    let (filter, page) = (filter(&call.query)?, call.page()?);
    Ok(context.record.store().read(|reader| reader.recommendations(&filter, page))?)
}

fn show(context: &Context, call: &Call) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    Ok(context.record.store().read(|reader| reader.recommendation(id))?)
}

/// What a recommendation would make of its file. Nothing is written.
#[derive(Serialize, JsonSchema)]
struct Preview {
    path: String,
    /// Whether the file is no longer what the recommendation was made from; then there is no diff.
    stale: bool,
    /// Unified, with three lines around each change.
    diff: String,
}

fn preview(context: &Context, call: &Call) -> Result<Preview, ApiError> {
    let recommendation = show(context, call)?;
    let source = Source::read(context, &recommendation.path)?;
    let after = (source.hash == recommendation.file_hash)
        .then(|| changed(&source.text, &recommendation))
        .flatten();
    let diff = after.as_ref().map(|after| {
        let path = &recommendation.path;
        TextDiff::from_lines(&source.text, after).unified_diff().header(path, path).to_string()
    });
    Ok(Preview { path: source.path, stale: diff.is_none(), diff: diff.unwrap_or_default() })
}

/// The text with all changes that are not left out; none if it does not read as it should.
fn changed(text: &str, recommendation: &Recommendation) -> Option<String> {
    let changes = recommendation.changes.iter().filter(|change| !change.excluded);
    let mut edits: Vec<_> = changes.flat_map(|change| &change.edits).collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let (mut result, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        let (start, end) = (edit.start as usize, edit.end as usize);
        // What overlaps waits for the next run.
        if start < at {
            continue;
        }
        if text.get(start..end)? != edit.before {
            return None;
        }
        result.push_str(text.get(at..start)?);
        result.push_str(&edit.after);
        at = end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

/// How to approve.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Approve {
    /// Places of changes to leave out, from 0.
    exclude: Vec<usize>,
    /// Approve it even if it was rejected before.
    overrule: bool,
}

fn approve(context: &Context, call: &Call, how: Approve) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    let approval = Approval { exclude: how.exclude, overrule: how.overrule };
    context.record.store().write(Actor::Web, move |tx| tx.approve(id, &approval))?;
    show(context, call)
}

fn reject(context: &Context, call: &Call, why: Reason) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    context.record.store().write(Actor::Web, move |tx| tx.reject(id, &why.into()))?;
    show(context, call)
}

/// Which recommendations are wanted; what is not said does not matter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    state: Option<RecommendationState>,
    rule: Option<String>,
    safety: Option<Safety>,
    path: Option<String>,
    workflow: Option<WorkflowId>,
    validation: Option<i64>,
}

impl From<Wanted> for RecommendationFilter {
    fn from(wanted: Wanted) -> Self {
        let Wanted { state, rule, safety, path, workflow, validation } = wanted;
        RecommendationFilter { state, rule, safety, path, workflow, validation }
    }
}

/// Which recommendations are meant: these, or all that fit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Many {
    ids: Vec<i64>,
    filter: Option<Wanted>,
    /// Why, if they are rejected.
    reason: Option<String>,
    /// The last day on which a rejection holds, such as 2027-01-31.
    until: Option<String>,
}

/// What came of a decision about many.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Decided {
    /// Those that are now as they were to be.
    done: Vec<i64>,
    refused: Vec<Refused>,
}

/// One that its state did not allow to be decided so.
#[derive(Debug, Serialize, JsonSchema)]
struct Refused {
    id: i64,
    message: String,
}

fn approve_many(context: &Context, _: &Call, many: Many) -> Result<Decided, ApiError> {
    decide(context, many, |tx, id, _| tx.approve(id, &Approval::default()))
}

fn reject_many(context: &Context, _: &Call, many: Many) -> Result<Decided, ApiError> {
    decide(context, many, |tx, id, why| tx.reject(id, why))
}

/// Decides in one transaction; what cannot be decided so stays as it is.
fn decide(
    context: &Context,
    many: Many,
    decide: fn(&Tx, i64, &Rejection) -> Result<(), StoreError>,
) -> Result<Decided, ApiError> {
    if many.ids.is_empty() == many.filter.is_none() {
        return Err(ApiError::bad_request("ambiguous", "give either `ids` or a `filter`")
            .hint("an empty filter means all: {\"filter\":{}}"));
    }
    let why = Rejection { reason: many.reason, until: many.until };
    Ok(context.record.store().write(Actor::Web, move |tx| {
        let ids = match many.filter {
            Some(wanted) => tx.reader().recommendation_ids(&wanted.into())?,
            None => many.ids,
        };
        let mut decided = Decided::default();
        for id in ids {
            match decide(tx, id, &why) {
                Ok(()) => decided.done.push(id),
                Err(error @ (StoreError::Conflict { .. } | StoreError::NotFound { .. })) => {
                    decided.refused.push(Refused { id, message: error.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(decided)
    })?)
}
