//! MD037

use schemars::JsonSchema;
use serde::Deserialize;

use super::hidden::is_hidden;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::document::{Document, Kind};
use crate::rules::{Fixable, Meta, Rule, Sink};
use crate::text::{Span, is_js_space};

/// White space inside the marks keeps them from being marks: readers see the asterisks. The rule
/// looks for pairs of stray marks, so it may be wrong; the fix makes them emphasis.
///
/// ```markdown bad
/// This is ** important ** to know.
/// ```
///
/// ```markdown good
/// This is **important** to know.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InnerSpaces {}

impl Rule for InnerSpaces {
    const META: Meta = Meta {
        id: "MD037",
        name: "no-space-in-emphasis",
        tags: &["whitespace", "emphasis"],
        summary: "no white space stands inside the marks of emphasis",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        let mut runs = stray_runs(doc);
        runs.sort_by_key(|run| (run.block, run.parent, run.mark, run.span.len()));
        for group in runs.chunk_by(|a, b| a.group() == b.group()) {
            for pair in group.chunks_exact(2) {
                check_pair(doc, pair[0].span, pair[1].span, out);
            }
        }
    }
}

/// One to three marks that are text.
struct Run {
    span: Span,
    mark: u8,
    parent: u32,
    /// The last block that starts before the run: tells paragraphs of tight items apart.
    block: usize,
}

impl Run {
    /// Runs of the same group may belong together.
    fn group(&self) -> (usize, u32, u8, usize) {
        (self.block, self.parent, self.mark, self.span.len())
    }
}

fn stray_runs(doc: &Document) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut block = 0;
    for (index, node) in doc.nodes.iter().enumerate() {
        if node.kind.is_block() {
            block = index;
        }
        let in_code = doc.nodes[node.parent as usize].kind == Kind::CodeBlock;
        if node.kind != Kind::Text || in_code {
            continue;
        }
        let bytes = doc.slice(node.span).as_bytes();
        let mut at = usize::from(starts_escaped(doc, index));
        while let Some(found) = memchr::memchr2(b'*', b'_', &bytes[at.min(bytes.len())..]) {
            let mark = bytes[at + found];
            let length = bytes[at + found..].iter().take_while(|&&byte| byte == mark).count();
            let start = node.span.start() + at + found;
            at += found + length;
            if length <= 3 && !is_hidden(doc, start) {
                let span = Span::new(start, start + length);
                runs.push(Run { span, mark, parent: node.parent, block });
            }
        }
    }
    runs
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
        let message = "expected no white space inside the marks of emphasis";
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
