//! MD009

use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Flags, Kind, NodeId};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// White space at the end of a line cannot be seen, and mostly means nothing. Two spaces are the
/// exception: they break the line, so they are allowed. Code blocks are left alone.
///
/// Three or more spaces break the line too. They are reported, but it takes a person to say
/// whether that was meant.
///
/// With `·` for a space, the first line is reported and the second is not:
///
/// ```text
/// One space at the end·
/// Two spaces break the line··
/// ```
///
/// # Fixes
///
/// Removes the spaces. Where they break the line, or are in code, readers can see the change.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TrailingSpaces {
    /// How many spaces are allowed because they break the line; fewer than 2 allows none.
    br_spaces: u32,
    /// Whether code blocks are checked.
    code_blocks: bool,
    /// Whether lines in lists may be indented where nothing else is on them.
    list_item_empty_lines: bool,
    /// Whether spaces that would break the line are allowed only where they do.
    strict: bool,
}

impl Default for TrailingSpaces {
    fn default() -> Self {
        TrailingSpaces {
            br_spaces: 2,
            code_blocks: false,
            list_item_empty_lines: false,
            strict: false,
        }
    }
}

impl Rule for TrailingSpaces {
    const META: Meta = Meta {
        id: "MD009",
        name: "no-trailing-spaces",
        tags: &["whitespace"],
        summary: "no trailing spaces",
        fixable: Fixable::Mixed,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let in_lists = if self.list_item_empty_lines { list_lines(page) } else { Vec::new() };
        let breaks = if self.strict { lines_to_break(page) } else { Vec::new() };
        let expected = if self.br_spaces < 2 { 0 } else { self.br_spaces as usize };
        for line in page.body_lines() {
            let Some(space) = trailing_space(page, line) else { continue };
            if (!self.code_blocks && is_code(page.flags[line]))
                || (self.list_item_empty_lines && in_lists[line])
                || page.flags[line].intersects(Flags::FORMULA)
            {
                continue;
            }
            let count = page.slice(space).chars().count();
            if count != expected || (self.strict && !breaks[line]) {
                report(page, line, space, expected, count, out);
            }
        }
    }
}

fn report(doc: &Document, line: usize, space: Span, expected: usize, count: usize, out: &mut Sink) {
    let message = match expected {
        0 => message!("expected no trailing spaces, found {}", count),
        _ if count == expected => "trailing spaces do not break the line".into(),
        _ => message!("expected 0 or {} spaces at the end of the line, found {}", expected, count),
    };
    let breaks_line = doc.nodes[doc.node_at(space.start())].kind == Kind::HardBreak;
    let shows = breaks_line || is_code(doc.flags[line]) || is_empty_task(doc, line, space);
    let fix = match shows {
        true => Fix::review(space, ""),
        false => Fix::safe(space, ""),
    };
    out.report(space, message).with(fix);
}

/// Whether a line is a task without text, whose box needs a space after it.
pub(super) fn is_empty_task(doc: &Document, line: usize, space: Span) -> bool {
    let text = doc.slice(Span::new(doc.line_span(line).start(), space.start()));
    let marker = ["[ ]", "[x]", "[X]"].iter().find_map(|task| text.strip_suffix(task));
    marker
        .is_some_and(|marker| marker.chars().all(|c| " \t>-+*.)".contains(c) || c.is_ascii_digit()))
}

/// Whether a line is code, and not the fence of a code block.
fn is_code(flags: Flags) -> bool {
    flags.intersects(Flags::CODE) && !flags.intersects(Flags::FENCE)
}

/// The white space at the end of a line; `None` if there is none.
fn trailing_space(doc: &Document, line: usize) -> Option<Span> {
    // Most lines tell with their last byte.
    let bytes = &doc.text.as_bytes()[doc.lines.start(line)..doc.lines.next_start(line)];
    if let [.., b'!'..=b'\x7f', b'\n'] | [.., b'!'..=b'\x7f', b'\r', b'\n'] | [b'\n'] = bytes {
        return None;
    }
    let span = doc.line_span(line);
    let text = doc.slice(span);
    let mut start = text.trim_end_matches(is_js_space).len();
    if doc.flags[line].intersects(Flags::COMMENT) {
        let hidden = |&(at, _): &(usize, char)| !doc.is_hidden(span.start() + at);
        start = text[start..]
            .char_indices()
            .rev()
            .map(|(at, c)| (start + at, c))
            .take_while(hidden)
            .last()
            .map_or(text.len(), |(at, _)| at);
    }
    (start < text.len()).then(|| Span::new(span.start() + start, span.end()))
}

/// For each line, whether spaces at its end break it: it is in a paragraph and not its last line,
/// and not in a code span that goes on.
fn lines_to_break(doc: &Document) -> Vec<bool> {
    let mut breaks = vec![false; doc.lines.count()];
    for node in &doc.nodes {
        let lines = doc.line_of(node.span.start())..doc.line_of(node.span.end());
        match node.kind {
            Kind::Paragraph => breaks[lines].fill(true),
            // Paragraphs of tight lists are no nodes.
            Kind::HardBreak if !doc.flags[lines.start].intersects(Flags::HEADING) => {
                breaks[lines.start] = true;
            }
            Kind::Code => breaks[lines].fill(false),
            _ => {}
        }
    }
    breaks
}

/// For each line, whether white space at its end is allowed because a list goes on after it.
fn list_lines(doc: &Document) -> Vec<bool> {
    let mut allowed = vec![false; doc.lines.count()];
    for list in &doc.lists {
        let lines = doc.lines_of(doc.nodes[list.node].span);
        allowed[lines.clone()].fill(true);
        let mut items = doc.children(list.node).peekable();
        while let Some(item) = items.next() {
            let first = doc.line_of(doc.nodes[item].span.start());
            let after = items.peek().map_or(lines.end() + 1, |&next| {
                let next = doc.line_of(doc.nodes[next].span.start());
                // In a list in a list, the indentation of the next item ends this one.
                allowed[next] &= list.depth == 0;
                next
            });
            forbid_after_text(doc, item, first + 1..after, &mut allowed);
        }
    }
    allowed
}

/// Takes back those of an item's `lines` that follow its last paragraph, except the lines inside
/// of other blocks there.
fn forbid_after_text(doc: &Document, item: NodeId, lines: Range<usize>, allowed: &mut [bool]) {
    let mut end = lines.end;
    let blocks: Vec<NodeId> = doc.children(item).collect();
    for &block in blocks.iter().rev() {
        let of_block = doc.lines_of(doc.nodes[block].span);
        let after = (of_block.end() + 1).max(lines.start);
        if after < end {
            allowed[after..end].fill(false);
        }
        if !is_other_block(doc.nodes[block].kind) {
            return;
        }
        end = of_block.start() + 1;
    }
    if lines.start < end {
        allowed[lines.start..end].fill(false);
    }
}

/// Whether a child of an item is something else than a paragraph or its text.
fn is_other_block(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Heading
            | Kind::BlockQuote
            | Kind::CodeBlock
            | Kind::HtmlBlock
            | Kind::List
            | Kind::FootnoteDefinition
            | Kind::Table
            | Kind::ThematicBreak
    )
}
