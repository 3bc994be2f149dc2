//! The YAML that most front matter is: one `key: value` a line, and values on one line. Reading it
//! line by line takes a fraction of the time that all of YAML takes. Texts with anything else in
//! them are left to the parser, which makes the same tree of these ones, too.

use super::build::{BuildStep, Builder, Value};
use super::scalar;
use super::tree::{NodeStyle, ValueKind};
use crate::text::Span;

/// Reads the bytes `span`, unless more than flat lines are there; then nothing is done.
/// Returns whether they were read.
pub(super) fn parse(builder: &mut Builder<'_>, span: Span) -> bool {
    let Some(parts) = parts(builder.source, span) else { return false };
    // `Stop` says that a limit is reached, which is noted.
    let _ = build(builder, span, &parts);
    builder.end_document();
    true
}

/// What stands on the lines, in their order.
enum FlatPart {
    /// A key, or a value that is no list.
    Scalar(Span, NodeStyle),
    /// The bracket before and the one after the values of a list.
    Open(usize),
    Close(usize),
}

fn build(builder: &mut Builder<'_>, span: Span, parts: &[FlatPart]) -> BuildStep {
    let collection = |at, kind, style| Value { span: at, kind, style, text: "", anchor: None };
    builder.open(collection(Span::at(span.start()), ValueKind::Mapping, NodeStyle::Block))?;
    for part in parts {
        match *part {
            FlatPart::Scalar(span, style) => {
                let text = span.of(builder.source);
                let (kind, text) = match style {
                    NodeStyle::Plain => (scalar::plain_kind(text), text),
                    _ => (ValueKind::String, &text[1..text.len() - 1]),
                };
                builder.scalar(Value { span, kind, style, text, anchor: None })?;
            }
            FlatPart::Open(at) => {
                let bracket = Span::new(at, at + 1);
                builder.open(collection(bracket, ValueKind::Sequence, NodeStyle::Flow))?;
            }
            FlatPart::Close(at) => builder.close(Some(at + 1)),
        }
    }
    builder.close(None);
    Ok(())
}

/// What stands on the lines; `None` if a line is not flat, or there is none.
fn parts(source: &str, span: Span) -> Option<Vec<FlatPart>> {
    let mut parts = Vec::with_capacity(span.len() / 16);
    let mut at = span.start();
    for line in span.of(source).split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let (key, value) = content.split_once(": ")?;
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !key.bytes().all(is_key) {
            return None;
        }
        parts.push(FlatPart::Scalar(Span::new(at, at + key.len()), NodeStyle::Plain));
        let value = value.trim_start_matches(' ');
        read_value(value, at + content.len() - value.len(), &mut parts)?;
        at += line.len();
    }
    (!parts.is_empty()).then_some(parts)
}

fn read_value(value: &str, at: usize, parts: &mut Vec<FlatPart>) -> Option<()> {
    let bytes = value.as_bytes();
    if !is_clear(value) {
        return None;
    }
    match bytes.first()? {
        b'[' => return read_list(value, at, parts),
        b'"' | b'\'' => {
            let style = quoted(bytes).filter(|&(length, _)| length == value.len())?.1;
            parts.push(FlatPart::Scalar(Span::new(at, at + value.len()), style));
        }
        first => {
            let ends_well = !matches!(bytes.last(), Some(b' ' | b':'));
            let is_text = |pair: &[u8]| !matches!(pair, b": " | b" #");
            let starts_well = first.is_ascii_alphanumeric() || !first.is_ascii();
            if !starts_well || !ends_well || !bytes.windows(2).all(is_text) {
                return None;
            }
            parts.push(FlatPart::Scalar(Span::new(at, at + value.len()), NodeStyle::Plain));
        }
    }
    Some(())
}

/// Reads `[a, "b"]`, which starts at `at`.
fn read_list(list: &str, at: usize, parts: &mut Vec<FlatPart>) -> Option<()> {
    let bytes = list.as_bytes();
    let skip_spaces = |from: usize| from + spaces(&bytes[from..]);
    parts.push(FlatPart::Open(at));
    let mut reached = 0;
    loop {
        let start = skip_spaces(reached + 1);
        let (length, style) = match bytes.get(start)? {
            b'"' | b'\'' => quoted(&bytes[start..])?,
            byte if byte.is_ascii_alphanumeric() => (word(&bytes[start..]), NodeStyle::Plain),
            _ => return None,
        };
        parts.push(FlatPart::Scalar(Span::new(at + start, at + start + length), style));
        reached = skip_spaces(start + length);
        match bytes.get(reached)? {
            b',' => {}
            b']' if reached + 1 == bytes.len() => break,
            _ => return None,
        }
    }
    parts.push(FlatPart::Close(at + reached));
    Some(())
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| byte == b' ').count()
}

