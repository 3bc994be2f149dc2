//! One line per finding, for reading, `grep` and editors.

use std::io::Write;

use super::{Format, Parts, Style, facts, printable};
use crate::document::Document;
use crate::engine::{FileReport, Rejected};

pub(super) const FORMAT: Format = Format {
    name: "concise",
    summary: "one line per finding: path:line:column: severity rule name: message",
    render,
    writer: |_| Box::new(Parts),
};

fn render(style: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    let path = printable(&file.shown);
    for finding in &file.findings {
        let facts = facts(finding.rule);
        let paint = super::text::severity_style(style, finding.severity);
        let severity = finding.severity.name();
        // Writing to memory does not fail.
        let _ = writeln!(
            out,
            "{path}:{}:{}: {paint}{severity}{paint:#} {} {}: {}",
            finding.start.line,
            finding.start.column,
            facts.id,
            facts.name,
            printable(&finding.message),
        );
    }
    for Rejected { finding, reason } in &file.rejected {
        let facts = facts(finding.rule);
        let reason = reason.as_deref().map(|reason| format!(" ({})", printable(reason)));
        let _ = writeln!(
            out,
            "{path}:{}:{}: rejected {} {}: {}{}",
            finding.start.line,
            finding.start.column,
            facts.id,
            facts.name,
            printable(&finding.message),
            reason.unwrap_or_default(),
        );
    }
}
