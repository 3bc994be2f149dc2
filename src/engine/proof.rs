//! The search for fixes that change more of a page than they say.
//!
//! All fixes together are tried on the whole page first, and mostly that is all. Where they do not
//! hold, halves are tried, each on the blocks around its edits only, and what is left is tried on
//! the whole page again. The bytes that are parsed meanwhile are counted: what is not proven when
//! they are used up is refused.

use crate::cancel;
use crate::diagnostic::{Diagnostic, Fix};
use crate::document::{Document, Kind};
use crate::text::Span;

use super::fix::{Candidate, splice, splice_part};
use super::{gfm, rendering};

/// How many times its own size may be parsed in one pass over a page, and how much of a small one.
const MAX_TIMES: usize = 64;
const MAX_SMALL: usize = 2 << 20;

/// What has to stay the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// What the page renders to, in the eyes of two parsers.
    Rendering,
    /// Headings, nesting of lists, and code blocks.
    Skeleton,
}

/// Splits fixes into those that leave the page as the judge wants it, and the diagnostics of those
/// that would not.
pub(super) fn prove<'a>(
    doc: &Document,
    candidates: Vec<Candidate<'a>>,
    judge: Judge,
) -> (Vec<Candidate<'a>>, Vec<&'a Diagnostic>) {
    if candidates.is_empty() || holds_for_page(doc, &candidates, judge) {
        return (candidates, Vec::new());
    }
    let mut proof = Proof::new(doc, judge);
    let mut accepted = proof.search(&candidates);
    if !accepted.is_empty() && !holds_for_page(doc, &accepted, judge) {
        proof.is_local = false;
        proof.known = None;
        accepted = proof.search(&accepted);
    }
    (accepted, proof.refused)
}

/// Whether the page with these fixes is the same to the judge, front matter and all.
fn holds_for_page(doc: &Document, candidates: &[Candidate], judge: Judge) -> bool {
    let after = Document::parse(splice(&doc.text, &fixes(candidates)));
    // No fix makes front matter of text, or text of front matter.
    let is_kept = doc.front_matter.is_some() == after.front_matter.is_some();
    is_kept && Form::of(judge, doc.slice(doc.body)).is_of(judge, after.slice(after.body))
}

/// What a judge sees of a text.
struct Form {
    first: String,
    second: String,
}

impl Form {
    fn of(judge: Judge, text: &str) -> Self {
        match judge {
            Judge::Rendering => {
                Form { first: rendering::rendering_of(text), second: gfm::rendering_of(text) }
            }
            Judge::Skeleton => Form { first: String::new(), second: gfm::skeleton_of(text) },
        }
    }

    fn is_of(&self, judge: Judge, text: &str) -> bool {
        match judge {
            Judge::Rendering => {
                rendering::rendering_of(text) == self.first
                    && gfm::rendering_of(text) == self.second
            }
            Judge::Skeleton => gfm::skeleton_of(text) == self.second,
        }
    }
}

fn fixes<'a>(candidates: &[Candidate<'a>]) -> Vec<&'a Fix> {
    candidates.iter().map(|(_, fix)| *fix).collect()
}

struct Proof<'d, 'a> {
    doc: &'d Document,
    judge: Judge,
    /// Where the page can be cut: starts of the lines at which blocks and items of lists begin.
    cuts: Vec<usize>,
    /// Whether trials are for the blocks around the edits, or for the whole page.
    is_local: bool,
    /// The part that was tried last, and what it was before.
    known: Option<(Span, Form)>,
    /// Bytes that may yet be parsed.
    left: usize,
    refused: Vec<&'a Diagnostic>,
}

impl<'d, 'a> Proof<'d, 'a> {
    fn new(doc: &'d Document, judge: Judge) -> Self {
        let left = doc.text.len() * MAX_TIMES + MAX_SMALL;
        let cuts = cuts(doc);
        Proof { doc, judge, cuts, is_local: true, known: None, left, refused: Vec::new() }
    }

