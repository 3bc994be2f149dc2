//! Where a missing section belongs: in words, as a place to report, and as an edit.

use std::ops::Range;

use super::arrange::Arrangement;
use super::compile::{CompiledPart, Sections};
use super::page::Outline;
use super::template::Order;
use crate::diagnostic::Fix;
use crate::document::Kind;
use crate::text::Span;

/// Where a section of a template belongs on a page that lacks it.
pub(super) struct TemplatePlace {
    /// The heading before which it belongs; one past the last for the end of the page.
    next: usize,
    /// In words: "after `Overview`".
    words: String,
    /// Whether the words name the heading that stands there.
    is_before: bool,
    /// Where to report it.
    pub span: Span,
}

/// The place of the section `part` among those that are there.
pub(super) fn place(
    page: &Outline,
    sections: &Sections,
    arrangement: &Arrangement,
    part: usize,
    scope: &Range<usize>,
) -> TemplatePlace {
    let is_kept = |index: &&usize| arrangement.is_in_place(**index);
    let has_order = sections.order == Order::Fixed;
    let before = (0..part).rev().filter(|_| has_order);
    let before = before.filter_map(|part| arrangement.found[part].iter().rfind(is_kept)).next();
    if let Some(&previous) = before {
        let words = format!("after `{}`", page.headings[previous].text);
        return TemplatePlace {
            next: page.headings[previous].end,
            words,
            is_before: false,
            span: page.place(previous),
        };
    }
    let after = (part + 1..sections.list.len()).filter(|_| has_order);
    let after = after.filter_map(|part| arrangement.found[part].iter().find(is_kept)).next();
    if let Some(&next) = after {
        let words = format!("before `{}`", page.headings[next].text);
        return TemplatePlace { next, words, is_before: true, span: page.place(next) };
    }
    let (words, span) = match scope.start.checked_sub(1) {
        Some(outer) => (format!("under `{}`", page.headings[outer].text), page.place(outer)),
        None => ("on the page".to_owned(), page.start()),
    };
    TemplatePlace { next: scope.end, words, is_before: false, span }
}

impl TemplatePlace {
    /// The place in words, and what stands there instead: "after `Overview`, found `Usage`".
    pub fn describe(&self, page: &Outline) -> String {
        let words = &self.words;
        match page.headings.get(self.next) {
            Some(_) if self.is_before => words.clone(),
            Some(next) => format!("{words}, found `{}`", next.text),
            None => format!("{words}, found the end of the page"),
        }
    }

    /// The fix that inserts the heading; none if its text is a pattern, or if it would not become
    /// a heading.
    pub fn insert(&self, page: &Outline, part: &CompiledPart) -> Option<Fix> {
        let text = part.matcher.literals().first()?;
        let (doc, ending) = (page.doc, page.doc.line_ending());
        let heading = format!("{} {text}{ending}", "#".repeat(usize::from(part.level)));
        let at = page.start_of(self.next);
        if at < doc.text.len() {
            return Some(Fix::review(Span::at(at), format!("{heading}{ending}")));
        }
        // What is open to the end of the page would swallow a heading.
        let last = doc.children(0).last().map(|block| doc.nodes[block]);
        let is_open = last.is_some_and(|last| match last.kind {
            Kind::CodeBlock => doc.code_blocks[last.data as usize].closing.is_none(),
            Kind::HtmlBlock => true,
            _ => false,
        });
        let is_blank = doc.text.trim_end().is_empty();
        let gap = match doc.text.ends_with(['\n', '\r']) {
            _ if is_blank => String::new(),
            true => ending.to_owned(),
            false => ending.repeat(2),
        };
        (!is_open).then(|| Fix::review(Span::at(at), format!("{gap}{heading}")))
    }
}
