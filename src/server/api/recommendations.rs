//! Recommendations: the list, the single one with its diff, and decisions about one or many.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::MAX_NUMBER;
use super::enhance::changed;
use super::files::FileSource;
use super::validations::Reason;
use super::{Both, Call, Nothing, Paging, Route, RowId};
use crate::diagnostic::Safety;
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::server::excerpts;
use crate::server::jobs::Settings;
use crate::store::enhance;
use crate::store::query::{Paged, RecommendationFilter, RecommendationGroup};
use crate::store::{
    Actor, Approval, Decided, Recommendation, RecommendationState, RefusedChange, Rejection,
    ReviewVerdict, Which, WorkflowId,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/recommendations", "Recommendations, oldest first", list),
        Route::get("/api/recommendations/count", "Number of recommendations, by safety", count),
        Route::get(
            "/api/recommendations/groups",
            "Recommendations by rule and directory, counted by state",
            groups,
        ),
        Route::get("/api/recommendations/{id}", "One recommendation", show),
        Route::get("/api/recommendations/{id}/preview", "The diff of a recommendation", preview)
            .works(Computation::Computes),
        Route::get(
            "/api/recommendations/{id}/rendered",
            "The rendered places that it would change, before and after",
            rendered,
        )
        .works(Computation::Computes),
        Route::post("/api/recommendations/{id}/approve", "Approve a recommendation", approve),
        Route::post("/api/recommendations/{id}/reject", "Reject a recommendation", reject),
        Route::post(
            "/api/recommendations/{id}/reconsider",
            "Undo the decision about a recommendation",
            reconsider,
        ),
        Route::post("/api/recommendations/approve", "Approve many recommendations", approve_many)
            .large(),
        Route::post("/api/recommendations/reject", "Reject many recommendations", reject_many)
            .large(),
        Route::post(
            "/api/recommendations/reconsider",
            "Undo the decisions about many recommendations",
            reconsider_many,
        )
        .large(),
    ]
}

fn list(
    context: &ServerContext,
    _: &Call,
    Both(wanted, page): Both<Wanted, Paging<RowId>>,
) -> Result<Paged<Recommendation, i64>, ApiError> {
    let (filter, page) = (wanted.into(), page.into());
    Ok(context.record.store().read(|reader| reader.recommendations(&filter, page))?)
}

/// How many recommendations fit.
#[derive(Serialize, JsonSchema)]
struct Count {
    safe: usize,
    review: usize,
    /// The files that they are for.
    pages: u64,
}

fn count(context: &ServerContext, _: &Call, wanted: Wanted) -> Result<Count, ApiError> {
    let filter = wanted.into();
    Ok(context.record.store().snapshot(|reader| {
        let (outline, pages) = (reader.outline(&filter)?, reader.recommended_pages(&filter)?);
        Ok(Count { safe: outline.safe, review: outline.review, pages })
    })?)
}

/// As [`Wanted`], in every state.
#[derive(Deserialize, JsonSchema)]
struct GroupQuery {
    /// Those of this rule.
    rule: Option<String>,
    /// Those whose changes are this safe.
    safety: Option<Safety>,
    /// Those for this file or directory, or that match a pattern with `*`.
    path: Option<String>,
    /// Those for files that this workflow checked.
    workflow: Option<WorkflowId>,
    /// Those for the file that this validation checked.
    validation: Option<RowId>,
}

fn groups(
    context: &ServerContext,
    _: &Call,
    query: GroupQuery,
) -> Result<Vec<RecommendationGroup>, ApiError> {
    let GroupQuery { rule, safety, path, workflow, validation } = query;
    let validation = validation.map(i64::from);
    let filter = RecommendationFilter { state: None, rule, safety, path, workflow, validation };
    Ok(context.record.store().read(|reader| reader.recommendation_groups(&filter))?)
}

fn show(context: &ServerContext, call: &Call, _: Nothing) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    Ok(context.record.store().read(|reader| reader.recommendation(id))?)
}

/// What a recommendation would make of its file. Nothing is written.
#[derive(Serialize, JsonSchema)]
struct Preview {
    path: String,
    /// Whether the file is no longer what the recommendation was made from; then there is no diff.
    stale: bool,
    /// Unified, with three lines around each change. What applying it alone would write.
    diff: String,
    /// How many changes are asked for, and how many of them the diff has.
    changes: usize,
    applied_changes: usize,
    /// The changes that would not be made, with the reasons.
    refused_changes: Vec<RefusedChange>,
}

