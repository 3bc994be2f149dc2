//! What a run tells those who watch it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use super::fix_file::Fixed;
use super::{Disabled, Summary};
use crate::diagnostic::{Finding, Fingerprint, Severity};
use crate::rules::Unchecked;

/// What happens in a run. Events arrive one at a time on the thread that called `run`. `N` is what
/// the observer wanted of each file (see [`super::Job`]).
#[derive(Debug)]
pub enum Event<'a, N = ()> {
    /// The run begins; `files` are going to be checked.
    Started { files: usize },
    /// A file is done. Files arrive in the order of the list, whatever the number of threads;
    /// `rendered` is what the run's renderer made of it, `note` what its [`super::Note`] did.
    Checked { file: &'a FileReport, rendered: &'a [u8], note: N },
    /// Nothing has arrived for a moment; this file is being checked the longest.
    Waiting { file: &'a str, elapsed: Duration },
    /// The run is over. Nothing follows.
    Finished(&'a Summary),
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As it was opened.
    pub path: PathBuf,
    /// Relative to the current directory, with `/`.
    pub shown: String,
    /// Relative to the project's root, with `/`, whatever the current directory is.
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
    /// What was fixed before the check, if that was asked for.
    pub fixed: Option<Box<Fixed>>,
    /// Findings that somebody rejected in review: told apart from the others, and no failure.
    pub rejected: Vec<Rejected>,
    /// What the run's filter took out of `findings`.
    pub aside: Filtered,
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
pub struct Filtered {
    /// Findings that the baseline has.
    pub known: Vec<Finding>,
    /// Findings on lines that did not change.
    pub elsewhere: Vec<Finding>,
    /// Findings that comments in the file disable, if the run keeps them: see
    /// [`Job::keep_disabled`](super::Job::keep_disabled).
    pub disabled: Vec<Disabled>,
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
    /// It was checked and fixed, and could not be written: what was found is what is on the disk,
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
            fixed: None,
            rejected: Vec::new(),
            aside: Filtered::default(),
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

impl FileReport {
    /// All that was found, whether it counts in this run or not, in the order of place.
    pub fn found(&self) -> Cow<'_, [Finding]> {
        let Filtered { known, elsewhere, .. } = &self.aside;
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
