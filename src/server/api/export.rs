//! A recorded run, or the findings that fit some filters, in every report format.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::facets::{SearchQuery, wanted, with_baseline};
use super::{Both, Call, Route, project};
use crate::diagnostic::{Finding, Fingerprint};
use crate::engine::{FileReport, Rejections, Status, Summary};
use crate::report::{self, FORMATS, ReportFormat, Style, Writer};
use crate::rules;
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::server::{Reply, ServerContext};
use crate::store::query::{
    FindingFilter, FindingScope, FindingSearch, ListPage, MAX_PAGE, Reader, ValidationFilter,
};
use crate::store::{RecordedFinding, StoreError, Validation, Workflow, WorkflowId};

const STYLE: Style = Style { color: false, width: 100, quiet: false, suppressed: false };

pub fn routes() -> Vec<Route> {
    vec![
        Route::text("/api/workflows/{id}/export", "The report of a run", export)
            .works(Computation::Computes),
        Route::text("/api/findings/export", "The report of the findings that fit", export_found)
            .works(Computation::Computes),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct FormatQuery {
    /// How it is written; text if not said.
    format: Option<FormatName>,
    /// Whether to have what does not count, marked as such: findings that are rejected, and those that
    /// the project's baseline has. What comments disable is not recorded.
    show_suppressed: Option<bool>,
}

/// How a report is written.
#[derive(Clone)]
struct ReportChoice {
    format: &'static ReportFormat,
    /// What the baseline has, if that is to be marked.
    baseline: Option<Arc<HashSet<Fingerprint>>>,
    shows_suppressed: bool,
}

impl FormatQuery {
    /// # Errors
    /// If the format cannot show what is asked for, or the baseline cannot be read.
    fn choice(&self, context: &ServerContext) -> Result<ReportChoice, ApiError> {
        let format = self.format.as_ref().map_or(&FORMATS[0], |name| name.0);
        let shows_suppressed = self.show_suppressed == Some(true);
        if shows_suppressed && !format.shows_suppressed {
            let message = format!("suppressed findings are not shown by `{}`", format.name);
            let able: Vec<&str> = formats_with_suppressed().collect();
            return Err(ApiError::bad_request("not_shown", message)
                .hint(format!("choose a format that shows them: {}", able.join(", "))));
        }
        let baseline = if shows_suppressed { project::baseline(context)? } else { None };
        Ok(ReportChoice { format, baseline, shows_suppressed })
    }
}

/// The names of the formats that can mark what does not count.
pub(super) fn formats_with_suppressed() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().filter(|format| format.shows_suppressed).map(|format| format.name)
}

/// A format by its name.
struct FormatName(&'static ReportFormat);

impl<'de> Deserialize<'de> for FormatName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        let known = report::find(&name).map(FormatName);
        known.ok_or_else(|| D::Error::custom("not the name of a format"))
    }
}

impl JsonSchema for FormatName {
    fn schema_name() -> Cow<'static, str> {
        "FormatName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        json_schema!({"type": "string", "enum": names})
    }
}

fn export(context: &ServerContext, call: &Call, query: FormatQuery) -> Result<Reply, ApiError> {
    let id: WorkflowId = call.id()?;
    let choice = query.choice(context)?;
    let store = context.record.store();
    // What can be refused is refused before the answer begins.
    let workflow = store.snapshot(|reader| {
        knows_rules(reader, FindingScope::Workflow(id))?;
        reader.workflow(id)
    })?;
    context.compute.stream(content_type(choice.format.name), move |out| {
        let write = |reader: &Reader| Export::begin(choice, reader, out)?.run(reader, &workflow);
        store.snapshot(write).map_err(io::Error::other)
    })
}

/// Those that are rejected are told as in the report of a run, marked or left out as the format has it,
/// unless they are what is asked for.
fn export_found(
    context: &ServerContext,
    _: &Call,
    Both(query, format): Both<SearchQuery, FormatQuery>,
) -> Result<Reply, ApiError> {
    let (choice, wanted) = (format.choice(context)?, wanted(context, query)?);
    let (store, root) = (context.record.store(), context.root.path());
    let search = store.snapshot(|reader| {
        let search = with_baseline(reader, wanted, root)?;
        search.since.map(|run| reader.workflow(run)).transpose()?;
        knows_rules(reader, FindingScope::default())?;
        Ok(search)
    })?;
    context.compute.stream(content_type(choice.format.name), move |out| {
        let write = |reader: &Reader| Export::begin(choice, reader, out)?.found(reader, &search);
        store.snapshot(write).map_err(io::Error::other)
    })
}

