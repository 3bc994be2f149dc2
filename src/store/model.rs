//! The things that are recorded: workflows, validations, findings, recommendations.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::id::{Digest, WorkflowId};
use super::packed::Found;
use crate::diagnostic::{Fingerprint, Safety, Severity};

/// Gives an enum its names in the database, in JSON and on the command line.
macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$note:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum $type {
            $($(#[$note])* #[serde(rename = $name)] $variant,)*
        }

        impl $type {
            pub const ALL: &'static [$type] = &[$($type::$variant,)*];

            pub fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name,)*
                }
            }

            /// The value of this name; letter case does not matter.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(name))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl rusqlite::types::ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.name().to_sql()
            }
        }

        impl rusqlite::types::FromSql for $type {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                let name = value.as_str()?;
                Self::named(name).ok_or_else(|| rusqlite::types::FromSqlError::Other(
                    format!("`{name}` is not a known {}", stringify!($type)).into(),
                ))
            }
        }
    };
}

named! {
    /// Where a workflow stands.
    WorkflowState {
        Pending = "PENDING",
        Running = "RUNNING",
        Paused = "PAUSED",
        Completed = "COMPLETED",
        Failed = "FAILED",
        Cancelled = "CANCELLED",
    }
}

impl WorkflowState {
    /// Whether the workflow may still change.
    pub fn is_open(self) -> bool {
        matches!(self, WorkflowState::Pending | WorkflowState::Running | WorkflowState::Paused)
    }
}

named! {
    /// What another process asks of the one that runs a workflow.
    Control {
        Pause = "pause",
        Resume = "resume",
        Cancel = "cancel",
    }
}

named! {
    /// How a file fared.
    Status {
        /// Nothing was found.
        Passed = "passed",
        /// Warnings or remarks, no errors.
        Warned = "warned",
        /// At least one error.
        Failed = "failed",
        /// The file could not be checked.
        Unreadable = "unreadable",
    }
}

named! {
    /// What was decided about a whole validation.
    Review {
        Approved = "approved",
        Rejected = "rejected",
        Enhanced = "enhanced",
    }
}

named! {
    /// Where a recommendation stands.
    RecommendationState {
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        Applied = "applied",
        /// It was approved, and a change of it was not made since it would change the rendered
        /// page. A new validation proposes it again, or finds it no longer.
        Refused = "refused",
        /// The file has changed, so the edits no longer fit.
        Stale = "stale",
    }
}

/// Who did something: told in events and in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A command line, by its process id.
    Cli(u32),
    Web,
    System,
}

impl Actor {
    /// This process as a command line.
    pub fn cli() -> Self {
        Actor::Cli(std::process::id())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Cli(process) => write!(formatter, "cli:{process}"),
            Actor::Web => formatter.write_str("web"),
            Actor::System => formatter.write_str("system"),
        }
    }
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    pub errors: u64,
    pub warnings: u64,
    pub infos: u64,
}

impl Counts {
    pub fn add(&mut self, severity: Severity, count: u64) {
        match severity {
            Severity::Error => self.errors = self.errors.saturating_add(count),
            Severity::Warning => self.warnings = self.warnings.saturating_add(count),
            Severity::Info => self.infos = self.infos.saturating_add(count),
        }
    }

    pub fn total(self) -> u64 {
        self.errors.saturating_add(self.warnings).saturating_add(self.infos)
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.errors = self.errors.saturating_add(other.errors);
        self.warnings = self.warnings.saturating_add(other.warnings);
        self.infos = self.infos.saturating_add(other.infos);
    }
}

/// What a workflow is to be: everything that its start needs.
#[derive(Clone, Debug)]
pub struct NewWorkflow {
    /// The command: `check`, `batch`, `enhance`, `undo`.
    pub kind: String,
    /// What it is over and how: paths, family, validation types, settings. A JSON object.
    pub what: Value,
}

/// One run over one or more files.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Workflow {
    pub id: WorkflowId,
    pub kind: String,
    pub state: WorkflowState,
    /// Steps done, of `total`.
    pub done: u64,
    pub total: u64,
    /// Done of total, 0 to 100.
    pub percent: u64,
    pub created_us: i64,
    pub started_us: Option<i64>,
    pub ended_us: Option<i64>,
    pub actor: String,
    pub what: Value,
    pub counts: Counts,
    /// Why it failed.
    pub message: Option<String>,
    /// What another process has asked for and the owner has not yet done.
    pub requested: Option<Control>,
}

