//! Tags and comments: in running text the parser tells them, in HTML blocks they are read from
//! the source the way markdownlint sees them.

use std::mem::take;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::inline::Opaque;
use super::{Document, Flags, Kind, NodeId, blocks};
use crate::text::{Span, is_js_space};

/// An opening, closing or empty tag.
#[derive(Clone, Copy, Debug)]
pub struct HtmlTag {
    /// From `<` to `>`.
    pub span: Span,
    /// The element's name as written.
    pub name: Span,
    /// `</name>`
    pub closing: bool,
    /// Whether it stands in an HTML block.
    pub in_block: bool,
}

/// A part of an HTML block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlPart {
    /// A tag or a comment.
    Markup,
    /// What Markdown takes for a code span.
    Code,
    Text,
}

impl Document {
    /// The parts of an HTML block as markdownlint sees them, in order.
    pub fn html_parts(&self, block: NodeId) -> Vec<(HtmlPart, Span)> {
        let span = self.nodes[block].span;
        if is_comment(self, block) {
            return vec![(HtmlPart::Markup, span)];
        }
        let mut parts = Vec::new();
        let mut reached = span.start();
        for opaque in Opaque::new(&self.text, span) {
            let is_code = self.text.as_bytes()[opaque.start()] == b'`';
            parts.push((HtmlPart::Text, Span::new(reached, opaque.start())));
            parts.push((if is_code { HtmlPart::Code } else { HtmlPart::Markup }, opaque));
            reached = opaque.end();
        }
        parts.push((HtmlPart::Text, Span::new(reached, span.end())));
        parts
    }
}

impl HtmlTag {
    /// The value of the first attribute of this name (ASCII, lower case), up to the first quote,
    /// white space or `>` in it; `None` without the attribute or without a `=`.
    pub fn attribute<'a>(&self, text: &'a str, name: &str) -> Option<&'a str> {
        let source = self.span.of(text);
        let mut from = self.name.end() - self.span.start();
        loop {
            let space = from + source[from..].find(is_js_space)?;
            let rest = source[space..].trim_start_matches(is_js_space);
            from = source.len() - rest.len();
            let Some((found, value)) = rest.split_at_checked(name.len()) else { continue };
            let value = value.trim_start_matches(is_js_space).strip_prefix('=');
            let (true, Some(value)) = (found.eq_ignore_ascii_case(name), value) else { continue };
            let value = value.trim_start_matches(is_js_space);
            let value = value.strip_prefix(['"', '\'']).unwrap_or(value);
            let end = value.find(|c| is_js_space(c) || matches!(c, '"' | '\'' | '>'));
            return Some(&value[..end.unwrap_or(value.len())]);
        }
    }
}

/// Adds the tag at `span`; comments, instructions and declarations are not tags.
pub(super) fn push_tag(tags: &mut Vec<HtmlTag>, text: &str, span: Span, in_block: bool) {
    let source = span.of(text).as_bytes();
    if matches!(source.get(1), Some(b'!')) || source.len() < 3 {
        return;
    }
    let closing = source[1] == b'/';
    let start = span.start() + 1 + usize::from(closing);
    let length = text.as_bytes()[start..span.end()]
        .iter()
        .position(|&byte| byte == b'/' || byte == b'>' || byte.is_ascii_whitespace())
        .unwrap_or(span.end() - start);
    tags.push(HtmlTag { span, name: Span::new(start, start + length), closing, in_block });
}

/// Making a searcher takes longer than a look through most pages.
static COMMENT_END: LazyLock<Finder> = LazyLock::new(|| Finder::new("-->"));

/// Finds all comments and marks their lines. Comments in code are found too: what is blank or
/// switched off is decided by lines, as markdownlint does.
pub(super) fn find_comments(doc: &mut Document) {
    let (mut comments, mut hidden) = (take(&mut doc.comments), take(&mut doc.hidden));
    let bytes = doc.text.as_bytes();
    let mut at = doc.body.start();
    let mut ends = true;
    for start in doc.marks(b"!").filter_map(|mark| mark.checked_sub(1)) {
        if start < at || !bytes[start..].starts_with(b"<!--") {
            continue;
        }
        let end = ends.then(|| COMMENT_END.find(&bytes[start + 2..])).flatten();
        ends = end.is_some();
        let span = Span::new(start, end.map_or(start + 4, |end| start + 2 + end + 3));
        comments.push(span);
        if ends && span.len() > "<!---->".len() && is_hidden(doc, span) {
            hidden.push(Span::new(start + 4, span.end() - 3));
        }
        at = span.end();
    }
    (doc.comments, doc.hidden) = (comments, hidden);
    for index in 0..doc.comments.len() {
        for line in doc.lines_of(doc.comments[index]) {
            doc.flags[line] |= Flags::COMMENT;
        }
    }
    mark_stray_comment_ends(doc);
}

/// Whether rules that read lines do not see what is in a comment: it starts its line, or it is
/// well-formed by the rules of older HTML and does not go from one table row into another.
fn is_hidden(doc: &Document, comment: Span) -> bool {
    let content = &doc.text[comment.start() + 4..comment.end() - 3];
    let malformed = content.starts_with('>')
        || content.starts_with("->")
        || content.ends_with('-')
        || content.contains("--");
    if !malformed && !content.contains('\n') {
        return true;
    }
    let line = doc.lines.start(doc.lines.line_at(comment.start()));
    let before = doc.text[line..comment.start()].trim_start_matches(is_js_space);
    before.is_empty() || !(malformed || before.starts_with('|'))
}

