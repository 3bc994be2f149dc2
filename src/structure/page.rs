//! A page as templates see it: its headings with plain text and the reach of each section.

use std::ops::Range;

use crate::document::{Document, Heading, Kind, NodeId};
use crate::text::Span;

/// A page's outline. Headings in quotes and lists are not part of it.
pub(super) struct Outline<'d> {
    pub doc: &'d Document,
    pub headings: Vec<OutlineEntry<'d>>,
}

/// A heading of the page.
pub(super) struct OutlineEntry<'d> {
    pub heading: &'d Heading,
    pub level: u8,
    /// What readers see, without markup and without an attribute such as `{#id}`.
    pub text: String,
    /// Index one past the last heading in this section.
    pub end: usize,
}

impl<'d> Outline<'d> {
    pub fn new(doc: &'d Document) -> Self {
        let outer = doc.headings.iter().filter(|heading| doc.nodes[heading.node].parent == 0);
        let mut headings: Vec<OutlineEntry> = outer
            .map(|heading| OutlineEntry {
                heading,
                level: heading.level,
                text: plain(doc, heading.node),
                end: 0,
            })
            .collect();
        let mut open: Vec<usize> = Vec::new();
        for index in 0..headings.len() {
            while let Some(&last) = open.last()
                && headings[last].level >= headings[index].level
            {
                headings[last].end = index;
                open.pop();
            }
            open.push(index);
        }
        for index in open {
            headings[index].end = headings.len();
        }
        Outline { doc, headings }
    }

    /// The index of the heading that is the page's title: an h1 with nothing before it but
    /// text.
    pub fn title(&self) -> Option<usize> {
        self.headings.first().filter(|first| first.level == 1).map(|_| 0)
    }

    /// What stands under a heading, sections in it included.
    pub fn section(&self, index: usize) -> Span {
        let entry = &self.headings[index];
        let start = entry.heading.span.end();
        Span::new(start, self.start_of(entry.end).max(start))
    }

    /// What stands before the first section.
    pub fn intro(&self) -> Span {
        let (start, next) = match self.title() {
            Some(title) => (self.headings[title].heading.span.end(), title + 1),
            None => (self.doc.body.start(), 0),
        };
        Span::new(start, self.start_of(next).max(start))
    }

    /// The start of a heading's line; the end of the page for the index after the last.
    pub fn start_of(&self, index: usize) -> usize {
        match self.headings.get(index) {
            Some(entry) => self.doc.lines.start(entry.heading.line),
            None => self.doc.text.len(),
        }
    }

    /// The first line of a heading.
    pub fn place(&self, index: usize) -> Span {
        self.doc.first_line(self.headings[index].heading.span)
    }

    /// The place for what is wrong with the whole page: its title, or its first line.
    pub fn start(&self) -> Span {
        match (self.title(), self.doc.first_content()) {
            (Some(title), _) => self.place(title),
            (None, Some(content)) => self.doc.first_line(content),
            (None, None) => Span::at(self.doc.body.start()),
        }
    }

    /// Where sections may stand that are in no other: after the title.
    pub fn scope(&self) -> Range<usize> {
        self.title().map_or(0, |title| title + 1)..self.headings.len()
    }
}

/// A heading's text without markup.
pub(super) fn plain(doc: &Document, heading: NodeId) -> String {
    let mut text = String::new();
    for node in doc.descendants(heading) {
        let node = &doc.nodes[node];
        match node.kind {
            Kind::Text => text.push_str(doc.slice(node.span)),
            Kind::Code => text.push_str(doc.slice(node.span).trim_matches('`').trim()),
            Kind::SoftBreak | Kind::HardBreak => text.push(' '),
            _ => {}
        }
    }
    let without = text.strip_suffix('}').and_then(|rest| rest.rsplit_once("{#"));
    match without {
        Some((text, _)) => text.trim().to_owned(),
        None => text.trim().to_owned(),
    }
}
