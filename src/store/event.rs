//! The event log's rows: what happened, in the order in which it happened.

use std::fmt::Write;

use serde::Serialize;

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
