//! A finding as it is kept.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::StoreError;
use crate::diagnostic::{Details, Finding, Fingerprint, Fix, Message, Related, Safety, Severity};
use crate::rules;
use crate::text::{Position, Span};

/// A finding as it is kept: all but its fix, which lives in recommendations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordedFinding {
    pub rule: String,
    pub severity: Severity,
    /// Counted from 1, as are columns.
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    #[schemars(with = "String")]
    pub message: Message,
    #[serde(serialize_with = "super::model::as_text")]
    #[schemars(with = "String")]
    pub fingerprint: Fingerprint,
    /// How far its fix can be trusted, if it has one.
    pub fix: Option<Safety>,
    #[serde(flatten)]
    pub details: Option<Box<RecordedDetails>>,
}

/// What few findings have besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordedDetails {
    /// The address that the finding is about, as it is written in the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The file that the address leads to, or what was looked for, from the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<String>,
    /// Other places that help to understand the finding.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub related: Vec<RecordedPlace>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordedPlace {
    /// The file, if it is not the one of the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    #[schemars(with = "String")]
    pub message: Message,
}

impl TryFrom<RecordedFinding> for Finding {
    type Error = StoreError;

    /// The finding without its span, which is not kept, and without the edits of its fix, which
    /// are kept with the recommendation.
    fn try_from(recorded: RecordedFinding) -> Result<Self, StoreError> {
        let Some(rule) = rules::builtin().id(&recorded.rule) else {
            return Err(StoreError::UnknownRule { rule: recorded.rule });
        };
        Ok(Finding {
            rule,
            severity: recorded.severity,
            span: Span::at(0),
            start: Position { line: recorded.line, column: recorded.column },
            end: Position { line: recorded.end_line, column: recorded.end_column },
            message: recorded.message,
            fix: recorded.fix.map(|safety| Fix { safety, edits: Vec::new() }),
            details: recorded.details.map(|details| Box::new((*details).into())),
            fingerprint: recorded.fingerprint,
        })
    }
}

impl From<&Finding> for RecordedFinding {
    fn from(finding: &Finding) -> Self {
        RecordedFinding {
            rule: finding.rule.to_string(),
            severity: finding.severity,
            line: finding.start.line,
            column: finding.start.column,
            end_line: finding.end.line,
            end_column: finding.end.column,
            message: finding.message.clone(),
            fingerprint: finding.fingerprint,
            fix: finding.fix.as_ref().map(|fix| fix.safety),
            details: finding.details.as_deref().map(|details| Box::new(details.into())),
        }
    }
}

impl From<&Details> for RecordedDetails {
    fn from(details: &Details) -> Self {
        let place = |related: &Related| RecordedPlace {
            path: related.path.clone(),
            line: related.start.line,
            column: related.start.column,
            end_line: related.end.line,
            end_column: related.end.column,
            message: related.message.clone(),
        };
        RecordedDetails {
            target: details.target.clone(),
            leads_to: details.leads_to.clone(),
            related: details.related.iter().map(place).collect(),
        }
    }
}

impl From<RecordedDetails> for Details {
    /// The details without the spans of related places, which are not kept.
    fn from(recorded: RecordedDetails) -> Self {
        let related = recorded.related.into_iter().map(|place| Related {
            path: place.path,
            span: Span::at(0),
            start: Position { line: place.line, column: place.column },
            end: Position { line: place.end_line, column: place.end_column },
            message: place.message,
        });
        Details { target: recorded.target, leads_to: recorded.leads_to, related: related.collect() }
    }
}
