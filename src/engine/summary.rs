//! A run in numbers: what was checked, left out, found and fixed.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{FileReport, Status};
use crate::diagnostic::{Finding, RuleId, Safety, Severity};
use crate::rules::Unchecked;

/// What the walk left out, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Files and directories that `.gitignore`, `.ignore` or `.validatorignore` name.
    pub ignored: usize,
    /// Files and directories whose name starts with a dot.
    pub hidden: usize,
    /// Pages in those directories, as far as they were counted.
    pub hidden_pages: usize,
    /// Files and directories that an exclude pattern matches.
    pub excluded: usize,
    /// Files that the configuration's `include` does not name.
    pub not_included: usize,
    /// Symbolic links; what they lead to is checked where it stands.
    pub links: usize,
    /// YAML, JSON and TOML files when their type is not checked.
    pub data: usize,
    /// Files of other kinds.
    pub other: usize,
    /// Files that git does not know, when staged content is checked.
    pub untracked: usize,
}

/// The whole run in numbers.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files that were checked.
    pub checked: usize,
    /// Files that could not be checked, or not written.
    pub failed: usize,
    /// Those of them that were checked, and not written.
    pub unwritten: usize,
    /// Files that were not reached because the run was interrupted.
    pub left: usize,
    pub bytes: usize,
    pub skipped: Skipped,
    /// Findings by severity.
    pub severities: BTreeMap<Severity, usize>,
    /// Findings by rule.
    pub rules: BTreeMap<RuleId, RuleCount>,
    /// Findings with a safe fix.
    pub fixable: usize,
    /// Findings with a fix that needs review.
    pub reviewable: usize,
    pub suppressed: usize,
    /// Links of which nobody can tell where they lead, by what they are.
    pub unchecked: Unchecked,
    /// Findings that somebody rejected in review.
    pub rejected: usize,
    /// Findings that the baseline has, on top of those counted above.
    pub known: usize,
    /// Findings on lines that did not change, on top of those counted above.
    pub elsewhere: usize,
    /// Findings that the baseline has and that are no longer there.
    pub resolved: usize,
    /// What was fixed; nothing unless that was asked for.
    pub fixes: FixStats,
    pub elapsed: Duration,
    pub interrupted: bool,
}

impl AddAssign for Skipped {
    fn add_assign(&mut self, more: Skipped) {
        self.ignored += more.ignored;
        self.hidden += more.hidden;
        self.hidden_pages += more.hidden_pages;
        self.excluded += more.excluded;
        self.not_included += more.not_included;
        self.links += more.links;
        self.data += more.data;
        self.other += more.other;
        self.untracked += more.untracked;
    }
}

/// What fixing came to, over all files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FixStats {
    /// Files whose text changed.
    pub files: usize,
    /// Fixes that were applied.
    pub applied: usize,
    /// Fixes that were refused because they would have changed the rendered page.
    pub refused: usize,
    /// Files whose fixes undo each other; they are left as they are.
    pub unsettled: usize,
}

/// How often a rule was broken.
#[derive(Clone, Copy, Debug)]
pub struct RuleCount {
    /// The highest at which it was reported.
    pub severity: Severity,
    pub findings: usize,
    pub files: usize,
    pub fixable: usize,
    pub reviewable: usize,
}

impl Summary {
    /// Number of findings.
    pub fn findings(&self) -> usize {
        self.severities.values().sum()
    }

    /// Number of findings of at least this severity.
    pub fn at_least(&self, severity: Severity) -> usize {
        self.severities.range(severity..).map(|(_, count)| count).sum()
    }

    /// Adds one file's findings.
    pub fn add(&mut self, file: &FileReport) {
        self.add_counted(file, &RunCounts::of(&file.findings));
    }

    /// The same when they have been counted.
    pub(super) fn add_counted(&mut self, file: &FileReport, counts: &RunCounts) {
        match file.status {
            Status::Checked => self.checked += 1,
            Status::Unread | Status::Failed => self.failed += 1,
            Status::Unwritten => {
                self.failed += 1;
                self.unwritten += 1;
            }
        }
        self.bytes += file.bytes;
        self.suppressed += file.suppressed;
        for (what, links) in &file.unchecked {
            *self.unchecked.entry(what.clone()).or_default() += links;
        }
        self.rejected += file.rejected.len();
        self.known += file.aside.known.len();
        self.elsewhere += file.aside.elsewhere.len();
        self.resolved += file.aside.resolved;
        if let Some(fixed) = &file.fixed {
            self.fixes.files += usize::from(fixed.is_changed());
            self.fixes.applied += fixed.applied.len();
            self.fixes.refused += fixed.refused;
            self.fixes.unsettled += usize::from(!fixed.settled);
        }
        for &(rule, found) in &counts.rules {
            self.rules.entry(rule).and_modify(|count| count.add(found)).or_insert(found);
        }
        for (severity, found) in Severity::ALL.into_iter().zip(counts.severities) {
            if found > 0 {
                *self.severities.entry(severity).or_default() += found;
            }
        }
    }

    /// Totals of what `add` counted by rule.
    pub fn total(&mut self) {
        self.fixable = self.rules.values().map(|count| count.fixable).sum();
        self.reviewable = self.rules.values().map(|count| count.reviewable).sum();
    }
}

impl RuleCount {
    fn add(&mut self, other: RuleCount) {
        self.severity = self.severity.max(other.severity);
        self.findings += other.findings;
        self.files += other.files;
        self.fixable += other.fixable;
        self.reviewable += other.reviewable;
    }
}

/// One file's findings in numbers.
#[derive(Default)]
pub(super) struct RunCounts {
    /// By rule. Few rules are broken in one file, so a list is quick.
    rules: SmallVec<[(RuleId, RuleCount); 4]>,
    /// In the order of [`Severity::ALL`].
    severities: [usize; Severity::ALL.len()],
}

impl RunCounts {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut counts = RunCounts::default();
        for finding in findings {
            let count = counts.rule(finding);
            count.severity = count.severity.max(finding.severity);
            count.findings += 1;
            match finding.fix.as_ref().map(|fix| fix.safety) {
                Some(Safety::Safe) => count.fixable += 1,
                Some(Safety::Review) => count.reviewable += 1,
                None => {}
            }
            let severity = Severity::ALL.iter().position(|&one| one == finding.severity);
            counts.severities[severity.expect("all are there")] += 1;
        }
        counts
    }

    fn rule(&mut self, finding: &Finding) -> &mut RuleCount {
        let known = self.rules.iter().position(|(rule, _)| *rule == finding.rule);
        let index = known.unwrap_or_else(|| {
            let severity = finding.severity;
            let none = RuleCount { severity, findings: 0, files: 1, fixable: 0, reviewable: 0 };
            self.rules.push((finding.rule, none));
            self.rules.len() - 1
        });
        &mut self.rules[index].1
    }
}
