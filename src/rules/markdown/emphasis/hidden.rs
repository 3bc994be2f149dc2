//! Places in running text whose `*` and `_` are no marks of emphasis for markdownlint: bare
//! addresses, math, and the names of directives such as `:icon_name`.

use std::ops::Range;

use crate::document::Document;
use crate::text::{any_contains, is_js_space};

/// Looks from mark to mark; each name is read once.
#[derive(Default)]
pub(super) struct Hidden {
    /// The characters of a name around the last underscore.
    name: Range<usize>,
    in_directive: bool,
}

impl Hidden {
    /// Whether the `*` or `_` at `offset` cannot be a mark.
    pub(super) fn contains(&mut self, doc: &Document, offset: usize) -> bool {
        any_contains(&doc.autolinks, offset)
            || any_contains(&doc.math, offset)
            || self.in_directive(&doc.text, offset)
    }

    /// Whether the byte at `offset` is an underscore in the name of a directive.
    fn in_directive(&mut self, text: &str, offset: usize) -> bool {
        if text.as_bytes()[offset] != b'_' {
            return false;
        }
        if !self.name.contains(&offset) {
            let before = text[..offset].trim_end_matches(is_name_character);
            let after = text[offset..].find(|c| !is_name_character(c));
            self.name = before.len()..after.map_or(text.len(), |length| offset + length);
            self.in_directive =
                before.ends_with(':') && directive_name(text, before.len() - 1).is_some();
        }
        self.in_directive
    }
}

/// The name of the directive whose colon stands at `colon`, if it is one.
pub(super) fn directive_name(text: &str, colon: usize) -> Option<&str> {
    let rest = &text[colon + 1..];
    let length = rest.find(|c| !is_name_character(c)).unwrap_or(rest.len());
    let name = &rest[..length];
    let is_directive = !matches!(text.as_bytes()[..colon].last(), Some(b':' | b'\\'))
        && !rest[length..].starts_with(':')
        && !name.starts_with(['-', '_'])
        && !name.ends_with(['-', '_'])
        && !name.is_empty();
    is_directive.then_some(name)
}

fn is_name_character(c: char) -> bool {
    match c {
        '-' | '_' => true,
        _ if c.is_ascii() => c.is_ascii_alphanumeric() || (c.is_ascii_control() && c > '\r'),
        _ => !is_js_space(c) && !is_unicode_punctuation(c),
    }
}

/// Punctuation and symbols beyond ASCII; the blocks that hold nearly all of them.
fn is_unicode_punctuation(c: char) -> bool {
    matches!(c,
        '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b1}' | '\u{b4}' | '\u{b6}'..='\u{b8}' | '\u{bb}'
        | '\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
        | '\u{20a0}'..='\u{20c0}' | '\u{2190}'..='\u{245f}' | '\u{249c}'..='\u{24e9}'
        | '\u{2500}'..='\u{2775}' | '\u{2794}'..='\u{2bff}' | '\u{3001}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{303d}' | '\u{30fb}' | '\u{fe10}'..='\u{fe6b}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}' | '\u{1f000}'..='\u{1faff}')
}
