//! What a terminal shows of a large run: the worst findings, then the numbers by rule.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use super::summary::{by_weight, write_totals};
use super::text::{Findings, severity_style};
use super::{Style, count, facts, plural};
use crate::diagnostic::{RuleId, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary};

/// As many findings as a person looks at.
const SHOWN: usize = 20;

/// Keeps the first findings of every rule, drawn, so that the worst can be shown at the end
/// whatever the number of findings and of threads.
pub struct Overview {
    style: Style,
    kept: Mutex<BTreeMap<RuleId, Kept>>,
}

/// Drawn findings of one rule, the worst first, then by file and place.
type Kept = BTreeMap<GroupKey, Vec<u8>>;

type GroupKey = (Reverse<Severity>, String, usize);

impl Overview {
    pub fn new(style: Style) -> Self {
        Overview { style, kept: Mutex::default() }
    }

    /// Draws what may be shown of one file. Runs on worker threads.
    pub fn render(&self, file: &FileReport, doc: Option<&Document>) {
        let mut findings = Findings::new(self.style);
        for (index, finding) in file.findings.iter().enumerate() {
            let key = (Reverse(finding.severity), file.shown.clone(), index);
            if !self.is_wanted(finding.rule, &key) {
                continue;
            }
            let mut drawn = Vec::new();
            findings.one(file, finding, doc, &mut drawn);
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = kept.entry(finding.rule).or_default();
            kept.insert(key, drawn);
            if kept.len() > SHOWN {
                kept.pop_last();
            }
        }
    }

    fn is_wanted(&self, rule: RuleId, key: &GroupKey) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&rule).is_none_or(|kept| {
            kept.len() < SHOWN || kept.last_key_value().is_some_and(|(last, _)| key < last)
        })
    }

    /// Writes the findings that are shown and the numbers. `all` is the command that shows
    /// every finding of a rule, to which the rule's id is added.
    ///
    /// # Errors
    /// If writing fails.
    pub fn end(&self, summary: &Summary, all: &str, out: &mut dyn Write) -> io::Result<()> {
        for drawn in self.chosen() {
            out.write_all(&drawn)?;
        }
        if self.style.quiet {
            return Ok(());
        }
        if summary.findings() > SHOWN {
            let rest = summary.findings() - SHOWN;
            writeln!(out, "… and {} more findings; all of them by rule:\n", count(rest))?;
            self.write_rules(summary, all, out)?;
        }
        write_totals(&self.style, summary, out)
    }

    /// The worst findings, and of equally bad ones a few of every rule, in the order of
    /// severity, then of place.
    fn chosen(&self) -> Vec<Vec<u8>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ranked: Vec<_> = kept
            .values()
            .flat_map(|findings| findings.iter().enumerate())
            .map(|(rank, (key, drawn))| (key.0, rank, key, drawn))
            .collect();
        ranked.sort_unstable();
        ranked.truncate(SHOWN);
        ranked.sort_unstable_by_key(|(_, _, key, _)| *key);
        ranked.into_iter().map(|(_, _, _, drawn)| drawn.clone()).collect()
    }

    fn write_rules(&self, summary: &Summary, all: &str, out: &mut dyn Write) -> io::Result<()> {
        let rules = by_weight(summary);
        let digits = rules.iter().map(|(_, rule)| count(rule.findings).len()).max().unwrap_or(0);
        let ids = rules.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
        for (id, rule) in rules {
            let paint = severity_style(&self.style, rule.severity);
            let number = count(rule.findings);
            let name = facts(id).name;
            writeln!(
                out,
                "{number:>digits$}  {paint}{:<7}{paint:#}  {id:<ids$}  {name} in {}",
                rule.severity.name(),
                plural(rule.files, "file")
            )?;
        }
        writeln!(out, "\nshow all of one rule:  {all} --all --select RULE")?;
        writeln!(out, "what a rule wants:     validator explain RULE\n")
    }
}
