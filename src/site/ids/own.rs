//! Ids that writers give to headings.

use super::naming::OwnId;
use crate::document::{Document, Heading, Kind};
use crate::site::slug::{Scheme, slug};
use crate::text::Span;

/// An id that a writer gave, and where the heading's text ends before it.
pub(super) struct Own {
    pub id: Option<String>,
    pub end: usize,
}

/// The id that the writer of a heading gave it.
pub(super) fn own_id(style: OwnId, doc: &Document, heading: &Heading, source: &str) -> Own {
    let none = Own { id: None, end: heading.content.end() };
    if style == OwnId::None {
        return none;
    }
    if matches!(style, OwnId::Label | OwnId::LabelOrList) {
        return Own { id: label_before(style, doc, heading, source), ..none };
    }
    let content = whole_content(doc, heading, source);
    let text = content.of(source);
    if style == OwnId::Brackets {
        let list = text.strip_suffix(']').and_then(|inner| inner.rsplit_once("[#"));
        let Some((before, id)) = list.filter(|(_, id)| !id.is_empty()) else { return none };
        let end = content.start() + before.trim_end().len();
        return Own { id: Some(id.to_owned()), end };
    }
    let braces = text.strip_suffix('}').and_then(|inner| {
        let open = inner.rfind('{')?;
        let is_list = !inner[..open].ends_with(['\\', '{']);
        is_list.then(|| (open, &inner[open + 1..]))
    });
    let Some((open, inner)) = braces else {
        return if style == OwnId::Kramdown { beside(doc, heading, source, none) } else { none };
    };
    let end = content.start() + text[..open].trim_end().len();
    let is_apart = open == 0 || text[..open].ends_with([' ', '\t']);
    let id = match style {
        OwnId::None | OwnId::Label | OwnId::LabelOrList | OwnId::Brackets => None,
        OwnId::Docusaurus => {
            let plain = inner.strip_prefix('#').filter(|id| !id.contains(['#', '{']));
            let comment = comment_of(inner).and_then(|inner| inner.strip_prefix('#'));
            plain.or(comment).map(str::to_owned)
        }
        OwnId::ReactDev => comment_of(inner).map(|id| id.trim_start_matches('#').to_owned()),
        OwnId::Kramdown => {
            let is_name = |id: &str| {
                id.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.'))
            };
            inner.strip_prefix('#').filter(|id| is_apart && is_name(id)).map(str::to_owned)
        }
        OwnId::PlainBraces if is_marked_up(doc, heading, content.start() + open) => return none,
        OwnId::Attributes | OwnId::AttributeList | OwnId::Braces | OwnId::PlainBraces => {
            let inner = match style {
                OwnId::AttributeList => inner.strip_prefix(':').unwrap_or(inner),
                _ => inner,
            };
            let list = Attributes::read(inner);
            let stands = is_apart || style != OwnId::AttributeList;
            return match list.id {
                Some(id) if stands && (list.is_list || style != OwnId::Attributes) => {
                    Own { id: Some(id.to_owned()), end }
                }
                None if stands
                    && (list.is_list || matches!(style, OwnId::Braces | OwnId::PlainBraces)) =>
                {
                    Own { id: None, end }
                }
                _ => none,
            };
        }
    };
    match id.filter(|id| !id.is_empty()) {
        Some(id) => Own { id: Some(id), end },
        None if style == OwnId::Kramdown => beside(doc, heading, source, none),
        None => none,
    }
}

/// Whether anything but text begins in a heading after a place.
fn is_marked_up(doc: &Document, heading: &Heading, from: usize) -> bool {
    let mut nodes = doc.descendants(heading.node).map(|node| &doc.nodes[node]);
    nodes.any(|node| node.kind != Kind::Text && node.span.start() >= from)
}

/// A heading's content with what a mask has covered at its end.
fn whole_content(doc: &Document, heading: &Heading, source: &str) -> Span {
    let content = heading.content;
    let line = doc.line_span(doc.line_of(content.end()));
    let rest = Span::new(content.end(), line.end().max(content.end()));
    let is_covered =
        rest.of(&doc.text).trim().is_empty() && rest.of(source).trim_start().starts_with('{');
    let covered = if is_covered { rest.of(source).trim_end().len() } else { 0 };
    Span::new(content.start(), content.end() + covered)
}

fn comment_of(inner: &str) -> Option<&str> {
    Some(inner.trim().strip_prefix("/*")?.strip_suffix("*/")?.trim())
}

/// `{: #id}` on the line after a heading, or on the one before that nothing stands above.
fn beside(doc: &Document, heading: &Heading, source: &str, none: Own) -> Own {
    let line_at = |line: usize| doc.line_span(line).of(source).trim();
    let id_at = |line: usize| {
        let list = line_at(line).strip_prefix("{:").and_then(|rest| rest.strip_suffix('}'));
        list.and_then(|inner| Attributes::read(inner).id.map(str::to_owned))
    };
    let next = doc.line_of(heading.span.end()) + 1;
    let after = if next < doc.lines.count() { id_at(next) } else { None };
    let before = || {
        let above = heading.line.checked_sub(1).filter(|&line| line >= doc.body_line)?;
        let is_first = above == doc.body_line || line_at(above - 1).is_empty();
        id_at(above).filter(|_| is_first)
    };
    Own { id: after.or_else(before), ..none }
}

/// The id of `(label)=` or `{#id}` before a heading.
fn label_before(style: OwnId, doc: &Document, heading: &Heading, source: &str) -> Option<String> {
    let mut lines =
        (doc.body_line..heading.line).rev().map(|line| doc.line_span(line).of(source).trim());
    let line = lines.find(|line| !line.is_empty())?;
    if style == OwnId::LabelOrList
        && let Some(list) = line.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
    {
        return Attributes::read(list).id.map(str::to_owned);
    }
    let label = line.strip_prefix('(')?.strip_suffix(")=")?;
    Some(slug(Scheme::Docutils, label)).filter(|id| !id.is_empty())
}

/// What stands in the braces of an attribute list.
#[derive(Default)]
pub struct Attributes<'a> {
    pub id: Option<&'a str>,
    /// Whether all of it is ids, classes and `key=value`.
    pub is_list: bool,
}

impl<'a> Attributes<'a> {
    pub fn read(inner: &'a str) -> Attributes<'a> {
        let mut list = Attributes { id: None, is_list: !inner.trim().is_empty() };
        for word in inner.split_whitespace() {
            match word.as_bytes()[0] {
                b'#' => list.id = Some(&word[1..]).filter(|id| !id.is_empty()),
                b'.' => {}
                _ => match word.split_once('=') {
                    Some(("id", id)) => list.id = Some(id.trim_matches(['"', '\''])),
                    Some(_) => {}
                    // A value in quotes goes on after a space.
                    None => list.is_list &= word.ends_with(['"', '\'']),
                },
            }
        }
        list
    }
}
