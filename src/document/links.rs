//! Links, images and references: where text, destination, title and label stand in the source.

use pulldown_cmark::{CowStr, LinkType};

use super::{Document, NodeId};
use crate::text::Span;

/// A link, an image, or an autolink in angle brackets.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub node: NodeId,
    pub kind: LinkKind,
    pub image: bool,
    /// From the `[` or `!` to the end of the closing bracket.
    pub span: Span,
    /// What stands in the first pair of brackets; for an autolink, the address.
    pub text: Span,
    /// Destination as written, without angle brackets; empty spans are empty destinations.
    /// `None` for references.
    pub destination: Option<Span>,
    /// Title as written, without its quotes.
    pub title: Option<Span>,
    /// What stands in the second pair of brackets of a full reference.
    pub label: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](destination)`
    Inline,
    /// `[text][label]`
    Full,
    /// `[label][]`
    Collapsed,
    /// `[label]`
    Shortcut,
    /// `<https://…>`
    Autolink,
    /// `<name@host>`
    Email,
}

impl Link {
    /// Whether it is written with brackets, and is no autolink.
    pub fn has_brackets(&self) -> bool {
        !matches!(self.kind, LinkKind::Autolink | LinkKind::Email)
    }

    /// The label that names the definition, for references of all three kinds.
    pub fn reference(&self) -> Option<Span> {
        match self.kind {
            LinkKind::Full => self.label,
            LinkKind::Collapsed | LinkKind::Shortcut => Some(self.text),
            _ => None,
        }
    }
}

/// Brackets that look like a reference, to a label that nothing defines.
#[derive(Clone, Copy, Debug)]
pub struct UndefinedReference {
    /// All brackets, with those of the text before the label.
    pub span: Span,
    pub kind: LinkKind,
    pub image: bool,
    /// The label as written.
    pub label: Span,
}

/// A link whose parts are not known yet.
pub(super) fn begin(
    kind: LinkType,
    destination: &CowStr,
    span: Span,
    node: NodeId,
    image: bool,
) -> Link {
    let _ = destination;
    Link {
        node,
        kind: link_kind(kind),
        image,
        span,
        text: Span::at(span.start()),
        destination: None,
        title: None,
        label: None,
    }
}

fn link_kind(kind: LinkType) -> LinkKind {
    match kind {
        LinkType::Inline | LinkType::WikiLink { .. } => LinkKind::Inline,
        LinkType::Reference | LinkType::ReferenceUnknown => LinkKind::Full,
        LinkType::Collapsed | LinkType::CollapsedUnknown => LinkKind::Collapsed,
        LinkType::Shortcut | LinkType::ShortcutUnknown => LinkKind::Shortcut,
        LinkType::Autolink => LinkKind::Autolink,
        LinkType::Email => LinkKind::Email,
    }
}

/// Reads the parts of a link whose descendants are known. Returns where it stands.
pub(super) fn complete(doc: &mut Document, node: NodeId, text: &str) -> Span {
    let index = doc.nodes[node].data as usize;
    let mut link = doc.links[index];
    if link.kind == LinkKind::Collapsed && text[link.span.end()..].starts_with("[]") {
        link.span.end += 2;
        doc.nodes[node].span = link.span;
    }
    match link.kind {
        LinkKind::Autolink | LinkKind::Email => {
            link.text = Span::new(link.span.start() + 1, link.span.end() - 1);
            link.destination = Some(link.text);
        }
        _ => read_brackets(doc, &mut link, text),
    }
    doc.links[index] = link;
    link.span
}

fn read_brackets(doc: &Document, link: &mut Link, text: &str) {
    let open = link.span.start() + usize::from(link.image) + 1;
    // Brackets inside children are not ours: the text ends at the first `]` after the last child.
    let last = doc.children(link.node).last().map_or(open, |child| doc.nodes[child].span.end());
    let close = match text[last..link.span.end()].find(']') {
        Some(at) => last + at,
        None => return,
    };
    link.text = Span::new(open, close);
    match link.kind {
        LinkKind::Inline => read_resource(link, text, close + 2),
        LinkKind::Full => {
            let start = (close + 2).min(link.span.end());
            link.label = Some(Span::new(start, (link.span.end() - 1).max(start)));
        }
        _ => {}
    }
}

/// Reads `destination "title")` from `at` on.
fn read_resource(link: &mut Link, text: &str, at: usize) {
    let end = link.span.end() - 1;
    let skip_space = |mut at: usize| {
        while at < end && text.as_bytes()[at].is_ascii_whitespace() {
            at += 1;
        }
        at
    };
    let start = skip_space(at.min(end));
    let after = if text.as_bytes()[start] == b'<' {
        let close = find_unescaped(text, start + 1, end, b'>').unwrap_or(end);
        link.destination = Some(Span::new(start + 1, close));
        (close + 1).min(end)
    } else {
        let length = text.as_bytes()[start..end]
            .iter()
            .position(|&byte| byte.is_ascii_whitespace())
            .unwrap_or(end - start);
        link.destination = Some(Span::new(start, start + length));
        start + length
    };
    let title = skip_space(after);
    let source = text[title..end].trim_end();
    if source.len() >= 2 {
        link.title = Some(Span::new(title + 1, title + source.len() - 1));
    }
}

fn find_unescaped(text: &str, from: usize, to: usize, wanted: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < to {
        match bytes[at] {
            b'\\' => at += 1,
            byte if byte == wanted => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}
