//! MDX: imports and exports, expressions, and JSX. What stands in elements is Markdown.

use super::Cover;
use super::blocks::{Line, code_span_end, lines, ticks};
use crate::site::html::closing_brace;
use crate::text::Span;

pub fn cover(cover: &mut Cover) {
    let text = cover.text;
    let lines = lines(text);
    modules(cover, &lines);
    let mut next = 0;
    while next < lines.len() {
        if lines[next].in_fence {
            next += 1;
            continue;
        }
        let start = lines[next].span.start();
        while next < lines.len() && !lines[next].in_fence {
            next += 1;
        }
        inline(cover, start, lines[next - 1].span.end());
    }
}

/// Covers imports and exports: they begin in the first column after a blank line, and end with a
/// blank line outside of brackets.
fn modules(cover: &mut Cover, lines: &[Line]) {
    let text = cover.text;
    let mut can_begin = true;
    let mut next = 0;
    while next < lines.len() {
        let line = lines[next].span.of(text);
        let begins = line.starts_with("import ") || line.starts_with("export ");
        if !(begins && can_begin && !lines[next].in_fence) {
            can_begin = line.trim().is_empty();
            next += 1;
            continue;
        }
        let first = next;
        let mut depth = 0_i64;
        while next < lines.len() {
            let line = lines[next].span.of(text);
            if line.trim().is_empty() && depth <= 0 {
                break;
            }
            for byte in line.bytes() {
                depth += i64::from(matches!(byte, b'{' | b'(' | b'['))
                    - i64::from(matches!(byte, b'}' | b')' | b']'));
            }
            include(cover, line);
            next += 1;
        }
        let end = lines[next - 1].span.end();
        cover.blank(Span::new(lines[first].span.start(), end));
    }
}

/// `import Part from './_part.mdx'`
fn include(cover: &mut Cover, line: &str) {
    let path = line.trim_end_matches([';', ' ']).strip_suffix(['"', '\'']);
    let path = path.and_then(|path| path.rsplit(['"', '\'']).next());
    let is_page = |path: &&str| path.ends_with(".md") || path.ends_with(".mdx");
    if let Some(path) = path.filter(is_page).filter(|_| line.starts_with("import ")) {
        cover.includes.push(path.to_owned());
    }
}

/// Covers expressions and tags between two places that are outside fenced code.
fn inline(cover: &mut Cover, start: usize, end: usize) {
    let text = cover.text;
    let bytes = text.as_bytes();
    let mut at = start;
    let mut paragraph = start;
    while at < end {
        match bytes[at] {
            b'\\' => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            b'`' => {
                if paragraph <= at {
                    paragraph = paragraph_end(text, at, end);
                }
                let code = cover.end_of(at, || code_span_end(bytes, at, paragraph));
                at = code.unwrap_or_else(|| at + ticks(bytes, at, paragraph));
            }
            // Covered already.
            _ if cover.bytes[at] == b' ' && bytes[at] != b' ' => at += 1,
            b'{' if bytes[at..].starts_with(b"{#") => at += 1,
            b'{' => match cover.end_of(at, || closing_brace(&text[..end], at)) {
                Some(close) => {
                    cover.expression(Span::new(at, close));
                    at = close;
                }
                None => at += 1,
            },
            b'<' => match cover.end_of(at, || tag_end(&text[..end], at)) {
                Some(close) => {
                    let tag = Span::new(at, close);
                    cover.tags.push(tag);
                    cover.erase(tag);
                    at = close;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
}

fn paragraph_end(text: &str, at: usize, end: usize) -> usize {
    text[at..end].find("\n\n").map_or(end, |length| at + length)
}

/// Where the tag that starts at `at` ends, one past its `>`.
///
/// # Errors
/// How far it was looked for, if there is none.
pub fn tag_end(text: &str, at: usize) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    let mut next = at + 1;
    let is_closing = bytes.get(next) == Some(&b'/');
    next += usize::from(is_closing);
    let name = bytes[next..].iter().take_while(|b| is_name(**b)).count();
    // `<https://…>` is an address.
    let is_tag = name > 0 && bytes[next].is_ascii_alphabetic() && bytes[next + name - 1] != b':';
    // `<>` and `</>` are tags of JSX.
    if name == 0 && bytes.get(next) == Some(&b'>') {
        return Ok(next + 1);
    }
    next += name;
    let follows = bytes.get(next).copied().ok_or(next)?;
    if !is_tag || !(follows.is_ascii_whitespace() || matches!(follows, b'>' | b'/')) {
        return Err(next);
    }
    while next < bytes.len() {
        match bytes[next] {
            b'>' => return Ok(next + 1),
            b'<' => return Err(next),
            quote @ (b'"' | b'\'') => {
                let length = memchr::memchr(quote, &bytes[next + 1..]);
                next += 1 + length.ok_or(bytes.len())?;
            }
            b'{' => next = closing_brace(text, next)? - 1,
            b'\n' if bytes[next + 1..].starts_with(b"\n") => return Err(next),
            _ => {}
        }
        next += 1;
    }
    Err(bytes.len())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':')
}

#[cfg(test)]
mod tests {
    use super::super::{Syntax, mask};

    #[test]
    fn jsx_goes_and_markdown_stays() {
        let text = "import P from './_p.mdx'\n\nexport const x = {\n\n a: 1 }\n\n<Tabs items={['<a>']}>\n\n[a](b.md) {/* no */} `{x} <y>`\n</Tabs>\n\n```js\nimport {x} from 'y'\n```\n\n## T {#own}\nimport is a word\n<https://e.org> a < b\n";
        let masked = mask(Syntax::Mdx, text).expect("there is JSX");
        assert_eq!(masked.text.len(), text.len());
        assert_eq!(masked.includes, ["./_p.mdx"]);
        let words: Vec<_> = masked.text.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "[a](b.md) `{x} <y>` ```js import {x} from 'y' ``` ## T {#own} import is a word <https://e.org> a < b"
        );
        assert_eq!(masked.tags.len(), 2);
        for text in ["<", "</", "<a", "<a b='", "{", "`", "\\", "export ", "<é>", "{'", "\\é"] {
            let _ = mask(Syntax::Mdx, text);
        }
    }
}
