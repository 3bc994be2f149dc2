//! What each line is part of.

use std::ops::{BitOr, BitOrAssign};

use super::Document;
use crate::text::is_js_space;

/// A set of facts about one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub(super) u16);

impl Flags {
    /// Nothing but white space, `>` marks and comments.
    pub const BLANK: Flags = Flags(1 << 0);
    pub const FRONT_MATTER: Flags = Flags(1 << 1);
    /// In a fenced code block, fences included.
    pub const FENCED: Flags = Flags(1 << 2);
    /// The opening or closing fence of a code block; without a closing one, the last line of
    /// the page or block quote.
    pub const FENCE: Flags = Flags(1 << 3);
    /// In an indented code block.
    pub const INDENTED: Flags = Flags(1 << 4);
    /// In an HTML block.
    pub const HTML: Flags = Flags(1 << 5);
    pub const TABLE: Flags = Flags(1 << 6);
    pub const HEADING: Flags = Flags(1 << 7);
    /// In the definition of a link reference or a footnote.
    pub const DEFINITION: Flags = Flags(1 << 8);
    /// Part of a link, an image or an autolink stands on the line.
    pub const LINK: Flags = Flags(1 << 9);
    /// Text that belongs directly to a paragraph stands on the line.
    pub const PROSE: Flags = Flags(1 << 10);
    /// Part of a paragraph stands on the line; also in items of tight lists.
    pub const PARAGRAPH: Flags = Flags(1 << 11);
    /// Part of a comment stands on the line.
    pub const COMMENT: Flags = Flags(1 << 12);
    pub const THEMATIC_BREAK: Flags = Flags(1 << 13);
    /// Its first byte is a `#`.
    pub const HASH: Flags = Flags(1 << 14);

    /// In a formula, `$$ … $$`, that goes over several lines.
    pub const FORMULA: Flags = Flags(1 << 15);

    /// In a code block of either kind.
    pub const CODE: Flags = Flags(Self::FENCED.0 | Self::INDENTED.0);

    pub(super) fn remove(&mut self, other: Flags) {
        self.0 &= !other.0;
    }

    /// Whether the two sets share a fact.
    pub fn intersects(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Flags;

    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Flags) {
        self.0 |= other.0;
    }
}

/// Marks lines that hold nothing for a reader, those that start with a `#`, and those of the front
/// matter.
pub(super) fn mark_by_text(doc: &mut Document) {
    for line in 0..doc.body_line {
        doc.flags[line] |= Flags::FRONT_MATTER;
    }
    for line in doc.body_line..doc.lines.count() {
        let start = doc.lines.start(line);
        let bytes = &doc.text.as_bytes()[start..doc.lines.next_start(line)];
        // Most lines tell with their first byte or their last one.
        let blank = match bytes {
            _ if doc.flags[line].intersects(Flags::COMMENT) => {
                is_blank_without_comments(doc.line_text(line), doc.is_hidden(start))
            }
            [b'\n'] => true,
            [b'!'..=b'=' | b'?'..=b'~', ..] | [.., b'!'..=b'=' | b'?'..=b'~', b'\n'] => false,
            _ => is_blank(doc.line_text(line)),
        };
        if doc.flags[line].intersects(Flags::FORMULA) {
            continue;
        }
        if bytes.first() == Some(&b'#') {
            doc.flags[line] |= Flags::HASH;
        }
        if blank {
            doc.flags[line] |= Flags::BLANK;
        }
    }
}

fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c == '>' || is_js_space(c))
}

/// Whether a line is blank once its comments, whole or cut, are taken out. White space that is
/// `hidden` in a comment that goes on before and after the line is not.
fn is_blank_without_comments(line: &str, hidden: bool) -> bool {
    if hidden && !line.contains("-->") {
        return line.is_empty();
    }
    let mut rest = line;
    let mut blank = true;
    let mut keep = |part: &str| blank &= part.chars().all(|c| c == '>' || is_js_space(c));
    loop {
        match (rest.find("<!--"), rest.find("-->")) {
            (start, Some(end)) if start.is_none_or(|start| end < start) => rest = &rest[end + 3..],
            (Some(start), Some(end)) => {
                keep(&rest[..start]);
                rest = &rest[end + 3..];
            }
            (Some(start), None) => {
                keep(&rest[..start]);
                return blank;
            }
            _ => {
                keep(rest);
                return blank;
            }
        }
    }
}
