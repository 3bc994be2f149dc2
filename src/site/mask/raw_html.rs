//! HTML blocks as Python-Markdown and kramdown have them: from the opening tag to the closing one,
//! blank lines or not, nothing is Markdown, unless an attribute says so.

use super::Cover;
use super::blocks::lines;
use super::mdx::tag_end;
use crate::text::Span;

/// Elements that are blocks for both.
const BLOCKS: [&str; 34] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "header",
    "iframe",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "style",
    "summary",
    "table",
    "ul",
    "video",
];

/// What kramdown leaves out, or passes on as it is.
const EXTENSIONS: [&str; 2] = ["{::comment}", "{::nomarkdown}"];

/// Covers kramdown's comments, up to `{:/comment}` or `{:/}`.
pub fn comments(cover: &mut Cover) {
    let text = cover.text;
    for open in EXTENSIONS {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|found| at + found) {
            let from = start + open.len();
            let Some(close) = text[from..].find("{:/").map(|found| from + found) else { break };
            let Some(end) = text[close..].find('}').map(|found| close + found + 1) else { break };
            cover.blank(Span::new(start, end));
            at = end;
        }
    }
}

pub fn cover(cover: &mut Cover) {
    let text = cover.text;
    let mut reached = 0;
    for line in lines(text) {
        let source = line.span.of(text);
        let inner = source.trim_start_matches(' ');
        let start = line.span.end() - inner.len();
        if line.in_fence || start < reached || !inner.starts_with('<') {
            continue;
        }
        let Some(end) = cover.end_of(start, || tag_end(text, start)) else { continue };
        let tag = &text[start..end];
        let name = name_of(tag);
        if tag.starts_with("</") || !BLOCKS.contains(&name.as_str()) {
            continue;
        }
        if says_markdown(tag) {
            // What it encloses is Markdown: the tag must not open an HTML block.
            cover.tags.push(Span::new(start, end));
            cover.blank(Span::new(start, end));
            if let Some((close, after)) = closing(cover, end, &name) {
                cover.blank(Span::new(close, after));
            }
            reached = end;
        } else if let Some((close, after)) = closing(cover, end, &name) {
            text_between(cover, end, close);
            reached = after;
        }
    }
}

fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

fn says_markdown(tag: &str) -> bool {
    let value = tag.split_whitespace().skip(1).find_map(|part| part.strip_prefix("markdown"));
    value.is_some_and(|value| {
        !value.starts_with("=\"0\"")
            && !value.starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

/// The closing tag that belongs to an element whose opening tag ends at `from`.
fn closing(cover: &mut Cover, from: usize, name: &str) -> Option<(usize, usize)> {
    let text = cover.text;
    let found = cover.end_of(from, || closing_tag(text, from, name))?;
    // Elements in this one are looked at again.
    cover.patience = cover.patience.saturating_sub(found.0 - from);
    Some(found)
}

fn closing_tag(text: &str, from: usize, name: &str) -> Result<(usize, usize), usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (from, 1_usize);
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found;
        let is_closing = bytes.get(start + 1) == Some(&b'/');
        let word = start + 1 + usize::from(is_closing);
        let is_same =
            text.get(word..word + name.len()).is_some_and(|w| w.eq_ignore_ascii_case(name))
                && bytes.get(word + name.len()).is_none_or(|b| !b.is_ascii_alphanumeric());
        at = start + 1;
        if !is_same {
            continue;
        }
        let end = tag_end(text, start)?;
        at = end;
        if is_closing {
            depth -= 1;
        } else if !text[..end].ends_with("/>") {
            depth += 1;
        }
        if depth == 0 {
            return Ok((start, end));
        }
    }
    Err(bytes.len())
}

/// Covers the text between tags, and keeps the tags.
fn text_between(cover: &mut Cover, from: usize, to: usize) {
    let text = cover.text;
    let mut at = from;
    while at < to {
        let tag = memchr::memchr(b'<', &text.as_bytes()[at..to]).map_or(to, |found| at + found);
        cover.blank(Span::new(at, tag));
        // A blank line would end the block for the parser.
        if tag == to {
            return;
        }
        at = if text.as_bytes()[tag..to].starts_with(b"<!--") {
            text[tag..to].find("-->").map_or(to, |end| tag + end + 3)
        } else {
            cover.end_of(tag, || tag_end(&text[..to], tag)).unwrap_or(tag + 1)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Syntax, mask};

    #[test]
    fn comments_of_kramdown_are_no_text() {
        let text = "{::comment}\n## A\n{:/comment}\n## B\n{::comment}C{:/} D {::comment} E {:/";
        let masked = mask(Syntax::Kramdown, text).expect("there are comments");
        let words: Vec<_> = masked.text.split_whitespace().collect();
        assert_eq!(words.join(" "), "## B D {::comment} E {:/");
    }

    #[test]
    fn blocks_are_raw_unless_they_say_otherwise() {
        let text = "<div>\n\n[a](b) <a href=\"c\">d</a>\n\n</div>\n\n<div markdown=\"1\">\n[e](f)\n</div>\n\n<b>[g](h)</b>\n";
        let masked = mask(Syntax::Python, text).expect("there are blocks");
        let words: Vec<_> = masked.text.split_whitespace().collect();
        assert_eq!(words.join(" "), "<div> <a href=\"c\"> </a> </div> [e](f) <b>[g](h)</b>");
        for text in
            ["<div>", "<div", "<div>é<", "<div></div", "<div><!-- </div>", "<div markdown>é"]
        {
            let _ = mask(Syntax::Python, text);
        }
    }
}
