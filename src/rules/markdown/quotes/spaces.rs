//! MD027

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{CodeBlock, Document, Flags, Kind, NodeId, QuotePrefix};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, any_contains};

/// One space follows the `>` of a quote. More of them look like indentation but are not, until
/// there are five and the line turns into code.
///
/// ```markdown bad
/// >  To be, or not to be.
/// ```
///
/// ```markdown good
/// > To be, or not to be.
/// ```
///
/// # Fixes
///
/// Removes all spaces after the `>` but one.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Spaces {
    /// Whether lists in quotes count; which indentation their author meant is hard to know.
    list_items: bool,
}

impl Default for Spaces {
    fn default() -> Self {
        Spaces { list_items: true }
    }
}

impl Rule for Spaces {
    const META: Meta = Meta {
        id: "MD027",
        name: "no-multiple-space-blockquote",
        tags: &["blockquote", "whitespace", "indentation"],
        summary: "no multiple spaces after the blockquote symbol",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for (index, prefix) in page.quote_prefixes.iter().enumerate() {
            if prefix.item_indent {
                continue;
            }
            let Some(extra) = extra_space(page, prefix, page.quote_prefixes.get(index + 1)) else {
                continue;
            };
            if self.list_items || !in_list(page, prefix, extra) {
                out.report(
                    extra,
                    message!("expected one space after `>`, found {}", found(prefix, extra)),
                )
                .with(Fix::safe(extra, ""));
            }
        }
    }
}

fn found(prefix: &QuotePrefix, extra: Span) -> usize {
    prefix.span.len() - 1 + extra.len()
}

/// The white space after a mark that is nobody's: not the indentation of an item, not code.
fn extra_space(doc: &Document, prefix: &QuotePrefix, next: Option<&QuotePrefix>) -> Option<Span> {
    let start = prefix.span.end();
    let rest = doc.text.as_bytes()[start..].iter();
    let space = rest.take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let extra = Span::new(start, start + space);
    if extra.is_empty()
        || replaces_container(doc, prefix, extra.end())
        || is_footnote_indent(doc, prefix, extra.end())
    {
        return None;
    }
    let before_mark = next.is_some_and(|next| next.span.start() == extra.end());
    if before_mark { Some(extra) } else { before_content(doc, prefix, extra) }
}

/// Whether a list, quote or footnote starts at `start` and so ends the one of the line above:
/// markdownlint counts the mark of the line as part of the latter.
fn replaces_container(doc: &Document, prefix: &QuotePrefix, start: usize) -> bool {
    let is_container = |node: NodeId| {
        matches!(doc.nodes[node].kind, Kind::List | Kind::BlockQuote | Kind::FootnoteDefinition)
    };
    let node = doc.nodes.partition_point(|node| node.span.start() < start);
    if node == 0 || doc.nodes.get(node).is_none_or(|next| next.span.start() != start) {
        return false;
    }
    let parent = doc.nodes[node].parent;
    let before = std::iter::once(node - 1)
        .chain(doc.ancestors(node - 1))
        .find(|&before| doc.nodes[before].parent == parent);
    let Some(before) = before.filter(|&before| is_container(node) && is_container(before)) else {
        return false;
    };
    doc.nodes[before].kind != Kind::BlockQuote || doc.is_in_quote(prefix.line - 1, before)
}

/// Whether the white space before `content` is the indentation by which a line belongs to a footnote
/// that started above in the same quote.
fn is_footnote_indent(doc: &Document, prefix: &QuotePrefix, content: usize) -> bool {
    let node = doc.node_at(content);
    std::iter::once(node).chain(doc.ancestors(node)).take_while(|&node| node > prefix.node).any(
        |around| {
            let around = doc.nodes[around];
            around.kind == Kind::FootnoteDefinition
                && doc.line_of(around.span.start()) < prefix.line
        },
    )
}

fn before_content(doc: &Document, prefix: &QuotePrefix, extra: Span) -> Option<Span> {
    let flags = doc.flags[prefix.line];
    if flags.intersects(Flags::FENCED) {
        return before_code(doc, prefix, extra);
    }
    let verbatim = flags.intersects(Flags::INDENTED | Flags::HTML)
        || doc.nodes[doc.node_at(extra.start())].kind == Kind::Code
        || any_contains(&doc.math, extra.start());
    (!verbatim).then_some(extra)
}

/// Before an opening fence all white space is extra; in the block, as much of it as there.
fn before_code(doc: &Document, prefix: &QuotePrefix, extra: Span) -> Option<Span> {
    let after = doc.code_blocks.partition_point(|block| block.span.start() <= extra.end());
    let block = &doc.code_blocks[after.checked_sub(1)?];
    let fence = block.fence?;
    if fence.start() == extra.end() {
        return Some(extra);
    }
    let closing = block.closing.is_some_and(|closing| closing.start() == extra.end());
    let width = fence_indent(doc, prefix, block).min(extra.len());
    (!closing && width > 0).then(|| Span::new(extra.start(), extra.start() + width))
}

/// The white space between the mark of the block's own quote and its opening fence.
fn fence_indent(doc: &Document, prefix: &QuotePrefix, block: &CodeBlock) -> usize {
    if doc.nodes[block.node].parent as usize != prefix.node {
        return 0;
    }
    let before = doc.quote_prefixes.partition_point(|mark| mark.span.start() < block.span.start());
    let mark = doc.quote_prefixes[..before].last();
    mark.map_or(0, |mark| block.span.start().saturating_sub(mark.span.end()))
}

fn in_list(doc: &Document, prefix: &QuotePrefix, extra: Span) -> bool {
    let node = doc.node_at(extra.end().min(doc.line_span(prefix.line).end()));
    doc.nodes[node].kind == Kind::Item
        || doc.is_within(node, Kind::List)
        || doc.is_within(prefix.node, Kind::List)
}
