//! Code blocks: their parts, and the lines that belong to them.

use super::{Builder, trim_end};
use crate::document::{Flags, Kind, blocks};
use crate::text::Span;

impl Builder<'_> {
    pub(super) fn open_code(&mut self, indented: bool, span: Span, text: &str) {
        let node = self.doc.nodes.len();
        let block = if indented {
            let span = trim_end(text, span);
            blocks::CodeBlock {
                node,
                span,
                fence: None,
                info: Span::at(span.start()),
                closing: None,
            }
        } else {
            blocks::fenced(text, trim_line_endings(text, span), node)
        };
        self.open_node(Kind::CodeBlock, block.span, self.doc.code_blocks.len());
        self.doc.code_blocks.push(block);
        if indented {
            self.flag(block.span, Flags::INDENTED);
            self.flag_indented_end(block.span, text);
            return;
        }
        let first = self.advance(block.span.start());
        let last = self.flag(block.span, Flags::FENCED);
        self.doc.flags[first] |= Flags::FENCE;
        match block.closing {
            Some(_) => self.doc.flags[last] |= Flags::FENCE,
            None => self.flag_unclosed_end(block.span, text),
        }
    }

    /// Marks the blank lines after a block that nothing closes, up to the end of its container,
    /// and the last line of the page or block quote as its fence: markdownlint counts like that.
    fn flag_unclosed_end(&mut self, block: Span, text: &str) {
        let lines = &self.doc.lines;
        let mut last = lines.line_at(block.end());
        let quoted = self.open.iter().any(|&node| self.doc.nodes[node].kind == Kind::BlockQuote);
        if !quoted {
            let is_blank = |line| is_white(lines.span(text, line).of(text));
            while last + 1 < lines.count() && is_blank(last + 1) {
                last += 1;
                self.doc.flags[last] |= Flags::FENCED;
            }
        }
        if quoted || last + 1 == lines.count() {
            self.doc.flags[last] |= Flags::FENCE;
        }
    }

    /// Marks the blank lines after indented code up to the last one that is as indented as code:
    /// markdownlint counts them as code.
    fn flag_indented_end(&mut self, block: Span, text: &str) {
        let indent = blocks::column_of(text, block.start());
        let lines = &self.doc.lines;
        let first = lines.line_at(block.end() - 1) + 1;
        let mut end = first;
        for line in first..lines.count() {
            let blank = lines.span(text, line).of(text);
            if !is_white(blank) {
                break;
            }
            if blocks::columns(blank.as_bytes(), 0) >= indent {
                end = line + 1;
            }
        }
        for flags in &mut self.doc.flags[first..end] {
            *flags |= Flags::INDENTED;
        }
    }
}

/// Whether a line holds nothing but spaces and tabs.
fn is_white(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Cuts one line ending off a span's end.
fn trim_line_endings(text: &str, span: Span) -> Span {
    let source = span.of(text);
    let trimmed = source.strip_suffix('\n').unwrap_or(source);
    let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
    Span::new(span.start(), span.start() + trimmed.len())
}
