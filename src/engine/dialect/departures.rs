//! Where the generator of a site reads a page otherwise than markdownlint does, its findings are
//! left out: `docs/markdownlint.md` lists the departures by rule.
//!
//! What is not Markdown is covered and the page is read once more: a finding counts if it is there
//! without what is not Markdown, too.

use foldhash::{HashMap, HashSet};

use super::Dialect;
use crate::cancel;
use crate::diagnostic::{Diagnostic, RuleId, Safety};
use crate::document::{Document, Flags};
use crate::rules::{Page, RuleSet};
use crate::site::facts;
use crate::site::ids::{Naming, OwnId};
use crate::site::mask::{Syntax, mask};
use crate::text::Span;

/// Rules that look at the characters of lines, which covering changes.
const OF_CHARACTERS: [&str; 5] = ["MD009", "MD010", "MD012", "MD013", "MD047"];
/// Rules that take what a definition holds for a list or for code.
const IN_DEFINITIONS: [&str; 6] = ["MD005", "MD007", "MD027", "MD030", "MD032", "MD046"];
/// What a page that is read otherwise has somewhere.
const MARKS: [&str; 10] =
    ["{", "!!! ", "??? ", "???+ ", "=== \"", "::: ", ")=\n", "\n: ", "\n:\t", "> [!"];

/// Leaves out what is wrong for the site, and lets fixes of what is not Markdown wait for review.
pub(in crate::engine) fn depart(
    page: &Page,
    dialect: impl FnOnce() -> Dialect,
    rules: &RuleSet,
    found: &mut Vec<Diagnostic>,
) {
    if !found.iter().any(is_of_markdownlint) {
        return;
    }
    let is_of_markup =
        |found: &Diagnostic| matches!(found.rule.as_str(), "MD033" | "MD041" | "MD007");
    let has_marks = MARKS.iter().any(|mark| page.text.contains(mark));
    if !has_marks && !found.iter().any(is_of_markup) {
        return;
    }
    let dialect = dialect();
    if let Some(masked) = mask(dialect.syntax, &page.text) {
        without_covered(page, masked.text, rules, found);
    }
    known_anchors(page, dialect, found);
    let definitions = match dialect.syntax {
        Syntax::Hugo | Syntax::Kramdown | Syntax::Python | Syntax::MdBook => definitions(page),
        _ => HashSet::default(),
    };
    found.retain(|found| {
        cancel::check();
        let line = page.line_of(found.span.start());
        let is_wrong = match found.rule.as_str() {
            "MD028" => is_between_alerts(page, line),
            "MD033" if dialect.flavor == "vitepress" => is_of_vue(page.slice(found.span)),
            "MD007" if dialect.syntax == Syntax::Python => is_indented_by_fours(page, line),
            _ => false,
        };
        let is_in_definition = definitions.contains(&line);
        !(is_wrong || is_in_definition && IN_DEFINITIONS.contains(&found.rule.as_str()))
    });
}

fn is_of_markdownlint(found: &Diagnostic) -> bool {
    found.rule.starts_with("MD")
}

/// Leaves out what is not found when all that is not Markdown is covered.
fn without_covered(page: &Page, masked: String, rules: &RuleSet, found: &mut Vec<Diagnostic>) {
    let covered = covered(&page.text, &masked);
    if covered.is_empty() {
        return;
    }
    let is_in = |at: usize| {
        let next = covered.partition_point(|span| span.start() <= at);
        next > 0 && at < covered[next - 1].end()
    };
    let is_read_again =
        |id: &str| id.starts_with("MD") && id != "MD051" && !OF_CHARACTERS.contains(&id);
    let wanted: HashSet<&str> = found.iter().map(|found| found.rule.as_str()).collect();
    let mut doc = Document::default();
    doc.head = page.head;
    doc.parse_again(masked);
    let again = rules.check_some(&Page::alone(&doc).at(page.path()), |meta| {
        is_read_again(meta.id) && wanted.contains(meta.id)
    });
    let again: HashSet<(RuleId, u32)> =
        again.iter().map(|found| (found.rule, found.span.start)).collect();
    found.retain(|found| match is_read_again(&found.rule) {
        true => again.contains(&(found.rule, found.span.start)),
        false => !is_of_markdownlint(found) || !is_in(found.span.start()),
    });
    for found in found.iter_mut() {
        let Some(fix) = &mut found.fix else { continue };
        let touches = |span: Span| is_in(span.start()) || (span.end() > 0 && is_in(span.end() - 1));
        if fix.edits.iter().any(|edit| touches(edit.span)) {
            fix.safety = Safety::Review;
        }
    }
}

