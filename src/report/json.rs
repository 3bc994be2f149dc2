//! One JSON document: the run, its findings, its files, and the numbers.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Format, Style, Writer, facts};
use crate::diagnostic::{Details, Finding, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Rejected, Summary};

pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "one JSON document: run, findings, files, summary",
    render,
    writer: |_| Box::new(Json::default()),
};

/// That somebody rejected the finding in review, and why.
#[derive(Serialize)]
struct Reason<'a> {
    reason: Option<&'a str>,
}

/// How the objects of a file's findings begin. Makes room for them: what is written grows in one
/// step.
pub(super) fn begin(file: &FileReport, out: &mut Vec<u8>) -> String {
    /// About what a finding takes besides its path, in bytes.
    const FINDING: usize = 260;
    let path = serde_json::to_string(&file.shown).expect("a text is JSON");
    let findings = file.findings.len() + file.rejected.len();
    out.reserve(findings * (path.len() + FINDING));
    [r#"{"path":"#, &path, r#","line":"#].concat()
}

/// Appends a finding as one JSON object: where, what, how bad, and by what it is known again.
pub(super) fn write_finding(
    begin: &str,
    finding: &Finding,
    rejected: Option<&Rejected>,
    out: &mut Vec<u8>,
) {
    let mut object = Object { out };
    object.number(begin, finding.start.line);
    object.number(r#","column":"#, finding.start.column);
    object.number(r#","end_line":"#, finding.end.line);
    object.number(r#","end_column":"#, finding.end.column);
    object.text(&facts(finding.rule).members[finding.severity as usize]);
    object.words(r#","message":"#, &finding.message);
    object.text(match finding.fix {
        Some(_) => r#","fixable":true,"fingerprint":""#,
        None => r#","fixable":false,"fingerprint":""#,
    });
    object.out.extend_from_slice(&finding.fingerprint.digits());
    object.text("\"");
    if let Some(details) = &finding.details {
        object.details(details);
    }
    if let Some(rejected) = rejected {
        object.put(r#","rejected":"#, &Reason { reason: rejected.reason.as_deref() });
    }
    object.text("}");
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
            self.number(r#""line":"#, related.start.line);
            self.number(r#","column":"#, related.start.column);
            self.number(r#","end_line":"#, related.end.line);
            self.number(r#","end_column":"#, related.end.column);
            self.words(r#","message":"#, &related.message);
            self.text("}");
        }
        if !details.related.is_empty() {
            self.text("]");
        }
    }

    fn number(&mut self, name: &str, value: u32) {
        self.text(name);
        self.text(itoa::Buffer::new().format(value));
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    let begin = begin(file, out);
    for (index, (finding, rejected)) in file.all().into_iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"\n    " } else { b",\n    " });
        write_finding(&begin, finding, rejected, out);
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
        let run = json!({ "tool": "validator", "version": env!("CARGO_PKG_VERSION") });
        write!(out, "{{\n  \"run\": {run},\n  \"findings\": [")
    }

    fn file(&mut self, file: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let row = json!({
            "path": file.shown,
            "status": file.status.name(),
            "findings": file.findings.len(),
            "suppressed": file.suppressed,
            "rejected": file.rejected.len(),
            "bytes": file.bytes,
        });
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
        writeln!(out, "  \"summary\": {}\n}}", summary_value(summary))
    }
}

fn summary_value(summary: &Summary) -> Value {
    let skipped = summary.skipped;
    let severity = |severity| summary.severities.get(&severity).copied().unwrap_or(0);
    json!({
        "files": summary.checked,
        "failed": summary.failed,
        "left": summary.left,
        "bytes": summary.bytes,
        "skipped": {
            "ignored": skipped.ignored,
            "hidden": skipped.hidden,
            "excluded": skipped.excluded,
            "not_included": skipped.not_included,
            "links": skipped.links,
            "data": skipped.data,
            "other": skipped.other,
            "untracked": skipped.untracked,
        },
        "findings": summary.findings(),
        "severities": {
            "error": severity(Severity::Error),
            "warning": severity(Severity::Warning),
            "info": severity(Severity::Info),
        },
        "rules": summary
            .rules
            .iter()
            .map(|(rule, count)| ((*rule).to_owned(), count.findings.into()))
            .collect::<serde_json::Map<_, _>>(),
        "fixable": summary.fixable,
        "reviewable": summary.reviewable,
        "suppressed": summary.suppressed,
        "rejected": summary.rejected,
        "known": summary.known,
        "elsewhere": summary.elsewhere,
        "resolved": summary.resolved,
        "interrupted": summary.interrupted,
        "elapsed_ms": summary.elapsed.as_secs_f64() * 1000.0,
    })
}
