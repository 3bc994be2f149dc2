//! For GitHub Actions: annotations, as many as GitHub takes from a step, the worst first.

use std::io::{self, Write};

use super::escape::{github_message, github_property};
use super::worst::Worst;
use super::{ReportFormat, Style, Writer, facts, plural};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary};

/// Annotations of each level that GitHub takes from a step; it drops the rest without a word.
const EACH: usize = 10;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "github",
    summary: "annotations of GitHub Actions: the first 10 of each severity",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Github { levels: Severity::ALL.map(|_| Worst::new(EACH)) }),
};

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// One line for each finding that may be shown.
fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    let path = github_property(file.repository_path());
    let mut left = Severity::ALL.map(|_| EACH);
    for finding in &file.findings {
        let left = &mut left[finding.severity as usize];
        if *left > 0 {
            *left -= 1;
            write_command(&path, finding, out);
        }
        out.push(b'\n');
    }
}

fn write_command(path: &str, finding: &Finding, out: &mut Vec<u8>) {
    let facts = facts(finding.rule);
    let (start, end) = (finding.start, finding.end);
    let level = level(finding.severity);
    // Writing to memory does not fail; likewise below.
    let _ = write!(out, "::{level} file={path},line={},endLine={}", start.line, end.line);
    // Columns of a place with several lines are refused.
    if start.line == end.line {
        let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
    }
    let title = match facts.id == facts.name {
        true => facts.id.to_owned(),
        false => format!("{} {}", facts.id, facts.name),
    };
    let (title, message) = (github_property(&title), github_message(&finding.message));
    let _ = write!(out, ",title={title}::{message}");
}

struct Github {
    /// By severity.
    levels: [Worst; Severity::ALL.len()],
}

impl Writer for Github {
    fn file(&mut self, file: &FileReport, part: &[u8], _: &mut dyn Write) -> io::Result<()> {
        for (finding, line) in file.findings.iter().zip(part.split(|byte| *byte == b'\n')) {
            self.levels[finding.severity as usize].push(finding.severity, finding.rule, line);
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        for worst in self.levels.iter().rev() {
            for entry in worst.ranked() {
                out.write_all(&entry.text)?;
                out.write_all(b"\n")?;
            }
        }
        let rest = Severity::ALL.map(|severity| {
            let left_out = self.levels[severity as usize].left_out();
            (left_out > 0).then(|| plural(left_out, &format!("more {}", severity.name())))
        });
        let rest: Vec<String> = rest.into_iter().flatten().collect();
        if rest.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "{}: not shown, since GitHub takes {EACH} annotations of each level from a step; \
             --format concise lists all",
            rest.join(", ")
        )
    }
}
