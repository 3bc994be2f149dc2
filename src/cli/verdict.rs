//! Whether findings fail a run, and why they do not.

use std::collections::BTreeMap;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::config::{FailOn, Project};
use crate::engine::FileReport;
use crate::report::plural;

/// Reads the value of `--fail-on`.
pub(super) fn parser() -> impl TypedValueParser<Value = FailOn> {
    let names = FailOn::ALL.iter().map(|fail_on| fail_on.name());
    PossibleValuesParser::new(names).map(|name| {
        let found = FailOn::ALL.iter().find(|fail_on| fail_on.name() == name);
        *found.expect("clap takes only known names")
    })
}

/// What the findings of the files that were heard of mean for the exit status.
pub(super) struct Verdict<'p> {
    project: &'p Project,
    /// What the command line says.
    given: Option<FailOn>,
    fails: bool,
    /// How many findings do not fail the run, by what says so.
    harmless: BTreeMap<(&'static str, String), usize>,
}

impl<'p> Verdict<'p> {
    pub(super) fn new(project: &'p Project, given: Option<FailOn>) -> Self {
        Verdict { project, given, fails: false, harmless: BTreeMap::new() }
    }

    /// Takes a file's findings into account, by what counts for the file.
    pub(super) fn hear(&mut self, file: &FileReport) {
        if file.findings.is_empty() {
            return;
        }
        let (least, source) = self.least(file);
        let fails = file.findings.iter().filter(|finding| least.fails(finding.severity)).count();
        self.fails |= fails > 0;
        let harmless = file.findings.len() - fails;
        if harmless > 0 {
            *self.harmless.entry((least.name(), source)).or_default() += harmless;
        }
    }

    fn least(&self, file: &FileReport) -> (FailOn, String) {
        if let Some(given) = self.given {
            return (given, String::new());
        }
        match self.project.fail_on(&file.path) {
            Some((least, place)) => (least, format!(" (set in {})", place.file.display())),
            None => (FailOn::default(), " (the default)".to_owned()),
        }
    }

    pub(super) fn fails(&self) -> bool {
        self.fails
    }

    /// Why the run does not fail in spite of findings; `None` if there are none.
    pub(super) fn excuse(&self) -> Option<String> {
        if self.fails || self.harmless.is_empty() {
            return None;
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
