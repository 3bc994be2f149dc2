//! MD036

use schemars::JsonSchema;
use serde::Deserialize;

use super::hidden::directive_name;
use crate::document::{Document, Kind, NodeId};
use crate::rules::{Meta, Rule, Sink};
use crate::text::{Span, any_contains};

/// A line of its own in bold or italics looks like a heading and is none: it is missing from the
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
    /// Characters that end a sentence, and so tell it from a heading.
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
        summary: "headings are headings, not paragraphs of emphasis",
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        let paragraphs = doc.children(0).filter(|&node| doc.nodes[node].kind == Kind::Paragraph);
        for emphasis in paragraphs.filter_map(|paragraph| only_emphasis(doc, paragraph)) {
            let Some(text) = plain_text(doc, emphasis) else { continue };
            if !doc.slice(text).ends_with(|last| self.punctuation.contains(last)) {
                out.report(text, "expected a heading, found a paragraph of emphasis");
            }
        }
    }
}

/// The emphasis that is all that a paragraph holds, tags and white space aside; white space at
/// the end is not.
fn only_emphasis(doc: &Document, paragraph: NodeId) -> Option<NodeId> {
    let after = doc.text.as_bytes().get(doc.nodes[paragraph].span.end());
    if matches!(after, Some(b' ' | b'\t')) {
        return None;
    }
    let mut meaningful = doc.children(paragraph).filter(|&node| match doc.nodes[node].kind {
        Kind::InlineHtml => false,
        Kind::Text => !doc.slice(doc.nodes[node].span).trim().is_empty(),
        _ => true,
    });
    let only = meaningful.next().filter(|_| meaningful.next().is_none())?;
    matches!(doc.nodes[only].kind, Kind::Emphasis | Kind::Strong).then_some(only)
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
