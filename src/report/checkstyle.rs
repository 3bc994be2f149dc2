//! Checkstyle's XML, which Jenkins, reviewdog and SonarQube plug-ins read.

use std::io::{self, Write};

use super::escape::xml;
use super::{ReportFormat, Style, Writer, facts};
use crate::document::Document;
use crate::engine::{FileReport, Summary};

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "checkstyle",
    summary: "XML of Checkstyle, for Jenkins and others",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Checkstyle),
};

fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    // Writing to memory does not fail; likewise below.
    let _ = writeln!(out, "  <file name=\"{}\">", xml(file.repository_path()));
    for finding in &file.findings {
        let facts = facts(finding.rule);
        let _ = writeln!(
            out,
            "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"validator.{}.{}\"/>",
            finding.start.line,
            finding.start.column,
            finding.severity.name(),
            xml(&finding.message),
            xml(facts.kind),
            xml(facts.id),
        );
    }
    out.extend_from_slice(b"  </file>\n");
}

struct Checkstyle;

impl Writer for Checkstyle {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n")
    }

    fn file(&mut self, file: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if file.findings.is_empty() { Ok(()) } else { out.write_all(part) }
    }

    fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</checkstyle>\n")
    }
}
