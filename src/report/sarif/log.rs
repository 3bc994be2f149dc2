//! The parts of a SARIF log that are written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::{RuleId, Severity};
use crate::engine::Summary;
use crate::report::{facts, rule_page};
use crate::rules::{self, FileProblem, RuleDocs};
use crate::text::Position;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultLog<'a> {
    pub(super) rule_id: RuleId,
    pub(super) level: &'static str,
    pub(super) message: SarifText,
    pub(super) locations: [Location<'a>; 1],
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<RelatedLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixes: Option<[FixLog<'a>; 1]>,
    /// Either all results of a run have them, or none has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<Vec<SuppressionLog<'a>>>,
}

/// Why a result does not count.
#[derive(Serialize)]
pub(super) struct SuppressionLog<'a> {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) justification: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<Location<'a>>,
}

#[derive(Serialize)]
pub(super) struct SarifText {
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location<'a> {
    pub(super) physical_location: PhysicalLocation<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RelatedLocation<'a> {
    pub(super) id: usize,
    pub(super) physical_location: PhysicalLocation<'a>,
    pub(super) message: SarifText,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation<'a> {
    pub(super) artifact_location: ArtifactLocation<'a>,
    pub(super) region: Option<Region>,
}

#[derive(Serialize)]
pub(super) struct ArtifactLocation<'a> {
    pub(super) uri: Cow<'a, str>,
}

/// The end is exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Region {
    pub(super) fn new(start: Position, end: Position) -> Self {
        // What was recorded without an end ends where it starts.
        let end = end.max(start);
        Region {
            start_line: start.line.max(1),
            start_column: start.column.max(1),
            end_line: end.line.max(1),
            end_column: end.column.max(1),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FixLog<'a> {
    pub(super) description: SarifText,
    pub(super) artifact_changes: [ArtifactChange<'a>; 1],
    pub(super) properties: Safe,
}

#[derive(Serialize)]
pub(super) struct Safe {
    pub(super) safety: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange<'a> {
    pub(super) artifact_location: ArtifactLocation<'a>,
    pub(super) replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement<'a> {
    pub(super) deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inserted_content: Option<ArtifactContent<'a>>,
}

#[derive(Serialize)]
pub(super) struct ArtifactContent<'a> {
    pub(super) text: &'a str,
}

#[derive(Serialize)]
pub(super) struct Notification<'a> {
    pub(super) descriptor: ReportingId,
    pub(super) level: &'static str,
    pub(super) message: SarifText,
    pub(super) locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
pub(super) struct ReportingId {
    pub(super) id: RuleId,
}

/// The word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What is said of a rule; GitHub shows its help beside each alert.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: RuleId,
    name: String,
    short_description: SarifText,
    full_description: SarifText,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<&'static str>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
}

impl Rule {
    pub(super) fn new(id: RuleId, summary: &Summary) -> Self {
        let facts = facts(id);
        let (group, entry) = rules::builtin().rule(id).unzip();
        let docs = group.zip(entry).map(|(group, entry)| RuleDocs::of(group, entry));
        let worst = summary.rules.get(&id).map_or(Severity::Warning, |count| count.severity);
        let severity = entry.and_then(|entry| entry.meta.severity).unwrap_or(worst);
        let short = sentence(facts.summary);
        let (page, full) = match docs {
            Some(docs) => (rule_page(&docs), docs.why),
            None => {
                let help = FileProblem::find(&id).map_or("", FileProblem::help);
                (format!("{short}\n\n{}\n", sentence(help)), short.clone())
            }
        };
        let mut tags = vec![facts.kind];
        for tag in entry.map_or(&[][..], |entry| entry.meta.tags) {
            // A tag may be the name of a type, too.
            if !tags.contains(tag) {
                tags.push(tag);
            }
        }
        tags.truncate(10);
        Rule {
            id,
            name: pascal(facts.name),
            full_description: SarifText { text: sentence(&full) },
            help: Help { text: page.clone(), markdown: page },
            short_description: SarifText { text: short },
            help_uri: facts.url.clone(),
            default_configuration: Configuration { level: level(severity) },
            properties: Properties {
                tags,
                precision: "very-high",
                problem_severity: match severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "recommendation",
                },
            },
        }
    }
}

/// A text in one line, with a capital and a full stop.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    let mut text = first.unwrap_or_default() + characters.as_str();
    if !text.ends_with(['.', '!', '?']) {
        text.truncate(text.trim_end_matches([':', ';', ',']).len());
        text.push('.');
    }
    text
}

/// `LineLength` for `line-length`, as SARIF has the names of rules.
fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().collect::<String>() + characters.as_str()
    };
    name.split(['-', '_', '/']).map(capital).collect()
}
