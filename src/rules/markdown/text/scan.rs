//! The pieces of text of a page that words are looked for in, each on one line.

use crate::document::{Document, HtmlPart, Kind, LinkKind, Node, NodeId};
use crate::text::Span;

/// What is looked at besides running text.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub code: bool,
    pub html: bool,
}

/// The pieces in document order. Addresses of links, definitions, and the info of fences are in
/// none of them.
pub(super) fn pieces(doc: &Document, scope: Scope) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut autolink_end = 0;
    for (index, node) in doc.nodes.iter().enumerate() {
        let in_code_block = doc.nodes[node.parent as usize].kind == Kind::CodeBlock;
        match node.kind {
            Kind::Text if in_code_block && scope.code => push_lines(doc, node.span, &mut pieces),
            Kind::Text if in_code_block || node.span.start < autolink_end => {}
            Kind::Text => push_words(doc, node.span, &mut pieces),
            Kind::Code if scope.code => push_lines(doc, without_fence(doc, node.span), &mut pieces),
            Kind::InlineHtml if scope.html => push_lines(doc, node.span, &mut pieces),
            Kind::HtmlBlock => push_html(doc, index, scope, &mut pieces),
            Kind::Link if is_autolink(doc, node) || leads_nowhere(doc, node) => {
                autolink_end = node.span.end;
            }
            _ => {}
        }
    }
    pieces
}

fn is_autolink(doc: &Document, node: &Node) -> bool {
    matches!(doc.links[node.data as usize].kind, LinkKind::Autolink | LinkKind::Email)
}

/// Whether it is a link without a destination: markdownlint does not look into its text.
fn leads_nowhere(doc: &Document, node: &Node) -> bool {
    let link = doc.links[node.data as usize];
    link.kind == LinkKind::Inline && link.destination.is_some_and(Span::is_empty)
}

fn without_fence(doc: &Document, span: Span) -> Span {
    let fence = doc.slice(span).bytes().take_while(|&byte| byte == b'`').count();
    Span::new(span.start() + fence, span.end() - fence)
}

fn push_lines(doc: &Document, span: Span, pieces: &mut Vec<Span>) {
    for line in doc.lines_of(span) {
        let line = doc.line_span(line);
        let (start, end) = (span.start().max(line.start()), span.end().min(line.end()));
        if start < end {
            pieces.push(Span::new(start, end));
        }
    }
}

/// Running text, cut where the marks of emphasis may stand.
fn push_words(doc: &Document, span: Span, pieces: &mut Vec<Span>) {
    for part in doc.plain_text(span) {
        let mut reached = part.start();
        for word in doc.slice(part).split(['*', '_']) {
            if !word.is_empty() {
                pieces.push(Span::new(reached, reached + word.len()));
            }
            reached += word.len() + 1;
        }
    }
}

fn push_html(doc: &Document, block: NodeId, scope: Scope, pieces: &mut Vec<Span>) {
    let mut lines = Vec::new();
    for (part, span) in doc.html_parts(block) {
        match part {
            HtmlPart::Markup if scope.html => push_lines(doc, span, pieces),
            HtmlPart::Code if scope.code => push_lines(doc, without_fence(doc, span), pieces),
            HtmlPart::Text => {
                push_lines(doc, span, &mut lines);
                lines.drain(..).for_each(|line| push_words(doc, line, pieces));
            }
            _ => {}
        }
    }
}