/// That the rules of all findings are known, of which a report has to say more than the run history
/// does.
fn knows_rules(reader: &Reader, scope: FindingScope) -> Result<(), StoreError> {
    let counts = reader.rule_counts(&FindingFilter { scope, ..FindingFilter::default() })?;
    let other = counts.into_iter().find(|count| rules::builtin().id(&count.rule).is_none());
    other.map_or(Ok(()), |other| Err(StoreError::UnknownRule { rule: other.rule }))
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

/// A report that is being written. Holds no more than one file's findings at a time.
struct Export<'o> {
    choice: ReportChoice,
    style: Style,
    writer: Box<dyn Writer>,
    summary: Summary,
    rejections: Rejections,
    part: Vec<u8>,
    out: &'o mut dyn Write,
}

impl<'o> Export<'o> {
    fn begin(
        choice: ReportChoice,
        reader: &Reader,
        out: &'o mut dyn Write,
    ) -> Result<Self, StoreError> {
        let style = Style { suppressed: choice.shows_suppressed, ..STYLE };
        let mut writer = (choice.format.writer)(style);
        written(writer.begin(out))?;
        let rejections = reader.rejections()?;
        Ok(Export {
            choice,
            style,
            writer,
            summary: Summary::default(),
            rejections,
            part: Vec::new(),
            out,
        })
    }

    fn file(&mut self, mut report: FileReport) -> Result<(), StoreError> {
        report.set_aside(&self.rejections);
        if let Some(baseline) = self.choice.baseline.as_deref() {
            let is_known = |finding: &mut Finding| baseline.contains(&finding.fingerprint);
            report.aside.known = report.findings.extract_if(.., is_known).collect();
        }
        self.part.clear();
        (self.choice.format.render)(&self.style, &report, None, &mut self.part);
        self.summary.add(&report);
        written(self.writer.file(&report, &self.part, self.out))
    }

    /// All that a run found.
    fn run(mut self, reader: &Reader, workflow: &Workflow) -> Result<(), StoreError> {
        for (_, id) in validations(reader, workflow.id)? {
            self.file(file_report(&reader.validation(id)?, reader.findings_of(id)?)?)?;
        }
        self.summary.left = usize::try_from(workflow.total - workflow.done).unwrap_or_default();
        let elapsed = workflow
            .ended_us
            .zip(workflow.started_us)
            .map(|(end, start)| end.saturating_sub(start));
        let elapsed = elapsed.and_then(|elapsed| u64::try_from(elapsed).ok());
        self.summary.elapsed = Duration::from_micros(elapsed.unwrap_or_default());
        self.end()
    }

    /// The findings that are wanted.
    fn found(mut self, reader: &Reader, search: &FindingSearch) -> Result<(), StoreError> {
        if search.rejected == Some(true) && !self.choice.shows_suppressed {
            self.rejections.clear();
        }
        reader.matches(search, |path, findings| self.file(checked(path, findings)?))?;
        self.end()
    }

    fn end(mut self) -> Result<(), StoreError> {
        written(self.writer.end(&self.summary, self.out))
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
    // As runs order them: the files of a directory stand together.
    all.sort_by(|(one, _), (other, _)| Path::new(one).cmp(Path::new(other)));
    Ok(all)
}

/// What the run reported on a file, as far as it is kept.
fn file_report(
    validation: &Validation,
    findings: Vec<RecordedFinding>,
) -> Result<FileReport, StoreError> {
    let status = if validation.error.is_some() { Status::Unread } else { Status::Checked };
    Ok(FileReport { status, ..checked(&validation.path, findings)? })
}

/// A file with these findings.
fn checked(path: &str, findings: Vec<RecordedFinding>) -> Result<FileReport, StoreError> {
    let findings = findings.into_iter().map(Finding::try_from).collect::<Result<_, _>>()?;
    let path = FileReport::empty(path.into(), path.to_owned());
    Ok(FileReport { status: Status::Checked, findings, ..path })
}
