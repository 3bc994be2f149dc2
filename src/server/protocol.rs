//! What goes over a WebSocket: one JSON text a message, in the words that clients know.

use serde::Serialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::log::Record;

pub const VERSION: u32 = 1;
pub const HEARTBEAT_SECONDS: u64 = 30;

/// Why a client has to take a new snapshot instead of going on from its last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset {
    /// The log was replaced by another.
    Epoch,
    /// The events after the client's last one are no longer kept.
    Pruned,
    /// The client has seen events that this log does not have.
    Future,
}

/// Which log this is and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    pub epoch: String,
    /// The highest sequence number ever given.
    pub head: i64,
    /// All events from here on are kept.
    pub min_seq: i64,
}

pub fn hello(extent: &Extent, server: &str) -> Utf8Bytes {
    text(&json!({
        "type": "hello", "proto": VERSION, "epoch": extent.epoch, "head": extent.head,
        "min_seq": extent.min_seq, "server": server, "heartbeat_ms": HEARTBEAT_SECONDS * 1000,
    }))
}

/// History ends here; what follows happens now. `upto` is the cursor to come back with.
pub fn caught_up(seq: i64) -> Utf8Bytes {
    text(&json!({"type": "caught_up", "seq": seq, "upto": seq}))
}

pub fn heartbeat(head: i64, upto: i64) -> Utf8Bytes {
    let ts = now_ms();
    text(&json!({"type": "heartbeat", "head": head, "upto": upto, "ts": ts}))
}

pub fn reset(reason: Reset, extent: &Extent) -> Utf8Bytes {
    text(&json!({
        "type": "reset", "reason": reason, "epoch": extent.epoch, "head": extent.head,
        "min_seq": extent.min_seq,
    }))
}

/// An event, written once for all clients.
pub fn event(record: &Record) -> Utf8Bytes {
    let mut head = json!({
        "seq": record.seq, "ts": record.ts_us / 1000, "type": record.kind, "actor": record.actor,
    });
    for (name, id) in
        [("workflow_id", &record.workflow_id), ("validation_id", &record.validation_id)]
    {
        if let Some(id) = id {
            head[name] = json!(id);
        }
    }
    let mut frame = head.to_string();
    frame.truncate(frame.len() - 1);
    frame.push_str(",\"data\":");
    frame.push_str(&record.data);
    frame.push('}');
    frame.into()
}

/// The reasons for which the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The server stops.
    Restart,
    /// The client did not take what it was sent.
    Slow,
    /// The client sent what it may not.
    Policy,
}

impl Close {
    pub fn frame(self) -> tokio_tungstenite::tungstenite::protocol::CloseFrame {
        let (code, reason) = match self {
            Close::Restart => (CloseCode::Restart, "the server stops"),
            Close::Slow => (CloseCode::Again, "events were not taken in time"),
            Close::Policy => (CloseCode::Policy, "this socket takes no messages"),
        };
        tokio_tungstenite::tungstenite::protocol::CloseFrame { code, reason: reason.into() }
    }
}

fn text(value: &serde_json::Value) -> Utf8Bytes {
    value.to_string().into()
}

fn now_ms() -> u128 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}
