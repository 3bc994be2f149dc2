//! Fixes: edits to a text, proven where they claim to be safe, applied until nothing is left.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ptr;

use xxhash_rust::xxh3::xxh3_128;

use crate::cancel;
use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Safety};
use crate::document::Document;
use crate::text::Span;

use super::proof::{Judge, prove};

/// More passes than this that leave as much to fix as before mean that two fixes undo each other.
pub const MAX_PASSES: usize = 20;

/// Most passes at all. Of edits at one place only one is applied in a pass, so a page that lacks
/// many sections takes as many passes, each of which leaves less to fix. A large page gets fewer:
/// no more than so many bytes are checked, but for the passes that every page gets.
const MAX_ALL_PASSES: usize = 1000;
const MAX_BYTES: usize = 8 << 20;

/// How often a pass looks for other fixes in place of those that it refused.
const MAX_ROUNDS: usize = 4;

/// The text after all fixes that are at most as risky as `limit`; `None` if there are none.
///
/// A fix is applied whole or not at all. Of fixes whose edits overlap or touch, the first one
/// is applied; the others wait for the next pass. Equal edits count once.
pub fn apply(text: &str, found: &[Diagnostic], limit: Safety) -> Option<String> {
    let fixes: Vec<&Fix> =
        compatible(fixable(found, limit)).into_iter().map(|(_, fix)| fix).collect();
    (!fixes.is_empty()).then(|| splice(text, &fixes))
}

/// A text that was fixed until nothing was left to fix.
#[derive(Debug)]
pub struct Settled {
    pub text: String,
    /// How often the rules were run; 1 if there was nothing to fix.
    pub passes: usize,
    /// Whether the last pass found nothing more to fix. If not, fixes add to the page for ever.
    pub settled: bool,
    /// The fixes that were applied, by rule, in the order of passes and places.
    pub applied: Vec<RuleId>,
    /// Findings whose fix claimed to be safe but would have changed the rendered page, and those
    /// whose fix another fix undoes.
    pub refused: Vec<Diagnostic>,
}

/// Applies fixes until a pass changes nothing.
///
/// With the limit [`Safety::Safe`] every version of the page is rendered and compared with the
/// one before: fixes that change more than they may are refused. With [`Safety::Review`] the caller
/// has asked for changes that show, but headings, the nesting of lists and code blocks stay, unless
/// it is the purpose of a rule to change them.
pub fn settle(
    check: impl Fn(&Document) -> Vec<Diagnostic>,
    text: String,
    limit: Safety,
) -> Settled {
    let mut text = text;
    let mut applied = Vec::new();
    let mut patience = ConvergenceGuard::default();
    // How much was applied when each text was met.
    let mut met = HashMap::from([(xxh3_128(text.as_bytes()), 0)]);
    let most = (MAX_BYTES / text.len().max(1)).clamp(2 * MAX_PASSES, MAX_ALL_PASSES);
    for passes in 1..=most {
        cancel::check();
        let doc = Document::parse(text);
        let found = check(&doc);
        let Pass { accepted, refused } = Pass::over(&doc, &found, limit);
        let fixes: Vec<&Fix> = accepted.iter().map(|(_, fix)| *fix).collect();
        let next = splice(&doc.text, &fixes);
        if next == doc.text {
            let refused = refused.into_iter().cloned().collect();
            return Settled { text: doc.text, passes, settled: true, applied, refused };
        }
        applied.extend(accepted.iter().map(|(diagnostic, _)| diagnostic.rule));
        if let Some(&before) = met.get(&xxh3_128(next.as_bytes())) {
            applied.truncate(before);
            return undone(check, next, passes, applied, limit);
        }
        met.insert(xxh3_128(next.as_bytes()), applied.len());
        text = next;
        if patience.is_over(fixable(&found, limit).count()) {
            return Settled { text, passes, settled: false, applied, refused: Vec::new() };
        }
    }
    Settled { text, passes: most, settled: false, applied, refused: Vec::new() }
}

/// Fixes that lead back to a text that was met before undo each other: the text stays as it was
/// when it was met first, and none of them is applied.
fn undone(
    check: impl Fn(&Document) -> Vec<Diagnostic>,
    text: String,
    passes: usize,
    applied: Vec<RuleId>,
    limit: Safety,
) -> Settled {
    let doc = Document::parse(text);
    let found = check(&doc);
    let Pass { accepted, mut refused } = Pass::over(&doc, &found, limit);
    refused.extend(accepted.iter().map(|(diagnostic, _)| *diagnostic));
    let refused = refused.into_iter().cloned().collect();
    Settled { text: doc.text, passes, settled: true, applied, refused }
}

