//! A recorded run in every report format.

use std::io::{self, Write};
use std::time::Duration;

use super::{Call, Route, word};
use crate::diagnostic::Finding;
use crate::engine::{FileReport, Status, Summary};
use crate::report::{self, FORMATS, ReportFormat, Style, Writer};
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::server::{Reply, ServerContext};
use crate::store::query::{ListPage, MAX_PAGE, Reader, ValidationFilter};
use crate::store::{RecordedFinding, StoreError, Validation, Workflow, WorkflowId};

const STYLE: Style = Style { color: false, width: 100, quiet: false };

pub fn routes() -> Vec<Route> {
    let names: Vec<&'static str> = FORMATS.iter().map(|format| format.name).collect();
    let format = word("format", names.leak(), "how it is written; text if not said");
    vec![
        Route::text("/api/workflows/{id}/export", "The report of a run", export)
            .works(Computation::Computes)
            .query(&[format]),
    ]
}

fn export(context: &ServerContext, call: &Call) -> Result<Reply, ApiError> {
    let id: WorkflowId = call.id()?;
    let name = call.query.text("format").unwrap_or(FORMATS[0].name).to_ascii_lowercase();
    let format = report::find(&name).unwrap_or(&FORMATS[0]);
    let store = context.record.store();
    // What can be refused is refused before the answer begins.
    let workflow = store.read(|reader| reader.workflow(id))?;
    context.compute.stream(content_type(&name), move |out| {
        let write = |reader: &Reader| Export::new(format).write(reader, &workflow, out);
        store.snapshot(write).map_err(io::Error::other)
    })
}

/// What exports may be, without parameters, some of them more than once.
pub fn content_types() -> impl Iterator<Item = &'static str> {
    let types = FORMATS.iter().map(|format| content_type(format.name));
    types.map(|kind| kind.split(';').next().unwrap_or(kind))
}

fn content_type(format: &str) -> &'static str {
    match format {
        "json" | "gitlab" | "rdjson" => "application/json",
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
    format: &'static ReportFormat,
    writer: Box<dyn Writer>,
    summary: Summary,
}

impl Export {
    fn new(format: &'static ReportFormat) -> Self {
        let writer = (format.writer)(STYLE);
        Export { format, writer, summary: Summary::default() }
    }

    /// Holds no more than one file's findings at a time.
    fn write(
        mut self,
        reader: &Reader,
        workflow: &Workflow,
        out: &mut dyn Write,
    ) -> Result<(), StoreError> {
        let rejections = reader.rejections()?;
        written(self.writer.begin(out))?;
        let mut part = Vec::new();
        for (_, id) in validations(reader, workflow.id)? {
            let validation = reader.validation(id)?;
            let mut report = file_report(&validation, reader.findings_of(id)?);
            report.set_aside(&rejections);
            part.clear();
            (self.format.render)(&STYLE, &report, None, &mut part);
            self.summary.add(&report);
            written(self.writer.file(&report, &part, out))?;
        }
        self.summary.left = usize::try_from(workflow.total - workflow.done).unwrap_or_default();
        let elapsed = workflow
            .ended_us
            .zip(workflow.started_us)
            .map(|(end, start)| end.saturating_sub(start));
        let elapsed = elapsed.and_then(|elapsed| u64::try_from(elapsed).ok());
        self.summary.elapsed = Duration::from_micros(elapsed.unwrap_or_default());
        written(self.writer.end(&self.summary, out))
    }
}

/// That the client has gone ends the reading, too.
fn written(result: io::Result<()>) -> Result<(), StoreError> {
    result.map_err(|error| StoreError::Database { detail: error.to_string() })
}

/// All validations of a run by path, in the order of their paths.
fn validations(reader: &Reader, workflow: WorkflowId) -> Result<Vec<(String, i64)>, StoreError> {
    let filter = ValidationFilter { workflow: Some(workflow), ..ValidationFilter::default() };
    let mut page = ListPage::first(MAX_PAGE);
    let mut all = Vec::new();
    loop {
        let found = reader.validations(&filter, page)?;
        all.extend(found.items.into_iter().map(|validation| (validation.path, validation.id)));
        match found.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    all.sort();
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
