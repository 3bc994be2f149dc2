//! Bare URLs and e-mail addresses that GitHub makes links (GFM 6.9, autolinks extension).

use super::{Document, Flags, Kind, inline};
use crate::text::{Span, is_js_space};

/// Finds the literal autolinks in running text. In `brackets`, which may yet become a link, there
/// are none.
pub(super) fn find(doc: &mut Document, brackets: &[Span]) {
    let mut found = Vec::new();
    let bytes = &doc.text.as_bytes()[..doc.body.end()];
    let mut at = doc.body.start();
    for offset in candidates(doc) {
        // Asked before the address is read to its end: of what lies in a link, there may be many.
        if offset < at || is_in(brackets, offset) || doc.is_math(offset) {
            continue;
        }
        if !is_running_text(doc, offset) {
            continue;
        }
        let text = &doc.text[..text_end(doc, offset)];
        let span = match bytes[offset] {
            b':' => url_at_colon(text, offset),
            b'.' => www_at_dot(doc, text, offset),
            _ => email_at_sign(text, offset),
        };
        let Some(span) = span.filter(|span| span.start() >= at) else { continue };
        let start = span.start();
        if is_running_text(doc, start) && !is_in(brackets, start) && !doc.is_math(start) {
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

/// Where addresses may stand, in order: at the colon of `://`, the sign of an e-mail address, and
/// the dot of `www.`.
fn candidates(doc: &Document) -> Vec<usize> {
    let bytes = doc.text.as_bytes();
    let mut found: Vec<usize> =
        doc.colons().filter(|&at| bytes[at..].starts_with(b"://")).collect();
    let others = doc.marks(b"@wW").map(|at| if bytes[at] == b'@' { at } else { at + 1 });
    found.extend(others);
    found.sort_unstable();
    found
}

fn is_in(brackets: &[Span], offset: usize) -> bool {
    let after = brackets.partition_point(|bracket| bracket.start() <= offset);
    after > 0 && offset < brackets[after - 1].end()
}

/// Where the text around `offset` ends at the latest: in tables at the next pipe.
fn text_end(doc: &Document, offset: usize) -> usize {
    let line = doc.lines.line_at(offset);
    if doc.is_plain(line, Flags::TABLE) {
        return doc.body.end();
    }
    let end = doc.line_span(line).end();
    let bytes = &doc.text.as_bytes()[..end];
    let mut pipes = memchr::memchr_iter(b'|', &bytes[offset..]).map(|at| offset + at);
    pipes.find(|&at| !inline::is_escaped(bytes, at)).unwrap_or(end)
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
    if start > 0 && text.as_bytes()[start - 1].is_ascii_alphabetic() {
        return None;
    }
    let host = colon + 3;
    let first = text[host..].chars().next()?;
    if first.is_ascii_control() || ends_domain(first) {
        return None;
    }
    let domain = domain_end(text, host)?;
    Some(Span::new(start, path_end(text, domain)))
}

/// `www.…` whose first dot is at `dot`.
fn www_at_dot(doc: &Document, text: &str, dot: usize) -> Option<Span> {
    if !ends_with_ignore_case(&text.as_bytes()[..dot], b"www") || dot + 1 == text.len() {
        return None;
    }
    let start = dot - 3;
    let before = text[..start].chars().next_back();
    if !before.is_none_or(|c| " \t\n\r(*_[]~".contains(c)) && !starts_block(doc, start) {
        return None;
    }
    let local = &text.as_bytes()[start..];
    let local = local.iter().take_while(|&&byte| is_local_part(byte)).count();
    if text.as_bytes().get(start + local) == Some(&b'@') {
        let email = email_at_sign(text, start + local);
        if email.is_some() {
            return email;
        }
    }
    let domain = domain_end(text, start)?;
    Some(Span::new(start, path_end(text, domain)))
}

/// Whether the text of a block starts at `offset`, right after a pipe or a quote mark.
fn starts_block(doc: &Document, offset: usize) -> bool {
    let node = doc.node_at(offset);
    let parent = doc.nodes[node].parent as usize;
    doc.nodes[node].span.start() == offset
        && node == parent + 1
        && doc.nodes[parent].kind.is_block()
}

/// `name@host.tld` around the sign at `at`.
fn email_at_sign(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let local = bytes[..at].iter().rev().take_while(|&&byte| is_local_part(byte)).count();
    let start = at - local;
    // What an escape stands before is no beginning: the address begins earlier.
    if local == 0 || text[..start].ends_with(['/', '\\']) || is_directive(text, start) {
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
    (dot && bytes[end - 1].is_ascii_alphabetic()).then(|| Span::new(start, end))
}

/// Whether a colon before `offset` makes a directive of what follows it, as in `mailto:name`.
fn is_directive(text: &str, offset: usize) -> bool {
    let before = text[..offset].strip_suffix(':');
    before.is_some_and(|before| !before.ends_with(':'))
        && !inline::directive_name(&text[offset..]).is_empty()
}

/// What may stand before the sign of an e-mail address.
fn is_local_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)
}

/// Where the domain that starts at `from` ends. It must not be empty nor have an underscore in
/// its last two parts.
fn domain_end(text: &str, from: usize) -> Option<usize> {
    let mut trail = Trail::new(text);
    let (mut underscore, mut underscore_before, mut empty) = (false, false, true);
    let mut end = text.len();
    for (at, c) in text[from..].char_indices().map(|(at, c)| (from + at, c)) {
        match c {
            '.' | '_' if trail.starts_at(at) => {
                end = at;
                break;
            }
            '.' => underscore_before = std::mem::take(&mut underscore),
            '_' => underscore = true,
            c if c != '-' && ends_domain(c) => {
                end = at;
                break;
            }
            _ => empty = false,
        }
    }
    (!empty && !underscore && !underscore_before).then_some(end)
}

/// Where the path that starts at `from` ends: before white space, `<`, and punctuation that
/// either of them follows. Parentheses that were opened are closed.
fn path_end(text: &str, from: usize) -> usize {
    let mut trail = Trail::new(text);
    let mut open = 0_usize;
    for (at, c) in text[from..].char_indices().map(|(at, c)| (from + at, c)) {
        match c {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            '!' | '"' | '&' | '\'' | ')' | '*' | ',' | '.' | ':' | ';' | '<' | '?' | ']' | '_'
            | '~'
                if trail.starts_at(at) =>
            {
                return at;
            }
            c if is_js_space(c) => return at,
            _ => {}
        }
    }
    text.len()
}

/// Tells punctuation at the end of an address from punctuation in it.
struct Trail<'a> {
    text: &'a str,
    /// Up to here punctuation is known to be followed by more of the address.
    inside_until: usize,
}

impl<'a> Trail<'a> {
    fn new(text: &'a str) -> Self {
        Trail { text, inside_until: 0 }
    }

    /// Whether from `at` on there is only punctuation up to white space, `<` or a bracket that
    /// ends a link text.
    fn starts_at(&mut self, at: usize) -> bool {
        if at < self.inside_until {
            return false;
        }
        let bytes = self.text.as_bytes();
        let mut next = at;
        let ends = loop {
            match bytes.get(next) {
                None | Some(b'<') => break true,
                Some(
                    b'!' | b'"' | b'\'' | b')' | b'*' | b',' | b'.' | b':' | b';' | b'?' | b'_'
                    | b'~',
                ) => {
                    next += 1;
                }
                Some(b'&') => match entity_end(bytes, next) {
                    Some(end) => next = end,
                    None => break false,
                },
                Some(b']') => {
                    next += 1;
                    // Only the bracket that ends a link text is not part of the address.
                    break matches!(bytes.get(next), Some(b'(' | b'['));
                }
                Some(_) => break self.text[next..].starts_with(is_js_space),
            }
        };
        if !ends {
            self.inside_until = next;
        }
        ends
    }
}

/// Where what looks like `&name;` ends.
fn entity_end(bytes: &[u8], at: usize) -> Option<usize> {
    let name = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    (name > 0 && bytes.get(at + 1 + name) == Some(&b';')).then_some(at + 1 + name + 1)
}

/// White space and punctuation of all scripts end a domain, but for some that the caller knows.
/// Emoji do not.
fn ends_domain(c: char) -> bool {
    is_js_space(c) || (c <= '\u{ffff}' && inline::is_punctuation(c))
}

fn ends_with_ignore_case(bytes: &[u8], suffix: &[u8]) -> bool {
    bytes.len() >= suffix.len() && bytes[bytes.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}

/// Whether a place lies in text, and not in a link, code or HTML.
fn is_running_text(doc: &Document, offset: usize) -> bool {
    let mut node = doc.node_at(offset);
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
