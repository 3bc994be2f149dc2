//! What a fix would change, as a small diff below the finding.

use std::io::Write;

use anstyle::{AnsiColor, Style as Paint};

use super::layout::window;
use super::{Style, printable};
use crate::diagnostic::{Fix, Safety};
use crate::document::Document;
use crate::text::Span;

/// Longer changes are told in one line.
const MAX_LINES: usize = 6;

/// Longer lines are not shown: a page may be one line with as many findings as words.
const MAX_BYTES: usize = 4096;

/// Draws the lines that a fix changes, before and after, with its safety.
pub(super) fn draw(style: &Style, doc: &Document, fix: &Fix, digits: usize, out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (
        fix.edits.iter().map(|edit| edit.span.start()).min(),
        fix.edits.iter().map(|edit| edit.span.end()).max(),
    ) else {
        return;
    };
    let safety = match fix.safety {
        Safety::Safe => "safe fix",
        Safety::Review => "fix to review",
    };
    let first_line = doc.line_of(first);
    let whole = Span::new(doc.lines.start(first_line), doc.lines.next_start(doc.line_of(last)));
    // Writing to memory does not fail; likewise below.
    if whole.len() > MAX_BYTES {
        let _ = writeln!(out, "{:digits$} = {safety}", "");
        return;
    }
    let after = changed(doc, fix, whole);
    let (before, after) = trim_common(doc.slice(whole), &after);
    let skipped = before.skipped;
    let _ = writeln!(out, "{:digits$} = {safety}:", "");
    if before.lines.len() + after.lines.len() > MAX_LINES {
        let _ = writeln!(
            out,
            "{:digits$}   {} become {}",
            "",
            super::plural(before.lines.len(), "line"),
            super::plural(after.lines.len(), "line")
        );
        return;
    }
    let number = first_line + skipped + 1;
    let gutter = Gutter { number, digits };
    side(style, '-', AnsiColor::Red, gutter, &before.lines, &after.lines, out);
    side(style, '+', AnsiColor::Green, gutter, &after.lines, &before.lines, out);
}

/// The source of `whole` with the fix applied.
fn changed(doc: &Document, fix: &Fix, whole: Span) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut text = String::with_capacity(whole.len() + 16);
    let mut at = whole.start();
    for edit in edits {
        text.push_str(doc.text.get(at..edit.span.start()).unwrap_or_default());
        text.push_str(&edit.text);
        at = edit.span.end();
    }
    text.push_str(doc.text.get(at..whole.end()).unwrap_or_default());
    text
}

/// The lines of one side that the other lacks.
struct ChangeLines<'a> {
    lines: Vec<&'a str>,
    /// Number of equal lines before them.
    skipped: usize,
}

fn trim_common<'a>(before: &'a str, after: &'a str) -> (ChangeLines<'a>, ChangeLines<'a>) {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let shorter = old.len().min(new.len());
    let skipped = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = shorter - skipped;
    let same_end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(old, new)| old == new)
        .count();
    let cut = |lines: Vec<&'a str>| lines[skipped..lines.len() - same_end].to_vec();
    (ChangeLines { lines: cut(old), skipped }, ChangeLines { lines: cut(new), skipped })
}

/// What stands at the left of the lines.
#[derive(Clone, Copy)]
struct Gutter {
    /// Of the first line.
    number: usize,
    digits: usize,
}

/// Draws the lines of one side; long ones are cut around what makes them differ from the other's.
fn side(
    style: &Style,
    sign: char,
    color: AnsiColor,
    gutter: Gutter,
    lines: &[&str],
    others: &[&str],
    out: &mut Vec<u8>,
) {
    let paint = if style.color { color.on_default() } else { Paint::new() };
    let digits = gutter.digits;
    let room = style.width.saturating_sub(digits + 3).max(20);
    for (index, line) in lines.iter().enumerate() {
        let number = gutter.number + index;
        let text = visible(line);
        let other = others.get(index).map(|other| visible(other)).unwrap_or_default();
        let text = window(&text, first_difference(&text, &other), room);
        let _ = writeln!(out, "{number:>digits$} {paint}{sign} {text}{paint:#}");
    }
}

/// The byte from which on the text is not that of the other.
fn first_difference(text: &str, other: &str) -> usize {
    let mut characters = text.char_indices().zip(other.chars());
    let differs = characters.find(|((_, own), other)| own != other);
    differs.map_or(text.len().min(other.len()), |((at, _), _)| at)
}

/// The line without its ending, and with the white space at its end shown.
fn visible(line: &str) -> String {
    let content = line.trim_end_matches(['\n', '\r']);
    let text = content.trim_end_matches([' ', '\t']);
    let mut shown = printable(text).into_owned();
    shown.extend(content[text.len()..].chars().map(|c| if c == '\t' { '→' } else { '·' }));
    if line.is_empty() || line.ends_with(['\n', '\r']) {
        return shown;
    }
    shown.push_str(" (no line ending)");
    shown
}