/// A `-->` without its start makes the rest of a line count for blankness all the same.
fn mark_stray_comment_ends(doc: &mut Document) {
    let mut flags = take(&mut doc.flags);
    let dashes = doc.marks(b"-").filter_map(|dash| dash.checked_sub(1));
    let ends = dashes
        .filter(|&at| doc.body.start() <= at && doc.text.as_bytes()[at..].starts_with(b"-->"));
    for at in ends {
        flags[doc.lines.line_at(at)] |= Flags::COMMENT;
    }
    doc.flags = flags;
}

/// Finds the tags of HTML blocks, which the parser does not tell.
pub(super) fn find_block_tags(doc: &mut Document) {
    if !doc.has(Kind::HtmlBlock) {
        return;
    }
    let mut tags = Vec::new();
    let html = doc.blocks().filter(|&node| doc.nodes[node].kind == Kind::HtmlBlock);
    for node in html.filter(|&node| !is_comment(doc, node)) {
        let lines = doc.lines_of(doc.nodes[node].span);
        scan_block(doc, *lines.start(), *lines.end(), &mut tags);
    }
    if !tags.is_empty() {
        doc.html_tags.append(&mut tags);
        doc.html_tags.sort_by_key(|tag| tag.span.start);
    }
}

/// Whether an HTML block counts as one comment: it starts with one where the container's content
/// starts, and ends with one.
fn is_comment(doc: &Document, node: NodeId) -> bool {
    let span = doc.nodes[node].span;
    let end = doc.line_span(doc.line_of(span.end() - 1)).end();
    let source = &doc.text[span.start()..end];
    let content = source.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    let malformed =
        |text: &str| text.starts_with(['>']) || text.starts_with("->") || text.ends_with('-');
    content.is_some_and(|content| !malformed(content)) && !is_indented(doc, node)
}

/// Whether white space that belongs to no container stands before a block.
fn is_indented(doc: &Document, node: NodeId) -> bool {
    let start = doc.nodes[node].span.start();
    let line = doc.line_of(start);
    let column = |offset| {
        let line = doc.lines.start(doc.line_of(offset)).max(doc.body.start());
        blocks::columns(&doc.text.as_bytes()[line..offset], 0)
    };
    let container = doc.nodes[doc.nodes[node].parent as usize];
    match container.kind {
        Kind::Item => {
            let item = doc.items[container.data as usize];
            let content = column(item.content_start as usize).max(column(item.marker.end()) + 1);
            column(start) > content
        }
        Kind::BlockQuote => {
            let of_line = doc.quote_prefixes.iter().rev().find(|prefix| prefix.line == line);
            of_line.is_some_and(|prefix| prefix.span.end() < start)
        }
        Kind::FootnoteDefinition => {
            doc.line_of(container.span.start()) != line && column(start) > 4
        }
        _ => column(start) > 0,
    }
}

/// Reads the lines of an HTML block as Markdown without HTML blocks and indented code: paragraphs
/// end at blank lines and where other blocks start, fences hide their content, code spans hide
/// tags.
fn scan_block(doc: &Document, first: usize, last: usize, tags: &mut Vec<HtmlTag>) {
    let mut line = first;
    while line <= last {
        let text = content(doc.line_text(line));
        if text.is_empty() {
            line += 1;
        } else if let Some((mark, run)) = opening_fence(text) {
            line = after_fence(doc, line + 1, last, mark, run);
        } else {
            let start = line;
            line += 1;
            while line <= last && continues_paragraph(content(doc.line_text(line))) {
                line += 1;
            }
            let span = Span::new(doc.lines.start(start), doc.line_span(line - 1).end());
            scan_inline(&doc.text, span, tags);
        }
    }
}

/// A line without the white space and quote marks before it, and the white space after it.
fn content(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>']).trim_end()
}

fn continues_paragraph(content: &str) -> bool {
    let bytes = content.as_bytes();
    let Some(&first) = bytes.first() else { return false };
    match first {
        b'#' => !content.trim_start_matches('#').starts_with([' ', '\t']),
        b'-' | b'+' | b'*' | b'_' | b'=' => {
            let is_item =
                first != b'_' && first != b'=' && matches!(bytes.get(1), Some(b' ' | b'\t'));
            // An underline may be shorter than a rule.
            let long_enough = matches!(first, b'-' | b'=') || bytes.len() >= 3;
            let is_rule = long_enough && bytes.iter().all(|&byte| byte == first || byte == b' ');
            !is_item && !is_rule
        }
        b'1' => !matches!(bytes, [_, b'.' | b')', b' ' | b'\t', ..]),
        _ => opening_fence(content).is_none(),
    }
}

fn opening_fence(content: &str) -> Option<(u8, usize)> {
    let mark = *content.as_bytes().first()?;
    let run = content.bytes().take_while(|&byte| byte == mark).count();
    let fits = run >= 3 && (mark == b'~' || (mark == b'`' && !content[run..].contains('`')));
    fits.then_some((mark, run))
}

fn after_fence(doc: &Document, from: usize, last: usize, mark: u8, run: usize) -> usize {
    for line in from..=last {
        let text = content(doc.line_text(line));
        if text.len() >= run && text.bytes().all(|byte| byte == mark) {
            return line + 1;
        }
    }
    last + 1
}

/// Finds the tags in a paragraph's source.
fn scan_inline(text: &str, span: Span, tags: &mut Vec<HtmlTag>) {
    for opaque in Opaque::new(text, span) {
        if text.as_bytes()[opaque.start()] == b'<' {
            push_tag(tags, text, opaque, true);
        }
    }
}
