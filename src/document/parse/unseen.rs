//! Tables where the parser sees none, and cells that it leaves out.

use pulldown_cmark::{BrokenLink, CowStr, Event, Parser, RefDefs, Tag, TagEnd};

use super::{Builder, EXTENSIONS};
use crate::document::tables::late_start;
use crate::document::{Kind, NodeId, blocks};
use crate::text::Span;

impl Builder<'_> {
    /// Adds a line break, and notes whether the line after it starts a table that the parser takes
    /// for more of the paragraph.
    pub(super) fn line_break(&mut self, kind: Kind, span: Span, text: &str) {
        self.leaf_inline(kind, span);
        let mut next = text.as_bytes()[span.end()..].iter();
        let next = next.find(|byte| !matches!(byte, b' ' | b'\t' | b'>'));
        if !matches!(next, Some(b'|' | b':' | b'-')) {
            return;
        }
        let line = self.doc.lines.line_at(span.start());
        let block = self.open.iter().rev().find(|&&node| self.doc.nodes[node].kind.is_block());
        let start = block.map_or(0, |&block| self.doc.nodes[block].span.start());
        if self.doc.lines.line_at(start) < line {
            let (quotes, column) = self.containers(text);
            self.breaks.extend(late_start(&self.doc.lines, text, line, quotes, column));
        }
    }

    /// How many block quotes are open, and the column at which the content of the innermost list
    /// item starts.
    fn containers(&self, text: &str) -> (usize, usize) {
        let kind = |node: &&NodeId| self.doc.nodes[**node].kind;
        let quotes = self.open.iter().filter(|node| kind(node) == Kind::BlockQuote).count();
        let item = self.open.iter().rev().find(|node| kind(node) == Kind::Item);
        let item = item.map(|&node| self.doc.items[self.doc.nodes[node].data as usize]);
        let content = item.map(|item| item.content_start as usize);
        (quotes, content.map_or(0, |offset| blocks::column_of(text, offset)))
    }

    /// Parses a cell that rendering drops, as running text.
    pub(super) fn surplus_cell(&mut self, cell: Span, text: &str, definitions: &RefDefs) {
        // A space that is not white space to the parser keeps blocks from starting.
        const SPACE: &str = "\u{a0}";
        let source = SPACE.to_owned() + cell.of(text).trim();
        let start = cell.start() + cell.of(text).len() - cell.of(text).trim_start().len();
        let defined = |link: BrokenLink| {
            definitions.get(&link.reference).map(|_| (CowStr::from(""), CowStr::from("")))
        };
        let parser = Parser::new_with_broken_link_callback(&source, EXTENSIONS, Some(defined));
        self.open_node(Kind::TableCell, cell, 0);
        for (event, range) in parser.into_offset_iter() {
            let place = |offset: usize| start + offset.saturating_sub(SPACE.len());
            let span = Span::new(place(range.start), place(range.end));
            match event {
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Text(_) if span.is_empty() => {}
                event => self.event(&event, span, text),
            }
        }
        self.end(TagEnd::TableCell, text);
    }
}
