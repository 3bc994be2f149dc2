//! What approved recommendations make of a file: the one answer that previews show and that is
//! written.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Recommendation, RecordChange, RecordedEdit};
use crate::diagnostic::{Diagnostic, Edit, Fingerprint, Fix, Safety, Severity};
use crate::document::Document;
use crate::engine::fix::{Applied, apply_once};
use crate::engine::{Base, CheckOptions, File, Workspace, check_text};
use crate::rules::Registry;
use crate::text::Span;

/// What is applied may bring what waited beside it within reach; so often at most.
const PASSES: usize = 10;

/// What a file becomes with recommendations.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Relative to the project's root.
    pub path: String,
    /// The validation that the recommendations come from.
    pub validation: i64,
    pub before: String,
    pub after: String,
    /// Recommendations of which at least one change is in `after`.
    pub applied: Vec<i64>,
    /// How many changes were asked for, and how many of them are in `after`.
    pub changes: usize,
    pub applied_changes: usize,
    /// Changes that are not in `after`.
    pub refused: Vec<RefusedChange>,
    /// Recommendations that were made from other content than the file has now.
    pub stale: Vec<i64>,
    /// Why the file cannot be read, or may not be written.
    pub error: Option<String>,
}

/// A change that was asked for and is not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RefusedChange {
    pub recommendation: i64,
    /// Line of the finding, counted from 1.
    pub line: u32,
    pub message: String,
    /// Why, such as "would change the rendered page".
    pub reason: &'static str,
    #[serde(skip)]
    #[schemars(skip)]
    pub fingerprint: Fingerprint,
}

const UNPROVEN: &str = "would change the rendered page";
const BLOCKED: &str = "overlaps a change that was refused";

impl Plan {
    /// One that changes nothing.
    pub(super) fn empty(path: &str, text: String) -> Self {
        Plan {
            path: path.to_owned(),
            validation: 0,
            after: text.clone(),
            before: text,
            applied: Vec::new(),
            changes: 0,
            applied_changes: 0,
            refused: Vec::new(),
            stale: Vec::new(),
            error: None,
        }
    }

    /// The same, where the file may not be written for this reason.
    pub(super) fn refused_for(self, error: String) -> Self {
        let (changes, stale) = (self.changes, self.stale);
        Plan { changes, stale, error: Some(error), ..Plan::empty(&self.path, self.before) }
    }

    pub fn is_change(&self) -> bool {
        self.before != self.after
    }

    /// Recommendations of which at least one change was refused.
    pub fn refused_recommendations(&self) -> Vec<i64> {
        sorted(self.refused.iter().map(|refused| refused.recommendation))
    }
}

/// A change that may be made now.
struct Candidate {
    recommendation: i64,
    fingerprint: Fingerprint,
    line: u32,
    message: String,
    diagnostic: Diagnostic,
}

/// What these recommendations, all made from the text `before`, make of it. `None` if there are
/// none.
pub fn plan(
    project: &Workspace,
    root: &Path,
    path: &str,
    before: String,
    recommendations: &[&Recommendation],
) -> Option<Plan> {
    let validation = recommendations.iter().map(|found| found.validation).max()?;
    let mut waiting: HashMap<Fingerprint, (i64, Safety)> = HashMap::new();
    let mut candidates = Vec::new();
    for found in recommendations {
        for change in found.changes.iter().filter(|change| !change.excluded) {
            waiting.insert(change.fingerprint, (found.id, found.safety));
            candidates.extend(candidate(project.project().registry(), found, change, &before));
        }
    }
    let mut plan = Plan { validation, changes: waiting.len(), ..Plan::empty(path, before) };
    let file = File::new(&Base::new(root), &root.join(path));
    let mut applied = HashSet::new();
    for pass in 0..PASSES {
        if pass > 0 {
            candidates = found_again(project, &file, &plan.after, &waiting);
        }
        candidates.sort_by_key(|candidate| candidate.diagnostic.span.start);
        let (next, result) = apply(&plan.after, &candidates);
        let earlier = std::mem::take(&mut plan.refused);
        plan.refused = refused(&candidates, &result);
        // What was refused and is not tried again is not made either.
        let is_tried = |refused: &RefusedChange| {
            candidates.iter().any(|tried| tried.fingerprint == refused.fingerprint)
        };
        plan.refused.extend(
            earlier.into_iter().filter(|refused| refused.reason == UNPROVEN && !is_tried(refused)),
        );
        if next == plan.after {
            break;
        }
        plan.after = next;
        for &place in &result.applied {
            let done = &candidates[place];
            applied.insert(done.recommendation);
            // Fixing one of several equal places gives its fingerprint to the next one.
            waiting.remove(&done.fingerprint);
        }
    }
    plan.applied = sorted(applied.into_iter());
    plan.applied_changes = plan.changes - waiting.len();
    Some(plan)
}

