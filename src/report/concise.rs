//! One line per finding, for reading, `grep` and editors.

use std::io::Write;

use super::text::{explanation, severity_style, verdict};
use super::{ReportFormat, ReportParts, Style, facts, printable};
use crate::document::Document;
use crate::engine::FileReport;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "concise",
    summary: "one line per finding: path:line:column: severity rule name: message",
    shows_suppressed: true,
    render,
    writer: |_| Box::new(ReportParts),
};

fn render(style: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    /// About what a finding takes besides its path, in bytes.
    const FINDING: usize = 100;
    let path = printable(&file.shown);
    let all = file.all(style.suppressed);
    out.reserve(all.len() * (path.len() + FINDING));
    for (finding, why) in all {
        let facts = facts(finding.rule);
        let (paint, severity) = match why {
            Some(why) => (anstyle::Style::new(), verdict(why)),
            None => (severity_style(style, finding.severity), finding.severity.name()),
        };
        let (mut line, mut column) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (line, column) = (line.format(finding.start.line), column.format(finding.start.column));
        // Formatting takes longer than all else, so it is left to what is painted.
        [&*path, ":", line, ":", column, ": "].iter().for_each(|part| push(out, part));
        match paint.is_plain() {
            true => push(out, severity),
            // Writing to memory does not fail; likewise below.
            false => drop(write!(out, "{paint}{severity}{paint:#}")),
        }
        let rule = [" ", facts.id, " ", facts.name, ": ", &*printable(&finding.message)];
        rule.iter().for_each(|part| push(out, part));
        if let Some(why) = why {
            push(out, &explanation(why));
        }
        out.push(b'\n');
    }
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}
