//! Brackets that look like a reference to a label that nothing defines, as markdownlint sees them.

use super::links::{LinkKind, UndefinedReference};
use super::{Document, Kind, Node, inline};
use crate::text::Span;

/// Finds them in the text that is left once the parser has taken out links, code and tags.
/// Returns where text stands in brackets or after one that is never closed, in document order.
pub(super) fn find(doc: &mut Document) -> Vec<Span> {
    if !doc.has_brackets {
        debug_assert!(scan(doc).is_empty(), "{:?}", doc.text);
        return Vec::new();
    }
    let scan = scan(doc);
    doc.undefined_references = scan.found;
    scan.brackets
}

fn scan(doc: &Document) -> Scan {
    let mut scan = Scan::default();
    let mut autolink_end = 0;
    let mut next = 0;
    while let Some(node) = doc.nodes.get(next) {
        // Most blocks of text have no brackets: what is in them is passed over.
        let has_none = match node.kind {
            Kind::CodeBlock | Kind::HtmlBlock => true,
            Kind::Paragraph | Kind::Heading | Kind::TableCell => {
                !scan.has_brackets(&doc.text, node.span)
            }
            _ => false,
        };
        next = if has_none { node.end as usize } else { next + 1 };
        match node.kind {
            Kind::Text if scan.opener.is_none() && !scan.has_brackets(&doc.text, node.span) => {}
            Kind::Text if node.span.start < autolink_end || doc.is_math(node.span.start()) => {}
            Kind::Text => {
                for part in outside_math(doc, node.span) {
                    scan.text(&doc.text, part);
                }
            }
            Kind::SoftBreak | Kind::HardBreak => scan.data = true,
            Kind::Link if is_autolink(doc, node) => autolink_end = node.span.end,
            Kind::Link => scan.link(),
            kind if kind.is_block() => scan.block(node.span.start()),
            _ => {}
        }
    }
    scan.block(doc.body.end());
    scan
}

/// What of a span is in no formula: one over several lines is text to the parser.
fn outside_math(doc: &Document, span: Span) -> impl Iterator<Item = Span> + '_ {
    let first = doc.math.partition_point(|math| math.end <= span.start);
    let inside = doc.math[first..].iter().take_while(move |math| math.start < span.end);
    let mut reached = span.start();
    let before = inside.map(|math| (math.start(), math.end())).chain([(span.end(), span.end())]);
    before.filter_map(move |(start, end)| {
        let part = (reached < start).then(|| Span::new(reached, start));
        reached = end;
        part
    })
}

fn is_autolink(doc: &Document, node: &Node) -> bool {
    matches!(doc.links[node.data as usize].kind, LinkKind::Autolink | LinkKind::Email)
}

/// The last `[` or `![` before the place that is reached.
#[derive(Clone, Copy)]
struct Opener {
    start: usize,
    /// After the bracket.
    content: usize,
    image: bool,
    /// A closing bracket came after it.
    closed: bool,
    /// A link came after it, so that it starts none.
    inactive: bool,
}

#[derive(Default)]
struct Scan {
    found: Vec<UndefinedReference>,
    opener: Option<Opener>,
    /// Whether there was text since the opener.
    data: bool,
    /// Whether the last of `found` belongs to the same block and can be a part of a reference.
    pending: bool,
    /// Where the outermost open bracket stands, and how many are open.
    outermost: usize,
    depth: usize,
    brackets: Vec<Span>,
    /// The next bracket in the page from the text before on.
    next_bracket: usize,
}

impl Scan {
    /// Whether nothing was found.
    fn is_empty(&self) -> bool {
        self.found.is_empty() && self.brackets.is_empty()
    }

    /// A block starts or ends at `offset`.
    fn block(&mut self, offset: usize) {
        self.opener = None;
        self.pending = false;
        if std::mem::take(&mut self.depth) > 0 && offset > self.outermost {
            self.brackets.push(Span::new(self.outermost, offset));
        }
    }

    fn link(&mut self) {
        if let Some(opener) = &mut self.opener {
            opener.inactive |= !opener.image;
        }
    }

