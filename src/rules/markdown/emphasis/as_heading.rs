//! MD036

use schemars::JsonSchema;
use serde::Deserialize;

use super::hidden::directive_name;
use crate::document::{Document, Kind, NodeId};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::{Span, any_contains};

/// A line of its own in bold or italics looks like a heading but is not one: it is missing from the
/// outline, cannot be linked to, and screen readers pass it by.
///
/// Lines that end in punctuation are taken for sentences.
///
/// ```markdown bad
/// **Installation**
///
/// Run the installer.
/// ```
///
/// ```markdown good
/// ## Installation
///
/// Run the installer.
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AsHeading {
    /// Characters that end a sentence, which is not a heading then.
    punctuation: String,
}

impl Default for AsHeading {
    fn default() -> Self {
        AsHeading { punctuation: ".,;:!?。，；：！？".to_owned() }
    }
}

impl Rule for AsHeading {
    const META: Meta = Meta {
        id: "MD036",
        name: "no-emphasis-as-heading",
        tags: &["headings", "emphasis"],
        summary: "no emphasis used as a heading",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for block in page.children(0) {
            let text = match page.nodes[block].kind {
                _ if is_followed_by_space(page, block) => None,
                Kind::Paragraph => {
                    only_emphasis(page, block).and_then(|emphasis| plain_text(page, emphasis))
                }
                Kind::HtmlBlock => only_emphasis_in_html(page, block),
                _ => None,
            };
            let Some(text) = text else { continue };
            if !page.slice(text).ends_with(|last| self.punctuation.contains(last)) {
                out.report(text, "expected a heading, found a paragraph of emphasis");
            }
        }
    }
}

/// White space at the end of a block counts as content.
fn is_followed_by_space(doc: &Document, block: NodeId) -> bool {
    matches!(doc.text.as_bytes().get(doc.nodes[block].span.end()), Some(b' ' | b'\t'))
}

/// The emphasis that is all that a paragraph holds, tags and white space aside.
fn only_emphasis(doc: &Document, paragraph: NodeId) -> Option<NodeId> {
    let mut meaningful = doc.children(paragraph).filter(|&node| match doc.nodes[node].kind {
        Kind::InlineHtml => false,
        Kind::Text => !doc.slice(doc.nodes[node].span).trim().is_empty(),
        _ => true,
    });
    let only = meaningful.next().filter(|_| meaningful.next().is_none())?;
    matches!(doc.nodes[only].kind, Kind::Emphasis | Kind::Strong).then_some(only)
}

/// What would be the emphasis in an HTML block of one line, if all else in it is tags. Renderers
/// show the marks there, but the author meant a heading.
fn only_emphasis_in_html(doc: &Document, block: NodeId) -> Option<Span> {
    let span = doc.nodes[block].span;
    if memchr::memchr2(b'\n', b'\r', doc.slice(span).as_bytes()).is_some() {
        return None;
    }
    let first = doc.html_tags.partition_point(|tag| tag.span.start < span.start);
    let tags = doc.html_tags[first..].iter().map(|tag| tag.span);
    let mut from = span.start();
    let mut text = None;
    for tag in tags.take_while(|tag| tag.start < span.end).chain([Span::at(span.end())]) {
        let between = trimmed(doc, Span::new(from, tag.start().max(from)));
        if !between.is_empty() && text.replace(between).is_some() {
            return None;
        }
        from = tag.end();
    }
    let text = text?;
    let source = doc.slice(text);
    let mark = ["**", "__", "*", "_"].into_iter().find(|mark| source.starts_with(mark))?;
    let inner = source.get(mark.len()..source.len().checked_sub(mark.len())?)?;
    let plain = source.ends_with(mark)
        && !inner.is_empty()
        && inner.trim() == inner
        && !inner.contains(['*', '[', '\\', '`', '&', '<', '$', ':']);
    plain.then(|| Span::new(text.start() + mark.len(), text.end() - mark.len()))
}

/// What an emphasis holds, if that is nothing but text: no escape, entity, link or bracket.
fn plain_text(doc: &Document, emphasis: NodeId) -> Option<Span> {
    let node = doc.nodes[emphasis];
    let width = if node.kind == Kind::Strong { 2 } else { 1 };
    let inner = Span::new(node.span.start() + width, node.span.end() - width);
    let mut end = inner.start();
    for child in doc.children(emphasis) {
        let text = doc.nodes[child];
        // The parser leaves the backslash of an escape out.
        if text.kind != Kind::Text || text.span.start() != end || is_entity(doc.slice(text.span)) {
            return None;
        }
        end = text.span.end();
    }
    let text = doc.slice(inner);
    let stray = text.contains('[')
        || text
            .match_indices(':')
            .any(|(at, _)| directive_name(&doc.text, inner.start() + at).is_some())
        || (inner.range())
            .any(|at| any_contains(&doc.autolinks, at) || any_contains(&doc.math, at));
    (end == inner.end() && !stray).then_some(inner)
}

fn is_entity(text: &str) -> bool {
    text.len() > 2 && text.starts_with('&') && text.ends_with(';')
}

fn trimmed(doc: &Document, span: Span) -> Span {
    let text = doc.slice(span);
    let start = span.end() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}
