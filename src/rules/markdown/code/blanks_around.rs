//! MD031

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::{CodeBlock, Document, Kind, NodeId};
use crate::rules::markdown::blank_line;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// Blank lines around a fenced code block set it off in the source, and some renderers do not
/// see a fence right below text.
///
/// ````markdown bad
/// Run this:
/// ```sh
/// make
/// ```
/// Then wait.
/// ````
///
/// ````markdown good
/// Run this:
///
/// ```sh
/// make
/// ```
///
/// Then wait.
/// ````
///
/// # Fixes
///
/// Adds the missing blank lines above and below the fences.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlanksAround {
    /// Whether code blocks in list items count; without them, lists can be kept tight.
    list_items: bool,
}

impl Default for BlanksAround {
    fn default() -> Self {
        BlanksAround { list_items: true }
    }
}

impl Rule for BlanksAround {
    const META: Meta = Meta {
        id: "MD031",
        name: "blanks-around-fences",
        tags: &["code", "blank_lines"],
        summary: "fenced code blocks should be surrounded by blank lines",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for block in &page.code_blocks {
            let Some(fence) = block.fence else { continue };
            if !self.list_items && page.is_within(block.node, Kind::List) {
                continue;
            }
            let first = page.line_of(fence.start());
            if !page.is_blank(first.checked_sub(1)) {
                out.report(fence, "expected a blank line above the code block").fix =
                    blank_line::insert(page, first, first);
            }
            let end = end(page, block);
            let last = page.line_of(end.start());
            if !page.is_blank(Some(last + 1)) && !page.is_blank(Some(last)) {
                // Where code is not closed by a fence, nobody knows what the author meant.
                let is_fence = block.closing.is_some() || last == first;
                out.report(end, "expected a blank line below the code block").fix =
                    if is_fence { blank_line::insert(page, last + 1, last) } else { None };
            }
        }
    }
}

/// Where a block ends: its closing fence, or the last line of a block that its list or quote
/// ends. Where an item, a list or a quote follows, the first line of that is meant.
fn end(doc: &Document, block: &CodeBlock) -> Span {
    if let Some(closing) = block.closing {
        return closing;
    }
    let after = doc.nodes[block.node].end as usize;
    if replaces_container(doc, block, after) {
        return doc.first_line(doc.nodes[after].span);
    }
    let last = *doc.lines_of(block.span).end();
    let start = doc.line_span(last).start().max(block.span.start());
    Span::new(start, block.span.end().max(start))
}

/// Whether a container starts at node `next` while those around the block are still open.
fn replaces_container(doc: &Document, block: &CodeBlock, next: NodeId) -> bool {
    let containers = [Kind::Item, Kind::List, Kind::BlockQuote, Kind::FootnoteDefinition];
    let Some(start) = doc.nodes.get(next).filter(|next| containers.contains(&next.kind)) else {
        return false;
    };
    let above = doc.line_of(start.span.start()).saturating_sub(1);
    // A blank line ends quotes, and with them what they hold.
    doc.ancestors(block.node)
        .filter(|&around| doc.nodes[around].kind == Kind::BlockQuote)
        .all(|quote| next < doc.nodes[quote].end as usize || doc.is_in_quote(above, quote))
}
