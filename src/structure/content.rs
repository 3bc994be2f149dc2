//! What stands in a section: words, paragraphs, lists, code, tables, links and images.

use super::amount::Amount;
use super::breach::{TemplateCheck, TemplateViolation};
use super::page::Outline;
use super::template::{CodeContent, Images, Lists, Tables, TemplateContent};
use crate::diagnostic::{Message, message};
use crate::document::{CodeBlock, Document, Kind, Link, Node, Table};
use crate::text::Span;

/// Checks what stands in `span`. `name` says in messages what that is; what is missing is
/// reported at `place`.
pub(super) fn check(
    page: &Outline,
    wanted: &TemplateContent,
    span: Span,
    place: Span,
    name: &str,
    out: &mut Vec<TemplateViolation>,
) {
    let mut part = Part { doc: page.doc, span, place, name, out };
    if let Some(count) = wanted.words {
        let found = Amount::of(page.doc, span).words;
        part.count(found, count.min, count.max, ["word", "words"]);
    }
    if let Some(count) = wanted.paragraphs {
        let found = part.nodes(Kind::Paragraph).filter(|node| node.parent == 0).count();
        part.count(found, count.min, count.max, ["paragraph", "paragraphs"]);
    }
    if let Some(count) = wanted.links {
        let bare = &page.doc.autolinks;
        let bare = bare.partition_point(|link| link.start < span.end)
            - bare.partition_point(|link| link.start < span.start);
        let found = part.nodes(Kind::Link).count() + bare;
        part.count(found, count.min, count.max, ["link", "links"]);
    }
    if let Some(lists) = &wanted.lists {
        part.lists(lists);
    }
    if let Some(code) = &wanted.code {
        part.code(code);
    }
    if let Some(tables) = &wanted.tables {
        part.tables(tables);
    }
    if let Some(images) = &wanted.images {
        part.images(images);
    }
}

/// A stretch of a page that is being checked.
struct Part<'d, 'p> {
    doc: &'d Document,
    span: Span,
    place: Span,
    name: &'p str,
    out: &'p mut Vec<TemplateViolation>,
}

impl<'d> Part<'d, '_> {
    fn report(&mut self, span: Span, message: Message) {
        self.out.push(TemplateViolation::new(TemplateCheck::Content, span, message));
    }

    fn count(&mut self, found: usize, min: usize, max: Option<usize>, words: [&str; 2]) {
        let noun = |number: usize| words[usize::from(number != 1)];
        let found_words = match found {
            0 => format!("no {}", words[0]),
            found => format!("{found} {}", noun(found)),
        };
        let expected = match max {
            _ if found < min => format!("at least {min}"),
            Some(0) if found > 0 => "none".to_owned(),
            Some(max) if found > max => format!("at most {max}"),
            _ => return,
        };
        let message = message!("{} has {}, expected {}", self.name, found_words, expected);
        self.report(self.place, message);
    }

    /// The nodes of a kind that start in the span.
    fn nodes(&self, kind: Kind) -> impl Iterator<Item = &'d Node> + use<'d> {
        let (nodes, span) = (&self.doc.nodes, self.span);
        let first = nodes.partition_point(|node| node.span.start < span.start);
        let nodes = nodes[first..].iter().take_while(move |node| node.span.start < span.end);
        nodes.filter(move |node| node.kind == kind)
    }

    fn lists(&mut self, wanted: &Lists) {
        let is_wanted = |ordered: bool| wanted.ordered.is_none_or(|wanted| wanted == ordered);
        let lists = self.nodes(Kind::List).map(|node| &self.doc.lists[node.data as usize]);
        let found = lists.filter(|list| list.depth == 0 && is_wanted(list.ordered)).count();
        let words = match wanted.ordered {
            Some(true) => ["numbered list", "numbered lists"],
            Some(false) => ["list with bullets", "lists with bullets"],
            None => ["list", "lists"],
        };
        self.count(found, wanted.min, wanted.max, words);
    }

    fn code(&mut self, wanted: &CodeContent) {
        let doc = self.doc;
        let blocks: Vec<&CodeBlock> =
            self.nodes(Kind::CodeBlock).map(|node| &doc.code_blocks[node.data as usize]).collect();
        self.count(blocks.len(), wanted.min, wanted.max, ["code block", "code blocks"]);
        if wanted.languages.is_empty() {
            return;
        }
        let expected = quoted(&wanted.languages);
        for block in blocks {
            let language = block.language(&self.doc.text);
            if wanted.languages.iter().any(|wanted| wanted.eq_ignore_ascii_case(language)) {
                continue;
            }
            let found = match language {
                "" => "names no language".to_owned(),
                language => format!("is in `{language}`"),
            };
            let place = self.doc.first_line(block.span);
            let name = self.name;
            let message = message!("code block in {} {}, expected {}", name, found, expected);
            self.report(place, message);
        }
    }

    fn tables(&mut self, wanted: &Tables) {
        let doc = self.doc;
        let tables: Vec<&Table> =
            self.nodes(Kind::Table).map(|node| &doc.tables[node.data as usize]).collect();
        self.count(tables.len(), wanted.min, wanted.max, ["table", "tables"]);
        for table in tables {
            let Some(header) = doc.rows.get(table.rows.start) else { continue };
            let columns: Vec<String> =
                header.cells().map(|cell| doc.slice(cell).trim().to_owned()).collect();
            if !columns.starts_with(&wanted.columns) {
                let message = message!(
                    "table in {} has the columns {}, expected {}",
                    self.name,
                    listed(&columns),
                    listed(&wanted.columns)
                );
                self.report(header.span, message);
            }
        }
    }

    fn images(&mut self, wanted: &Images) {
        let doc = self.doc;
        let images: Vec<&Link> =
            self.nodes(Kind::Image).map(|node| &doc.links[node.data as usize]).collect();
        self.count(images.len(), wanted.min, wanted.max, ["image", "images"]);
        for image in images {
            if wanted.alt && doc.slice(image.text).trim().is_empty() {
                let message = message!("image in {} has no alternative text", self.name);
                self.report(doc.first_line(image.span), message);
            }
        }
    }
}

/// "`a`, `b`, `c`"
fn listed(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

/// "`a`, `b` or `c`"
pub(super) fn quoted(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
