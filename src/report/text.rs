//! For people: each finding with its line of source and carets.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::source::Source;
use super::{Format, Style, Writer, change, facts, printable, write_summary};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary};

pub(super) const FORMAT: Format = Format {
    name: "text",
    summary: "for people: source lines with carets, and a summary",
    render: |style, file, doc, out| Findings::new(*style).all(file, doc, out),
    writer: |style| Box::new(Text { style }),
};

/// Draws findings; what it allocates is used again for the next one.
pub(super) struct Findings {
    style: Style,
    source: Source,
}

impl Findings {
    pub(super) fn new(style: Style) -> Self {
        Findings { style, source: Source::new(style) }
    }

    fn all(&mut self, file: &FileReport, doc: Option<&Document>, out: &mut Vec<u8>) {
        for finding in &file.findings {
            self.one(file, finding, doc, out);
        }
    }

    /// Draws one finding, followed by a blank line. Writing to memory does not fail.
    pub(super) fn one(
        &mut self,
        file: &FileReport,
        finding: &Finding,
        doc: Option<&Document>,
        out: &mut Vec<u8>,
    ) {
        let _ = self.title(finding, out);
        let digits = decimal_digits(finding.start.line);
        let frame = self.source.frame();
        let (line, column) = (finding.start.line, finding.start.column);
        let path = printable(&file.shown);
        let _ = writeln!(out, "{:digits$}{frame}-->{frame:#} {path}:{line}:{column}", "");
        if let Some(doc) = doc {
            self.source.draw(doc, finding, digits, out);
            if let Some(fix) = &finding.fix {
                change::draw(&self.style, doc, fix, digits, out);
            }
        }
        out.push(b'\n');
    }

    /// The reason in one sentence, marked if it can be fixed.
    fn title(&self, finding: &Finding, out: &mut Vec<u8>) -> io::Result<()> {
        let facts = facts(finding.rule);
        let paint = severity_style(&self.style, finding.severity);
        let severity = finding.severity.name();
        write!(out, "{paint}{severity}[{}]{paint:#}", facts.id)?;
        if finding.fix.is_some() {
            write!(out, " [*]")?;
        }
        let bold = if self.style.color { Paint::new().bold() } else { Paint::new() };
        match facts.kind {
            "file" => writeln!(out, "{bold}: {}{bold:#}", printable(&finding.message)),
            _ => writeln!(out, "{bold}: {}{bold:#}", facts.summary),
        }
    }
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
struct Text {
    style: Style,
}

impl Writer for Text {
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
