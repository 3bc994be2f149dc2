//! Numbers and what they count, as people read them.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
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
}