/// The share of `total` that is done, in whole percent; what is COMPLETED is all done.
pub fn percent(done: u64, total: u64, state: WorkflowState) -> u64 {
    if state == WorkflowState::Completed {
        return 100;
    }
    let share = (u128::from(done.min(total)) * 100).checked_div(u128::from(total));
    share.and_then(|share| u64::try_from(share).ok()).unwrap_or(0)
}

/// The result of checking one file once, to be recorded.
#[derive(Clone, Debug)]
pub struct NewValidation {
    pub workflow: WorkflowId,
    /// Relative to the project's root, with `/`.
    pub path: String,
    pub hash: Digest,
    pub family: Option<Arc<str>>,
    /// Names of validation types, joined by commas.
    pub types: Arc<str>,
    /// Digest of the settings that count for the file; see [`crate::config::Digests`].
    pub settings: Digest,
    pub duration_us: u64,
    /// Why the file could not be checked.
    pub error: Option<String>,
    pub found: Found,
    /// How many more findings comments in the file switched off.
    pub suppressed: u64,
    /// How the file was fixed before it was checked.
    pub fixed: Option<Fixed>,
    pub proposals: Vec<Proposal>,
}

/// A file that a run has fixed and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub before: Digest,
    /// How many fixes were applied.
    pub fixes: u64,
    /// The run of the undo journal that takes it back.
    pub journal: Option<String>,
}

/// The result of checking one file once.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Validation {
    pub id: i64,
    pub workflow: WorkflowId,
    pub path: String,
    pub hash: Digest,
    pub status: Status,
    pub counts: Counts,
    pub family: Option<String>,
    pub types: String,
    pub ts_us: i64,
    pub duration_us: u64,
    pub error: Option<String>,
    pub review: Option<Review>,
}

/// One change of a file that can be taken or left: the fix of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordChange {
    #[serde(with = "fingerprint_text")]
    #[schemars(with = "String")]
    pub fingerprint: Fingerprint,
    /// Line of the finding, counted from 1.
    pub line: u32,
    pub message: String,
    pub edits: Vec<RecordedEdit>,
    /// Whether a person took it out of the recommendation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excluded: bool,
}

/// Replaces the bytes `start..end` of the file, which must read `before`, by `after`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedEdit {
    pub start: u32,
    pub end: u32,
    pub before: String,
    pub after: String,
}

/// A recommendation that is not recorded yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub rule: String,
    /// What to do, in the imperative.
    pub instruction: String,
    /// Why.
    pub rationale: String,
    /// How sure we are that the change is wanted, 0 to 1.
    pub confidence: f64,
    pub safety: Safety,
    pub changes: Vec<RecordChange>,
}

/// One proposed change to one file.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Recommendation {
    pub id: i64,
    pub validation: i64,
    pub workflow: WorkflowId,
    pub path: String,
    pub rule: String,
    pub instruction: String,
    pub rationale: String,
    pub confidence: f64,
    pub safety: Safety,
    /// Hash of the file that the edits fit.
    pub file_hash: Digest,
    pub state: RecommendationState,
    pub changes: Vec<RecordChange>,
    /// Why it was rejected or refused, or is stale.
    pub reason: Option<String>,
    /// The day (`2027-01-31`) up to which a rejection holds.
    pub until: Option<String>,
    pub decided_by: Option<String>,
    pub decided_us: Option<i64>,
    pub created_us: i64,
}

/// What was decided about a finding, whatever run finds it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    pub rule: String,
    pub path: String,
    pub reason: Option<String>,
    pub until: Option<String>,
    pub by: String,
    pub ts_us: i64,
}

pub(super) fn as_text<S: serde::Serializer>(
    value: &Fingerprint,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

mod fingerprint_text {
    use serde::{Deserialize, Deserializer};

    use crate::diagnostic::Fingerprint;

    pub(super) use super::as_text as serialize;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Fingerprint, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
