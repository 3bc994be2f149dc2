//! About the server itself.

use schemars::JsonSchema;
use serde::Serialize;
use warp::http::Method;

use super::{Answer, Call, Route, json};
use crate::rules;
use crate::server::errors::ApiError;
use crate::server::{Context, Reply, openapi};

pub fn routes() -> Vec<Route> {
    vec![
        Route {
            method: Method::GET,
            path: "/health",
            summary: "Whether the server works",
            query: &[],
            body: None,
            answer: Answer::Json(|generator| generator.subschema_for::<Health>()),
            handler: health,
            large: false,
        },
        Route {
            method: Method::GET,
            path: "/api/openapi.json",
            summary: "This document",
            query: &[],
            body: None,
            answer: Answer::Json(|generator| generator.subschema_for::<serde_json::Value>()),
            handler: |_, _| json(openapi::document()),
            large: false,
        },
        Route {
            method: Method::GET,
            path: "/api/status",
            summary: "Where the event log stands and who follows it",
            query: &[],
            body: None,
            answer: Answer::Json(|generator| generator.subschema_for::<Status>()),
            handler: status,
            large: false,
        },
    ]
}

/// As clients of the live system read it.
#[derive(Serialize, JsonSchema)]
struct Health {
    /// `healthy`, or `degraded` if the record cannot be read.
    status: &'static str,
    /// Number of validators: units of rules that implement a validation type or a part of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    agents_registered: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_connected: Option<bool>,
}

fn health(context: &Context, call: &Call) -> Result<Reply, ApiError> {
    let connected = context.hub.is_readable();
    json(&Health {
        status: if connected { "healthy" } else { "degraded" },
        agents_registered: call.trusted.then(|| rules::groups().len()),
        database_connected: call.trusted.then_some(connected),
    })
}

#[derive(Serialize, JsonSchema)]
struct Status {
    version: &'static str,
    /// Names this process; another one after a restart.
    server: String,
    /// Names the event log; another one if the record was replaced.
    epoch: String,
    /// The newest event.
    head: i64,
    /// All events from here on are kept.
    min_seq: i64,
    /// WebSocket clients that are connected.
    clients: usize,
    database_connected: bool,
    /// The folder that is served.
    root: String,
}

fn status(context: &Context, _: &Call) -> Result<Reply, ApiError> {
    let log = context.hub.log();
    json(&Status {
        version: env!("CARGO_PKG_VERSION"),
        server: context.server.to_string(),
        epoch: log.epoch.clone(),
        head: log.head,
        min_seq: log.min_seq,
        clients: context.hub.clients(),
        database_connected: context.hub.is_readable(),
        root: context.root.path().display().to_string(),
    })
}
