//! A finding as programs read it: the row of `json` and `jsonl`, and the schema of both.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::facts;
use super::places::Places;
use crate::diagnostic::{Finding, Fix, Related, Safety, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Suppression};

/// One finding: where it is, what it is, how severe it is, and how to recognise it in the next run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub struct Row<'a> {
    /// The file, from the project's root, with `/`.
    pub path: &'a str,
    /// Line of the first character, from 1.
    pub line: u32,
    /// Column of the first character, from 1; columns count Unicode characters.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
    /// The validation type, such as `markdown`; `file` for what is about a file as a whole.
    pub r#type: &'static str,
    /// The rule's id, such as `MD013`.
    pub rule: &'static str,
    /// The rule's name, such as `line-length`.
    pub name: &'static str,
    /// A page that explains the rule, if there is one on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    pub severity: Severity,
    /// What is wrong.
    pub message: &'a str,
    /// Whether there is a fix.
    pub fixable: bool,
    /// What `--fix` or `--unsafe-fixes` would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<FixRow<'a>>,
    /// Names the finding; it stays the same when lines are added or removed elsewhere.
    pub fingerprint: String,
    /// The address that the finding is about, as it is written in the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<&'a str>,
    /// Other places that help to understand the finding.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub related: Vec<RelatedRow<'a>>,
    /// That somebody rejected the finding in review: it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<RejectedRow<'a>>,
    /// Why the finding does not count; missing if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<SuppressedRow<'a>>,
}

/// Edits that are applied together or not at all.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
pub struct FixRow<'a> {
    pub safety: Safety,
    /// In no particular order; they do not overlap. Missing where they are not known any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub edits: Vec<EditRow<'a>>,
}

/// Replaces the text between two places; an empty range inserts, an empty text deletes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
pub struct EditRow<'a> {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub text: &'a str,
}

/// A place that belongs to a finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Related")]
pub struct RelatedRow<'a> {
    /// The file, if it is not the one of the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub message: &'a str,
}

/// Why somebody rejected a finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Rejection")]
pub struct RejectedRow<'a> {
    pub reason: Option<&'a str>,
}

/// Why a finding does not count.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Suppressed")]
pub struct SuppressedRow<'a> {
    /// `baseline`, `rejection` (in review) or `comment` (in the file).
    pub kind: &'static str,
    /// What somebody said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    /// The line of the comment, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

impl<'a> From<Suppression<'a>> for SuppressedRow<'a> {
    fn from(suppression: Suppression<'a>) -> Self {
        let line = match suppression {
            Suppression::Comment(disabled) => Some(disabled.comment.0.line),
            Suppression::Baseline | Suppression::Rejection(_) => None,
        };
        SuppressedRow { kind: suppression.kind(), reason: suppression.reason(), line }
    }
}

impl<'a> Row<'a> {
    /// The row of a finding. Without the document, the edits of its fix are left out.
    pub fn new(
        file: &'a FileReport,
        doc: Option<&Document>,
        finding: &'a Finding,
        suppression: Option<Suppression<'a>>,
    ) -> Self {
        let rejected = match suppression {
            Some(Suppression::Rejection(rejected)) => Some(rejected),
            _ => None,
        };
        let facts = facts(finding.rule);
        Row {
            path: &file.root_relative,
            line: finding.start.line,
            column: finding.start.column,
            end_line: finding.end.line,
            end_column: finding.end.column,
            r#type: facts.kind,
            rule: facts.id,
            name: facts.name,
            url: facts.url.clone().map(Cow::Owned),
            severity: finding.severity,
            message: &finding.message,
            fixable: finding.fix.is_some(),
            fix: finding.fix.as_ref().map(|fix| FixRow::new(doc, fix)),
            fingerprint: finding.fingerprint.to_string(),
            target: finding.target(),
            related: finding.related().iter().map(RelatedRow::from).collect(),
            rejected: rejected.map(|rejected| RejectedRow { reason: rejected.reason.as_deref() }),
            suppressed: suppression.map(SuppressedRow::from),
        }
    }
}

impl<'a> FixRow<'a> {
    fn new(doc: Option<&Document>, fix: &'a Fix) -> Self {
        let mut places = doc.map(Places::of);
        let edit = |edit: &'a crate::diagnostic::Edit| {
            let places = places.as_mut()?;
            let (start, end) = (places.at(edit.span.start()), places.at(edit.span.end()));
            Some(EditRow {
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
                text: &edit.text,
            })
        };
        FixRow { safety: fix.safety, edits: fix.edits.iter().filter_map(edit).collect() }
    }
}

impl<'a> From<&'a Related> for RelatedRow<'a> {
    fn from(related: &'a Related) -> Self {
        RelatedRow {
            path: related.path.as_deref(),
            line: related.start.line,
            column: related.start.column,
            end_line: related.end.line,
            end_column: related.end.column,
            message: &related.message,
        }
    }
}

/// A report in the format `json`. In the format `jsonl`, each line is one `Finding`.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "it is written as it comes, and this is its schema")]
struct Report<'a> {
    run: Run,
    /// In the order of path and place.
    findings: Vec<Row<'a>>,
    /// All files of the run, with and without findings.
    files: Vec<FileRow<'a>>,
    summary: SummaryRow,
}

/// What made the report.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Run {
    pub(super) tool: &'static str,
    pub(super) version: &'static str,
}

/// A file of the run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "File")]
pub(super) struct FileRow<'a> {
    /// From the project's root, with `/`.
    pub(super) path: &'a str,
    /// `checked`, `unread`, `failed` or `unwritten`.
    pub(super) status: &'static str,
    pub(super) findings: usize,
    /// Findings that comments in the file switch off.
    pub(super) suppressed: usize,
    /// Findings that somebody rejected in review.
    pub(super) rejected: usize,
    /// Size of the file.
    pub(super) bytes: usize,
}

/// The run in numbers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
pub(super) struct SummaryRow {
    /// Files that were checked.
    pub(super) files: usize,
    /// Files that could not be checked, or not written.
    pub(super) failed: usize,
    /// Files that were not reached because the run was interrupted.
    pub(super) left: usize,
    pub(super) bytes: usize,
    /// What was not checked, by reason.
    pub(super) skipped: BTreeMap<&'static str, usize>,
    pub(super) findings: usize,
    /// Findings by severity.
    pub(super) severities: BTreeMap<&'static str, usize>,
    /// Findings by rule.
    pub(super) rules: BTreeMap<&'static str, usize>,
    /// Findings with a safe fix.
    pub(super) fixable: usize,
    /// Findings with a fix that needs review.
    pub(super) reviewable: usize,
    /// Findings that comments switch off.
    pub(super) suppressed: usize,
    /// Links of which nobody can tell where they lead, by what they are.
    pub(super) unchecked_links: BTreeMap<Cow<'static, str>, usize>,
    /// Findings that somebody rejected in review.
    pub(super) rejected: usize,
    /// Findings that the baseline has.
    pub(super) known: usize,
    /// Findings on lines that did not change.
    pub(super) elsewhere: usize,
    /// Findings of the baseline that are no longer there.
    pub(super) resolved: usize,
    pub(super) interrupted: bool,
    pub(super) elapsed_ms: f64,
}

/// The JSON Schema of the format `json`; its `$defs/Finding` is that of a line of `jsonl`.
pub fn schema() -> Schema {
    let mut schema =
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Report<'static>>();
    schema.insert("title".to_owned(), "A report of validator".into());
    schema
}