    /// The fixes that hold together: all of them, or what holds of each half.
    fn search(&mut self, candidates: &[Candidate<'a>]) -> Vec<Candidate<'a>> {
        if candidates.is_empty() {
            return Vec::new();
        }
        let part = self.part(candidates);
        if self.holds(part, candidates) {
            return candidates.to_vec();
        }
        if candidates.len() == 1 || self.left == 0 {
            // What a label stands for is said elsewhere on the page.
            let whole = self.doc.body;
            let needs_page = part != whole && self.doc.slice(part).contains(']');
            if candidates.len() == 1 && needs_page && self.holds(whole, candidates) {
                return candidates.to_vec();
            }
            self.refused.extend(candidates.iter().map(|(diagnostic, _)| *diagnostic));
            return Vec::new();
        }
        let (first, second) = candidates.split_at(candidates.len() / 2);
        let mut accepted = self.search(first);
        let second = self.search(second);
        let kept = accepted.len();
        accepted.extend(&second);
        // Two halves may hold alone and not together.
        if kept > 0 && !second.is_empty() && !self.holds(part, &accepted) {
            accepted.truncate(kept);
            self.refused.extend(second.iter().map(|(diagnostic, _)| *diagnostic));
        }
        accepted
    }

    /// The blocks that the edits touch, with one more on each side.
    fn part(&self, candidates: &[Candidate]) -> Span {
        let body = self.doc.body;
        if !self.is_local {
            return body;
        }
        let edits = || candidates.iter().flat_map(|(_, fix)| &fix.edits);
        let first = edits().map(|edit| edit.span.start()).min().unwrap_or(0);
        let last = edits().map(|edit| edit.span.end()).max().unwrap_or(0);
        let above = self.cuts.partition_point(|&cut| cut < first).saturating_sub(2);
        let below = self.cuts.partition_point(|&cut| cut <= last) + 1;
        let start = self.cuts.get(above).map_or(body.start(), |&cut| cut.max(body.start()));
        let end = self.cuts.get(below).map_or(body.end(), |&cut| cut);
        // Edits of the front matter are for the whole page.
        if first < body.start() || last > body.end() {
            body
        } else {
            Span::new(start.min(first), end.max(last))
        }
    }

    /// Whether a part of the page with these fixes is the same to the judge; not, if that would be
    /// too much work.
    fn holds(&mut self, part: Span, candidates: &[Candidate<'a>]) -> bool {
        cancel::check();
        let is_within = candidates
            .iter()
            .flat_map(|(_, fix)| &fix.edits)
            .all(|edit| part.start <= edit.span.start && edit.span.end <= part.end);
        // Edits of the front matter, or before a byte order mark, are in no part of the body; and what
        // the body begins with may become front matter.
        let is_page = !is_within || part == self.doc.body;
        let cost = if is_page { 2 * self.doc.text.len() } else { part.len() } + 64;
        if self.left < cost {
            self.left = 0;
            return false;
        }
        self.left -= cost;
        if is_page {
            return holds_for_page(self.doc, candidates, self.judge);
        }
        let after = splice_part(&self.doc.text, part, &fixes(candidates));
        let known = match self.known.take() {
            Some(known) if known.0 == part => known,
            _ => (part, Form::of(self.judge, self.doc.slice(part))),
        };
        let holds = known.1.is_of(self.judge, &after);
        self.known = Some(known);
        holds
    }
}

/// Where blocks of the page and items of its lists begin, by line.
fn cuts(doc: &Document) -> Vec<usize> {
    let start = |node: usize| doc.lines.start(doc.line_of(doc.nodes[node].span.start()));
    let mut cuts = Vec::new();
    for block in doc.children(0) {
        cuts.push(start(block));
        if doc.nodes[block].kind == Kind::List {
            cuts.extend(doc.children(block).map(start));
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
