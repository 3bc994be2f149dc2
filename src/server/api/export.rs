//! A recorded run in every report format.

use std::time::Duration;

use super::{Call, Route, word};
use crate::diagnostic::Finding;
use crate::engine::{FileReport, Status, Summary};
use crate::report::{self, FORMATS, Format, Style, Writer};
use crate::server::errors::ApiError;
use crate::server::{Context, Reply};
use crate::store::query::{MAX_PAGE, Page, Reader, ValidationFilter};
use crate::store::{RecordedFinding, StoreError, Validation, Workflow, WorkflowId};

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
        let rejections = reader.rejections()?;
        written(self.writer.begin(&mut self.bytes))?;
        for validation in validations(reader, workflow.id)? {
            let mut report = file_report(&validation, reader.findings_of(validation.id)?);
            report.set_aside(&rejections);
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
        status: if validation.error.is_some() { Status::Unread } else { Status::Checked },
        findings: findings.into_iter().map(Finding::from).collect(),
        ..FileReport::empty(validation.path.clone().into(), validation.path.clone())
    }
}
