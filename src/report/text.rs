//! For people: each finding with its line of source and carets.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::source::SourceExcerpt;
use super::words::{push_number, push_repeated};
use super::{ReportFormat, Style, Writer, change, facts, printable, write_summary};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary, Suppression};

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "text",
    summary: "for people: source lines with carets, and a summary",
    shows_suppressed: true,
    render: |style, file, doc, out| Findings::new(*style).all(file, doc, out),
    writer: |style| Box::new(TextReport { style }),
};

/// Draws findings; what it allocates is used again for the next one.
pub(super) struct Findings {
    style: Style,
    source: SourceExcerpt,
    frame: Painted,
    bold: Painted,
}

/// A colour as the characters that switch it on and off; empty without colours.
struct Painted {
    on: String,
    off: String,
}

impl From<Paint> for Painted {
    fn from(paint: Paint) -> Self {
        Painted { on: paint.to_string(), off: format!("{paint:#}") }
    }
}

/// About what a finding takes, so that memory is asked for once.
const ROOM: usize = 384;

impl Findings {
    pub(super) fn new(style: Style) -> Self {
        let source = SourceExcerpt::new(style);
        let bold = if style.color { Paint::new().bold() } else { Paint::new() };
        Findings { style, frame: source.frame().into(), bold: bold.into(), source }
    }

    fn all(&mut self, file: &FileReport, doc: Option<&Document>, out: &mut Vec<u8>) {
        out.reserve(file.findings.len() * ROOM);
        for finding in &file.findings {
            self.one(file, finding, doc, out);
        }
        let all = file.all(self.style.suppressed);
        for (finding, why) in &all {
            why.iter().for_each(|why| Self::suppressed(file, finding, *why, out));
        }
        if all.len() > file.findings.len() {
            out.push(b'\n');
        }
    }

    /// One line for what does not count, such as what somebody has looked at and rejected.
    fn suppressed(file: &FileReport, finding: &Finding, why: Suppression, out: &mut Vec<u8>) {
        let start = finding.start;
        let (path, message) = (printable(&file.shown), printable(&finding.message));
        // Writing to memory does not fail.
        let _ = writeln!(
            out,
            "{}[{}]: {path}:{}:{}: {message}{}",
            verdict(why),
            finding.rule,
            start.line,
            start.column,
            explanation(why)
        );
    }

    /// Draws one finding, followed by a blank line.
    pub(super) fn one(
        &mut self,
        file: &FileReport,
        finding: &Finding,
        doc: Option<&Document>,
        out: &mut Vec<u8>,
    ) {
        self.title(finding, out);
        let digits = decimal_digits(finding.start.line);
        self.place(file, finding, digits, out);
        if let Some(doc) = doc {
            self.source.draw(doc, finding, digits, out);
            if let Some(fix) = &finding.fix {
                change::draw(&self.style, doc, fix, digits, out);
            }
        }
        out.push(b'\n');
    }

    /// What is wrong, after the rule and a mark if it can be fixed. Formatting is avoided here and
    /// below, since large reports have hundreds of thousands of findings.
    fn title(&self, finding: &Finding, out: &mut Vec<u8>) {
        let facts = facts(finding.rule);
        if self.style.color {
            let paint = severity_style(&self.style, finding.severity);
            out.extend_from_slice(paint.to_string().as_bytes());
        }
        out.extend_from_slice(finding.severity.name().as_bytes());
        for part in ["[", facts.id, "]"] {
            out.extend_from_slice(part.as_bytes());
        }
        if finding.fix.is_some() {
            out.extend_from_slice(b" [*]");
        }
        if self.style.color {
            out.extend_from_slice(b"\x1b[0m");
        }
        // What is no rule has no name besides its id.
        if facts.name != facts.id {
            out.push(b' ');
            out.extend_from_slice(facts.name.as_bytes());
        }
        let message = printable(&finding.message);
        for part in [": ", &self.bold.on, &message, &self.bold.off, "\n"] {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn place(&self, file: &FileReport, finding: &Finding, digits: usize, out: &mut Vec<u8>) {
        push_repeated(b' ', digits, out);
        let path = printable(&file.shown);
        for part in [&self.frame.on, "-->", &self.frame.off, " ", &path, ":"] {
            out.extend_from_slice(part.as_bytes());
        }
        push_number(finding.start.line, out);
        out.push(b':');
        push_number(finding.start.column, out);
        out.push(b'\n');
    }
}

/// The word for what does not count, where others have their severity.
pub(super) fn verdict(why: Suppression) -> &'static str {
    match why {
        Suppression::Rejection(_) => "rejected",
        Suppression::Baseline | Suppression::Comment(_) => "suppressed",
    }
}

/// Why something does not count, behind its message.
pub(super) fn explanation(why: Suppression) -> String {
    let place = match why {
        Suppression::Rejection(_) => String::new(),
        Suppression::Baseline => "baseline".to_owned(),
        Suppression::Comment(disabled) => format!("comment on line {}", disabled.comment.0.line),
    };
    let parts = [place, printable(why.reason().unwrap_or_default()).into_owned()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(": ")) }
}

pub(super) fn decimal_digits(number: u32) -> usize {
    number.checked_ilog10().map_or(1, |digits| digits as usize + 1)
}

/// The colour in which a severity is written.
pub(super) fn severity_style(style: &Style, severity: Severity) -> Paint {
    if !style.color {
        return Paint::new();
    }
    let color = match severity {
        Severity::Error => AnsiColor::BrightRed,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::BrightBlue,
    };
    color.on_default().bold()
}

/// Findings as they come, the numbers at the end.
struct TextReport {
    style: Style,
}

impl Writer for TextReport {
    fn file(&mut self, _: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(part)
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.style.quiet {
            return Ok(());
        }
        write_summary(&self.style, summary, out)
    }
}
