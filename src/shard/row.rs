//! A file's report as a line of a shard file.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Details, Finding, Fingerprint, Fix, Message, Related, Severity};
use crate::document::Document;
use crate::engine::{Disabled, FileReport, Filtered, Rejected, Status};
use crate::rules::{self, Unchecked};
use crate::text::{Position, Span};

#[derive(Serialize, Deserialize)]
pub(super) struct ShardRow {
    /// The file's place in the whole run, from 0.
    #[serde(default)]
    pub index: usize,
    path: String,
    status: String,
    bytes: usize,
    lines: usize,
    suppressed: usize,
    /// Links of which nobody can tell, by what they are.
    #[serde(default, skip_serializing_if = "Unchecked::is_empty")]
    unchecked: Unchecked,
    /// Of the text; none if it could not be read.
    digest: Option<String>,
    microseconds: u64,
    findings: Vec<ShardItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rejected: Vec<(ShardItem, Option<String>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    known: Vec<ShardItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<ShardItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    disabled: Vec<ShardDisabled>,
    resolved: usize,
}

/// A finding with all that is known of it.
#[derive(Serialize, Deserialize)]
struct ShardItem {
    rule: String,
    severity: Severity,
    span: (u32, u32),
    start: (u32, u32),
    end: (u32, u32),
    message: ShardMessage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fix: Option<Fix>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    details: Option<More>,
    fingerprint: String,
}

/// A finding that a comment disables.
#[derive(Serialize, Deserialize)]
struct ShardDisabled {
    finding: ShardItem,
    /// Where the comment starts and ends.
    comment: ((u32, u32), (u32, u32)),
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A message: its text, or its template and what stands in the places of that.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ShardMessage {
    Fixed(String),
    Filled(String, Vec<String>),
}

/// The address that a finding is about, and related places.
#[derive(Serialize, Deserialize)]
struct More {
    target: Option<String>,
    leads_to: Option<String>,
    related: Vec<RowPlace>,
}

#[derive(Serialize, Deserialize)]
struct RowPlace {
    path: Option<String>,
    span: (u32, u32),
    start: (u32, u32),
    end: (u32, u32),
    message: ShardMessage,
}

impl From<&Message> for ShardMessage {
    fn from(message: &Message) -> Self {
        let template = message.template().to_owned();
        match message.arguments() {
            none if none.is_empty() => ShardMessage::Fixed(template),
            some => ShardMessage::Filled(template, some.iter().map(ToString::to_string).collect()),
        }
    }
}

impl ShardMessage {
    fn restore(self) -> Result<Message, String> {
        let (template, arguments) = match self {
            ShardMessage::Fixed(text) => (text, Vec::new()),
            ShardMessage::Filled(template, arguments) => (template, arguments),
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Message::restore(&template, &arguments)
            .ok_or_else(|| format!("the message `{template}` has fewer places than arguments"))
    }
}

impl From<&Details> for More {
    fn from(details: &Details) -> Self {
        let place = |related: &Related| RowPlace {
            path: related.path.clone(),
            span: (related.span.start, related.span.end),
            start: (related.start.line, related.start.column),
            end: (related.end.line, related.end.column),
            message: ShardMessage::from(&related.message),
        };
        let related = details.related.iter().map(place).collect();
        More { target: details.target.clone(), leads_to: details.leads_to.clone(), related }
    }
}

impl More {
    fn restore(self) -> Result<Details, String> {
        let related = self.related.into_iter().map(|place| {
            Ok::<_, String>(Related {
                path: place.path,
                span: Span { start: place.span.0, end: place.span.1 },
                start: position(place.start),
                end: position(place.end),
                message: place.message.restore()?,
            })
        });
        let related = related.collect::<Result<_, _>>()?;
        Ok(Details { target: self.target, leads_to: self.leads_to, related })
    }
}

fn position((line, column): (u32, u32)) -> Position {
    Position { line, column }
}

fn pair(position: Position) -> (u32, u32) {
    (position.line, position.column)
}

impl From<&Disabled> for ShardDisabled {
    fn from(disabled: &Disabled) -> Self {
        let (start, end) = disabled.comment;
        ShardDisabled {
            finding: ShardItem::from(&disabled.finding),
            comment: (pair(start), pair(end)),
            reason: disabled.reason.clone(),
        }
    }
}

impl ShardDisabled {
    fn restore(self) -> Result<Disabled, String> {
        let (start, end) = self.comment;
        let comment = (position(start), position(end));
        Ok(Disabled { finding: self.finding.finding()?, comment, reason: self.reason })
    }
}

impl From<&Finding> for ShardItem {
    fn from(finding: &Finding) -> Self {
        ShardItem {
            rule: finding.rule.to_string(),
            severity: finding.severity,
            span: (finding.span.start, finding.span.end),
            start: pair(finding.start),
            end: pair(finding.end),
            message: ShardMessage::from(&finding.message),
            fix: finding.fix.clone(),
            details: finding.details.as_deref().map(More::from),
            fingerprint: finding.fingerprint.to_string(),
        }
    }
}

impl ShardItem {
    fn finding(self) -> Result<Finding, String> {
        let rule = rules::builtin()
            .id(&self.rule)
            .ok_or_else(|| format!("unknown rule `{}`", self.rule))?;
        let fingerprint: Result<Fingerprint, _> = self.fingerprint.parse();
        Ok(Finding {
            rule,
            severity: self.severity,
            span: Span { start: self.span.0, end: self.span.1.max(self.span.0) },
            start: position(self.start),
            end: position(self.end),
            message: self.message.restore()?,
            fix: self.fix,
            details: self.details.map(More::restore).transpose()?.map(Box::new),
            fingerprint: fingerprint.map_err(|_| "a fingerprint is not a number".to_owned())?,
        })
    }
}

/// A file's report as a JSON object without its place in the run, which stands in front as `index`.
pub fn row(file: &FileReport, doc: Option<&Document>) -> Vec<u8> {
    let items = |findings: &[Finding]| findings.iter().map(ShardItem::from).collect();
    let rejected = file.rejected.iter();
    let row = ShardRow {
        index: 0,
        path: file.shown.clone(),
        status: file.status.name().to_owned(),
        bytes: file.bytes,
        lines: file.lines,
        suppressed: file.suppressed,
        unchecked: file.unchecked.clone(),
        digest: doc.map(|doc| format!("{:016x}", doc.digest())),
        microseconds: u64::try_from(file.elapsed.as_micros()).unwrap_or(u64::MAX),
        findings: items(&file.findings),
        rejected: rejected.map(|it| (ShardItem::from(&it.finding), it.reason.clone())).collect(),
        known: items(&file.aside.known),
        elsewhere: items(&file.aside.elsewhere),
        disabled: file.aside.disabled.iter().map(ShardDisabled::from).collect(),
        resolved: file.aside.resolved,
    };
    serde_json::to_vec(&row).expect("texts and numbers are JSON")
}

/// A file's report as it was.
pub struct Restored {
    pub report: FileReport,
    /// Of the text that was checked.
    pub digest: Option<u64>,
}

impl ShardRow {
    /// The report, under a path that is made of the one that is shown.
    ///
    /// # Errors
    /// What in the row is not as this version writes it.
    pub fn restore(self, path: impl FnOnce(&str) -> PathBuf) -> Result<Restored, String> {
        let all = [Status::Checked, Status::Unread, Status::Failed, Status::Unwritten];
        let status = all.into_iter().find(|status| status.name() == self.status);
        let items = |items: Vec<ShardItem>| -> Result<Vec<Finding>, String> {
            items.into_iter().map(ShardItem::finding).collect()
        };
        let rejected = self.rejected.into_iter();
        let rejected = rejected
            .map(|(item, reason)| Ok::<_, String>(Rejected { finding: item.finding()?, reason }));
        let digest = self.digest.map(|digits| u64::from_str_radix(&digits, 16)).transpose();
        Ok(Restored {
            digest: digest.map_err(|error| error.to_string())?,
            report: FileReport {
                status: status.ok_or_else(|| format!("unknown status `{}`", self.status))?,
                findings: items(self.findings)?,
                suppressed: self.suppressed,
                unchecked: self.unchecked,
                bytes: self.bytes,
                lines: self.lines,
                rejected: rejected.collect::<Result<_, _>>()?,
                aside: Filtered {
                    known: items(self.known)?,
                    elsewhere: items(self.elsewhere)?,
                    disabled: self
                        .disabled
                        .into_iter()
                        .map(ShardDisabled::restore)
                        .collect::<Result<_, _>>()?,
                    resolved: self.resolved,
                },
                elapsed: Duration::from_micros(self.microseconds),
                ..FileReport::empty(path(&self.path), self.path)
            },
        })
    }
}
