//! SARIF 2.1.0, as GitHub's code scanning and others take it.

mod log;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::log::{
    ArtifactChange, ArtifactContent, ArtifactLocation, FixLog, Location, Notification,
    PhysicalLocation, Region, RelatedLocation, Replacement, ReportingId, ResultLog, Rule, Safe,
    SarifText, SuppressionLog, level,
};
use super::escape::{json, uri};
use super::line_hash::LineHashes;
use super::places::Places;
use super::worst::Worst;
use super::{ReportFormat, Style, Writer, count, printable, unique_print};
use crate::diagnostic::{Finding, Fix, RuleId, Safety};
use crate::document::Document;
use crate::engine::{FileReport, Status, Summary, Suppression};
use crate::text::Position;

/// Results that GitHub keeps of a run.
const KEPT: usize = 5000;

/// Where the most of the rules are described: readers warn of a tool that tells nothing of itself.
const INFORMATION: &str = match env!("CARGO_PKG_HOMEPAGE").len() {
    0 => "https://github.com/DavidAnson/markdownlint/blob/main/doc/Rules.md",
    _ => env!("CARGO_PKG_HOMEPAGE"),
};

/// Notifications about files that could not be checked; the rest is counted.
const NOTIFIED: usize = 1000;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "sarif",
    summary: "SARIF 2.1.0, for GitHub code scanning: the 5,000 worst findings",
    shows_suppressed: true,
    render,
    writer: |style| Box::new(Sarif::new(style)),
};

/// Whether a finding says why its file was not checked or not written.
fn is_failure(file: &FileReport, finding: &Finding) -> bool {
    match file.status {
        Status::Checked => false,
        Status::Unread | Status::Failed => true,
        Status::Unwritten => file.findings.first().is_some_and(|it| std::ptr::eq(it, finding)),
    }
}

/// What is written of a file. GitHub shows what is suppressed as open, so that has to be asked for.
fn results<'f>(style: &Style, file: &'f FileReport) -> Vec<(&'f Finding, Option<Suppression<'f>>)> {
    match style.suppressed {
        true => file.all(true),
        false => file.findings.iter().map(|finding| (finding, None)).collect(),
    }
}

/// One line for each finding.
fn render(style: &Style, file: &FileReport, doc: Option<&Document>, out: &mut Vec<u8>) {
    let results = results(style, file);
    if results.is_empty() {
        return;
    }
    let page = SarifPage {
        uri: uri(file.repository_path()),
        hashes: doc.map(|doc| LineHashes::of(&doc.text)),
    };
    let mut places = doc.map(Places::of);
    for (finding, why) in results {
        match is_failure(file, finding) {
            true => json(&page.notification(finding), out),
            false => {
                let suppressions = style.suppressed.then(|| page.suppressions(why));
                let result = page.result(file, finding, places.as_mut());
                json(&ResultLog { suppressions, ..result }, out);
            }
        }
        out.push(b'\n');
    }
}

/// What the findings of a file share.
struct SarifPage {
    uri: String,
    hashes: Option<LineHashes>,
}

/// A message as readers of SARIF show it: what looks like a link is none.
fn message(text: &str) -> String {
    let text = printable(text);
    match text.contains("](") {
        true => text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"),
        false => text.into_owned(),
    }
}

impl SarifPage {
    fn location(&self, start: Position, end: Position) -> Location<'_> {
        Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: (&*self.uri).into() },
                region: Some(Region::new(start, end)),
            },
        }
    }

    fn notification(&self, finding: &Finding) -> Notification<'_> {
        Notification {
            descriptor: ReportingId { id: finding.rule },
            level: "error",
            message: SarifText { text: message(&finding.message) },
            locations: vec![self.location(finding.start, finding.end)],
        }
    }

    fn result<'a>(
        &'a self,
        file: &FileReport,
        finding: &'a Finding,
        places: Option<&mut Places>,
    ) -> ResultLog<'a> {
        let own = ("validator/v1", unique_print(file, finding));
        let hash = self.hashes.as_ref().and_then(|hashes| hashes.line(finding.start.line));
        let hash = hash.map(|hash| ("primaryLocationLineHash", hash));
        ResultLog {
            rule_id: finding.rule,
            level: level(finding.severity),
            message: SarifText { text: self.message_with_places(finding) },
            locations: [self.location(finding.start, finding.end)],
            partial_fingerprints: hash.into_iter().chain([own]).collect(),
            related_locations: self.related(finding),
            fixes: places.zip(finding.fix.as_ref()).and_then(|(places, fix)| self.fix(fix, places)),
            suppressions: None,
        }
    }

    /// Why a result does not count; nothing if it does.
    fn suppressions<'a>(&'a self, why: Option<Suppression<'a>>) -> Vec<SuppressionLog<'a>> {
        let log = |why: Suppression<'a>| {
            let (kind, justification, location) = match why {
                Suppression::Baseline => ("external", Some("In the baseline."), None),
                Suppression::Rejection(_) => ("external", Some("Rejected in review."), None),
                Suppression::Comment(disabled) => {
                    let (start, end) = disabled.comment;
                    ("inSource", None, Some(self.location(start, end)))
                }
            };
            let justification = why.reason().or(justification).map(printable);
            SuppressionLog { kind, status: "accepted", justification, location }
        };
        why.into_iter().map(log).collect()
    }

    /// Readers show places that the message links to.
    fn message_with_places(&self, finding: &Finding) -> String {
        let mut text = message(&finding.message);
        for (index, related) in finding.related().iter().enumerate() {
            let words = printable(&related.message);
            let words = words.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
            text += &format!("; [{words}]({})", index + 1);
        }
        text
    }

    fn related<'a>(&'a self, finding: &'a Finding) -> Vec<RelatedLocation<'a>> {
        let place = |(index, related): (usize, &'a crate::diagnostic::Related)| {
            let uri = related.path.as_deref().map_or((&*self.uri).into(), |path| uri(path).into());
            RelatedLocation {
                id: index + 1,
                physical_location: PhysicalLocation {
                    artifact_location: ArtifactLocation { uri },
                    region: Some(Region::new(related.start, related.end)),
                },
                message: SarifText { text: message(&related.message) },
            }
        };
        finding.related().iter().enumerate().map(place).collect()
    }

    fn fix<'a>(&'a self, fix: &'a Fix, places: &mut Places) -> Option<[FixLog<'a>; 1]> {
        let mut replacement = |edit: &'a crate::diagnostic::Edit| Replacement {
            deleted_region: Region::new(places.at(edit.span.start()), places.at(edit.span.end())),
            inserted_content: (!edit.text.is_empty())
                .then_some(ArtifactContent { text: &edit.text }),
        };
        let (description, safety) = match fix.safety {
            Safety::Safe => ("Safe fix: the rendered page stays the same.", "safe"),
            Safety::Review => ("Fix that a person has to review.", "review"),
        };
        let replacements: Vec<_> = fix.edits.iter().map(&mut replacement).collect();
        (!replacements.is_empty()).then(|| {
            [FixLog {
                description: SarifText { text: description.to_owned() },
                artifact_changes: [ArtifactChange {
                    artifact_location: ArtifactLocation { uri: (&*self.uri).into() },
                    replacements,
                }],
                properties: Safe { safety },
            }]
        })
    }
}