/// What differs, with the space between two parts that do.
fn covered(text: &str, masked: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let bytes = text.as_bytes();
    for (at, (a, b)) in bytes.iter().zip(masked.as_bytes()).enumerate() {
        if a == b {
            continue;
        }
        match spans.last_mut() {
            Some(last) if bytes[last.end()..at].iter().all(u8::is_ascii_whitespace) => {
                last.end = at as u32 + 1;
            }
            _ => spans.push(Span::new(at, at + 1)),
        }
    }
    spans
}

/// Leaves out fragments that lead to ids which writers have given.
fn known_anchors(page: &Page, dialect: Dialect, found: &mut Vec<Diagnostic>) {
    let has_own = ["{#", "{ #", "{:", ")=", "{/*"].iter().any(|mark| page.text.contains(mark));
    if !has_own || !found.iter().any(|found| found.rule == "MD051") {
        return;
    }
    let own = if dialect.syntax == Syntax::Mdx { OwnId::ReactDev } else { OwnId::AttributeList };
    let naming = Naming { own, ..Naming::github() };
    let has_labels = true;
    let read = facts::LinkDialect { syntax: dialect.syntax, naming, footnote: "", has_labels };
    let facts = facts::read(&read, page);
    let known: HashSet<&str> =
        facts.anchors.iter().chain(&facts.labels).map(String::as_str).collect();
    let targets: HashMap<u32, &str> = facts
        .links
        .iter()
        .filter_map(|link| Some((link.span.start, link.target.strip_prefix('#')?)))
        .collect();
    found.retain(|found| {
        let target = targets.get(&found.span.start).copied();
        !(found.rule == "MD051" && target.is_some_and(|target| known.contains(target)))
    });
}

/// So many lines of a quote, or between two, are looked at.
const FARTHEST: usize = 200;

/// Whether the blank line stands between two alerts of GitHub, which one quote would not be.
fn is_between_alerts(page: &Page, line: usize) -> bool {
    let is_blank = |line: &usize| page.line_text(*line).trim().is_empty();
    let first = (line..page.lines.count()).take(FARTHEST).find(|line| !is_blank(line));
    let is_alert = |line: usize| {
        let text = page.line_text(line).trim_start_matches(['>', ' ', '\t']);
        text.starts_with("[!") && text.trim_end().ends_with(']')
    };
    let is_quote = |line: usize| page.line_text(line).trim_start().starts_with('>');
    let before = (0..line).rev().take(FARTHEST).find(|line| !is_blank(line));
    let start = before.map(|end| {
        let quoted = (0..=end).rev().take(FARTHEST).take_while(|&line| is_quote(line));
        quoted.last().unwrap_or(end)
    });
    first.is_some_and(is_alert) || start.is_some_and(is_alert)
}

/// Whether a tag is a component of Vue, or has what only Vue reads.
fn is_of_vue(tag: &str) -> bool {
    let tag = tag.trim_start_matches(['<', '/']);
    let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
    let name = name.unwrap_or("");
    name.starts_with(|c: char| c.is_ascii_uppercase())
        || name.contains(['-', '.', ':'])
        || matches!(name, "script" | "style" | "template" | "slot" | "component")
}

/// Python-Markdown wants four spaces for each level, and takes nothing less.
fn is_indented_by_fours(page: &Page, line: usize) -> bool {
    let text = page.line_text(line);
    let indent = text.len() - text.trim_start_matches(' ').len();
    indent > 0 && indent.is_multiple_of(4)
}

/// The lines that belong to what a term is defined as: `: definition` and what is indented below.
fn definitions(page: &Page) -> HashSet<usize> {
    let mut lines = HashSet::default();
    let mut is_inside = false;
    let mut has_term = false;
    for line in page.body_lines() {
        let text = page.line_text(line);
        let is_code = page.flags[line].intersects(Flags::FENCED | Flags::FENCE);
        if is_code && !is_inside {
            has_term = false;
            continue;
        }
        let begins = text.starts_with(": ") || text.starts_with(":\t");
        if begins && (has_term || is_inside) {
            is_inside = true;
        } else if is_inside && !text.trim().is_empty() && !text.starts_with([' ', '\t']) {
            is_inside = false;
        }
        if is_inside {
            lines.insert(line);
        }
        has_term = match text.trim().is_empty() {
            true => has_term,
            false => !is_inside && !text.starts_with(['#', '>', '|', ' ', '\t']),
        };
    }
    lines
}