/// What can be applied at once.
struct Pass<'a> {
    accepted: Vec<Candidate<'a>>,
    refused: Vec<&'a Diagnostic>,
}

impl<'a> Pass<'a> {
    /// Those that were in the way of others and are refused make room for them.
    fn over(doc: &Document, found: &'a [Diagnostic], limit: Safety) -> Self {
        let mut pass = Pass { accepted: Vec::new(), refused: Vec::new() };
        for _ in 0..MAX_ROUNDS {
            let refused: HashSet<_> =
                pass.refused.iter().map(|&found| ptr::from_ref(found)).collect();
            let left = |(found, _): &Candidate| !refused.contains(&ptr::from_ref(*found));
            let candidates = compatible(fixable(found, limit).filter(left));
            let (accepted, refused) = judged(doc, candidates, limit);
            let is_done = !accepted.is_empty() || refused.is_empty();
            pass.accepted = accepted;
            pass.refused.extend(refused);
            if is_done {
                break;
            }
        }
        pass
    }
}

/// Splits fixes by whether they may be applied.
fn judged<'a>(
    doc: &Document,
    candidates: Vec<Candidate<'a>>,
    limit: Safety,
) -> (Vec<Candidate<'a>>, Vec<&'a Diagnostic>) {
    if limit == Safety::Safe {
        return prove(doc, candidates, Judge::Rendering);
    }
    // What is meant to change the outline goes first, so that the others can be held to it.
    let (outline, others): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|(found, _)| changes_outline(found.rule));
    match outline.is_empty() {
        true => prove(doc, others, Judge::Skeleton),
        false => (outline, Vec::new()),
    }
}

/// Whether it is the purpose of a rule to make headings of text, or to add and change sections.
fn changes_outline(rule: RuleId) -> bool {
    matches!(rule.as_str(), "MD018" | "MD020") || rule.starts_with("ST")
}

/// Whether passes still get anywhere.
#[derive(Default)]
struct ConvergenceGuard {
    /// The fewest fixes that a pass has found.
    fewest: Option<usize>,
    /// Passes since then.
    idle: usize,
}

impl ConvergenceGuard {
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
    let (safe, review): (Vec<_>, Vec<_>) = compatible(fixable(found, Safety::Review))
        .into_iter()
        .partition(|(_, fix)| fix.safety == Safety::Safe);
    let (mut accepted, mut refused) = prove(doc, safe, Judge::Rendering);
    let (outline, review): (Vec<_>, Vec<_>) =
        review.into_iter().partition(|(found, _)| changes_outline(found.rule));
    let (review, damaging) = prove(doc, review, Judge::Skeleton);
    accepted.extend(outline);
    accepted.extend(review);
    refused.extend(damaging);
    let places: HashMap<_, _> =
        found.iter().enumerate().map(|(at, found)| (ptr::from_ref(found), at)).collect();
    let place = |diagnostic: &Diagnostic| places[&ptr::from_ref(diagnostic)];
    let fixes: Vec<&Fix> = accepted.iter().map(|(_, fix)| *fix).collect();
    Applied {
        text: splice(&doc.text, &fixes),
        applied: accepted.iter().map(|(diagnostic, _)| place(diagnostic)).collect(),
        refused: refused.into_iter().map(place).collect(),
    }
}

pub(super) type Candidate<'a> = (&'a Diagnostic, &'a Fix);

/// Those of the fixes that can be applied together.
fn compatible<'a>(candidates: impl Iterator<Item = Candidate<'a>>) -> Vec<Candidate<'a>> {
    let mut taken = BTreeSet::new();
    candidates.filter(|(_, fix)| take(&mut taken, fix)).collect()
}

/// The fixes within the limit.
fn fixable(found: &[Diagnostic], limit: Safety) -> impl Iterator<Item = Candidate<'_>> {
    found
        .iter()
        .filter_map(|diagnostic| Some((diagnostic, diagnostic.fix.as_ref()?)))
        .filter(move |(_, fix)| fix.safety <= limit)
}

