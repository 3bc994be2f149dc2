//! What stands in the path of a request: an id.

use serde_json::{Value, json};

use super::param::{FINGERPRINT, MAX_NUMBER};
use crate::diagnostic::Fingerprint;
use crate::store::{WORKFLOW_ID, WorkflowId};

/// Of what the id in a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathId {
    /// A validation or a recommendation.
    Row,
    Workflow,
    /// A finding, by its fingerprint.
    Finding,
    /// A rule, by its id or its name.
    Rule,
}

/// Characters of a rule's id or name.
const LONGEST_RULE: usize = 100;

impl PathId {
    /// What the id in this path is, if there is one.
    pub fn of(path: &str) -> Self {
        match path {
            path if path.starts_with("/api/workflows/") => PathId::Workflow,
            path if path.starts_with("/api/findings/") => PathId::Finding,
            path if path.starts_with("/api/rules/") => PathId::Rule,
            _ => PathId::Row,
        }
    }

    /// Whether a text may be such an id.
    pub fn fits(self, text: &str) -> bool {
        match self {
            PathId::Row => {
                let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
                is_number && text.parse().is_ok_and(|id: i64| (1..=MAX_NUMBER).contains(&id))
            }
            PathId::Workflow => text.parse::<WorkflowId>().is_ok(),
            PathId::Finding => text.len() == 16 && text.parse::<Fingerprint>().is_ok(),
            PathId::Rule => !text.is_empty() && text.chars().count() <= LONGEST_RULE,
        }
    }

    pub fn schema(self) -> Value {
        match self {
            PathId::Row => json!({"type": "integer", "minimum": 1, "maximum": MAX_NUMBER}),
            PathId::Workflow => json!({"type": "string", "pattern": WORKFLOW_ID}),
            PathId::Finding => json!({"type": "string", "pattern": FINGERPRINT}),
            PathId::Rule => json!({"type": "string", "minLength": 1, "maxLength": LONGEST_RULE}),
        }
    }

    /// What to call what it names, and what such an id looks like.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            PathId::Row => ("entry", "ids here are whole numbers from 1, as the lists show them"),
            PathId::Workflow => ("run", "ids of runs look like wf_1m4t0kq7x2c"),
            PathId::Finding => ("finding", "fingerprints have 16 digits from 0 to f"),
            PathId::Rule => ("rule", "GET /api/rules lists all rules"),
        }
    }
}