    /// Whether there are brackets in a span.
    fn has_brackets(&mut self, text: &str, span: Span) -> bool {
        if self.next_bracket < span.start() {
            self.next_bracket = next_bracket(text.as_bytes(), span.start());
        }
        self.next_bracket < span.end()
    }

    fn text(&mut self, text: &str, span: Span) {
        let bytes = text.as_bytes();
        let mut reached = span.start();
        for found in memchr::memchr2_iter(b'[', b']', &bytes[span.range()]) {
            let at = span.start() + found;
            self.data |= has_data(bytes, reached, at);
            reached = at;
            if inline::is_escaped(bytes, at) {
                continue;
            }
            reached = at + 1;
            if bytes[at] == b']' {
                self.close(text, at);
            } else {
                self.open(bytes, at);
            }
        }
        self.data |= has_data(bytes, reached, span.end());
    }

    fn open(&mut self, bytes: &[u8], at: usize) {
        let image = at > 0 && bytes[at - 1] == b'!' && !inline::is_escaped(bytes, at - 1);
        let start = at - usize::from(image);
        self.opener =
            Some(Opener { start, content: at + 1, image, closed: false, inactive: false });
        self.data = false;
        if self.depth == 0 {
            self.outermost = at;
        }
        self.depth += 1;
    }

    fn close(&mut self, text: &str, at: usize) {
        if self.depth == 1 {
            self.brackets.push(Span::new(self.outermost, at));
        }
        self.depth = self.depth.saturating_sub(1);
        let Some(opener) = &mut self.opener else { return };
        let closed = std::mem::replace(&mut opener.closed, true);
        let opener = *opener;
        let data = std::mem::replace(&mut self.data, true) || closed;
        let end = at + usize::from(!opener.inactive && !closed);
        let mut reference = UndefinedReference {
            span: Span::new(opener.start, end),
            kind: LinkKind::Shortcut,
            image: opener.image,
            label: Span::new(opener.content, at),
        };
        let previous =
            self.found.last_mut().filter(|last| self.pending && last.span.end() == opener.start);
        if let Some(previous) = previous {
            if !data {
                previous.kind = LinkKind::Collapsed;
                previous.span.end = end as u32;
                return;
            }
            reference.kind = LinkKind::Full;
            reference.span.start = previous.span.start;
            reference.image = previous.image;
            self.found.pop();
        }
        self.pending = true;
        if !closed && data && !reference.label.of(text).trim().is_empty() {
            self.found.push(reference);
        }
    }
}

/// The first bracket from an offset on; the end if there is none.
fn next_bracket(bytes: &[u8], from: usize) -> usize {
    memchr::memchr2(b'[', b']', &bytes[from..]).map_or(bytes.len(), |at| from + at)
}

/// Whether there is text between two offsets that is neither markup nor an escaped character.
fn has_data(bytes: &[u8], from: usize, to: usize) -> bool {
    let escaped = usize::from(from < to && inline::is_escaped(bytes, from));
    let entity = bytes.get(from) == Some(&b'&') && to > from + 1 && bytes[to - 1] == b';';
    !entity && bytes[from + escaped..to].iter().any(|byte| !matches!(byte, b'*' | b'_'))
}

impl UndefinedReference {
    /// The label as markdownlint has it: only plain text counts, neither code nor escaped
    /// characters, nor the marks of emphasis.
    pub fn label(&self, doc: &Document) -> String {
        let bytes = doc.text.as_bytes();
        let first = doc.nodes.partition_point(|node| node.span.start <= self.label.start);
        let nodes = doc.nodes[first.saturating_sub(1)..]
            .iter()
            .take_while(|node| node.span.start < self.label.end);
        let mut label = String::new();
        for node in nodes {
            let start = node.span.start().max(self.label.start());
            let end = node.span.end().min(self.label.end());
            match node.kind {
                Kind::Text if start < end && has_data(bytes, start, end) => {
                    let escaped = usize::from(inline::is_escaped(bytes, start));
                    let text = &doc.text[start + escaped..end];
                    label.extend(text.chars().filter(|c| !matches!(c, '*' | '_')));
                }
                Kind::SoftBreak | Kind::HardBreak => label.push('\n'),
                _ => {}
            }
        }
        label
    }
}
