//! From findings with fixes to recommendations: one per rule and file for the safe fixes, and one
//! for those that a person has to look at.

use std::collections::HashMap;
use std::sync::LazyLock;

use schemars::SchemaGenerator;

use crate::diagnostic::{Finding, Fix, Safety};
use crate::rules::{self, Entry};
use crate::store::model::{Proposal, RecordChange, RecordedEdit};

/// How sure we are that a change is wanted: a safe one is proven not to change the page.
fn confidence(safety: Safety) -> f64 {
    match safety {
        Safety::Safe => 0.95,
        Safety::Review => 0.6,
    }
}

/// What is proposed for a text in which this was found.
pub(super) fn of(text: &str, findings: &[Finding]) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let Some(edits) = edits(text, fix) else { continue };
        let change = RecordChange {
            fingerprint: finding.fingerprint,
            line: finding.start.line,
            message: finding.message.to_string(),
            edits,
            excluded: false,
        };
        let same =
            |known: &&mut Proposal| finding.rule == *known.rule && known.safety == fix.safety;
        match proposals.iter_mut().find(same) {
            Some(proposal) => proposal.changes.push(change),
            None => proposals.push(proposal(&finding.rule, fix.safety, change)),
        }
    }
    for proposal in &mut proposals {
        proposal.instruction = instruction(proposal);
    }
    proposals
}

fn proposal(rule: &str, safety: Safety, change: RecordChange) -> Proposal {
    Proposal {
        rule: rule.to_owned(),
        instruction: String::new(),
        rationale: rationale(rule),
        confidence: confidence(safety),
        safety,
        changes: vec![change],
    }
}

fn edits(text: &str, fix: &Fix) -> Option<Vec<RecordedEdit>> {
    let edit = |edit: &crate::diagnostic::Edit| {
        let before = text.get(edit.span.start()..edit.span.end())?;
        Some(RecordedEdit {
            start: edit.span.start,
            end: edit.span.end,
            before: before.to_owned(),
            after: edit.text.clone(),
        })
    };
    fix.edits.iter().map(edit).collect()
}

/// What to do, such as "apply the fix of MD009 (no-trailing-spaces) at lines 3, 8 and 12".
fn instruction(proposal: &Proposal) -> String {
    let name = rules::builtin().find(&proposal.rule).map_or("", |(_, entry)| entry.meta.name);
    let places = places(proposal.changes.iter().map(|change| change.line).collect());
    format!("apply the fix of {} ({name}) at {places}", proposal.rule)
}

/// Lines in words, each named once: `lines 3, 8 and 12`, `4 places on line 15`.
fn places(mut lines: Vec<u32>) -> String {
    let count = lines.len();
    lines.dedup();
    let several = if count > lines.len() { format!("{count} places on ") } else { String::new() };
    match &lines[..] {
        [line] => format!("{several}line {line}"),
        [first, .., last] if lines.len() > 5 => {
            format!("{count} places from line {first} to line {last}")
        }
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(u32::to_string).collect();
            format!("{several}lines {} and {last}", rest.join(", "))
        }
        [] => "no line".to_owned(),
    }
}

/// Why: the rule's summary, and the first paragraph of its page.
fn rationale(rule: &str) -> String {
    static KNOWN: LazyLock<HashMap<&str, String>> = LazyLock::new(|| {
        rules::builtin().all().map(|(_, entry)| (entry.meta.id, rationale_of(entry))).collect()
    });
    KNOWN.get(rule).cloned().unwrap_or_default()
}

fn rationale_of(entry: &Entry) -> String {
    let schema = (entry.schema)(&mut SchemaGenerator::default());
    let page = schema.get("description").and_then(|page| page.as_str()).unwrap_or_default();
    let paragraph = page.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    format!("{}. {paragraph}", entry.meta.summary)
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn each_line_is_named_once() {
        for (lines, said) in [
            (vec![15], "line 15"),
            (vec![15, 15, 15, 15], "4 places on line 15"),
            (vec![3, 8, 12], "lines 3, 8 and 12"),
            (vec![11, 12, 12], "3 places on lines 11 and 12"),
            (vec![1, 1, 2, 3, 4, 5, 6], "7 places from line 1 to line 6"),
        ] {
            assert_eq!(places(lines), said);
        }
    }
}
