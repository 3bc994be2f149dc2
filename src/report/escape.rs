//! Text from pages, made harmless for each kind of reader.

use std::borrow::Cow;
use std::io::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::printable;
use super::words::is_unprintable;

/// Characters that stand for themselves in the path of a URI.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path with `/` as a relative URI.
pub(super) fn uri(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Appends a value as JSON in which no character steers a terminal or turns text around: those are
/// written as escapes, so that the value stays the same.
pub(super) fn json(value: &impl Serialize, out: &mut Vec<u8>) {
    let text = serde_json::to_string(value).expect("texts and numbers are JSON");
    if text.is_ascii() || !text.chars().any(is_unprintable) {
        return out.extend_from_slice(text.as_bytes());
    }
    for character in text.chars() {
        let mut buffer = [0; 4];
        match is_unprintable(character) {
            // Writing to memory does not fail.
            true => drop(write!(out, "\\u{:04x}", u32::from(character))),
            false => out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
}

/// Text for an element or an attribute of XML 1.0, or of HTML. Control characters, which XML cannot
/// hold, are shown as escapes.
pub(super) fn xml(text: &str) -> Cow<'_, str> {
    escaped(printable(text), |character| match character {
        '&' => Some("&amp;".into()),
        '<' => Some("&lt;".into()),
        '>' => Some("&gt;".into()),
        '"' => Some("&quot;".into()),
        '\'' => Some("&#39;".into()),
        '\u{fffe}' | '\u{ffff}' => Some("\u{fffd}".into()),
        _ => None,
    })
}

/// Text for a line or a table cell of Markdown in which nothing is markup, no name is mentioned, and
/// no address becomes a link.
pub(super) fn markdown(text: &str) -> Cow<'_, str> {
    escaped(printable(text), |character| {
        let is_plain = !character.is_ascii_punctuation() || " .,;'\"/-?%=".contains(character);
        (!is_plain).then(|| format!("&#{};", u32::from(character)).into())
    })
}

/// The message of a command to GitHub's runner.
pub(super) fn github_message(text: &str) -> Cow<'_, str> {
    escaped(printable(text), |character| (character == '%').then(|| "%25".into()))
}

/// The value of a property of a command to GitHub's runner.
pub(super) fn github_property(text: &str) -> Cow<'_, str> {
    escaped(exact(text), |character| match character {
        '%' => Some("%25".into()),
        '\r' => Some("%0D".into()),
        '\n' => Some("%0A".into()),
        ':' => Some("%3A".into()),
        ',' => Some("%2C".into()),
        _ => None,
    })
}

/// The message of a command to the agent of Azure Pipelines.
pub(super) fn azure_message(text: &str) -> Cow<'_, str> {
    escaped(printable(text), |character| (character == '%').then(|| "%AZP25".into()))
}

/// The value of a property of a command to the agent of Azure Pipelines.
pub(super) fn azure_property(text: &str) -> Cow<'_, str> {
    escaped(exact(text), |character| match character {
        '%' => Some("%AZP25".into()),
        '\r' => Some("%0D".into()),
        '\n' => Some("%0A".into()),
        ']' => Some("%5D".into()),
        ';' => Some("%3B".into()),
        _ => None,
    })
}

/// A path that has to stay the name of its file: only what nobody can see is shown, but for the ends
/// of lines, for which commands have escapes.
fn exact(text: &str) -> Cow<'_, str> {
    let is_kept = |character: char| matches!(character, '\r' | '\n');
    if !text.contains(is_kept) {
        return printable(text);
    }
    let mut result = String::with_capacity(text.len());
    for part in text.split_inclusive(is_kept) {
        let ends = part.ends_with(is_kept);
        let (part, end) = part.split_at(part.len() - usize::from(ends));
        result.push_str(&printable(part));
        result.push_str(end);
    }
    Cow::Owned(result)
}

fn escaped<'t>(
    text: Cow<'t, str>,
    escape: impl Fn(char) -> Option<Cow<'static, str>>,
) -> Cow<'t, str> {
    if !text.chars().any(|character| escape(character).is_some()) {
        return text;
    }
    let mut result = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match escape(character) {
            Some(escape) => result.push_str(&escape),
            None => result.push(character),
        }
    }
    Cow::Owned(result)
}
