//! Fixes: edits to a text, proven where they claim to be safe, applied until nothing is left.

use crate::cancel;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::document::Document;

use super::rendering::rendering;

/// More passes than this that leave as much to mend as before mean that two fixes undo each other.
pub const MAX_PASSES: usize = 20;

/// Most passes at all. Of edits at one place only one is applied in a pass, so a page that lacks
/// many sections takes as many passes, each of which leaves less to mend.
const MAX_ALL_PASSES: usize = 1000;

/// How many trial versions of a page one pass may parse in search of the fixes that change its
/// rendering; what is not proven by then is refused.
const MAX_TRIALS: usize = 400;

/// The text after all fixes that are at most as risky as `limit`; `None` if there are none.
///
/// A fix is applied whole or not at all. Of fixes whose edits overlap or touch, the first one
/// is applied; the others wait for the next pass. Equal edits count once.
pub fn apply(text: &str, found: &[Diagnostic], limit: Safety) -> Option<String> {
    let fixes: Vec<&Fix> = compatible(found, limit).into_iter().map(|(_, fix)| fix).collect();
    (!fixes.is_empty()).then(|| splice(text, &fixes))
}

/// A text that was mended until nothing was left to mend.
#[derive(Debug)]
pub struct Settled {
    pub text: String,
    /// How often the rules were run; 1 if there was nothing to mend.
    pub passes: usize,
    /// Whether the last pass found nothing more to mend. If not, two fixes undo each other.
    pub settled: bool,
    /// The fixes that were applied, by rule, in the order of passes and places.
    pub applied: Vec<&'static str>,
    /// Findings whose fix claimed to be safe but would have changed the rendered page.
    pub refused: Vec<Diagnostic>,
}

/// Applies fixes until a pass changes nothing.
///
/// With the limit [`Safety::Safe`] every version of the page is rendered and compared with the
/// one before: fixes that change more than they may are refused. With [`Safety::Review`]
/// everything is applied: the caller has asked for changes that show.
pub fn settle(
    check: impl Fn(&Document) -> Vec<Diagnostic>,
    text: String,
    limit: Safety,
) -> Settled {
    let mut text = text;
    let mut applied = Vec::new();
    let mut patience = Patience::default();
    for passes in 1..=MAX_ALL_PASSES {
        cancel::check();
        let doc = Document::parse(text);
        let found = check(&doc);
        let candidates = compatible(&found, limit);
        let (accepted, refused) = match limit {
            Safety::Safe => prove(&doc, candidates),
            Safety::Review => (candidates, Vec::new()),
        };
        let fixes: Vec<&Fix> = accepted.iter().map(|(_, fix)| *fix).collect();
        let next = splice(&doc.text, &fixes);
        if next == doc.text {
            let refused = refused.into_iter().cloned().collect();
            return Settled { text: doc.text, passes, settled: true, applied, refused };
        }
        applied.extend(accepted.iter().map(|(diagnostic, _)| diagnostic.rule));
        text = next;
        if patience.is_over(fixable(&found, limit).count()) {
            return Settled { text, passes, settled: false, applied, refused: Vec::new() };
        }
    }
    Settled { text, passes: MAX_ALL_PASSES, settled: false, applied, refused: Vec::new() }
}

/// Whether passes still get anywhere.
#[derive(Default)]
struct Patience {
    /// The fewest fixes that a pass has found.
    fewest: Option<usize>,
    /// Passes since then.
    idle: usize,
}

impl Patience {
    fn is_over(&mut self, fixes: usize) -> bool {
        if self.fewest.is_none_or(|fewest| fixes < fewest) {
            self.fewest = Some(fixes);
            self.idle = 0;
        }
        self.idle += 1;
        self.idle >= MAX_PASSES
    }
}

/// What became of fixes that were applied once.
#[derive(Debug)]
pub struct Applied {
    pub text: String,
    /// Places of the fixes that are in the text.
    pub applied: Vec<usize>,
    /// Places of those that claimed to be safe but would have changed the rendered page.
    pub refused: Vec<usize>,
}

/// Applies the fixes of these diagnostics that go together, once. The safe ones are proven among
/// themselves; the others are taken as they are.
pub fn apply_once(doc: &Document, found: &[Diagnostic]) -> Applied {
    let (safe, review): (Vec<_>, Vec<_>) = compatible(found, Safety::Review)
        .into_iter()
        .partition(|(_, fix)| fix.safety == Safety::Safe);
    let (mut accepted, refused) = prove(doc, safe);
    accepted.extend(review);
    let place = |diagnostic: &Diagnostic| {
        found.iter().position(|known| std::ptr::eq(known, diagnostic)).unwrap_or(usize::MAX)
    };
    let fixes: Vec<&Fix> = accepted.iter().map(|(_, fix)| *fix).collect();
    Applied {
        text: splice(&doc.text, &fixes),
        applied: accepted.iter().map(|(diagnostic, _)| place(diagnostic)).collect(),
        refused: refused.into_iter().map(place).collect(),
    }
}

