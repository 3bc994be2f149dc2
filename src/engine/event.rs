//! What a run tells those who watch it.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::AddAssign;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::mend::Mended;
use crate::diagnostic::{Finding, Fingerprint, Safety, Severity};
use crate::rules::Unchecked;

/// What happens in a run. Events arrive one at a time on the thread that called `run`.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins; `files` are going to be checked.
    Started { files: usize },
    /// A file is done. Files arrive in the order of the list, whatever the number of threads;
    /// `rendered` is what the run's renderer made of it, `note` what its [`super::Note`] did.
    Checked { file: &'a FileReport, rendered: &'a [u8], note: &'a Noted },
    /// Nothing has arrived for a moment; this file is being checked the longest.
    Waiting { file: &'a str, elapsed: Duration },
    /// The run is over. Nothing follows.
    Finished(&'a Summary),
}

/// What was made of a file for one of the observers, who takes it.
#[derive(Default)]
pub struct Noted(Cell<Option<Box<dyn Any + Send>>>);

impl Noted {
    pub fn new(note: Box<dyn Any + Send>) -> Self {
        Noted(Cell::new(Some(note)))
    }

    /// What was made, if it is of this type and nobody has taken it yet.
    pub fn take<T: 'static>(&self) -> Option<Box<T>> {
        self.0.take()?.downcast().ok()
    }
}

impl fmt::Debug for Noted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Noted")
    }
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As it was opened.
    pub path: PathBuf,
    /// Relative to the working folder, with `/`.
    pub shown: String,
    /// Relative to the project's root, with `/`, whatever the working folder is.
    pub root_relative: String,
    /// Relative to the root of the repository, with `/`, if that is not the project's root.
    pub in_repository: Option<String>,
    /// From which severity on its findings fail the run; `None` if none do.
    pub fails_from: Option<Severity>,
    pub status: Status,
    /// In the order of place. If the file could not be checked, the one finding that says why.
    pub findings: Vec<Finding>,
    /// Findings that comments in the file switched off.
    pub suppressed: usize,
    /// Links of which nobody can tell where they lead, by what they are.
    pub unchecked: Unchecked,
    /// Size in bytes.
    pub bytes: usize,
    pub lines: usize,
    /// What was mended before the check, if that was asked for.
    pub mended: Option<Box<Mended>>,
    /// Findings that somebody rejected in review: told apart from the others, and no failure.
    pub rejected: Vec<Rejected>,
    /// What the run's filter took out of `findings`.
    pub aside: Aside,
    /// How long the check took.
    pub elapsed: Duration,
    /// Whether this is what an earlier run found in the same text.
    pub is_recalled: bool,
}

/// What people have rejected in review, with their reasons.
pub type Rejections = HashMap<Fingerprint, Option<String>>;

/// A finding that somebody rejected.
#[derive(Clone, Debug)]
pub struct Rejected {
    pub finding: Finding,
    pub reason: Option<String>,
}

/// What was found and does not count in this run.
#[derive(Clone, Debug, Default)]
pub struct Aside {
    /// Findings that the baseline has.
    pub known: Vec<Finding>,
    /// Findings on lines that did not change.
    pub elsewhere: Vec<Finding>,
    /// How many findings the baseline has that are no longer there.
    pub resolved: usize,
}

/// Whether a file was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Checked,
    /// It could not be read, or is no text.
    Unread,
    /// A rule failed on it; its other findings are lost.
    Failed,
    /// It was checked and mended, and could not be written: what was found is what is on the disk,
    /// behind the finding that says why.
    Unwritten,
}

impl FileReport {
    /// The report on a file about which nothing is known yet.
    pub fn empty(path: PathBuf, shown: String) -> Self {
        FileReport {
            path,
            root_relative: shown.clone(),
            in_repository: None,
            fails_from: Some(Severity::Warning),
            shown,
            status: Status::Checked,
            findings: Vec::new(),
            suppressed: 0,
            unchecked: Unchecked::new(),
            bytes: 0,
            lines: 0,
            mended: None,
            rejected: Vec::new(),
            aside: Aside::default(),
            elapsed: Duration::ZERO,
            is_recalled: false,
        }
    }

