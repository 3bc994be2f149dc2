//! Fixes: edits to a text, applied until nothing is left to mend.

use crate::diagnostic::{Diagnostic, Edit, Safety};
use crate::document::Document;
use crate::rules::RuleSet;

/// More passes than this mean that two fixes undo each other.
pub const MAX_PASSES: usize = 20;

/// The text after all fixes that are at most as risky as `limit`; `None` if there are none.
///
/// A fix is applied whole or not at all. Of fixes whose edits overlap or touch, the first one
/// is applied; the others wait for the next pass. Equal edits count once.
pub fn apply(text: &str, found: &[Diagnostic], limit: Safety) -> Option<String> {
    let edits = accepted(found, limit);
    (!edits.is_empty()).then(|| splice(text, &edits))
}

/// The edits that are applied together, in the order of place.
fn accepted(found: &[Diagnostic], limit: Safety) -> Vec<&Edit> {
    let mut taken: Vec<&Edit> = Vec::new();
    let fixes = found.iter().filter_map(|diagnostic| diagnostic.fix.as_ref());
    for fix in fixes.filter(|fix| fix.safety <= limit) {
        let new: Vec<&Edit> = fix.edits.iter().filter(|edit| find(&taken, edit).is_err()).collect();
        if new.iter().all(|edit| is_free(&taken, edit)) {
            for edit in new {
                let at = find(&taken, edit).unwrap_err();
                taken.insert(at, edit);
            }
        }
    }
    taken
}

fn find(taken: &[&Edit], edit: &Edit) -> Result<usize, usize> {
    taken.binary_search_by(|other| {
        (other.span, other.text.as_str()).cmp(&(edit.span, edit.text.as_str()))
    })
}

/// Whether the edit stands clear of those already taken.
fn is_free(taken: &[&Edit], edit: &Edit) -> bool {
    let at = find(taken, edit).unwrap_or_else(|at| at);
    let after_previous = at == 0 || taken[at - 1].span.end < edit.span.start;
    let before_next = taken.get(at).is_none_or(|next| edit.span.end < next.span.start);
    after_previous && before_next
}

fn splice(text: &str, edits: &[&Edit]) -> String {
    let mut result = String::with_capacity(text.len() + 64);
    let mut reached = 0;
    for edit in edits {
        result.push_str(&text[reached..edit.span.start()]);
        result.push_str(&edit.text);
        reached = edit.span.end();
    }
    result.push_str(&text[reached..]);
    result
}

/// A text that was mended until nothing was left to mend.
#[derive(Debug)]
pub struct Settled {
    pub text: String,
    /// How often the rules were run; 1 if there was nothing to mend.
    pub passes: usize,
    /// Whether the last pass found nothing more to mend.
    pub settled: bool,
}

/// Applies fixes until a pass changes nothing.
pub fn settle(rules: &RuleSet, text: String, limit: Safety) -> Settled {
    let mut text = text;
    for passes in 1..=MAX_PASSES {
        let doc = Document::parse(text);
        let found = rules.check(&doc);
        match apply(&doc.text, &found, limit) {
            Some(next) if next != doc.text => text = next,
            _ => return Settled { text: doc.text, passes, settled: true },
        }
    }
    Settled { text, passes: MAX_PASSES, settled: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Fix, Severity};
    use crate::text::Span;

    fn diagnostic(fix: Fix) -> Diagnostic {
        Diagnostic {
            rule: "X",
            severity: Severity::Warning,
            span: Span::at(0),
            message: "x".into(),
            fix: Some(fix),
        }
    }

    #[test]
    fn overlapping_fixes_wait_and_equal_ones_merge() {
        let found = [
            diagnostic(Fix::safe(Span::new(1, 3), "X")),
            diagnostic(Fix::safe(Span::new(2, 4), "Y")),
            diagnostic(Fix::safe(Span::new(1, 3), "X")),
            diagnostic(Fix::safe(Span::new(5, 5), "Z")),
        ];
        assert_eq!(apply("abcdef", &found, Safety::Safe).as_deref(), Some("aXdeZf"));
    }

    #[test]
    fn a_fix_is_whole_or_not_at_all() {
        let found = [
            diagnostic(Fix::safe(Span::new(2, 3), "X")),
            diagnostic(Fix::safe(Span::new(0, 1), "Y").and(Span::new(2, 4), "Z")),
        ];
        assert_eq!(apply("abcdef", &found, Safety::Safe).as_deref(), Some("abXdef"));
    }

    #[test]
    fn review_fixes_need_to_be_asked_for() {
        let found = [diagnostic(Fix::review(Span::new(0, 1), ""))];
        assert_eq!(apply("ab", &found, Safety::Safe), None);
        assert_eq!(apply("ab", &found, Safety::Review).as_deref(), Some("b"));
    }
}
