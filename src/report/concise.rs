//! One line per finding, for reading, `grep` and editors.

use std::io::Write;

use super::text::severity_style;
use super::{Format, Parts, Style, facts, printable};
use crate::document::Document;
use crate::engine::FileReport;

pub(super) const FORMAT: Format = Format {
    name: "concise",
    summary: "one line per finding: path:line:column: severity rule name: message",
    render,
    writer: |_| Box::new(Parts),
};

fn render(style: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    let path = printable(&file.shown);
    for (finding, rejected) in file.all() {
        let facts = facts(finding.rule);
        let (paint, severity) = match rejected {
            Some(_) => (anstyle::Style::new(), "rejected"),
            None => (severity_style(style, finding.severity), finding.severity.name()),
        };
        // Writing to memory does not fail; likewise below.
        let _ = write!(
            out,
            "{path}:{}:{}: {paint}{severity}{paint:#} {} {}: {}",
            finding.start.line,
            finding.start.column,
            facts.id,
            facts.name,
            printable(&finding.message),
        );
        if let Some(reason) = rejected.and_then(|rejected| rejected.reason.as_deref()) {
            let _ = write!(out, " ({})", printable(reason));
        }
        out.push(b'\n');
    }
}
