//! The numbers of a run alone, by rule, by file or by owner.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::summary::write_rules;
use super::text::severity_style;
use super::{Style, Writer, count, printable, write_totals};
use crate::diagnostic::{Safety, Severity};
use crate::engine::{FileReport, Summary};

/// Names the group that a file belongs to.
pub type GroupOf = Box<dyn Fn(&FileReport) -> String>;

/// Writes a table at the end and nothing before.
pub struct Stats {
    style: Style,
    group: Option<GroupOf>,
    groups: BTreeMap<String, StatsCounts>,
}

#[derive(Clone, Copy, Default)]
struct StatsCounts {
    /// By severity.
    severities: [usize; Severity::ALL.len()],
    fixable: usize,
    files: usize,
}

impl StatsCounts {
    fn add(&mut self, file: &FileReport) {
        self.files += 1;
        for finding in &file.findings {
            self.severities[finding.severity as usize] += 1;
            let is_safe = finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
            self.fixable += usize::from(is_safe);
        }
    }
}

impl Stats {
    /// A table by rule, or by what `group` names.
    pub fn new(style: Style, group: Option<GroupOf>) -> Self {
        Stats { style, group, groups: BTreeMap::new() }
    }

    fn write_groups(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut groups: Vec<_> = self.groups.iter().collect();
        let weight = |counts: &StatsCounts| {
            let [info, warning, error] = counts.severities;
            (error, warning, info)
        };
        groups.sort_by(|(a, one), (b, two)| weight(two).cmp(&weight(one)).then(a.cmp(b)));
        let titles = ["errors", "warnings", "infos", "fixable", "files"];
        let cells = |counts: &StatsCounts| {
            let [info, warning, error] = counts.severities;
            [error, warning, info, counts.fixable, counts.files].map(count)
        };
        let width = |column: usize| {
            let cells = groups.iter().map(|(_, counts)| cells(counts)[column].len());
            cells.chain([titles[column].len()]).max().unwrap_or(0)
        };
        let widths: [usize; 5] = std::array::from_fn(width);
        for (title, width) in titles.iter().zip(widths) {
            write!(out, "{title:>width$}  ")?;
        }
        writeln!(out)?;
        for (name, counts) in groups {
            let [_, warning, error] = counts.severities;
            let worst = [(error, Severity::Error), (warning, Severity::Warning)];
            let worst = worst.iter().find(|(number, _)| *number > 0);
            let severity = worst.map_or(Severity::Info, |(_, severity)| *severity);
            for (cell, width) in cells(counts).iter().zip(widths) {
                write!(out, "{cell:>width$}  ")?;
            }
            let paint = severity_style(&self.style, severity);
            writeln!(out, "{paint}{}{paint:#}", printable(name))?;
        }
        Ok(())
    }
}

impl Writer for Stats {
    fn file(&mut self, file: &FileReport, _: &[u8], _: &mut dyn Write) -> io::Result<()> {
        if let Some(group) = self.group.as_ref().filter(|_| !file.findings.is_empty()) {
            self.groups.entry(group(file)).or_default().add(file);
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if summary.findings() > 0 {
            match &self.group {
                Some(_) => self.write_groups(out)?,
                None => write_rules(&self.style, summary, out)?,
            }
        }
        if self.style.quiet {
            return Ok(());
        }
        if summary.findings() > 0 {
            writeln!(out)?;
        }
        write_totals(&self.style, summary, out)
    }
}
