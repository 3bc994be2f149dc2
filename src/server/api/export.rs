//! A recorded run in every report format.

use std::borrow::Cow;
use std::time::Duration;

use super::{Call, Route, word};
use crate::diagnostic::{Finding, Fix};
use crate::engine::{Aside, FileReport, PROBLEMS, Status, Summary};
use crate::report::{self, FORMATS, Format, Style, Writer};
use crate::rules;
use crate::server::errors::ApiError;
use crate::server::{Context, Reply};
use crate::store::query::{MAX_PAGE, Page, Reader, ValidationFilter};
use crate::store::{RecordedFinding, StoreError, Validation, Workflow, WorkflowId};
use crate::text::{Position, Span};

const STYLE: Style = Style { color: false, width: 100, quiet: false };

pub fn routes() -> Vec<Route> {
    let names: Vec<&'static str> = FORMATS.iter().map(|format| format.name).collect();
    let format = word("format", names.leak(), "how it is written; text if not said");
    vec![Route::text("/api/workflows/{id}/export", "The report of a run", export).query(&[format])]
}

fn export(context: &Context, call: &Call) -> Result<Reply, ApiError> {
    let id: WorkflowId = call.id()?;
    let name = call.query.text("format").unwrap_or(FORMATS[0].name).to_ascii_lowercase();
    let format = report::find(&name).unwrap_or(&FORMATS[0]);
    let bytes = context.record.store().snapshot(|reader| {
        let workflow = reader.workflow(id)?;
        Export::new(format).write(reader, &workflow)
    })?;
    Ok(super::reply(content_type(&name), bytes))
}

fn content_type(format: &str) -> &'static str {
    match format {
        "json" => "application/json",
        "jsonl" => "application/x-ndjson",
        "sarif" => "application/sarif+json",
        "junit" | "checkstyle" => "application/xml",
        "html" => "text/html; charset=utf-8",
        "markdown" => "text/markdown; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}

/// A report that is being written.
struct Export {
    format: &'static Format,
    writer: Box<dyn Writer>,
    summary: Summary,
    bytes: Vec<u8>,
}

impl Export {
    fn new(format: &'static Format) -> Self {
        let writer = (format.writer)(STYLE);
        Export { format, writer, summary: Summary::default(), bytes: Vec::new() }
    }

    fn write(mut self, reader: &Reader, workflow: &Workflow) -> Result<Vec<u8>, StoreError> {
        written(self.writer.begin(&mut self.bytes))?;
        for validation in validations(reader, workflow.id)? {
            let report = file_report(&validation, reader.findings_of(validation.id)?);
            let mut part = Vec::new();
            (self.format.render)(&STYLE, &report, None, &mut part);
            self.summary.add(&report);
            written(self.writer.file(&report, &part, &mut self.bytes))?;
        }
        self.summary.left = usize::try_from(workflow.total - workflow.done).unwrap_or_default();
        let elapsed = workflow.ended_us.zip(workflow.started_us).map(|(end, start)| end - start);
        let elapsed = elapsed.and_then(|elapsed| u64::try_from(elapsed).ok());
        self.summary.elapsed = Duration::from_micros(elapsed.unwrap_or_default());
        written(self.writer.end(&self.summary, &mut self.bytes))?;
        Ok(self.bytes)
    }
}

/// Memory does not refuse to be written.
fn written(result: std::io::Result<()>) -> Result<(), StoreError> {
    result.map_err(|error| StoreError::Database { detail: error.to_string() })
}

/// All validations of a run, in the order of their paths.
fn validations(reader: &Reader, workflow: WorkflowId) -> Result<Vec<Validation>, StoreError> {
    let filter = ValidationFilter { workflow: Some(workflow), ..ValidationFilter::default() };
    let mut page = Page::first(MAX_PAGE);
    let mut all = Vec::new();
    loop {
        let found = reader.validations(&filter, page)?;
        all.extend(found.items);
        match found.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

/// What the run reported on a file, as far as it is kept.
fn file_report(validation: &Validation, findings: Vec<RecordedFinding>) -> FileReport {
    FileReport {
        path: validation.path.clone().into(),
        shown: validation.path.clone(),
        status: if validation.error.is_some() { Status::Unread } else { Status::Checked },
        findings: findings.into_iter().map(finding).collect(),
        suppressed: 0,
        bytes: 0,
        lines: 0,
        digest: validation.hash.0,
        mended: None,
        aside: Aside::default(),
    }
}

fn finding(recorded: RecordedFinding) -> Finding {
    // That it has a fix is kept with the finding; the edits are kept with the recommendation.
    let fix = recorded.fix.map(|safety| Fix { safety, edits: Vec::new() });
    Finding {
        rule: known(&recorded.rule),
        severity: recorded.severity,
        span: Span::at(0),
        start: Position { line: recorded.line, column: recorded.column },
        end: Position { line: recorded.end_line, column: recorded.end_column },
        message: Cow::Owned(recorded.message),
        fix,
        fingerprint: recorded.fingerprint,
    }
}

/// The rule's id as the table has it; runs of other versions may know further rules.
fn known(rule: &str) -> &'static str {
    let problem = || PROBLEMS.iter().find(|problem| problem.id == rule).map(|problem| problem.id);
    rules::find(rule).map(|(_, entry)| entry.meta.id).or_else(problem).unwrap_or("unknown-rule")
}