    /// The path for readers that know the repository.
    pub fn repository_path(&self) -> &str {
        self.in_repository.as_deref().unwrap_or(&self.root_relative)
    }

    /// Whether a finding of this severity fails the run.
    pub fn fails(&self, severity: Severity) -> bool {
        self.fails_from.is_some_and(|least| severity >= least)
    }

    /// Tells the findings that are rejected apart.
    pub fn set_aside(&mut self, rejections: &Rejections) {
        if rejections.is_empty() || self.findings.is_empty() {
            return;
        }
        for finding in std::mem::take(&mut self.findings) {
            match rejections.get(&finding.fingerprint) {
                Some(reason) => {
                    self.rejected.push(Rejected { finding, reason: reason.clone() });
                }
                None => self.findings.push(finding),
            }
        }
    }

    /// What counts and what is rejected, each with its rejection, in the order of place.
    pub fn all(&self) -> Vec<(&Finding, Option<&Rejected>)> {
        let rejected = self.rejected.iter().map(|rejected| (&rejected.finding, Some(rejected)));
        let mut all: Vec<_> =
            self.findings.iter().map(|finding| (finding, None)).chain(rejected).collect();
        if !self.rejected.is_empty() {
            all.sort_by_key(|(finding, _)| finding.start);
        }
        all
    }
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Checked => "checked",
            Status::Unread => "unread",
            Status::Failed => "failed",
            Status::Unwritten => "unwritten",
        }
    }
}

/// What the walk left out, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Files and folders that `.gitignore`, `.ignore` or `.validatorignore` name.
    pub ignored: usize,
    /// Files and folders whose name starts with a dot.
    pub hidden: usize,
    /// Pages in those folders, as far as they were counted.
    pub hidden_pages: usize,
    /// Files and folders that an exclude pattern matches.
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
    pub rules: BTreeMap<&'static str, RuleCount>,
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
    /// What was mended; nothing unless that was asked for.
    pub mending: Mending,
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

/// What mending came to, over all files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mending {
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
        self.add_counted(file, &Counts::of(&file.findings));
    }

    /// The same when they have been counted.
    pub(super) fn add_counted(&mut self, file: &FileReport, counts: &Counts) {
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
        if let Some(mended) = &file.mended {
            self.mending.files += usize::from(mended.is_changed());
            self.mending.applied += mended.applied.len();
            self.mending.refused += mended.refused;
            self.mending.unsettled += usize::from(!mended.settled);
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

impl FileReport {
    /// All that was found, whether it counts in this run or not, in the order of place.
    pub fn found(&self) -> Cow<'_, [Finding]> {
        let Aside { known, elsewhere, .. } = &self.aside;
        if known.is_empty() && elsewhere.is_empty() && self.rejected.is_empty() {
            return Cow::Borrowed(&self.findings);
        }
        let rejected = self.rejected.iter().map(|rejected| &rejected.finding);
        let all = self.findings.iter().chain(known).chain(elsewhere).chain(rejected);
        let mut all: Vec<Finding> = all.cloned().collect();
        all.sort_by_key(|finding| finding.span.start);
        Cow::Owned(all)
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
pub(super) struct Counts {
    /// By rule. Few rules are broken in one file, so a list is quick.
    rules: SmallVec<[(&'static str, RuleCount); 4]>,
    /// In the order of [`Severity::ALL`].
    severities: [usize; Severity::ALL.len()],
}

impl Counts {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut counts = Counts::default();
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
        // An id nearly always is the same text in memory, too, which is quicker to see.
        let known = self
            .rules
            .iter()
            .position(|(rule, _)| std::ptr::eq(*rule, finding.rule))
            .or_else(|| self.rules.iter().position(|(rule, _)| *rule == finding.rule));
        let index = known.unwrap_or_else(|| {
            let severity = finding.severity;
            let none = RuleCount { severity, findings: 0, files: 1, fixable: 0, reviewable: 0 };
            self.rules.push((finding.rule, none));
            self.rules.len() - 1
        });
        &mut self.rules[index].1
    }
}
