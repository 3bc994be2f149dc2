//! Numbers, and text that is safe to print.

use std::borrow::Cow;

pub use crate::text::{count, plural};

/// The text without characters that would break a line or steer a terminal.
pub fn printable(text: &str) -> Cow<'_, str> {
    if is_plain(text.as_bytes()) || !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unprintable(character) {
            result.extend(character.escape_default());
        } else {
            result.push(character);
        }
    }
    Cow::Owned(result)
}

/// Whether all bytes are printable ASCII. Looks at all of them, which is faster than to stop
/// at the first one that is not.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, byte| plain & (byte.wrapping_sub(b' ') <= b'~' - b' '))
}

/// Appends a number in decimal.
pub(super) fn push_number(number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends a byte a number of times.
pub(super) fn push_repeated(byte: u8, number: usize, out: &mut Vec<u8>) {
    out.resize(out.len() + number, byte);
}

/// Control characters, and those that change the direction of text.
pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("a\n\u{1b}[31m日本"), "a\\n\\u{1b}[31m日本");
    }
}
