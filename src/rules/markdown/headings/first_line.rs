//! MD041

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::document::{Document, Kind, NodeId};
use crate::rules::markdown::title::{Level, TitlePattern};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// A page starts with its title, so that readers, search engines and lists of pages know what it
/// is about. The title is a top-level heading in Markdown or HTML, or in the front matter;
/// comments may come before it.
///
/// ```markdown bad
/// This page starts in the middle.
/// ```
///
/// ```markdown good
/// # What this page is about
///
/// This page starts with its title.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FirstLine {
    /// Whether other content may come before the first heading.
    allow_preamble: bool,
    /// Level of the title.
    level: Level,
    /// Regular expression that finds a title in the front matter; empty for none.
    front_matter_title: TitlePattern,
}

impl Rule for FirstLine {
    const META: Meta = Meta {
        id: "MD041",
        name: "first-line-heading",
        aliases: &["first-line-h1"],
        tags: &["headings"],
        summary: "the first line should be a top-level heading",
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if self.front_matter_title.matches(page) {
            return;
        }
        let level = self.level.0;
        let found = if self.allow_preamble {
            page.children(0)
                .find_map(|block| Some((page.nodes[block].span, title_level(page, block)?)))
        } else {
            page.first_content().map(|span| {
                let span = behind_wrappers(page, span);
                let block = page.children(0).find(|&block| page.nodes[block].span == span);
                (span, block.and_then(|block| title_level(page, block)).unwrap_or(0))
            })
        };
        match found {
            Some((span, found)) if found != level => {
                let line = page.line_span(page.line_of(span.start()));
                let place = Span::new(span.start(), span.end().min(line.end()));
                let found = if found == 0 { "other content".into() } else { format!("h{found}") };
                out.report(place, message!("expected an h{} at the start, found {}", level, found));
            }
            _ => {}
        }
    }
}

/// The block after HTML blocks that do nothing but open elements, as those of a centred title do.
fn behind_wrappers(doc: &Document, first: Span) -> Span {
    const WRAPPERS: [&str; 6] = ["center", "div", "header", "main", "p", "section"];
    let is_wrapper = |&block: &NodeId| {
        let node = doc.nodes[block];
        let mut text = doc.slice(node.span).to_owned();
        let mut tags = doc.html_tags.iter().skip_while(|tag| tag.span.start < node.span.start);
        let mut wraps = node.kind == Kind::HtmlBlock;
        while let Some(tag) = tags.next().filter(|tag| wraps && tag.span.end <= node.span.end) {
            let name = doc.slice(tag.name);
            wraps = !tag.closing && WRAPPERS.iter().any(|known| name.eq_ignore_ascii_case(known));
            text = text.replacen(doc.slice(tag.span), "", 1);
        }
        wraps && text.trim().is_empty()
    };
    let mut blocks = doc.children(0).skip_while(|&block| doc.nodes[block].span != first);
    let heading = blocks.find(|block| !is_wrapper(block));
    match heading.filter(|&block| doc.nodes[block].kind == Kind::Heading) {
        Some(block) => doc.nodes[block].span,
        None => first,
    }
}

/// The level of a heading, in Markdown or as the first tag of an HTML block.
fn title_level(doc: &Document, block: NodeId) -> Option<u8> {
    match doc.nodes[block].kind {
        Kind::Heading => Some(doc.headings[doc.nodes[block].data as usize].level),
        Kind::HtmlBlock => {
            let name = first_tag(doc, doc.nodes[block].span)?;
            let level = name.strip_prefix(['h', 'H'])?.parse().ok()?;
            (name.len() == 2 && (1..=6).contains(&level)).then_some(level)
        }
        _ => None,
    }
}

/// The name of the first tag in an HTML block, if no comment or declaration stands before it.
fn first_tag(doc: &Document, block: Span) -> Option<&str> {
    let first = doc.html_tags.partition_point(|tag| tag.span.start < block.start);
    let tag = doc.html_tags.get(first).filter(|tag| tag.span.end <= block.end)?;
    let before = &doc.text[block.start()..tag.span.start()];
    (!before.contains("<!") && !before.contains("<?")).then(|| doc.slice(tag.name))
}
