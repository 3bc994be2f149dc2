//! MD010

use schemars::JsonSchema;
use serde::Deserialize;

use super::trailing_spaces::is_empty_task;
use crate::diagnostic::{Fix, message};
use crate::document::{CodeBlock, Document, Flags, Kind};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// A tab is as wide as each editor and browser likes it, so text that is aligned with tabs is
/// aligned for its author only, and indentation that mixes tabs and spaces puts list items and
/// code at depths that cannot be seen.
///
/// Tabs in code blocks count too, unless options say otherwise; replacing those is left to a
/// person, since tabs can be part of the code. Tabs in comments are not checked.
///
/// With `→` for a tab, the first line is reported and the second is not:
///
/// ```text
/// 1.→Mix
/// 2. Bake
/// ```
///
/// # Fixes
///
/// Replaces tabs by spaces, and removes those at the end of a line. In code, a tab may be part of
/// the program.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HardTabs {
    /// Whether code blocks and code spans are checked.
    code_blocks: bool,
    /// Languages of fenced code blocks in which tabs are allowed, in any letter case.
    ignore_code_languages: Vec<String>,
    /// How many spaces the fix puts in place of a tab.
    spaces_per_tab: u32,
}

impl Default for HardTabs {
    fn default() -> Self {
        HardTabs { code_blocks: true, ignore_code_languages: Vec::new(), spaces_per_tab: 1 }
    }
}

impl Rule for HardTabs {
    const META: Meta = Meta {
        id: "MD010",
        name: "no-hard-tabs",
        tags: &["whitespace", "hard_tab"],
        summary: "no hard tabs",
        fixable: Fixable::Mixed,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let bytes = page.text.as_bytes();
        let Some(first) = memchr::memchr(b'\t', &bytes[page.body.range()]) else { return };
        let ignored = self.ignored(page);
        let mut at = page.body.start() + first;
        loop {
            let length = bytes[at..].iter().take_while(|&&byte| byte == b'\t').count();
            let run = Span::new(at, at + length);
            if !page.is_hidden(at)
                && !is_in(&ignored, run)
                && (page.math.is_empty() || !in_formula(page, run))
            {
                self.report(page, run, out);
            }
            match memchr::memchr(b'\t', &bytes[run.end()..]) {
                Some(next) => at = run.end() + next,
                None => return,
            }
        }
    }
}

impl HardTabs {
    fn report(&self, doc: &Document, run: Span, out: &mut Sink) {
        let spaces = " ".repeat(run.len() * self.spaces_per_tab as usize);
        let message = match run.len() {
            1 => "expected spaces, found a tab".into(),
            count => message!("expected spaces, found {} tabs", count),
        };
        let in_code = doc.flags[doc.line_of(run.start())].intersects(Flags::CODE)
            || doc.nodes[doc.node_at(run.start())].kind == Kind::Code;
        let fix = match (in_code, line_end(doc, run)) {
            (true, _) => Fix::review(run, spaces),
            // The box of a task without text needs a space after it.
            (false, Some(space)) if is_empty_task(doc, doc.line_of(run.start()), space) => {
                Fix::safe(space, " ")
            }
            (false, Some(space)) => Fix::safe(space, ""),
            (false, None) => Fix::safe(run, spaces),
        };
        out.report(run, message).with(fix);
    }

    /// The code that is not checked, in document order.
    fn ignored(&self, doc: &Document) -> Vec<Span> {
        let mut ignored = Vec::new();
        for block in &doc.code_blocks {
            let ignore = match block.fence {
                Some(_) if self.ignore_code_languages.is_empty() => !self.code_blocks,
                Some(_) => self.ignores_language(block.language(&doc.text)),
                None => !self.code_blocks,
            };
            if ignore {
                ignored.push(content(doc, block));
            }
        }
        if !self.code_blocks {
            ignored.extend(doc.of_kind(Kind::Code).map(|node| doc.nodes[node].span));
            ignored.sort_unstable();
        }
        ignored
    }

    /// Whether fences with this language are left alone; those without one are.
    fn ignores_language(&self, language: &str) -> bool {
        let language = language.to_lowercase();
        let mut ignored = self.ignore_code_languages.iter();
        language.is_empty() || ignored.any(|ignored| ignored.to_lowercase() == language)
    }
}

/// The white space at the end of the line if the run stands in it: with spaces instead of the tab, it
/// would break the line.
fn line_end(doc: &Document, run: Span) -> Option<Span> {
    let line = doc.line_span(doc.line_of(run.start()));
    let is_space = |c: char| matches!(c, ' ' | '\t');
    let start = line.start() + doc.slice(line).trim_end_matches(is_space).len();
    (start <= run.start()).then(|| Span::new(start, line.end()))
}

fn in_formula(doc: &Document, run: Span) -> bool {
    doc.flags[doc.line_of(run.start())].intersects(Flags::FORMULA)
}

/// The lines between the fences, or an indented block with its first indentation.
fn content(doc: &Document, block: &CodeBlock) -> Span {
    let first = doc.line_of(block.span.start());
    let (start, inside, outside) = if block.fence.is_some() {
        (doc.lines.next_start(first), Flags::FENCED, Flags::FENCE)
    } else {
        let indent = doc.last_indent(block.node).filter(|indent| indent.end == block.span.start);
        (indent.unwrap_or(block.span).start(), Flags::INDENTED, Flags::FENCED)
    };
    let is_inside =
        |&line: &usize| doc.flags[line].intersects(inside) && !doc.flags[line].intersects(outside);
    let last = (first + 1..doc.lines.count()).take_while(is_inside).last().unwrap_or(first);
    Span::new(start, doc.line_span(last).end().max(start))
}

/// Whether a run of tabs lies in one of the spans or right after one.
fn is_in(spans: &[Span], run: Span) -> bool {
    let next = spans.partition_point(|span| span.start < run.end);
    next > 0 && spans[next - 1].end >= run.start
}
