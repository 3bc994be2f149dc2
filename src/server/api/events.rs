//! The event log over HTTP, for those who look back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, Limit, MAX_NUMBER, Route, RowId};
use crate::server::ServerContext;
use crate::server::errors::ApiError;
use crate::store::query::{EventFilter, Paged};
use crate::store::{Event, WorkflowId};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/events", "Events in their order", list)]
}

#[derive(Deserialize, JsonSchema)]
struct EventQuery {
    /// Those after this one.
    #[schemars(range(min = 0, max = MAX_NUMBER))]
    since: Option<i64>,
    #[serde(default)]
    limit: Limit,
    /// Those of this workflow.
    workflow: Option<WorkflowId>,
    /// Those of this validation.
    validation: Option<RowId>,
}

/// An event as it also goes over WebSockets.
#[derive(Serialize, JsonSchema)]
pub struct EventFrame {
    /// Strictly increasing, without gaps.
    seq: i64,
    /// Microseconds since 1970.
    ts_us: i64,
    #[serde(rename = "type")]
    kind: String,
    /// Version of the shape of `data`.
    v: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow_id: Option<WorkflowId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_id: Option<i64>,
    /// `cli:1234`, `web` or `system`.
    actor: String,
    data: Value,
}

impl From<Event> for EventFrame {
    fn from(event: Event) -> Self {
        EventFrame {
            seq: event.seq,
            ts_us: event.ts_us,
            kind: event.kind,
            v: event.v,
            workflow_id: event.workflow,
            validation_id: event.validation,
            actor: event.actor,
            data: serde_json::from_str(&event.data).unwrap_or_default(),
        }
    }
}

fn list(
    context: &ServerContext,
    _: &Call,
    query: EventQuery,
) -> Result<Paged<EventFrame, i64>, ApiError> {
    let EventQuery { since, limit: Limit(limit), workflow, validation } = query;
    let filter = EventFilter { workflow, validation: validation.map(i64::from) };
    let mut events = context
        .record
        .store()
        .read(|reader| reader.events_since(since.unwrap_or(0), limit + 1, filter))?;
    let more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| more).map(|event| event.seq);
    Ok(Paged { items: events.into_iter().map(EventFrame::from).collect(), next })
}