struct Sarif {
    style: Style,
    results: Worst,
    notifications: Worst,
}

impl Sarif {
    fn new(style: Style) -> Self {
        Sarif { style, results: Worst::new(KEPT), notifications: Worst::new(NOTIFIED) }
    }

    /// The rules of what is kept, in the order of their ids, with their numbers.
    fn rules(&self, summary: &Summary) -> (Vec<Rule>, BTreeMap<RuleId, usize>) {
        let ids: std::collections::BTreeSet<RuleId> =
            self.results.ranked().map(|entry| entry.rule).collect();
        let rules = ids.iter().map(|id| Rule::new(*id, summary)).collect();
        let numbers = ids.into_iter().enumerate().map(|(number, id)| (id, number)).collect();
        (rules, numbers)
    }

    fn own_notifications(&self) -> Vec<String> {
        let unheard = self.notifications.left_out();
        let dropped = self.results.left_out();
        let mut told = Vec::new();
        if unheard > 0 {
            told.push(format!("{} more files could not be checked.", count(unheard)));
        }
        if dropped > 0 {
            told.push(format!(
                "{} findings are left out: the report has the {} worst, as many as GitHub keeps.",
                count(dropped),
                count(KEPT)
            ));
        }
        told
    }

    fn write_results(
        &self,
        numbers: &BTreeMap<RuleId, usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (index, entry) in self.results.in_order().into_iter().enumerate() {
            let number = numbers.get(&entry.rule).copied().unwrap_or_default();
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}\n{{\"ruleIndex\":{number},")?;
            out.write_all(entry.text.strip_prefix(b"{").unwrap_or(&entry.text))?;
        }
        Ok(())
    }

    fn write_notifications(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut comma = "";
        for entry in self.notifications.in_order() {
            writeln!(out, "{comma}")?;
            out.write_all(&entry.text)?;
            comma = ",";
        }
        for text in self.own_notifications() {
            let told = serde_json::json!({ "level": "warning", "message": { "text": text } });
            write!(out, "{comma}\n{told}")?;
            comma = ",";
        }
        Ok(())
    }
}

impl Writer for Sarif {
    fn file(&mut self, file: &FileReport, part: &[u8], _: &mut dyn Write) -> io::Result<()> {
        let lines = part.split(|byte| *byte == b'\n');
        for ((finding, why), line) in results(&self.style, file).into_iter().zip(lines) {
            let (severity, rule) = (finding.severity, finding.rule);
            match why {
                _ if is_failure(file, finding) => self.notifications.push(severity, rule, line),
                None => self.results.push(severity, rule, line),
                Some(_) => self.results.push_suppressed(severity, rule, line),
            }
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        let (rules, numbers) = self.rules(summary);
        let version = env!("CARGO_PKG_VERSION");
        let driver = serde_json::json!({
            "name": "validator",
            "informationUri": INFORMATION,
            "version": version,
            "semanticVersion": version,
            "rules": rules,
        });
        let is_whole = summary.failed == 0 && !summary.interrupted;
        write!(
            out,
            "{{\n\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\n\
             \"version\":\"2.1.0\",\n\"runs\":[{{\n\"tool\":{{\"driver\":{driver}}},\n\
             \"automationDetails\":{{\"id\":\"validator/\"}},\n\
             \"columnKind\":\"unicodeCodePoints\",\n\
             \"invocations\":[{{\"executionSuccessful\":{is_whole}"
        )?;
        if summary.failed > 0 {
            write!(out, ",\"exitCode\":2")?;
        }
        write!(out, ",\"toolExecutionNotifications\":[")?;
        self.write_notifications(out)?;
        write!(out, "]}}],\n\"results\":[")?;
        self.write_results(&numbers, out)?;
        out.write_all(b"]\n}]\n}\n")
    }

    fn note(&self) -> Option<String> {
        let dropped = self.results.left_out();
        (dropped > 0).then(|| {
            format!(
                "sarif: {} findings are left out: the report has the {} worst, as many as GitHub \
                 keeps",
                count(dropped),
                count(KEPT)
            )
        })
    }
}
