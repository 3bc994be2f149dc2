//! What a rule says: a severity, a place, a sentence, and perhaps the edits that would fix it.

mod details;
mod message;
mod rule_id;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{Position, Span};

pub use details::{Details, Related};
pub(crate) use message::message;
pub use message::{Argument, Arguments, Message, Template};
pub use rule_id::{RuleId, RuleKey};

/// How much a finding matters. The order is the order of importance.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Whether a fix may be applied without a person.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// The rendered page stays the same but for what the rule says it changes; this is verified
    /// before anything is written.
    Safe,
    /// Words, code, outline or links change: a person decides.
    Review,
}

/// Replaces the bytes of `span` by `text`. An empty span inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// Edits that are applied together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    pub safety: Safety,
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A safe fix of one edit.
    pub fn safe(span: Span, text: impl Into<String>) -> Self {
        Fix { safety: Safety::Safe, edits: vec![Edit { span, text: text.into() }] }
    }

    /// A fix of one edit that a person has to look at.
    pub fn review(span: Span, text: impl Into<String>) -> Self {
        Fix { safety: Safety::Review, ..Fix::safe(span, text) }
    }

    /// One more edit of the same fix.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }
}

/// What a rule found, before line and column are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub rule: RuleId,
    pub severity: Severity,
    pub span: Span,
    pub message: Message,
    pub fix: Option<Fix>,
    /// Boxed, since most have none.
    pub details: Option<Box<Details>>,
}

impl Diagnostic {
    /// Adds the fix.
    pub fn with(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }
}

/// A diagnostic with the line and column where it stands and a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: RuleId,
    pub severity: Severity,
    pub span: Span,
    /// Of the span's first character.
    pub start: Position,
    /// One past the span's last character.
    pub end: Position,
    pub message: Message,
    pub fix: Option<Fix>,
    pub details: Option<Box<Details>>,
    pub fingerprint: Fingerprint,
}

/// Names a finding so that it is known again after edits elsewhere in the file: a hash of rule,
/// path, normalised text of the place, heading path, and the occurrence among equal ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// The 16 hexadecimal digits as ASCII. There are many fingerprints in a report, and this is
    /// quicker than formatting.
    pub fn digits(self) -> [u8; 16] {
        let digit = |at: usize| b"0123456789abcdef"[(self.0 >> (60 - 4 * at)) as usize & 0xf];
        std::array::from_fn(digit)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(str::from_utf8(&self.digits()).expect("digits are ASCII"))
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Fingerprint)
    }
}
