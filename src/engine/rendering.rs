//! What a page renders to, in a normal form that two versions of the page can be compared by.
//!
//! The normal form is the parser's events without positions. Left out is what a reader of the
//! rendered page cannot see: how markers are written, where lines end, white space that HTML
//! collapses, and whether an address in angle brackets is marked as a link (a bare URL turned
//! autolink shows the same text).

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::document::Document;

/// All extensions that a renderer may have switched on without changing what a page is meant
/// to be: what they would show differently counts as a difference.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// Starts a mark in the normal form; it stands for no text (control characters are escaped by
/// no renderer, but two pages that differ only in them would still compare unequal).
const MARK: char = '\u{1}';

/// The normal form of the document's body.
pub fn rendering(doc: &Document) -> String {
    rendering_of(doc.slice(doc.body))
}

/// The normal form of Markdown without front matter.
pub(super) fn rendering_of(body: &str) -> String {
    let mut reading = Reading::default();
    for event in Parser::new_ext(body, EXTENSIONS) {
        reading.event(event);
    }
    reading.normal.out
}

/// What has been read of the parser's events.
#[derive(Default)]
struct Reading {
    normal: Normal,
    in_code_block: bool,
    /// Text of the HTML block being read.
    html: String,
    /// Links that are autolinks, innermost last: their marks are left out.
    autolinks: Vec<bool>,
}

impl Reading {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code_block => self.normal.verbatim(&text),
            Event::Text(text) => self.normal.text(&text),
            Event::Code(code) => self.normal.inline("code", &code),
            Event::InlineHtml(html) => self.normal.inline("html", &html),
            Event::Html(html) => self.html.push_str(&html),
            Event::FootnoteReference(label) => self.normal.inline("note", &label),
            Event::SoftBreak => self.normal.space = true,
            Event::HardBreak => {
                self.normal.mark("br");
                self.normal.start_of_line();
            }
            Event::Rule => self.normal.block("hr"),
            Event::TaskListMarker(done) => self.normal.mark(if done { "[x]" } else { "[ ]" }),
            Event::InlineMath(math) | Event::DisplayMath(math) => self.normal.inline("math", &math),
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Link { link_type, dest_url, title, .. } => {
                let autolink = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.autolinks.push(autolink);
                if !autolink {
                    self.normal.link("a", &dest_url, &title);
                }
            }
            Tag::Image { dest_url, title, .. } => self.normal.link("img", &dest_url, &title),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.normal.mark(inline_name(&tag)),
            Tag::CodeBlock(kind) => {
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => info.as_ref(),
                    CodeBlockKind::Indented => "",
                };
                self.normal.block(&format!("pre {info}"));
                self.in_code_block = true;
            }
            tag => self.normal.block(&format!("{tag:?}")),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => {
                if self.autolinks.pop() == Some(false) {
                    self.normal.mark("/a");
                }
            }
            TagEnd::Image => self.normal.mark("/img"),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.normal.mark(&format!("/{tag:?}"));
            }
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                self.normal.html_block(&html);
                self.normal.block("/html");
            }
            tag => {
                self.in_code_block = false;
                self.normal.block(&format!("/{tag:?}"));
            }
        }
    }
}

/// The normal form while it is written.
#[derive(Default)]
pub(super) struct Normal {
    pub(super) out: String,
    /// White space was seen since the last visible character of the block.
    pub(super) space: bool,
    /// Nothing visible was written in this block yet.
    at_start: bool,
}

impl Normal {
    /// Text with white space collapsed, also over the bounds of inline elements: a space is
    /// written before the next visible character.
    pub(super) fn text(&mut self, text: &str) {
        for character in text.chars() {
            if matches!(character, ' ' | '\t' | '\n' | '\r') {
                self.space = true;
            } else {
                self.pending_space();
                self.out.push(character);
            }
        }
    }

    pub(super) fn verbatim(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            match line.strip_suffix("\r\n") {
                Some(line) => {
                    self.out.push_str(line);
                    self.out.push('\n');
                }
                None => self.out.push_str(line),
            }
        }
    }

    /// HTML shows white space as text does, unless an element keeps it.
    pub(super) fn html_block(&mut self, html: &str) {
        let lower = html.to_ascii_lowercase();
        let opened = ["<pre", "<textarea", "<script", "<style"].map(|tag| lower.rfind(tag));
        let Some(opened) = opened.into_iter().flatten().max() else { return self.text(html) };
        let is_closed = ["</pre", "</textarea", "</script", "</style"]
            .iter()
            .any(|tag| lower[opened..].contains(tag));
        // What follows an element that is not closed here is part of it, but for the last line's end.
        let html = if is_closed { html.trim_ascii_end() } else { html };
        let html = html.strip_suffix('\n').unwrap_or(html);
        self.verbatim(html.strip_suffix('\r').unwrap_or(html));
    }

    /// Something visible that white space does not collapse in.
    pub(super) fn inline(&mut self, name: &str, content: &str) {
        self.pending_space();
        self.mark(name);
        self.verbatim(content);
        self.out.push(MARK);
    }

    pub(super) fn link(&mut self, name: &str, destination: &str, title: &str) {
        self.mark(name);
        self.out.push_str(destination);
        self.out.push(MARK);
        self.out.push_str(title);
        self.out.push(MARK);
    }

    pub(super) fn block(&mut self, name: &str) {
        self.start_of_line();
        self.mark(name);
    }

    pub(super) fn mark(&mut self, name: &str) {
        self.out.push(MARK);
        self.out.push_str(name);
        self.out.push(MARK);
    }

    pub(super) fn start_of_line(&mut self) {
        self.space = false;
        self.at_start = true;
    }

    fn pending_space(&mut self) {
        if self.space && !self.at_start {
            self.out.push(' ');
        }
        self.space = false;
        self.at_start = false;
    }
}

fn inline_name(tag: &Tag) -> &'static str {
    match tag {
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        _ => "del",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(before: &str, after: &str) -> bool {
        rendering(&Document::parse(before)) == rendering(&Document::parse(after))
    }

    #[test]
    fn what_does_not_show_is_left_out() {
        assert!(same("* a\n* b", "- a\n- b\n"));
        assert!(same("a  b \nc", "a b\nc\n"));
        assert!(same("x [ a ](b) y", "x [a](b) y"));
        assert!(same("see https://a.b now", "see <https://a.b> now"));
        assert!(same("T\n===\n", "# T #\n"));
        assert!(same("a\r\n\r\n\r\nb\r\n", "a\n\nb\n"));
        assert!(same("    code\n", "```\ncode\n```\n"));
    }

    #[test]
    fn what_shows_is_kept() {
        assert!(!same("a  \nb", "a\nb"));
        assert!(!same("- a\n- b\n", "- a\n\n- b\n"));
        assert!(!same("```\n\ta\n```\n", "```\n  a\n```\n"));
        assert!(!same("x[ a](b)", "x[a](b)"));
        assert!(!same("1. a\n", "2. a\n"));
        assert!(!same("#a\n", "# a\n"));
        assert!(!same("** a **", "**a**"));
        assert!(!same("`` ` ``", "`` `` ``"));
        assert!(!same("<pre>\n a  b</pre>", "<pre>\n a b</pre>"));
        assert!(!same("- <pre>a\n<ul>\n", "- <pre>a\n\n<ul>\n"));
        assert!(same("- <pre>a</pre>\n<ul>\n", "- <pre>a</pre>\n\n<ul>\n"));
        assert!(!same("a\nb", "a\n\nb"));
    }
}