/// The length of the text in quotes at the start, quotes included, if nothing in it is escaped. Two
/// single quotes would be one escaped; no caller expects a quote after one.
fn quoted(bytes: &[u8]) -> Option<(usize, NodeStyle)> {
    let quote = bytes[0];
    let inner = memchr::memchr(quote, &bytes[1..])?;
    let style = if quote == b'"' { NodeStyle::DoubleQuoted } else { NodeStyle::SingleQuoted };
    let is_escaped = quote == b'"' && memchr::memchr(b'\\', &bytes[1..=inner]).is_some();
    (!is_escaped).then_some((inner + 2, style))
}

/// The length of the words at the start, without spaces after them.
fn word(bytes: &[u8]) -> usize {
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b" _./+()-".contains(byte);
    let length = bytes.iter().take_while(is_word).count();
    bytes[..length].trim_ascii_end().len()
}

/// Whether there are only characters that no reader of YAML takes for more than a character.
fn is_clear(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        || text.chars().all(|c| {
            matches!(c, ' '..='~' | '\u{a1}'..='\u{1fff}' | '\u{2010}'..='\u{2027}'
                | '\u{2030}'..='\u{d7ff}' | '\u{1f000}'..='\u{1ffff}')
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::{Parsed, yaml};

    /// The trees that both make of a text; `None` if it is not flat.
    fn both(text: &str) -> Option<(Parsed, Parsed)> {
        let span = Span::new(0, text.len());
        let mut flat = Builder::new(text, span);
        if !parse(&mut flat, span) {
            return None;
        }
        let mut whole = Builder::new(text, span);
        yaml::parse_any(&mut whole, span);
        Some((flat.finish(span), whole.finish(span)))
    }

    fn assert_same(text: &str) -> bool {
        let Some((flat, whole)) = both(text) else { return false };
        assert_eq!(format!("{flat:?}"), format!("{whole:?}"), "{text:?}");
        true
    }

    #[test]
    fn flat_lines_are_read_as_the_parser_reads_them() {
        for text in [
            "title: a\n",
            "title: a",
            "title: \"a: b # c\"\r\ndate: 2024-05-01\r\n",
            "a:   'it is'\nb.c-d_e: x:y#z [not a list] {nor, a, map}\n",
            "tags: [one, \"two: 2\", 'three',four 5]\nn: 12\nt: true\nnull: null\n",
            "a: 1\nb: 2\na: 3\n",
            "title: Überschrift – 標題 😀\n",
        ] {
            assert!(assert_same(text), "{text:?} is flat");
        }
    }

    #[test]
    fn more_than_flat_lines_is_left_to_the_parser() {
        for text in [
            "",
            "\n",
            "a:\n",
            "a: \n",
            "a: b \n",
            "a: &x b\n",
            "a: *x\n",
            "a: !t b\n",
            "a: |\n  b\n",
            "a: b\n  c\n",
            "# a\na: b\n",
            "a: b # c\n",
            "a: b: c\n",
            "a: 'it''s'\n",
            "a: \"\\n\"\n",
            "a: []\n",
            "a: [b, ]\n",
            "a: [b: c]\n",
            "a: [[b]]\n",
            "a: {b: c}\n",
            "- a: b\n",
            "a: b\tc\n",
            "---\na: b\n",
            "a: \"b\nc: d\"\n",
            "a: [b,\n  c]\n",
            "a: \u{85}b\n",
            "<<: a\n",
            "a: b:\n",
        ] {
            assert!(both(text).is_none(), "{text:?} is not flat");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_read_as_the_parser_reads_it(
            lines in prop::collection::vec(
                "[a-z<\\-]{1,3}:? {0,2}[a-z0-9 \"'\\[\\],:#.~é&*!|>%@?{}\\\\-]{0,12}", 1..5),
            ending in "(\n|\r\n)?",
        ) {
            assert_same(&(lines.join("\n") + &ending));
        }

        #[test]
        fn flat_lines_of_all_kinds_are_the_same(
            lines in prop::collection::vec(
                "[a-z][a-z0-9._-]{0,4}: ([0-9a-f.:+TZx_-]{1,10}|\"[^\"\\\\\\pC]{0,8}\"|'[^'\\pC]{0,8}'\
                 |(true|No|null|NaN|1e3|0o7|0x1F)|\\[ ?[a-z0-9]{1,4}( ?, ?('x y'|\"z: #\"|w 1)){0,3}\\])",
                1..5),
        ) {
            assert_same(&(lines.join("\n") + "\n"));
        }
    }
}
