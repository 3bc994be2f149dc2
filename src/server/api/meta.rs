//! About the server itself, and about all that is recorded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::events::EventFrame;
use super::{Both, Call, FirstRows, Nothing, Paging, Route, RowId, export};
use crate::report::FORMATS;
use crate::rules;
use crate::server::errors::ApiError;
use crate::server::{ServerContext, openapi};
use crate::store::query::{
    AuditEntry, AuditOrder, EventFilter, FindingFilter, ListPage, Paged, RuleCount, Stats,
    TrendFilter, TrendPoint, WorkflowFilter,
};
use crate::store::{Workflow, WorkflowState};

/// Events that a page shows before it hears of new ones.
const RECENT: usize = 100;
const OPEN: [WorkflowState; 3] =
    [WorkflowState::Running, WorkflowState::Paused, WorkflowState::Pending];

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/health", "Whether the server works", health),
        Route::get(
            "/api/openapi.json",
            "This document",
            |_, _, _: Nothing| Ok(openapi::document()),
        ),
        Route::get("/api/status", "The position of the event log and its clients", status),
        Route::get("/api/snapshot", "A snapshot of the totals, and the last event in it", snapshot),
        Route::get("/api/statistics", "Totals, and the rules with most findings", statistics),
        Route::get("/api/trends", "Findings of one run after the other, oldest first", trends),
        Route::get("/api/audit", "Review decisions, newest first or in another order", audit),
    ]
}

/// As clients of the live system read it.
#[derive(Serialize, JsonSchema)]
struct Health {
    /// `healthy`, or `degraded` if the run history cannot be read.
    status: &'static str,
    /// Number of validators: units of rules that implement a validation type or a part of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    agents_registered: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_connected: Option<bool>,
}

fn health(context: &ServerContext, call: &Call, _: Nothing) -> Result<Health, ApiError> {
    let connected = context.hub.is_readable();
    Ok(Health {
        status: if connected { "healthy" } else { "degraded" },
        agents_registered: call.trusted.then(|| rules::builtin().groups().len()),
        database_connected: call.trusted.then_some(connected),
    })
}

#[derive(Serialize, JsonSchema)]
struct Status {
    version: &'static str,
    /// Names this process; another one after a restart.
    server: String,
    /// Names the event log; another one if the run history was replaced.
    epoch: String,
    /// The newest event.
    head: i64,
    /// All events from here on are kept.
    min_seq: i64,
    /// WebSocket clients that are connected.
    clients: usize,
    database_connected: bool,
    /// The directory that is served.
    root: String,
    /// Whether clients may change something.
    writable: bool,
    /// Whether clients have to show a token.
    needs_token: bool,
    /// Whether files are checked when they change.
    watches: bool,
    /// WebSocket clients that may be connected at a time.
    max_clients: u32,
    /// What a run can be exported as.
    formats: Vec<&'static str>,
    /// Those of them that can have what does not count, marked as such.
    formats_with_suppressed: Vec<&'static str>,
}

fn status(context: &ServerContext, _: &Call, _: Nothing) -> Result<Status, ApiError> {
    let log = context.hub.log();
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        server: context.server.to_string(),
        epoch: log.epoch.clone(),
        head: log.head,
        min_seq: log.min_seq,
        clients: context.hub.clients(),
        database_connected: context.hub.is_readable(),
        root: context.root.path().display().to_string(),
        writable: !context.guard.is_read_only() && !context.record.store().is_read_only(),
        needs_token: context.guard.needs_token(),
        watches: context.watches,
        max_clients: context.max_clients,
        formats: FORMATS.iter().map(|format| format.name).collect(),
        formats_with_suppressed: export::formats_with_suppressed().collect(),
    })
}

/// All that a page shows first, of one moment; events after `head` bring it up to date.
#[derive(Serialize, JsonSchema)]
struct Snapshot {
    #[serde(flatten)]
    stats: Stats,
    /// Workflows that have not ended.
    open: Vec<Workflow>,
    /// The newest workflows, newest first. How many there are in all, `workflows` says.
    newest: Vec<Workflow>,
    /// The newest events, oldest first.
    events: Vec<EventFrame>,
}

fn snapshot(context: &ServerContext, _: &Call, _: Nothing) -> Result<Snapshot, ApiError> {
    let found = context.record.store().snapshot(|reader| {
        let mut open = Vec::new();
        for state in OPEN {
            let filter = WorkflowFilter { state: Some(state), ..WorkflowFilter::default() };
            open.extend(reader.workflows(&filter, ListPage::default())?.items);
        }
        let stats = reader.stats()?;
        let since = stats.log.head - i64::try_from(RECENT).unwrap_or_default();
        let events = reader.events_since(since, RECENT, EventFilter::default())?;
        let newest = reader.workflows(&WorkflowFilter::default(), ListPage::first(20))?.items;
        Ok((stats, open, newest, events))
    });
    let (stats, open, newest, events) = found?;
    Ok(Snapshot { stats, open, newest, events: events.into_iter().map(EventFrame::from).collect() })
}

#[derive(Serialize, JsonSchema)]
struct Statistics {
    #[serde(flatten)]
    stats: Stats,
    /// What the newest validation of each file found, by rule, most first.
    rules: Vec<RuleCount>,
}

fn statistics(context: &ServerContext, _: &Call, _: Nothing) -> Result<Statistics, ApiError> {
    let (stats, rules) = context
        .record
        .store()
        .snapshot(|reader| Ok((reader.stats()?, reader.rule_counts(&FindingFilter::default())?)))?;
    Ok(Statistics { stats, rules })
}

#[derive(Deserialize, JsonSchema)]
struct TrendQuery {
    /// Of runs of this kind, such as batch.
    kind: Option<String>,
    /// Of this rule.
    rule: Option<String>,
    /// Of this directory and those in it.
    directory: Option<String>,
    /// The old name of `directory`.
    #[schemars(extend("deprecated" = true))]
    folder: Option<String>,
}

fn trends(
    context: &ServerContext,
    _: &Call,
    Both(query, rows): Both<TrendQuery, FirstRows>,
) -> Result<Vec<TrendPoint>, ApiError> {
    let TrendQuery { kind, rule, directory, folder } = query;
    let filter = TrendFilter { kind, rule, directory: directory.or(folder) };
    Ok(context.record.store().read(|reader| reader.trend(&filter, rows.limit.0))?)
}

#[derive(Deserialize, JsonSchema)]
struct AuditQuery {
    /// What they are ordered by; newest if not said.
    order: Option<AuditOrder>,
    /// The same order from its end.
    reverse: Option<bool>,
}

fn audit(
    context: &ServerContext,
    _: &Call,
    Both(AuditQuery { order, reverse }, page): Both<AuditQuery, Paging<RowId>>,
) -> Result<Paged<AuditEntry, i64>, ApiError> {
    let order = (order.unwrap_or_default(), reverse == Some(true));
    let page = page.into();
    Ok(context.record.store().snapshot(|reader| reader.audit_by(order, page))?)
}