fn preview(context: &ServerContext, call: &Call, _: Nothing) -> Result<Preview, ApiError> {
    let recommendation = show(context, call, Nothing {})?;
    let source = FileSource::read(context, &recommendation.path)?;
    let workspace = context.jobs.workspace(&Settings::default())?;
    let store = context.record.store();
    let plan = enhance::preview_one(&store, &workspace, &recommendation)
        .filter(|plan| plan.before == source.text);
    let Some(plan) = plan else {
        return Ok(Preview {
            path: source.path,
            stale: true,
            diff: String::new(),
            changes: 0,
            applied_changes: 0,
            refused_changes: Vec::new(),
        });
    };
    let path = &recommendation.path;
    let diff = TextDiff::from_lines(&plan.before, &plan.after);
    Ok(Preview {
        diff: diff.unified_diff().header(path, path).to_string(),
        path: source.path,
        stale: false,
        changes: plan.changes,
        applied_changes: plan.applied_changes,
        refused_changes: plan.refused,
    })
}

/// Pages of HTML of their own, with the blocks around each change, before and after it.
#[derive(Serialize, JsonSchema)]
struct Rendered {
    /// Whether readers see the same before and after.
    same: bool,
    before: String,
    after: String,
}

fn rendered(context: &ServerContext, call: &Call, _: Nothing) -> Result<Rendered, ApiError> {
    let recommendation = show(context, call, Nothing {})?;
    let source = FileSource::read(context, &recommendation.path)?;
    let workspace = context.jobs.workspace(&Settings::default())?;
    let plan = enhance::preview_one(&context.record.store(), &workspace, &recommendation)
        .filter(|plan| plan.before == source.text)
        .ok_or_else(changed)?;
    let [before, after] = excerpts::around_changes(&plan.before, &plan.after);
    let same = excerpts::is_same(&plan.before, &plan.after);
    Ok(Rendered { same, before: excerpts::page(&before), after: excerpts::page(&after) })
}

/// How to approve.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ApproveBody {
    /// Places of changes to leave out, from 0.
    #[schemars(inner(range(max = MAX_NUMBER)))]
    exclude: Vec<usize>,
    /// Approve it even if it was rejected before.
    overrule: bool,
}

fn approve(
    context: &ServerContext,
    call: &Call,
    how: ApproveBody,
) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    let approval = Approval { exclude: how.exclude, overrule: how.overrule };
    context.record.store().write(Actor::Web, move |tx| tx.approve(id, &approval))?;
    show(context, call, Nothing {})
}

fn reject(context: &ServerContext, call: &Call, why: Reason) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    context.record.store().write(Actor::Web, move |tx| tx.reject(id, &why.into()))?;
    show(context, call, Nothing {})
}

fn reconsider(
    context: &ServerContext,
    call: &Call,
    _: Nothing,
) -> Result<Recommendation, ApiError> {
    let id = call.id()?;
    context.record.store().write(Actor::Web, move |tx| tx.reconsider(id))?;
    show(context, call, Nothing {})
}

/// Which recommendations are wanted; what is not said does not matter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// Those in this state.
    state: Option<RecommendationState>,
    /// Those of this rule.
    rule: Option<String>,
    /// Those whose changes are this safe.
    safety: Option<Safety>,
    /// Those for this file or directory, or that match a pattern with `*`.
    path: Option<String>,
    /// Those for files that this workflow checked.
    workflow: Option<WorkflowId>,
    /// Those for the file that this validation checked.
    #[schemars(range(min = 1, max = MAX_NUMBER))]
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
#[schemars(extend("oneOf" = [{"required": ["ids"]}, {"required": ["filter"]}]))]
struct Many {
    #[schemars(with = "Vec<i64>", length(min = 1), inner(range(min = 1, max = MAX_NUMBER)))]
    ids: Option<Vec<i64>>,
    #[schemars(with = "Wanted")]
    filter: Option<Wanted>,
    /// Why, if they are rejected.
    reason: Option<String>,
    /// The last day on which a rejection holds, such as 2027-01-31.
    #[schemars(regex(pattern = super::DAY), extend("format" = "date"))]
    until: Option<String>,
}

fn approve_many(context: &ServerContext, _: &Call, many: Many) -> Result<Decided, ApiError> {
    decide(context, many, |_| ReviewVerdict::Approve(Approval::default()))
}

fn reject_many(context: &ServerContext, _: &Call, many: Many) -> Result<Decided, ApiError> {
    decide(context, many, ReviewVerdict::Reject)
}

fn reconsider_many(context: &ServerContext, _: &Call, many: Many) -> Result<Decided, ApiError> {
    decide(context, many, |_| ReviewVerdict::Reconsider)
}

/// Decides in one transaction; what cannot be decided so stays as it is.
fn decide(
    context: &ServerContext,
    many: Many,
    verdict: fn(Rejection) -> ReviewVerdict,
) -> Result<Decided, ApiError> {
    let which = match (many.ids, many.filter) {
        (Some(ids), None) if !ids.is_empty() => Which::These(ids),
        (None, Some(wanted)) => Which::All(wanted.into()),
        _ => {
            return Err(ApiError::bad_request("ambiguous", "give either `ids` or a `filter`")
                .hint("an empty filter means all: {\"filter\":{}}"));
        }
    };
    let verdict = verdict(Rejection { reason: many.reason, until: many.until });
    Ok(context.record.store().write(Actor::Web, move |tx| tx.decide_many(&which, &verdict))?)
}