type Candidate<'a> = (&'a Diagnostic, &'a Fix);

/// The fixes within the limit that can be applied together.
fn compatible(found: &[Diagnostic], limit: Safety) -> Vec<Candidate<'_>> {
    let mut taken: Vec<&Edit> = Vec::new();
    fixable(found, limit).filter(|(_, fix)| take(&mut taken, fix)).collect()
}

/// The fixes within the limit.
fn fixable(found: &[Diagnostic], limit: Safety) -> impl Iterator<Item = Candidate<'_>> {
    found
        .iter()
        .filter_map(|diagnostic| Some((diagnostic, diagnostic.fix.as_ref()?)))
        .filter(move |(_, fix)| fix.safety <= limit)
}

/// Takes the edits of a fix if they stand clear of those already taken.
fn take<'a>(taken: &mut Vec<&'a Edit>, fix: &'a Fix) -> bool {
    let new: Vec<&Edit> = fix.edits.iter().filter(|edit| find(taken, edit).is_err()).collect();
    let free = new.iter().all(|edit| is_free(taken, edit));
    if free {
        for edit in new {
            if let Err(at) = find(taken, edit) {
                taken.insert(at, edit);
            }
        }
    }
    free
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

/// The text with the edits of these fixes, which do not overlap; equal edits count once.
fn splice(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
    edits.dedup();
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

/// Splits fixes into those that leave the rendered page as it is, and the diagnostics of those
/// that would not.
fn prove<'a>(
    doc: &Document,
    candidates: Vec<Candidate<'a>>,
) -> (Vec<Candidate<'a>>, Vec<&'a Diagnostic>) {
    if candidates.is_empty() {
        return (candidates, Vec::new());
    }
    let mut proof = Proof { doc, before: rendering(doc), trials: 0, refused: Vec::new() };
    let accepted = proof.search(&candidates);
    (accepted, proof.refused)
}

/// The search for fixes that change the rendering.
struct Proof<'d, 'a> {
    doc: &'d Document,
    before: String,
    trials: usize,
    refused: Vec<&'a Diagnostic>,
}

impl<'a> Proof<'_, 'a> {
    /// The fixes that hold together: all of them, or what holds of each half.
    fn search(&mut self, candidates: &[Candidate<'a>]) -> Vec<Candidate<'a>> {
        if candidates.is_empty() || self.holds(candidates) {
            return candidates.to_vec();
        }
        if candidates.len() == 1 || self.trials > MAX_TRIALS {
            self.refuse(candidates);
            return Vec::new();
        }
        let (first, second) = candidates.split_at(candidates.len() / 2);
        let mut accepted = self.search(first);
        let second = self.search(second);
        let kept = accepted.len();
        accepted.extend(&second);
        // Two halves may hold alone and not together.
        if kept > 0 && !second.is_empty() && !self.holds(&accepted) {
            accepted.truncate(kept);
            self.refuse(&second);
        }
        accepted
    }

    fn holds(&mut self, candidates: &[Candidate<'a>]) -> bool {
        cancel::check();
        self.trials += 1;
        let fixes: Vec<&Fix> = candidates.iter().map(|(_, fix)| *fix).collect();
        let after = Document::parse(splice(&self.doc.text, &fixes));
        rendering(&after) == self.before
    }

    fn refuse(&mut self, candidates: &[Candidate<'a>]) {
        self.refused.extend(candidates.iter().map(|(diagnostic, _)| *diagnostic));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
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

    /// A rule that says of every `x` that it may safely go, which is true only of white space.
    fn liar(doc: &Document) -> Vec<Diagnostic> {
        let spaces = doc.text.match_indices("  ").map(|(at, _)| (at, " "));
        let letters = doc.text.match_indices('x').map(|(at, _)| (at, ""));
        let mut found: Vec<_> =
            spaces.map(|(at, to)| (at, 2, to)).chain(letters.map(|(at, to)| (at, 1, to))).collect();
        found.sort();
        found
            .iter()
            .map(|&(at, len, to)| diagnostic(Fix::safe(Span::new(at, at + len), to)))
            .collect()
    }

    #[test]
    fn what_changes_the_page_is_refused_and_the_rest_applied() {
        let settled = settle(liar, "a  b x c   d\n".to_owned(), Safety::Safe);
        assert_eq!(settled.text, "a b x c d\n");
        assert!(settled.settled);
        assert_eq!(settled.refused.len(), 1);
        assert_eq!(settled.applied.len(), 3);
    }

    #[test]
    fn whoever_asks_for_all_fixes_gets_all() {
        let settled = settle(liar, "a  b x c\n".to_owned(), Safety::Review);
        assert_eq!(settled.text, "a b c\n");
        assert!(settled.refused.is_empty());
    }
}
