//! Findings that do not count, and why.

use super::{FileReport, Rejected};
use crate::diagnostic::Finding;
use crate::text::Position;

/// A finding that a comment in the file disables.
#[derive(Clone, Debug)]
pub struct Disabled {
    pub finding: Finding,
    /// Where the comment starts and ends.
    pub comment: (Position, Position),
    /// What the comment says of it, behind `--`.
    pub reason: Option<String>,
}

/// Why a finding does not count.
#[derive(Clone, Copy, Debug)]
pub enum Suppression<'a> {
    Baseline,
    Rejection(&'a Rejected),
    Comment(&'a Disabled),
}

impl<'a> Suppression<'a> {
    pub fn kind(self) -> &'static str {
        match self {
            Suppression::Baseline => "baseline",
            Suppression::Rejection(_) => "rejection",
            Suppression::Comment(_) => "comment",
        }
    }

    /// What somebody said of it.
    pub fn reason(self) -> Option<&'a str> {
        match self {
            Suppression::Baseline => None,
            Suppression::Rejection(rejected) => rejected.reason.as_deref(),
            Suppression::Comment(disabled) => disabled.reason.as_deref(),
        }
    }
}

impl FileReport {
    /// What counts and what is rejected, each with its rejection, in the order of place; with
    /// `suppressed`, also what the baseline has and what comments disable.
    pub fn all(&self, suppressed: bool) -> Vec<(&Finding, Option<Suppression<'_>>)> {
        let mut all: Vec<_> = self.findings.iter().map(|finding| (finding, None)).collect();
        let counted = all.len();
        let rejected = self.rejected.iter();
        all.extend(rejected.map(|it| (&it.finding, Some(Suppression::Rejection(it)))));
        if suppressed {
            let known = self.aside.known.iter();
            all.extend(known.map(|finding| (finding, Some(Suppression::Baseline))));
            let disabled = self.aside.disabled.iter();
            all.extend(disabled.map(|it| (&it.finding, Some(Suppression::Comment(it)))));
        }
        if all.len() > counted {
            all.sort_by_key(|(finding, _)| finding.start);
        }
        all
    }
}
