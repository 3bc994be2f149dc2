//! What a generator does not take for Markdown, covered so that the parser does not either.
//!
//! A mask has the length of the text, and every line ending where it was, so that spans in the one
//! are spans in the other.

mod blocks;
mod guess;
mod indented;
mod mdx;
mod myst;
mod python;
mod raw_html;
mod templates;

use crate::text::Span;

pub use guess::guess;
pub use indented::without_indented_code;

/// The dialect that a page is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// CommonMark with GitHub's extensions.
    Plain,
    /// JSX, expressions and imports.
    Mdx,
    /// Python-Markdown: admonitions, tabs and raw HTML.
    Python,
    /// Shortcodes.
    Hugo,
    /// Liquid tags, and raw HTML as kramdown has it.
    Kramdown,
    /// What mdBook's preprocessor puts in.
    MdBook,
    /// Directives and roles.
    Myst,
}

/// A page as the parser shall see it.
#[derive(Debug)]
pub struct Masked {
    pub text: String,
    /// Tags that were covered, with their attributes.
    pub tags: Vec<Span>,
    /// Pages that are put into this one, as written.
    pub includes: Vec<String>,
    /// Whether plugins put in what is not in the page.
    pub is_open: bool,
}

/// Covers what is not Markdown; `None` where there is nothing of the kind.
pub fn mask(syntax: Syntax, text: &str) -> Option<Masked> {
    let mut cover = Cover::new(text);
    match syntax {
        Syntax::Plain => return None,
        Syntax::Mdx => mdx::cover(&mut cover),
        Syntax::Python => {
            templates::jinja(&mut cover);
            python::cover(&mut cover);
            raw_html::cover(&mut cover);
        }
        Syntax::Hugo => templates::hugo(&mut cover),
        Syntax::Kramdown => {
            templates::liquid(&mut cover);
            raw_html::comments(&mut cover);
            raw_html::cover(&mut cover);
        }
        Syntax::MdBook => templates::mdbook(&mut cover),
        Syntax::Myst => myst::cover(&mut cover),
    }
    cover.finish()
}

/// What stands for the braces around an expression in a heading.
pub const OPENS: u8 = 2;
pub const CLOSES: u8 = 3;

/// A text of which parts are covered.
struct Cover<'a> {
    text: &'a str,
    bytes: Vec<u8>,
    is_changed: bool,
    tags: Vec<Span>,
    includes: Vec<String>,
    is_open: bool,
    /// The last place that was asked about, and where its line starts.
    line: (usize, usize),
    /// How many bytes may still be read in search of an end that is not there.
    patience: usize,
}

/// So often all of a text may be read in search of ends that are not there. After that, what is opened
/// stays open, as it does in nearly all texts that have so many.
const PATIENCE: usize = 64;

impl<'a> Cover<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes().to_vec();
        Cover {
            text,
            bytes,
            is_changed: false,
            tags: Vec::new(),
            includes: Vec::new(),
            is_open: false,
            line: (0, 0),
            patience: PATIENCE * text.len(),
        }
    }

    /// Where something that begins at a place ends. A search that fails says how far it looked.
    fn end_of<T>(&mut self, from: usize, search: impl FnOnce() -> Result<T, usize>) -> Option<T> {
        if self.patience == 0 {
            return None;
        }
        let found = search();
        if let Err(reached) = found {
            self.patience = self.patience.saturating_sub(reached.saturating_sub(from));
        }
        found.ok()
    }

    /// Where the line of a place starts; places come in the order of the text.
    fn line_start(&mut self, at: usize) -> usize {
        let (known, start) = if at < self.line.0 { (0, 0) } else { self.line };
        let newline = memchr::memrchr(b'\n', &self.text.as_bytes()[known..at]);
        let start = newline.map_or(start, |newline| known + newline + 1);
        self.line = (at, start);
        start
    }

    /// Makes spaces of all but the line endings of a span, whose ends are ends of characters.
    fn blank(&mut self, span: Span) {
        for byte in &mut self.bytes[span.range()] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        self.is_changed = true;
    }

    /// Covers a tag; in a heading with what comes into no id.
    fn erase(&mut self, span: Span) {
        self.blank(span);
        let line = self.line_start(span.start());
        if !self.text[line..].starts_with('#') {
            return;
        }
        for byte in &mut self.bytes[span.range()] {
            *byte = if *byte == b' ' { 1 } else { *byte };
        }
    }

    /// Covers an expression; in a heading its letters stay, between marks of their own.
    fn expression(&mut self, span: Span) {
        let line = self.line_start(span.start());
        let inner = span.of(self.text);
        if !self.text[line..].starts_with('#') || inner.contains('\n') {
            return self.blank(span);
        }
        for byte in &mut self.bytes[span.range()] {
            let stays = byte.is_ascii_alphanumeric() || b" -_".contains(byte) || !byte.is_ascii();
            *byte = if stays { *byte } else { 1 };
        }
        self.bytes[span.start()] = OPENS;
        self.bytes[span.end() - 1] = CLOSES;
        self.is_changed = true;
    }

    /// Makes one word of a span, that may stand as the destination of a link.
    fn join(&mut self, span: Span) {
        for byte in &mut self.bytes[span.range()] {
            let stays = byte.is_ascii_alphanumeric()
                || !byte.is_ascii()
                || matches!(byte, b'\n' | b'\r' | b'.' | b'/' | b'_' | b'#');
            if !stays {
                *byte = b'-';
            }
        }
        self.is_changed = true;
    }

    /// Writes ASCII over what was there.
    fn put(&mut self, at: usize, text: &str) {
        debug_assert!(
            self.text.is_char_boundary(at) && self.text.is_char_boundary(at + text.len())
        );
        self.bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
        self.is_changed = true;
    }

    fn finish(self) -> Option<Masked> {
        if !self.is_changed && self.includes.is_empty() && !self.is_open {
            return None;
        }
        let text = String::from_utf8(self.bytes).ok()?;
        Some(Masked { text, tags: self.tags, includes: self.includes, is_open: self.is_open })
    }
}