fn apply(text: &str, candidates: &[Candidate]) -> (String, Applied) {
    let doc = Document::parse(text.to_owned());
    let diagnostics: Vec<Diagnostic> =
        candidates.iter().map(|candidate| candidate.diagnostic.clone()).collect();
    let result = apply_once(&doc, &diagnostics);
    (result.text.clone(), result)
}

/// What is not applied, with the reason. What waits for the next pass counts only if there is none.
fn refused(candidates: &[Candidate], result: &Applied) -> Vec<RefusedChange> {
    let places = (0..candidates.len()).filter(|place| !result.applied.contains(place));
    let refused = places.map(|place| {
        let Candidate { recommendation, fingerprint, line, message, .. } = &candidates[place];
        RefusedChange {
            recommendation: *recommendation,
            line: *line,
            message: message.clone(),
            reason: if result.refused.contains(&place) { UNPROVEN } else { BLOCKED },
            fingerprint: *fingerprint,
        }
    });
    refused.collect()
}

/// What is still wanted and is found in the text.
fn found_again(
    project: &Workspace,
    file: &File,
    text: &str,
    waiting: &HashMap<Fingerprint, (i64, Safety)>,
) -> Vec<Candidate> {
    // Mistakes in the configuration came up before anything was recommended.
    let Ok(checked) = check_text(project, file, text.to_owned(), &CheckOptions::default()) else {
        return Vec::new();
    };
    let candidates = checked.report.findings.into_iter().filter_map(|finding| {
        let &(recommendation, limit) = waiting.get(&finding.fingerprint)?;
        let fix = finding.fix.filter(|fix| fix.safety <= limit)?;
        Some(Candidate {
            recommendation,
            fingerprint: finding.fingerprint,
            line: finding.start.line,
            message: finding.message.to_string(),
            diagnostic: Diagnostic {
                rule: finding.rule,
                severity: finding.severity,
                span: fix.edits.first()?.span,
                message: "".into(),
                fix: Some(fix),
                details: None,
            },
        })
    });
    candidates.collect()
}

/// The change as the engine applies it; `None` if the text does not read as it should, or nothing is known of
/// the rule.
fn candidate(
    registry: &Registry,
    recommendation: &Recommendation,
    change: &RecordChange,
    text: &str,
) -> Option<Candidate> {
    let edit = |edit: &RecordedEdit| {
        let span = Span { start: edit.start, end: edit.end };
        let before = text.get(span.start()..span.end())?;
        (before == edit.before).then(|| Edit { span, text: edit.after.clone() })
    };
    let edits: Vec<Edit> = change.edits.iter().map(edit).collect::<Option<_>>()?;
    let diagnostic = Diagnostic {
        rule: registry.id(&recommendation.rule)?,
        severity: Severity::Info,
        span: edits.first()?.span,
        message: "".into(),
        fix: Some(Fix { safety: recommendation.safety, edits }),
        details: None,
    };
    Some(Candidate {
        recommendation: recommendation.id,
        fingerprint: change.fingerprint,
        line: change.line,
        message: change.message.clone(),
        diagnostic,
    })
}

fn sorted(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
