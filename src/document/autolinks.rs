//! Bare URLs and e-mail addresses that GitHub makes links (GFM 6.9, autolinks extension).

use super::{Document, Flags, Kind};
use crate::text::Span;

/// Finds the literal autolinks in running text.
pub(super) fn find(doc: &mut Document) {
    let mut found = Vec::new();
    let bytes = &doc.text.as_bytes()[..doc.body.end()];
    let mut at = doc.body.start();
    for candidate in memchr::memchr3_iter(b':', b'@', b'.', &bytes[at..]) {
        let offset = doc.body.start() + candidate;
        if offset < at {
            continue;
        }
        let span = match bytes[offset] {
            b':' => url_at_colon(&doc.text, offset),
            b'.' => www_at_dot(&doc.text, offset),
            _ => email_at_sign(&doc.text, offset),
        };
        let Some(span) = span.filter(|span| span.start() >= at) else { continue };
        if is_running_text(doc, span) {
            found.push(span);
            at = span.end();
        }
    }
    for links in found.chunk_by(|a, b| doc.lines.line_at(b.start()) == doc.lines.line_at(a.start()))
    {
        let line = doc.lines.line_at(links[0].start());
        doc.flags[line] |= Flags::LINK;
        if !has_prose(doc, line, links) {
            doc.flags[line].remove(Flags::PROSE);
        }
    }
    doc.autolinks = found;
}

/// Whether paragraph text besides these links stands on a line.
fn has_prose(doc: &Document, line: usize, links: &[Span]) -> bool {
    let (start, end) = (doc.lines.start(line), doc.lines.next_start(line));
    let first = doc.nodes.partition_point(|node| node.span.start() < start);
    let nodes = doc.nodes[first..].iter().take_while(|node| node.span.start() < end);
    nodes.filter(|node| node.kind == Kind::Text).any(|node| {
        let parent = doc.nodes[node.parent as usize].kind;
        let linked = links.iter().map(|link| {
            let (from, to) = (link.start.max(node.span.start), link.end.min(node.span.end));
            to.saturating_sub(from) as usize
        });
        matches!(parent, Kind::Paragraph | Kind::Item) && linked.sum::<usize>() < node.span.len()
    })
}

/// `http://…` and `https://…` around the colon at `colon`.
fn url_at_colon(text: &str, colon: usize) -> Option<Span> {
    if !text[colon..].starts_with("://") {
        return None;
    }
    let before = &text.as_bytes()[..colon];
    let scheme = if ends_with_ignore_case(before, b"https") {
        5
    } else if ends_with_ignore_case(before, b"http") {
        4
    } else {
        return None;
    };
    let start = colon - scheme;
    if text[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let host = colon + 3;
    if !text[host..]
        .chars()
        .next()
        .is_some_and(|c| !c.is_ascii_control() && !is_space(c) && !is_punctuation(c))
    {
        return None;
    }
    let end = link_end(text, host);
    has_valid_domain(&text[host..end]).then(|| Span::new(start, end))
}

/// `www.…` whose first dot is at `dot`.
fn www_at_dot(text: &str, dot: usize) -> Option<Span> {
    if !ends_with_ignore_case(&text.as_bytes()[..dot], b"www") {
        return None;
    }
    let start = dot - 3;
    let before = text[..start].chars().next_back();
    if !before.is_none_or(|c| is_space(c) || "*_~([]".contains(c)) {
        return None;
    }
    let end = link_end(text, dot + 1);
    (end > dot + 1 && has_valid_domain(&text[start..end])).then(|| Span::new(start, end))
}

/// `name@host.tld` around the sign at `at`.
fn email_at_sign(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let local = bytes[..at]
        .iter()
        .rev()
        .take_while(|&&byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
        .count();
    if local == 0 || (at > local && bytes[at - local - 1] == b'/') {
        return None;
    }
    let mut end = at + 1;
    let mut dot = false;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'.' if bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) => dot = true,
            b'-' | b'_' => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => break,
        }
        end += 1;
    }
    let last = bytes[end - 1];
    (dot && last != b'-' && last != b'_' && !last.is_ascii_digit())
        .then(|| Span::new(at - local, end))
}

/// Where a URL ends that goes on at `from`: at white space or `<`, without trailing punctuation,
/// unbalanced closing parentheses and entities.
fn link_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let length =
        rest.find(|c: char| is_space(c) || c.is_ascii_control() || c == '<').unwrap_or(rest.len());
    let mut url = &rest[..length];
    loop {
        let trimmed = match url.as_bytes().last() {
            Some(b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' | b']') => {
                &url[..url.len() - 1]
            }
            Some(b')') if url.matches(')').count() > url.matches('(').count() => {
                &url[..url.len() - 1]
            }
            Some(b';') => without_entity(url),
            _ => return from + url.len(),
        };
        if trimmed.len() == url.len() {
            return from + url.len();
        }
        url = trimmed;
    }
}

/// The URL without the `&name;` at its end; without the `;` alone if no entity stands there.
fn without_entity(url: &str) -> &str {
    let name = url[..url.len() - 1].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    match name.strip_suffix('&') {
        Some(before) if name.len() < url.len() - 1 => before,
        _ => &url[..url.len() - 1],
    }
}

/// A domain holds alphanumerics, `-`, `_` and dots, and no underscore in its last two parts.
fn has_valid_domain(url: &str) -> bool {
    let length = url
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(url.len());
    let domain = &url[..length];
    !domain.is_empty() && !domain.rsplit('.').take(2).any(|part| part.contains('_'))
}

fn ends_with_ignore_case(bytes: &[u8], suffix: &[u8]) -> bool {
    bytes.len() >= suffix.len() && bytes[bytes.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
}

/// Whether a span lies in text, and not in a link, code or HTML.
fn is_running_text(doc: &Document, span: Span) -> bool {
    let mut node = doc.node_at(span.start());
    let mut leaf = false;
    while node != 0 {
        match doc.nodes[node].kind {
            Kind::Link
            | Kind::Image
            | Kind::Code
            | Kind::InlineHtml
            | Kind::CodeBlock
            | Kind::HtmlBlock => {
                return false;
            }
            Kind::Paragraph | Kind::Heading | Kind::TableCell | Kind::Text => leaf = true,
            // Items hold the text of tight lists themselves.
            Kind::Item => return leaf,
            _ => {}
        }
        node = doc.nodes[node].parent as usize;
    }
    leaf
}
