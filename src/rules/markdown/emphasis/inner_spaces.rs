//! MD037

use schemars::JsonSchema;
use serde::Deserialize;

use super::hidden::Hidden;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::document::{Document, Kind};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// White space inside the marks keeps them from being marks: readers see the asterisks.
///
/// The rule looks for pairs of stray marks, so it may be wrong.
///
/// ```markdown bad
/// This is ** important ** to know.
/// ```
///
/// ```markdown good
/// This is **important** to know.
/// ```
///
/// # Fixes
///
/// Removes the spaces, and so makes emphasis of what readers see as asterisks.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InnerSpaces {}

impl Rule for InnerSpaces {
    const META: Meta = Meta {
        id: "MD037",
        name: "no-space-in-emphasis",
        tags: &["whitespace", "emphasis"],
        summary: "no spaces inside emphasis markers",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut runs = stray_runs(page);
        runs.sort_by_key(|run| (run.block, run.parent, run.mark, run.span.len()));
        for group in runs.chunk_by(|a, b| a.group() == b.group()) {
            for pair in group.chunks_exact(2) {
                check_pair(page, pair[0].span, pair[1].span, out);
            }
        }
    }
}

/// One to three marks that are text.
pub(super) struct MarkRun {
    pub span: Span,
    pub mark: u8,
    parent: u32,
    /// The last block that starts before the run: tells paragraphs of tight items apart.
    block: usize,
}

impl MarkRun {
    /// Runs of the same group may belong together.
    pub fn group(&self) -> (usize, u32, u8, usize) {
        (self.block, self.parent, self.mark, self.span.len())
    }
}

/// The runs directly in blocks. Inside emphasis and links, markdownlint joins them with the text
/// around them, and so do we.
pub(super) fn stray_runs(doc: &Document) -> Vec<MarkRun> {
    let mut runs = Vec::new();
    let mut block = 0;
    let mut index = 0;
    while index < doc.nodes.len() {
        let node = doc.nodes[index];
        if node.kind.is_block() {
            block = index;
        }
        let parent = doc.nodes[node.parent as usize].kind;
        if node.kind != Kind::Text || !parent.is_block() || parent == Kind::CodeBlock {
            index += 1;
            continue;
        }
        let (next, text) = joined_text(doc, index);
        find_runs(doc, text, |span, mark| {
            runs.push(MarkRun { span, mark, parent: node.parent, block });
        });
        index = next;
    }
    runs
}

/// Text from a node on that the parser cut into several nodes, without an escaped character at
/// its start; and the node after it.
fn joined_text(doc: &Document, first: usize) -> (usize, Span) {
    let mut text = doc.nodes[first].span;
    let mut next = first + 1;
    while doc.nodes.get(next).is_some_and(|node| {
        node.kind == Kind::Text
            && node.parent == doc.nodes[first].parent
            && node.span.start == text.end
    }) {
        text.end = doc.nodes[next].span.end;
        next += 1;
    }
    if starts_escaped(doc, first) && !text.is_empty() {
        text.start += 1;
    }
    (next, text)
}

fn find_runs(doc: &Document, text: Span, mut found: impl FnMut(Span, u8)) {
    let bytes = &doc.text.as_bytes()[..text.end()];
    let mut hidden = Hidden::default();
    let mut at = text.start();
    while let Some(offset) = memchr::memchr2(b'*', b'_', &bytes[at..]) {
        let start = at + offset;
        let mark = bytes[start];
        at = start + bytes[start..].iter().take_while(|&&byte| byte == mark).count();
        if at - start <= 3 && !hidden.contains(doc, start) {
            found(Span::new(start, at), mark);
        }
    }
}

/// Whether a backslash outside of every node escapes the node's first character.
fn starts_escaped(doc: &Document, node: usize) -> bool {
    let start = doc.nodes[node].span.start();
    start > doc.body.start()
        && doc.text.as_bytes()[start - 1] == b'\\'
        && doc.nodes[node - 1].span.end() != start
}

/// Reports the white space after the first run and before the second one.
fn check_pair(doc: &Document, open: Span, close: Span, out: &mut Sink) {
    let after = space_after(doc, open);
    let before = space_before(doc, close);
    let spaces: Vec<Span> = after.into_iter().chain(before).collect();
    let edits = spaces.iter().map(|&span| Edit { span, text: String::new() }).collect::<Vec<_>>();
    for space in spaces {
        let message = "expected no spaces inside emphasis markers";
        let found: &mut Diagnostic = out.report(space, message);
        found.with(Fix { safety: Safety::Review, edits: edits.clone() });
    }
}

/// The white space that follows on the line, if something follows it.
fn space_after(doc: &Document, run: Span) -> Option<Span> {
    let line = doc.line_span(doc.line_of(run.start()));
    let rest = &doc.text[run.end()..line.end()];
    let text = rest.trim_start_matches(is_js_space);
    let space = rest.len() - text.len();
    (space > 0 && !text.is_empty()).then(|| Span::new(run.end(), run.end() + space))
}

/// The white space that goes before on the line, if something goes before it.
fn space_before(doc: &Document, run: Span) -> Option<Span> {
    let line = doc.line_span(doc.line_of(run.start()));
    let rest = &doc.text[line.start()..run.start()];
    let text = rest.trim_end_matches(is_js_space);
    let space = rest.len() - text.len();
    (space > 0 && !text.is_empty()).then(|| Span::new(run.start() - space, run.start()))
}
