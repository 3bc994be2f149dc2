//! Numbers, plurals, and text that is safe to print.

use std::borrow::Cow;

/// A number with separators for thousands.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, such as `1 file` or `2,000 files`.
pub fn plural(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{} {}", count(number), several(noun)),
    }
}

/// The plural of a noun, the last word of what is counted: `files`, `fixes`, `new entries`.
fn several(noun: &str) -> Cow<'_, str> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| noun.ends_with(ending));
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies").into(),
        _ if noun == "more" || noun.ends_with(" more") => noun.into(),
        _ if ends(&["s", "x", "z", "ch", "sh"]) => format!("{noun}es").into(),
        _ => format!("{noun}s").into(),
    }
}

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
    let mut digits = [0; 10];
    let mut first = digits.len();
    let mut rest = number;
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
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
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 12, 999, 1000, 1234567].map(count),
            ["0", "12", "999", "1,000", "1,234,567"]
        );
        assert_eq!([plural(1, "file"), plural(0, "file")], ["1 file", "0 files"]);
        for (noun, expected) in [
            ("fix", "34 fixes"),
            ("directory", "34 directories"),
            ("key", "34 keys"),
            ("match", "34 matches"),
            ("pass", "34 passes"),
            ("unused baseline entry", "34 unused baseline entries"),
            ("more", "34 more"),
        ] {
            assert_eq!(plural(34, noun), expected);
            assert_eq!(plural(1, noun), format!("1 {noun}"));
        }
    }

    #[test]
    fn numbers_are_written() {
        for number in [0, 7, 10, 4_294_967_295] {
            let mut out = Vec::new();
            push_number(number, &mut out);
            assert_eq!(out, number.to_string().into_bytes());
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("a\n\u{1b}[31m日本"), "a\\n\\u{1b}[31m日本");
    }
}
