//! Workflows: the list, the single one, and what one may ask of it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Both, Call, FirstRows, MAX_NUMBER, Nothing, Paging, Route};
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::store::query::{Comparison, Paged, WorkflowFilter, WorkflowOrder};
use crate::store::{Actor, Control, Workflow, WorkflowId, WorkflowState};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/workflows", "Workflows, newest first or in another order", list),
        Route::get("/api/workflows/{id}", "One workflow", show),
        Route::get("/api/workflows/{id}/compare", "What changed since another run", compare)
            .works(Computation::Computes),
        Route::get(
            "/api/workflows/{id}/changes",
            "What changed since the run before over the same directory; nothing if there is none",
            changes,
        )
        .works(Computation::Computes),
        Route::post("/api/workflows/{id}/pause", "Pause a run", |context, call, _: Nothing| {
            request(context, call, Control::Pause)
        }),
        Route::post(
            "/api/workflows/{id}/resume",
            "Resume a paused run",
            |context, call, _: Nothing| request(context, call, Control::Resume),
        ),
        Route::post("/api/workflows/{id}/cancel", "Cancel a run", |context, call, _: Nothing| {
            request(context, call, Control::Cancel)
        }),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct WorkflowQuery {
    /// Those in this state.
    state: Option<WorkflowState>,
    /// Those of this kind, such as batch.
    kind: Option<String>,
    /// Those created from this moment on, in microseconds since 1970.
    #[schemars(range(min = 0, max = MAX_NUMBER))]
    since: Option<i64>,
    /// What they are ordered by; newest if not said.
    order: Option<WorkflowOrder>,
    /// The same order from its end.
    reverse: Option<bool>,
}

fn list(
    context: &ServerContext,
    _: &Call,
    Both(query, page): Both<WorkflowQuery, Paging<WorkflowId>>,
) -> Result<Paged<Workflow, WorkflowId>, ApiError> {
    let WorkflowQuery { state, kind, since: since_us, order, reverse } = query;
    let filter = WorkflowFilter { state, kind, since_us };
    let order = (order.unwrap_or_default(), reverse == Some(true));
    let page = page.into();
    Ok(context.record.store().snapshot(|reader| reader.workflows_by(&filter, order, page))?)
}

fn show(context: &ServerContext, call: &Call, _: Nothing) -> Result<Workflow, ApiError> {
    let id = call.id()?;
    Ok(context.record.store().read(|reader| reader.workflow(id))?)
}

#[derive(Deserialize, JsonSchema)]
struct CompareQuery {
    /// The earlier run.
    with: WorkflowId,
}

fn compare(
    context: &ServerContext,
    call: &Call,
    Both(CompareQuery { with: before }, rows): Both<CompareQuery, FirstRows>,
) -> Result<Comparison, ApiError> {
    let after = call.id()?;
    let limit = rows.limit.0;
    Ok(context.record.store().snapshot(|reader| reader.compare(before, after, limit))?)
}

fn changes(
    context: &ServerContext,
    call: &Call,
    rows: FirstRows,
) -> Result<Option<Comparison>, ApiError> {
    let after = call.id()?;
    let limit = rows.limit.0;
    let root = context.root.path();
    Ok(context.record.store().snapshot(|reader| {
        let before = reader.run_before(after, root)?;
        before.map(|before| reader.compare(before, after, limit)).transpose()
    })?)
}

/// Asks whoever runs the workflow, be it this process or another.
fn request(context: &ServerContext, call: &Call, control: Control) -> Result<Workflow, ApiError> {
    let id = call.id()?;
    let store = context.record.store();
    store.write(Actor::Web, move |tx| tx.request(id, control))?;
    Ok(store.read(|reader| reader.workflow(id))?)
}
