//! Whether findings fail a run, and why they do not.

use std::collections::BTreeMap;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::config::{FailOn, Project};
use crate::diagnostic::{Finding, Severity};
use crate::engine::FileReport;
use crate::report::{count, plural};

/// Reads the value of `--fail-on`.
pub(super) fn parser() -> impl TypedValueParser<Value = FailOn> {
    let names = FailOn::ALL.iter().map(|fail_on| fail_on.name());
    PossibleValuesParser::new(names).map(|name| {
        let found = FailOn::ALL.iter().find(|fail_on| fail_on.name() == name);
        *found.expect("clap takes only known names")
    })
}

/// What the command line says of findings that fail.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Threshold {
    pub fail_on: Option<FailOn>,
    /// How many warnings are allowed, besides no error.
    pub max_warnings: Option<usize>,
}

impl Threshold {
    /// From which severity on each finding of a file fails the run, and who says so.
    pub(super) fn least(&self, project: &Project, file: &FileReport) -> (FailOn, String) {
        if self.max_warnings.is_some() {
            return (FailOn::Error, String::new());
        }
        if let Some(given) = self.fail_on {
            return (given, String::new());
        }
        match project.fail_on(&file.path) {
            Some((least, place)) => (least, format!(" (set in {})", place.file.display())),
            None => (FailOn::default(), " (the default)".to_owned()),
        }
    }
}

/// What the findings of the files that were heard of mean for the exit status.
pub(super) struct Verdict<'p> {
    project: &'p Project,
    threshold: Threshold,
    fails: bool,
    warnings: usize,
    /// How many findings do not fail the run, by what says so.
    harmless: BTreeMap<(&'static str, String), usize>,
}

impl<'p> Verdict<'p> {
    pub(super) fn new(project: &'p Project, threshold: Threshold) -> Self {
        Verdict { project, threshold, fails: false, warnings: 0, harmless: BTreeMap::new() }
    }

    /// Takes a file's findings into account, by what counts for the file.
    pub(super) fn on_file(&mut self, file: &FileReport) {
        if file.findings.is_empty() {
            return;
        }
        let (least, source) = self.threshold.least(self.project, file);
        let is_warning = |finding: &&Finding| finding.severity == Severity::Warning;
        self.warnings += file.findings.iter().filter(is_warning).count();
        let fails = file.findings.iter().filter(|finding| least.fails(finding.severity)).count();
        self.fails |= fails > 0;
        let harmless = file.findings.len() - fails;
        if harmless > 0 {
            *self.harmless.entry((least.name(), source)).or_default() += harmless;
        }
    }

    fn has_too_many_warnings(&self) -> bool {
        self.threshold.max_warnings.is_some_and(|most| self.warnings > most)
    }

    pub(super) fn fails(&self) -> bool {
        self.fails || self.has_too_many_warnings()
    }

    /// That there are more warnings than are allowed.
    pub(super) fn complaint(&self) -> Option<String> {
        let most = self.threshold.max_warnings.filter(|_| self.has_too_many_warnings())?;
        let warnings = plural(self.warnings, "warning");
        Some(format!("{warnings}, and --max-warnings allows {}", count(most)))
    }

    /// Why the run does not fail in spite of findings; `None` if there are none.
    pub(super) fn excuse(&self) -> Option<String> {
        if self.fails() || self.harmless.is_empty() {
            return None;
        }
        if let Some(most) = self.threshold.max_warnings {
            let warnings = plural(self.warnings, "warning");
            return Some(format!("exit 0: {warnings}, and --max-warnings allows {}", count(most)));
        }
        let parts: Vec<String> = self
            .harmless
            .iter()
            .map(|((least, source), &count)| {
                let is = if count == 1 { "is" } else { "are" };
                let below = if *least == "never" { "ignored by" } else { "below" };
                format!("{} {is} {below} --fail-on {least}{source}", plural(count, "finding"))
            })
            .collect();
        Some(format!("exit 0: {}", parts.join(", ")))
    }
}
