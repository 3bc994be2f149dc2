//! For GitLab: a code quality report, read by merge requests.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::json;
use super::{ReportFormat, Style, Writer, facts, printable, unique_print};
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::engine::{FileReport, Summary};

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "gitlab",
    summary: "code quality report of GitLab",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Gitlab::default()),
};

#[derive(Serialize)]
struct GitlabIssue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation<'a>,
}

#[derive(Serialize)]
struct GitlabLocation<'a> {
    path: &'a str,
    lines: GitlabLines,
}

#[derive(Serialize)]
struct GitlabLines {
    begin: u32,
    end: u32,
}

fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    for (index, finding) in file.findings.iter().enumerate() {
        let facts = facts(finding.rule);
        let entry = GitlabIssue {
            description: format!("{}: {}", facts.id, printable(&finding.message)),
            check_name: facts.id,
            fingerprint: unique_print(file, finding),
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: GitlabLocation {
                path: file.repository_path(),
                lines: GitlabLines { begin: finding.start.line, end: finding.end.line },
            },
        };
        out.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        json(&entry, out);
    }
}

/// An array; the entries are written as they come.
#[derive(Default)]
struct Gitlab {
    has_entries: bool,
}

impl Writer for Gitlab {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn file(&mut self, _: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if !part.is_empty() && std::mem::replace(&mut self.has_entries, true) {
            out.write_all(b",")?;
        }
        out.write_all(part)
    }

    fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.has_entries { b"\n]\n" } else { b"]\n" })
    }
}
