//! The event log's rows: what happened, in the order in which it happened.

use std::fmt::Write;

use rusqlite::Row;
use serde::Serialize;

use super::id::Digest;
use super::model::{Counts, Status};

/// The most bytes that an event's data may have.
pub const MAX_DATA: usize = 64 * 1024;

macro_rules! event_types {
    ($($variant:ident $name:literal,)*) => {
        /// What an event tells of. The names are those that clients of the live system know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventType {
            $($variant,)*
        }

        impl EventType {
            pub const ALL: &'static [EventType] = &[$(EventType::$variant,)*];

            /// The name on the wire, such as `workflow_started`.
            pub fn name(self) -> &'static str {
                match self {
                    $(EventType::$variant => $name,)*
                }
            }

            /// The type of this name.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(EventType::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

event_types! {
    ValidationCreated "validation_created",
    ValidationApproved "validation_approved",
    ValidationRejected "validation_rejected",
    ValidationEnhanced "validation_enhanced",
    RecommendationCreated "recommendation_created",
    RecommendationApproved "recommendation_approved",
    RecommendationRejected "recommendation_rejected",
    RecommendationApplied "recommendation_applied",
    WorkflowStarted "workflow_started",
    WorkflowProgress "workflow_progress",
    WorkflowCompleted "workflow_completed",
    WorkflowFailed "workflow_failed",
    WorkflowPaused "workflow_paused",
    WorkflowResumed "workflow_resumed",
    WorkflowCancelled "workflow_cancelled",
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Strictly increasing and without gaps; never used again.
    pub seq: i64,
    /// Microseconds since 1970.
    pub ts_us: i64,
    /// One of the names of [`EventType`].
    pub kind: String,
    /// Version of the shape of `data`.
    pub v: i64,
    pub workflow: Option<super::WorkflowId>,
    pub validation: Option<i64>,
    /// `cli:1234`, `web` or `system`.
    pub actor: String,
    /// A JSON object, as it was stored.
    pub data: String,
}

impl Event {
    /// The event as one line of JSON, the frame that listeners get.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Head<'a> {
            seq: i64,
            ts_us: i64,
            #[serde(rename = "type")]
            kind: &'a str,
            v: i64,
            #[serde(skip_serializing_if = "Option::is_none")]
            workflow_id: Option<super::WorkflowId>,
            #[serde(skip_serializing_if = "Option::is_none")]
            validation_id: Option<i64>,
            actor: &'a str,
        }
        let head = Head {
            seq: self.seq,
            ts_us: self.ts_us,
            kind: &self.kind,
            v: self.v,
            workflow_id: self.workflow,
            validation_id: self.validation,
            actor: &self.actor,
        };
        let mut json = serde_json::to_string(&head).expect("a struct of texts and numbers");
        json.pop();
        write!(json, ",\"data\":{}}}", self.data).expect("writing to a text cannot fail");
        json
    }
}

/// What `validation_created` tells.
#[derive(Serialize)]
pub(super) struct Created<'a> {
    pub path: &'a str,
    pub hash: Digest,
    pub status: Status,
    pub counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<&'a str>,
    pub types: &'a str,
    pub duration_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a str>,
    /// Fixes that were applied before the check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub stale: &'a [i64],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub moved: &'a [i64],
}

impl Created<'_> {
    /// The columns of `files` and `validations` that say what an event without data tells.
    pub(super) const COLUMNS: &'static str =
        "path, hash, status, errors, warnings, infos, family, types, duration_us, error";

    /// The data of such an event as JSON; these columns stand in the row from `first` (0-based) on.
    ///
    /// # Errors
    /// If there is no such validation, or a column holds something else.
    pub(super) fn of_row(row: &Row, first: usize) -> rusqlite::Result<String> {
        let text = |column| -> rusqlite::Result<Option<String>> { row.get(first + column) };
        let counts = Counts {
            errors: row.get(first + 3)?,
            warnings: row.get(first + 4)?,
            infos: row.get(first + 5)?,
        };
        let (path, types): (String, String) = (row.get(first)?, row.get(first + 7)?);
        let (family, error) = (text(6)?, text(9)?);
        let created = Created {
            path: &path,
            hash: row.get(first + 1)?,
            status: row.get(first + 2)?,
            counts,
            family: family.as_deref(),
            types: &types,
            duration_us: row.get(first + 8)?,
            error: error.as_deref(),
            fixed: None,
            stale: &[],
            moved: &[],
        };
        Ok(serde_json::to_string(&created).expect("a struct of texts and numbers"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_json_with_the_data_inside() {
        let event = Event {
            seq: 7,
            ts_us: 1,
            kind: "workflow_progress".into(),
            v: 1,
            workflow: None,
            validation: Some(3),
            actor: "cli:1".into(),
            data: r#"{"done":1}"#.into(),
        };
        let value: serde_json::Value = serde_json::from_str(&event.to_json()).unwrap();
        assert_eq!(value["data"]["done"], 1);
        assert_eq!(value["type"], "workflow_progress");
        assert!(value.get("workflow_id").is_none());
    }

    #[test]
    fn names_lead_back_to_types() {
        for kind in EventType::ALL {
            assert_eq!(EventType::named(kind.name()), Some(*kind));
        }
    }
}
