//! For Azure Pipelines: a command to its agent for each finding.

use std::io::Write;

use super::escape::{azure_message, azure_property};
use super::{ReportFormat, ReportParts, Style, facts};
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::engine::FileReport;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "azure",
    summary: "logging commands of Azure Pipelines",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(ReportParts),
};

fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    for finding in &file.findings {
        let facts = facts(finding.rule);
        // Azure knows two levels. Writing to memory does not fail.
        let level = if finding.severity == Severity::Error { "error" } else { "warning" };
        let _ = writeln!(
            out,
            "##vso[task.logissue type={level};sourcepath={};linenumber={};columnnumber={};code={}]{}",
            azure_property(file.repository_path()),
            finding.start.line,
            finding.start.column,
            azure_property(facts.id),
            azure_message(&finding.message),
        );
    }
}
