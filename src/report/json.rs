//! One JSON document: the run, its findings, its files, and the numbers.

use std::io::{self, Write};

use std::collections::BTreeMap;

use serde::Serialize;

use super::places::Places;
use super::row::{FileRow, RejectedRow, Run, SummaryRow, SuppressedRow};
use super::words::push_number;
use super::{ReportFormat, Style, Writer, facts};
use crate::diagnostic::{Details, Finding, Fix, Safety, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary, Suppression};
use crate::text::Position;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "json",
    summary: "one JSON document: run, findings, files, summary",
    shows_suppressed: true,
    render,
    writer: |_| Box::new(Json::default()),
};

/// Writes the rows of one file's findings. They are written by hand, since there are many; a test
/// holds them to what [`Row`](super::Row) says.
pub(super) struct Rows<'d> {
    begin: String,
    places: Option<Places<'d>>,
}

impl<'d> Rows<'d> {
    /// Makes room for the rows: what is written grows in one step. Without the document, the edits
    /// of fixes are left out.
    pub(super) fn new(file: &FileReport, doc: Option<&'d Document>, out: &mut Vec<u8>) -> Self {
        /// About what a finding takes besides its path, in bytes.
        const FINDING: usize = 420;
        let path = serde_json::to_string(&file.root_relative).expect("a text is JSON");
        let findings = file.findings.len() + file.rejected.len();
        out.reserve(findings * (path.len() + FINDING));
        let begin = [r#"{"path":"#, &path, r#","line":"#].concat();
        Rows { begin, places: doc.map(Places::of) }
    }

    /// Appends a finding as one JSON object: where, what, how bad, and how it is recognised.
    pub(super) fn write(
        &mut self,
        finding: &Finding,
        suppression: Option<Suppression>,
        out: &mut Vec<u8>,
    ) {
        let mut object = Object { out };
        object.place(&self.begin, finding.start, finding.end);
        object.text(&facts(finding.rule).members[finding.severity as usize]);
        object.words(r#","message":"#, &finding.message);
        match &finding.fix {
            Some(fix) => {
                object.text(r#","fixable":true,"fix":"#);
                object.fix(fix, self.places.as_mut());
            }
            None => object.text(r#","fixable":false"#),
        }
        object.text(r#","fingerprint":""#);
        object.out.extend_from_slice(&finding.fingerprint.digits());
        object.text("\"");
        if let Some(details) = &finding.details {
            object.details(details);
        }
        if let Some(Suppression::Rejection(rejected)) = suppression {
            let reason = RejectedRow { reason: rejected.reason.as_deref() };
            object.put(r#","rejected":"#, &reason);
        }
        if let Some(suppression) = suppression {
            object.put(r#","suppressed":"#, &SuppressedRow::from(suppression));
        }
        object.text("}");
    }
}

/// Appends a finding as one JSON object, a [`Row`](super::Row).
pub fn write_row(
    file: &FileReport,
    doc: Option<&Document>,
    finding: &Finding,
    suppression: Option<Suppression>,
    out: &mut Vec<u8>,
) {
    Rows::new(file, doc, out).write(finding, suppression, out);
}

/// An object being written. Names are given with the signs around them, since there are many
/// findings and escaping the same names for each takes longer than all else.
struct Object<'o> {
    out: &'o mut Vec<u8>,
}

impl Object<'_> {
    fn put(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.text(name);
        serde_json::to_writer(&mut *self.out, value).expect("texts and numbers are JSON");
    }

    /// A text, most of which have nothing to escape.
    fn words(&mut self, name: &str, text: &str) {
        // Without a way out half-way, since that is done for many bytes at once.
        let is_escaped = text.bytes().fold(false, |escaped, byte| {
            escaped | (byte < b' ') | (byte == b'"') | (byte == b'\\')
        });
        if is_escaped {
            return self.put(name, text);
        }
        self.text(name);
        self.text("\"");
        self.text(text);
        self.text("\"");
    }

    /// Lines and columns; `begin` ends in the name of the first.
    fn place(&mut self, begin: &str, start: Position, end: Position) {
        self.number(begin, start.line);
        self.number(r#","column":"#, start.column);
        self.number(r#","end_line":"#, end.line);
        self.number(r#","end_column":"#, end.column);
    }

    fn fix(&mut self, fix: &Fix, places: Option<&mut Places>) {
        self.text(match fix.safety {
            Safety::Safe => r#"{"safety":"safe""#,
            Safety::Review => r#"{"safety":"review""#,
        });
        if let Some(places) = places.filter(|_| !fix.edits.is_empty()) {
            for (index, edit) in fix.edits.iter().enumerate() {
                let begin = if index == 0 { r#","edits":[{"line":"# } else { r#",{"line":"# };
                self.place(begin, places.at(edit.span.start()), places.at(edit.span.end()));
                self.words(r#","text":"#, &edit.text);
                self.text("}");
            }
            self.text("]");
        }
        self.text("}");
    }

    /// The address that the finding is about, and other places; each if there is one.
    fn details(&mut self, details: &Details) {
        if let Some(target) = &details.target {
            self.words(r#","target":"#, target);
        }
        for (index, related) in details.related.iter().enumerate() {
            self.text(if index == 0 { r#","related":[{"# } else { ",{" });
            if let Some(path) = &related.path {
                self.words(r#""path":"#, path);
                self.text(",");
            }
            self.place(r#""line":"#, related.start, related.end);
            self.words(r#","message":"#, &related.message);
            self.text("}");
        }
        if !details.related.is_empty() {
            self.text("]");
        }
    }

    fn number(&mut self, name: &str, value: u32) {
        self.text(name);
        push_number(value, self.out);
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

fn render(style: &Style, file: &FileReport, doc: Option<&Document>, out: &mut Vec<u8>) {
    let mut rows = Rows::new(file, doc, out);
    for (index, (finding, why)) in file.all(style.suppressed).into_iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"\n    " } else { b",\n    " });
        rows.write(finding, why, out);
    }
}

/// Findings are written as they come; the list of files is kept for the end.
#[derive(Default)]
struct Json {
    findings: bool,
    files: Vec<u8>,
}

impl Writer for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let run = Run { tool: "validator", version: env!("CARGO_PKG_VERSION") };
        let run = serde_json::to_string(&run)?;
        write!(out, "{{\n  \"run\": {run},\n  \"findings\": [")
    }

    fn file(&mut self, file: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let row = FileRow {
            path: &file.root_relative,
            status: file.status.name(),
            findings: file.findings.len(),
            suppressed: file.suppressed,
            rejected: file.rejected.len(),
            bytes: file.bytes,
        };
        let row = serde_json::to_string(&row)?;
        write!(self.files, "{}\n    {row}", if self.files.is_empty() { "" } else { "," })?;
        if part.is_empty() {
            return Ok(());
        }
        if self.findings {
            out.write_all(b",")?;
        }
        self.findings = true;
        out.write_all(part)
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.findings { b"\n  ],\n" } else { b"],\n" })?;
        out.write_all(b"  \"files\": [")?;
        out.write_all(&self.files)?;
        out.write_all(if self.files.is_empty() { b"],\n" } else { b"\n  ],\n" })?;
        let summary = serde_json::to_string(&SummaryRow::from(summary))?;
        writeln!(out, "  \"summary\": {summary}\n}}")
    }
}

impl From<&Summary> for SummaryRow {
    fn from(summary: &Summary) -> Self {
        let skipped = summary.skipped;
        let severity = |severity: &Severity| summary.severities.get(severity).copied();
        SummaryRow {
            files: summary.checked,
            failed: summary.failed,
            left: summary.left,
            bytes: summary.bytes,
            skipped: BTreeMap::from([
                ("ignored", skipped.ignored),
                ("hidden", skipped.hidden),
                ("excluded", skipped.excluded),
                ("not_included", skipped.not_included),
                ("links", skipped.links),
                ("data", skipped.data),
                ("other", skipped.other),
                ("untracked", skipped.untracked),
            ]),
            findings: summary.findings(),
            severities: Severity::ALL
                .iter()
                .map(|at| (at.name(), severity(at).unwrap_or(0)))
                .collect(),
            rules: summary
                .rules
                .iter()
                .map(|(rule, count)| (rule.as_str(), count.findings))
                .collect(),
            fixable: summary.fixable,
            reviewable: summary.reviewable,
            suppressed: summary.suppressed,
            unchecked_links: summary.unchecked.clone(),
            rejected: summary.rejected,
            known: summary.known,
            elsewhere: summary.elsewhere,
            resolved: summary.resolved,
            interrupted: summary.interrupted,
            elapsed_ms: summary.elapsed.as_secs_f64() * 1000.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;
    use crate::diagnostic::{Fingerprint, Related, message};
    use crate::engine::{Disabled, Rejected};
    use crate::text::Span;

    const TEXTS: [&str; 6] =
        ["plain", "", "\"q\" \\ \u{7}\n\t", "日本 😀 \u{202e}", "</script>]]>", "::error::x%0A"];

    fn finding(doc: &Document, seed: usize) -> Finding {
        let boundary = |at: usize| {
            (0..=at % (doc.text.len() + 1)).rev().find(|&at| doc.text.is_char_boundary(at))
        };
        let offset = |at: usize| boundary(at).unwrap_or(0);
        let (one, other) = (offset(seed * 7), offset(seed * 13));
        let span = Span::new(one.min(other), one.max(other));
        let text = TEXTS[seed % TEXTS.len()];
        let fix = || Fix::safe(span, text).and(Span::at(offset(seed * 3)), "x");
        let mut fix = [None, Some(fix()), Some(Fix::review(span, text))][seed % 3].clone();
        if let Some(fix) = fix.as_mut().filter(|_| seed.is_multiple_of(7)) {
            fix.edits.clear();
        }
        let related = Related {
            path: (seed.is_multiple_of(2)).then(|| text.to_owned()),
            span,
            start: doc.position(span.start()),
            end: doc.position(span.end()),
            message: message!("{}", text),
        };
        let details = Details {
            leads_to: None,
            target: (seed % 4 > 1).then(|| text.to_owned()),
            related: vec![related; seed % 4],
        };
        let ids = crate::rules::builtin().ids();
        Finding {
            rule: ids[seed % ids.len()],
            severity: Severity::ALL[seed % 3],
            span,
            start: doc.position(span.start()),
            end: doc.position(span.end()),
            message: message!("{}", text),
            fix,
            details: (!seed.is_multiple_of(5)).then(|| Box::new(details)),
            fingerprint: Fingerprint((seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        }
    }

    #[test]
    fn rows_written_by_hand_are_the_derived_ones() {
        let doc = Document::parse("\u{feff}# 日本\r\n\r\ntext 😀 text\n\n* a\n+ b\n");
        for path in ["docs/a.md", "a \"b\"\n.md", "日本.md"] {
            let file = FileReport::empty(path.into(), path.to_owned());
            for seed in 0..840 {
                let finding = finding(&doc, seed);
                let reason = (seed.is_multiple_of(2)).then(|| TEXTS[seed % 6].to_owned());
                let comment = (finding.start, finding.end);
                let disabled =
                    Disabled { finding: finding.clone(), comment, reason: reason.clone() };
                let rejected = Rejected { finding: finding.clone(), reason };
                let why = match seed % 6 {
                    0 => Some(Suppression::Baseline),
                    1 => Some(Suppression::Rejection(&rejected)),
                    2 => Some(Suppression::Comment(&disabled)),
                    _ => None,
                };
                let doc = (seed % 5 < 4).then_some(&doc);
                let mut written = Vec::new();
                write_row(&file, doc, &finding, why, &mut written);
                let derived = serde_json::to_string(&Row::new(&file, doc, &finding, why));
                let written = String::from_utf8(written).expect("a text");
                assert_eq!(written, derived.expect("a row is JSON"));
            }
        }
    }
}
