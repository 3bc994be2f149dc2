//! From which severity on findings make a run fail.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Severity;

/// The least severity of findings that make the exit status 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    Error,
    #[default]
    Warning,
    Info,
    /// Findings never fail a run.
    Never,
}

impl FailOn {
    pub const ALL: &'static [FailOn] =
        &[FailOn::Error, FailOn::Warning, FailOn::Info, FailOn::Never];

    pub fn name(self) -> &'static str {
        match self {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
            FailOn::Info => "info",
            FailOn::Never => "never",
        }
    }

    /// The least severity that fails a run; `None` if none does.
    pub fn least(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }

    /// Whether a finding of this severity fails a run.
    pub fn fails(self, severity: Severity) -> bool {
        self.least().is_some_and(|least| severity >= least)
    }
}