/// Edits that were taken, in the order of place.
type Taken<'a> = BTreeSet<(Span, &'a str)>;

/// Takes the edits of a fix if they stand clear of those already taken.
fn take<'a>(taken: &mut Taken<'a>, fix: &'a Fix) -> bool {
    let edits = || fix.edits.iter().map(|edit| (edit.span, edit.text.as_str()));
    let free = edits().all(|edit| taken.contains(&edit) || is_free(taken, edit));
    if free {
        taken.extend(edits());
    }
    free
}

/// Whether the edit stands clear of those already taken.
fn is_free(taken: &Taken, edit: (Span, &str)) -> bool {
    let before = taken.range(..edit).next_back();
    let after = taken.range(edit..).next();
    before.is_none_or(|(before, _)| before.end < edit.0.start)
        && after.is_none_or(|(after, _)| edit.0.end < after.start)
}

/// The text with the edits of these fixes, which do not overlap; equal edits count once.
pub(super) fn splice(text: &str, fixes: &[&Fix]) -> String {
    splice_part(text, Span::new(0, text.len()), fixes)
}

/// A part of the text, in which all edits lie, with the edits.
pub(super) fn splice_part(text: &str, part: Span, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by(|a, b| (a.span, &a.text).cmp(&(b.span, &b.text)));
    edits.dedup();
    let mut result = String::with_capacity(part.len() + 64);
    let mut reached = part.start();
    for edit in edits {
        result.push_str(&text[reached..edit.span.start()]);
        result.push_str(&edit.text);
        reached = edit.span.end();
    }
    result.push_str(&text[reached..part.end()]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    fn diagnostic(fix: Fix) -> Diagnostic {
        Diagnostic {
            rule: crate::rules::builtin().id("MD009").unwrap(),
            severity: Severity::Warning,
            span: Span::at(0),
            message: "x".into(),
            fix: Some(fix),
            details: None,
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

    /// One rule wants two blanks where another wants one, and a third one wants no `x`.
    fn quarrel(doc: &Document) -> Vec<Diagnostic> {
        let mut found = liar(doc);
        let ones = doc.text.match_indices("a b").map(|(at, _)| (at + 1, "  "));
        found.extend(ones.map(|(at, to)| diagnostic(Fix::safe(Span::new(at, at + 1), to))));
        found.sort_by_key(|found| found.fix.as_ref().map(|fix| fix.edits[0].span));
        found
    }

    #[test]
    fn of_fixes_that_undo_each_other_none_is_applied() {
        for text in ["a b c\n", "a  b c\n"] {
            let settled = settle(quarrel, text.to_owned(), Safety::Safe);
            assert_eq!(settled.text, text);
            assert!(settled.settled);
            assert_eq!((settled.applied.len(), settled.refused.len()), (0, 1));
        }
    }

    #[test]
    fn what_others_quarrel_about_is_no_obstacle() {
        let settled = settle(quarrel, "a b  c  d\n".to_owned(), Safety::Safe);
        assert!(settled.settled);
        assert!(settled.text.ends_with("b c d\n"), "{:?}", settled.text);
        let again = settle(quarrel, settled.text.clone(), Safety::Safe);
        assert_eq!(again.text, settled.text);
    }

    #[test]
    fn edits_before_the_body_are_tried_like_others() {
        // One that is harmless, before the body, and one that is not.
        let check = |doc: &Document| {
            let front = doc
                .text
                .find("t:  ")
                .map(|at| diagnostic(Fix::safe(Span::new(at + 2, at + 4), " ")));
            let mark =
                doc.text.starts_with('\u{feff}').then(|| diagnostic(Fix::safe(Span::at(0), "x")));
            mark.into_iter().chain(front).chain(liar(doc).into_iter().take(1)).collect::<Vec<_>>()
        };
        for text in
            ["\u{feff}a x\n", "---\nt:  u\n---\n\na x b\n", "\u{feff}---\nt:  u\n---\n[x]\n"]
        {
            let settled = settle(check, text.to_owned(), Safety::Safe);
            assert!(settled.settled && settled.text.contains('x'), "{:?}", settled.text);
        }
    }

    #[test]
    fn whoever_asks_for_all_fixes_gets_all() {
        let settled = settle(liar, "a  b x c\n".to_owned(), Safety::Review);
        assert_eq!(settled.text, "a b c\n");
        assert!(settled.refused.is_empty());
    }
}
