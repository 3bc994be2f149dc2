//! What goes over a WebSocket: one JSON text a message, in the words that clients know.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Utf8Bytes};

use crate::store::query::LogState;

pub const VERSION: u32 = 1;

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

pub fn hello(log: &LogState, server: &str, heartbeat: Duration) -> Utf8Bytes {
    text(&json!({
        "type": "hello", "proto": VERSION, "epoch": log.epoch, "head": log.head,
        "min_seq": log.min_seq, "server": server, "heartbeat_ms": heartbeat.as_millis(),
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

pub fn reset(reason: Reset, log: &LogState) -> Utf8Bytes {
    text(&json!({
        "type": "reset", "reason": reason, "epoch": log.epoch, "head": log.head,
        "min_seq": log.min_seq,
    }))
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
    /// The client broke the protocol.
    Protocol,
    /// The client sent a text that is not UTF-8.
    NotUtf8,
    /// The client sent more than a message may have.
    TooBig,
}

impl Close {
    /// How to end a connection on which reading failed so; `None` if there is nobody to tell.
    pub fn after(error: &Error) -> Option<Self> {
        match error {
            Error::Capacity(_) => Some(Close::TooBig),
            Error::Utf8(_) => Some(Close::NotUtf8),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            Error::Protocol(_) => Some(Close::Protocol),
            _ => None,
        }
    }

    pub fn frame(self) -> tokio_tungstenite::tungstenite::protocol::CloseFrame {
        let (code, reason) = match self {
            Close::Restart => (CloseCode::Restart, "the server stops"),
            Close::Slow => (CloseCode::Again, "events were not taken in time"),
            Close::Policy => (CloseCode::Policy, "this socket takes no messages"),
            Close::Protocol => (CloseCode::Protocol, "this is not WebSocket as RFC 6455 has it"),
            Close::NotUtf8 => (CloseCode::Invalid, "the text is not UTF-8"),
            Close::TooBig => (CloseCode::Size, "messages have 4096 bytes at most"),
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
