//! Draws a line of source with carets under the place that is meant.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style as Paint};

use super::Style;
use super::excerpt::{Excerpt, excerpt};
use super::words::{push_number, push_repeated};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;

/// Columns of the frame besides the line number, at the left of the source.
const FRAME: usize = 3;

pub(super) struct SourceExcerpt {
    style: Style,
    renderer: Renderer,
    scratch: Excerpt,
}

impl SourceExcerpt {
    pub(super) fn new(style: Style) -> Self {
        let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
        // Lines are cut to the width before the library sees them.
        let renderer = renderer.term_width(usize::MAX / 2).line_num(frame(&style));
        SourceExcerpt { style, renderer, scratch: Excerpt::default() }
    }

    /// The colour of what stands around the source.
    pub(super) fn frame(&self) -> Paint {
        frame(&self.style)
    }

    /// Appends the source of a finding whose line number has this many digits.
    pub(super) fn draw(
        &mut self,
        doc: &Document,
        finding: &Finding,
        digits: usize,
        out: &mut Vec<u8>,
    ) {
        let width = self.style.width.saturating_sub(digits + FRAME).max(20);
        let line = finding.start.line as usize - 1;
        excerpt(doc, line, finding.span, width, &mut self.scratch);
        // The library shows the other control characters as symbols.
        if !shown_as_they_are(&self.scratch.text) {
            let harmless = |c: char| if is_second_control(c) { '\u{b7}' } else { c };
            self.scratch.text = self.scratch.text.chars().map(harmless).collect();
        }
        let shown = &self.scratch;
        if !self.style.color
            && let Some(columns) = shown.plain_columns()
        {
            draw_plain(shown, columns, finding, digits, out);
        } else {
            draw_aligned(&self.renderer, shown, finding, out);
        }
    }
}

/// Control characters of two bytes, as many as what is shown in their place has.
fn is_second_control(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}')
}

fn shown_as_they_are(text: &str) -> bool {
    text.is_ascii() || !text.chars().any(is_second_control)
}

fn frame(style: &Style) -> Paint {
    if style.color { AnsiColor::BrightBlue.on_default().bold() } else { Paint::new() }
}

/// The library aligns tabs, wide characters and emoji, and draws in colour.
fn draw_aligned(renderer: &Renderer, shown: &Excerpt, finding: &Finding, out: &mut Vec<u8>) {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mark = AnnotationKind::Primary.span(shown.marked.clone());
    let snippet = Snippet::source(shown.text.as_str())
        .line_start(finding.start.line as usize)
        .annotation(mark);
    let drawn = renderer.render(&[Group::with_level(level).element(snippet)]);
    out.extend_from_slice(drawn.as_bytes());
    out.push(b'\n');
}

/// What the library draws of a line in which every character takes one column, a good ten
/// times faster: nearly all lines of a large report are such.
fn draw_plain(
    shown: &Excerpt,
    columns: Range<usize>,
    finding: &Finding,
    digits: usize,
    out: &mut Vec<u8>,
) {
    push_repeated(b' ', digits + 1, out);
    out.extend_from_slice(b"|\n");
    push_number(finding.start.line, out);
    out.extend_from_slice(b" |");
    if !shown.text.is_empty() {
        out.push(b' ');
        out.extend_from_slice(shown.text.as_bytes());
    }
    out.push(b'\n');
    push_repeated(b' ', digits + 1, out);
    out.extend_from_slice(b"| ");
    push_repeated(b' ', columns.start, out);
    push_repeated(b'^', columns.len().max(1), out);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Fingerprint;
    use crate::text::{Position, Span};

    fn finding(doc: &Document, span: Span) -> Finding {
        Finding {
            rule: crate::rules::builtin().id("MD009").unwrap(),
            severity: Severity::Warning,
            span,
            start: doc.position(span.start()),
            end: Position::default(),
            message: "what was found".into(),
            fix: None,
            details: None,
            fingerprint: Fingerprint(0),
        }
    }

    /// The quick way draws what the library would.
    #[test]
    fn plain_lines_are_drawn_like_the_library_draws_them() {
        let long = "word ".repeat(60);
        let text = format!("short line\n\n   indented  \n{long}\n{}end\nlast", "\n".repeat(120));
        let doc = Document::parse(text);
        let style = Style { color: false, width: 100, quiet: false, suppressed: false };
        let mut compared = 0;
        for start in 0..doc.text.len() {
            for length in [0, 1, 7, 90, 400] {
                let end = (start + length).min(doc.text.len());
                let finding = finding(&doc, Span::new(start, end));
                let mut source = SourceExcerpt::new(style);
                let digits = finding.start.line.to_string().len();
                let (mut quick, mut aligned) = (Vec::new(), Vec::new());
                source.draw(&doc, &finding, digits, &mut quick);
                draw_aligned(&source.renderer, &source.scratch, &finding, &mut aligned);
                assert_eq!(
                    String::from_utf8_lossy(&quick),
                    String::from_utf8_lossy(&aligned),
                    "{start}..{end}"
                );
                compared += usize::from(source.scratch.plain_columns().is_some());
            }
        }
        assert!(compared > 1000);
    }
}
