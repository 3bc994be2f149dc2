//! Workflows: the list, the single one, and what one may ask of it.

use super::{Call, LIMIT, Nothing, Route, WORKFLOW, after, number, param, text, word};
use crate::server::ServerContext;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::store::query::{Comparison, Paged, WorkflowFilter};
use crate::store::{Actor, Control, Workflow, WorkflowId, WorkflowState};

const STATES: &[&str] = &["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/workflows", "Workflows, newest first", list).query(&[
            word("state", STATES, "those in this state"),
            text("kind", "those of this kind, such as batch"),
            number("since", "those created from this moment on, in microseconds since 1970"),
            after(WORKFLOW),
            LIMIT,
        ]),
        Route::get("/api/workflows/{id}", "One workflow", show),
        Route::get("/api/workflows/{id}/compare", "What changed since another run", compare)
            .works(Computation::Computes)
            .query(&[param("with", WORKFLOW, "the earlier run").required(), LIMIT]),
        Route::get(
            "/api/workflows/{id}/changes",
            "What changed since the run before over the same directory; nothing if there is none",
            changes,
        )
        .works(Computation::Computes)
        .query(&[LIMIT]),
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

fn list(context: &ServerContext, call: &Call) -> Result<Paged<Workflow, WorkflowId>, ApiError> {
    let filter = WorkflowFilter {
        state: call.query.text("state").and_then(WorkflowState::named),
        kind: call.query.owned("kind"),
        since_us: call.query.number("since"),
    };
    let page = call.page()?;
    Ok(context.record.store().read(|reader| reader.workflows(&filter, page))?)
}

fn show(context: &ServerContext, call: &Call) -> Result<Workflow, ApiError> {
    let id = call.id()?;
    Ok(context.record.store().read(|reader| reader.workflow(id))?)
}

fn compare(context: &ServerContext, call: &Call) -> Result<Comparison, ApiError> {
    let after = call.id()?;
    let Some(before) = call.query.parsed("with")? else {
        return Err(ApiError::bad_request("missing_parameter", "`with` is missing")
            .hint("name the run to compare with: ?with=wf_…"));
    };
    let limit = call.page::<i64>()?.limit;
    Ok(context.record.store().snapshot(|reader| reader.compare(before, after, limit))?)
}

fn changes(context: &ServerContext, call: &Call) -> Result<Option<Comparison>, ApiError> {
    let after = call.id()?;
    let limit = call.page::<i64>()?.limit;
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
