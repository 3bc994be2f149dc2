//! For reviewdog: its own JSON, with fixes that it can suggest.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::json;
use super::places::Places;
use super::{ReportFormat, Style, Writer, facts, printable};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary};
use crate::text::Span;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "rdjson",
    summary: "JSON of reviewdog, with fixes to suggest",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Rdjson::default()),
};

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: RdjsonLocation<'a>,
    severity: &'static str,
    code: RdjsonCode,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
}

#[derive(Serialize)]
struct RdjsonLocation<'a> {
    path: &'a str,
    range: Range,
}

/// Columns count bytes; they are left out where the bytes are not known any more.
#[derive(Serialize)]
struct Range {
    start: RdjsonPosition,
    end: RdjsonPosition,
}

#[derive(Serialize)]
struct RdjsonPosition {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct RdjsonCode {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

fn range(doc: &Document, places: &Places, span: Span) -> Range {
    let place = |offset: usize| RdjsonPosition {
        line: doc.line_of(offset) as u32 + 1,
        column: Some(places.bytes_before(offset) + 1),
    };
    Range { start: place(span.start()), end: place(span.end()) }
}

/// What reviewdog can suggest: fixes of one edit, since it takes several for alternatives.
fn suggestions<'a>(doc: &Document, places: &Places, finding: &'a Finding) -> Vec<Suggestion<'a>> {
    match finding.fix.as_ref().map(|fix| fix.edits.as_slice()) {
        Some([edit]) => vec![Suggestion { range: range(doc, places, edit.span), text: &edit.text }],
        _ => Vec::new(),
    }
}

fn render(_: &Style, file: &FileReport, doc: Option<&Document>, out: &mut Vec<u8>) {
    let doc = doc.map(|doc| (doc, Places::of(doc)));
    for (index, finding) in file.findings.iter().enumerate() {
        let facts = facts(finding.rule);
        let line = |line| RdjsonPosition { line, column: None };
        let unknown = || Range { start: line(finding.start.line), end: line(finding.end.line) };
        let range = doc.as_ref().map(|(doc, places)| range(doc, places, finding.span));
        let diagnostic = Diagnostic {
            message: printable(&finding.message).into_owned(),
            location: RdjsonLocation {
                path: file.repository_path(),
                range: range.unwrap_or_else(unknown),
            },
            severity: match finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Info => "INFO",
            },
            code: RdjsonCode { value: facts.id, url: facts.url.clone() },
            suggestions: doc
                .as_ref()
                .map(|(doc, places)| suggestions(doc, places, finding))
                .unwrap_or_default(),
        };
        out.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        json(&diagnostic, out);
    }
}

/// One object; its diagnostics are written as they come.
#[derive(Default)]
struct Rdjson {
    has_entries: bool,
}

impl Writer for Rdjson {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"source\":{\"name\":\"validator\"},\"diagnostics\":[")
    }

    fn file(&mut self, _: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if !part.is_empty() && std::mem::replace(&mut self.has_entries, true) {
            out.write_all(b",")?;
        }
        out.write_all(part)
    }

    fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.has_entries { b"\n]}\n" } else { b"]}\n" })
    }
}
