//! Headings, lists and code blocks: what their markers look like in the source.

use super::NodeId;
use crate::text::Span;

#[derive(Clone, Copy, Debug)]
pub struct Heading {
    pub node: NodeId,
    /// The line (from 0) on which it starts.
    pub line: usize,
    /// 1 to 6.
    pub level: u8,
    pub style: HeadingStyle,
    /// From the first `#` or the first character of text to the end of the last line's content.
    pub span: Span,
    /// The text without markers and the white space next to them; empty if there is none.
    pub content: Span,
    /// The `#` marks, or the underline.
    pub marker: Span,
    /// The closing `#` marks.
    pub closing: Option<Span>,
}

impl Heading {
    /// The spaces and tabs after the first marker; empty for underlined headings.
    pub fn opening_space(&self, text: &str) -> Span {
        if self.style == HeadingStyle::Setext {
            return Span::at(self.span.start());
        }
        let rest = text[self.marker.end()..].bytes();
        let length = rest.take_while(|&byte| matches!(byte, b' ' | b'\t')).count();
        Span::new(self.marker.end(), self.marker.end() + length)
    }

    /// The spaces and tabs before the closing `#` marks; empty if there are none.
    pub fn closing_space(&self, text: &str) -> Span {
        let Some(closing) = self.closing else { return Span::at(self.content.end()) };
        let before = text[self.marker.end()..closing.start()].bytes().rev();
        let length = before.take_while(|&byte| matches!(byte, b' ' | b'\t')).count();
        Span::new(closing.start() - length, closing.start())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingStyle {
    /// `# Text`
    Atx,
    /// `# Text #`
    AtxClosed,
    /// Underlined with `=` or `-`.
    Setext,
}

impl HeadingStyle {
    /// Whether the heading is written with `#` marks.
    pub fn is_atx(self) -> bool {
        self != HeadingStyle::Setext
    }

    /// The name in markdownlint's options.
    pub fn name(self) -> &'static str {
        match self {
            HeadingStyle::Atx => "atx",
            HeadingStyle::AtxClosed => "atx_closed",
            HeadingStyle::Setext => "setext",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct List {
    pub node: NodeId,
    pub ordered: bool,
    /// Number of lists around this one.
    pub depth: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub node: NodeId,
    /// Index in [`super::Document::lists`].
    pub list: u32,
    /// The bullet, or the digits with the `.` or `)`.
    pub marker: Span,
    /// Where the content starts: after the marker and the white space that belongs to it. The
    /// end of the marker if the rest of the line is blank.
    pub content_start: u32,
}

impl Item {
    /// The number as written, for items of ordered lists.
    pub fn number(&self, text: &str) -> Option<u64> {
        let marker = self.marker.of(text);
        marker[..marker.len() - 1].parse().ok()
    }
}

#[derive(Clone, Copy, Debug)]
pub struct CodeBlock {
    pub node: NodeId,
    pub span: Span,
    /// The run of backticks or tildes that opens it; `None` for an indented block.
    pub fence: Option<Span>,
    /// The rest of the opening line, trimmed; empty if there is none.
    pub info: Span,
    /// The closing run.
    pub closing: Option<Span>,
}

impl CodeBlock {
    /// The first word after the fence.
    pub fn language<'a>(&self, text: &'a str) -> &'a str {
        self.info.of(text).split([' ', '\t']).next().unwrap_or("")
    }
}

/// Reads the parts of an ATX heading whose `#` is at `span.start`.
pub(super) fn atx(text: &str, span: Span, node: NodeId, line: usize) -> Heading {
    let source = span.of(text);
    let start = span.start();
    let hashes = source.bytes().take_while(|&byte| byte == b'#').count();
    let body = source[hashes..].trim_matches([' ', '\t']);
    let body_start = start
        + hashes
        + (source.len() - hashes - source[hashes..].trim_start_matches([' ', '\t']).len());
    let without = body.trim_end_matches('#');
    let closes =
        without.len() < body.len() && (without.is_empty() || without.ends_with([' ', '\t']));
    let (content, closing) = if closes {
        let closing = Span::new(body_start + without.len(), body_start + body.len());
        (without.trim_end_matches([' ', '\t']), Some(closing))
    } else {
        (body, None)
    };
    let content_start = if body.is_empty() { start + hashes } else { body_start };
    Heading {
        node,
        line,
        level: hashes.min(6) as u8,
        style: if closing.is_some() { HeadingStyle::AtxClosed } else { HeadingStyle::Atx },
        span,
        content: Span::new(content_start, content_start + content.len()),
        marker: Span::new(start, start + hashes),
        closing,
    }
}

/// Reads the parts of an underlined heading.
pub(super) fn setext(text: &str, span: Span, node: NodeId, line: usize, level: u8) -> Heading {
    let source = span.of(text);
    let trimmed = source.trim_end_matches(['=', '-']);
    let marker = Span::new(span.start() + trimmed.len(), span.end());
    // Between text and underline stand a line ending and container prefixes.
    let content = trimmed.rfind(['\n', '\r']).map_or(trimmed, |at| &trimmed[..at]);
    let content = content.trim_end_matches([' ', '\t', '\n', '\r']);
    Heading {
        node,
        line,
        level,
        style: HeadingStyle::Setext,
        span,
        content: Span::new(span.start(), span.start() + content.len()),
        marker,
        closing: None,
    }
}

/// Reads the marker of an item. The item's source may start before it: the parser counts a tab
/// as its columns, and so comes out too early by up to two bytes.
pub(super) fn item(text: &str, span: Span, node: NodeId, list: u32) -> Item {
    let bytes = text.as_bytes();
    let mut start = span.start();
    while matches!(bytes.get(start), Some(b' ' | b'\t' | b'\n' | b'\r' | b'>')) {
        start += 1;
    }
    let mut end = start;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    end = (end + 1).min(text.len());
    let spaces = bytes[end..].iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let blank = matches!(bytes.get(end + spaces), None | Some(b'\n' | b'\r'));
    // Five columns or more after the marker start indented code: one of them is the marker's.
    // Where the line stands matters to tabs only, and counting columns is work.
    let space = &bytes[end..end + spaces];
    let width = match space.contains(&b'\t') {
        true => columns(space, column_of(text, end)),
        false => spaces,
    };
    let own = if blank {
        0
    } else if width > 4 {
        1
    } else {
        spaces
    };
    Item { node, list, marker: Span::new(start, end), content_start: (end + own) as u32 }
}

/// The column (from 0, tabs at 4) at which the byte at `offset` is displayed.
pub(super) fn column_of(text: &str, offset: usize) -> usize {
    let line = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    columns(&text.as_bytes()[line..offset], 0)
}

/// How many columns the bytes take from column `from` on, tabs at 4.
pub(super) fn columns(bytes: &[u8], from: usize) -> usize {
    let mut column = from;
    for &byte in bytes {
        match byte {
            b'\t' => column = column / 4 * 4 + 4,
            // Bytes that go on a character take no column.
            _ if byte & 0xC0 == 0x80 => {}
            _ => column += 1,
        }
    }
    column - from
}

/// Reads fence, info string and closing fence of a fenced block; `span` may end in line endings.
pub(super) fn fenced(text: &str, span: Span, node: NodeId) -> CodeBlock {
    let source = span.of(text);
    let mark = source.as_bytes()[0];
    let run = source.bytes().take_while(|&byte| byte == mark).count();
    let fence = Span::new(span.start(), span.start() + run);
    let line_end = source.find(['\n', '\r']).unwrap_or(source.len());
    let info = source[run..line_end].trim_matches([' ', '\t']);
    let info_start = fence.end()
        + (source[run..line_end].len()
            - source[run..line_end].trim_start_matches([' ', '\t']).len());
    let info = if info.is_empty() {
        Span::at(fence.end())
    } else {
        Span::new(info_start, info_start + info.len())
    };
    let closing =
        (line_end < source.len()).then(|| closing_fence(source, line_end, mark, run)).flatten();
    let closing =
        closing.map(|range| Span::new(span.start() + range.start, span.start() + range.end));
    CodeBlock { node, span, fence: Some(fence), info, closing }
}

fn closing_fence(
    source: &str,
    from: usize,
    mark: u8,
    run: usize,
) -> Option<std::ops::Range<usize>> {
    let trimmed = source.trim_end_matches([' ', '\t']);
    let without = trimmed.trim_end_matches(mark as char);
    let line = source.rfind(['\n', '\r'])? + 1;
    let only_prefix =
        source.get(line..without.len())?.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>'));
    (line > from && trimmed.len() - without.len() >= run && only_prefix)
        .then_some(without.len()..trimmed.len())
}
