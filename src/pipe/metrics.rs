//! A page in numbers, for those who choose among many pages.

use serde::Serialize;

use crate::data::{self, Format};
use crate::document::{CodeBlock, Document, Kind};
use crate::text::Span;

/// A page in numbers. Shares are between 0 and 1, and 0 where there is nothing to share.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Metrics {
    pub bytes: usize,
    pub lines: usize,
    /// Words of running text, in headings and tables too; not in code blocks.
    pub words: usize,
    pub headings: usize,
    /// Headings that are more than one level below the one before them.
    pub heading_skips: usize,
    /// Headings of the first level.
    pub titles: usize,
    pub code_blocks: usize,
    /// Code blocks that go to the end of the page, or of what they stand in, for want of a closing
    /// fence.
    pub unclosed_fences: usize,
    pub tables: usize,
    /// Tables with a row that has more or fewer cells than the header.
    pub broken_tables: usize,
    pub links: usize,
    pub images: usize,
    /// The share of running text that is the text of links.
    pub link_density: f64,
    /// The share of the body, in bytes, that is HTML.
    pub html_share: f64,
    /// Data that was looked at: front matter, code blocks of JSON, TOML and YAML, or the file.
    pub data: usize,
    /// Data that does not parse.
    pub unparsable_data: usize,
}

impl Metrics {
    pub fn of(doc: &Document) -> Metrics {
        let mut metrics = Metrics {
            bytes: doc.text.len(),
            lines: doc.lines.count(),
            headings: doc.headings.len(),
            titles: doc.headings.iter().filter(|heading| heading.level == 1).count(),
            code_blocks: doc.code_blocks.len(),
            tables: doc.tables.len(),
            images: doc.links.iter().filter(|link| link.image).count(),
            ..Metrics::default()
        };
        metrics.links = doc.links.len() - metrics.images + doc.autolinks.len();
        let levels = doc.headings.windows(2);
        let is_skip = |pair: &&[crate::document::Heading]| pair[1].level > pair[0].level + 1;
        metrics.heading_skips = levels.filter(is_skip).count();
        let is_unclosed = |block: &&CodeBlock| block.fence.is_some() && block.closing.is_none();
        metrics.unclosed_fences = doc.code_blocks.iter().filter(is_unclosed).count();
        metrics.broken_tables = doc.tables.iter().filter(|table| is_broken(doc, table)).count();
        metrics.count_text(doc);
        metrics.count_data(doc);
        metrics
    }

    fn count_text(&mut self, doc: &Document) {
        let (mut text, mut linked, mut html) = (0, 0, 0);
        let mut link_end = 0;
        for (index, node) in doc.nodes.iter().enumerate() {
            match node.kind {
                Kind::Link => link_end = link_end.max(node.end as usize),
                Kind::HtmlBlock | Kind::InlineHtml => html += node.span.len(),
                Kind::Text | Kind::Code => {
                    let source = doc.slice(node.span);
                    // The parser cuts text where something may begin, in the middle of words, too.
                    self.words += source.split_whitespace().count();
                    let goes_on =
                        doc.text[..node.span.start()].ends_with(|c: char| !c.is_whitespace());
                    let is_cut = goes_on && is_text_before(doc, index, node.span);
                    let starts = source.starts_with(|c: char| !c.is_whitespace());
                    self.words -= usize::from(is_cut && starts && self.words > 0);
                    text += source.len();
                    linked += if index < link_end { source.len() } else { 0 };
                }
                _ => {}
            }
        }
        linked += doc.autolinks.iter().map(|span| span.len()).sum::<usize>();
        self.link_density = share(linked.min(text), text);
        self.html_share = share(html, doc.body.len());
    }

    fn count_data(&mut self, doc: &Document) {
        if let Some(parsed) = doc.data() {
            self.data += 1;
            self.unparsable_data += usize::from(!parsed.is_complete());
        }
        for block in &doc.code_blocks {
            let Some(format) = format(block.language(&doc.text)) else { continue };
            let parsed = data::parse_text(format, &content(doc, block));
            self.data += 1;
            self.unparsable_data += usize::from(!parsed.is_complete());
        }
    }
}

/// Whether the node before is text that ends where this one starts.
fn is_text_before(doc: &Document, index: usize, span: Span) -> bool {
    index.checked_sub(1).is_some_and(|before| {
        let before = &doc.nodes[before];
        matches!(before.kind, Kind::Text | Kind::Code) && before.span.end == span.start
    })
}

fn share(part: usize, whole: usize) -> f64 {
    match whole {
        0 => 0.0,
        // Four digits are more than enough to choose by, and short.
        whole => (part as f64 / whole as f64 * 1e4).round() / 1e4,
    }
}

fn is_broken(doc: &Document, table: &crate::document::Table) -> bool {
    let rows = &doc.rows[table.rows.clone()];
    rows.first().is_some_and(|header| {
        let expected = header.cell_count();
        rows.iter().any(|row| row.cell_count() != expected)
    })
}

fn format(language: &str) -> Option<Format> {
    match language.to_ascii_lowercase().as_str() {
        "json" => Some(Format::Json),
        "jsonc" => Some(Format::Jsonc),
        "yaml" | "yml" => Some(Format::Yaml),
        "toml" => Some(Format::Toml),
        _ => None,
    }
}

/// What stands in a code block, without fences and what the block stands in.
fn content(doc: &Document, block: &CodeBlock) -> String {
    let lines = doc.lines_of(block.span);
    let first = lines.start() + usize::from(block.fence.is_some());
    let last = lines.end() + usize::from(block.closing.is_none());
    let mut content = String::with_capacity(block.span.len());
    for line in first..last {
        let end = doc.line_span(line).end();
        let start = doc.content_start(block.node, line).min(end);
        content.push_str(&doc.text[start..end]);
        content.push('\n');
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_numbers() {
        let page = "---\ntitle: [\n---\n# One\n\n### Three\n\nA [link](x) and <b>bold</b>.\n\n\
                    > ```json\n> {\"a\": 1}\n> ```\n\n| a | b |\n|---|---|\n| 1 |\n\n\
                    ```yaml\na: [\n```\n\n```\nnever closed\n";
        let metrics = Metrics::of(&Document::parse(page));
        assert_eq!((metrics.headings, metrics.heading_skips, metrics.titles), (2, 1, 1));
        assert_eq!((metrics.code_blocks, metrics.unclosed_fences), (3, 1));
        assert_eq!((metrics.tables, metrics.broken_tables), (1, 1));
        assert_eq!((metrics.data, metrics.unparsable_data), (3, 2));
        assert_eq!(metrics.links, 1);
        assert!(metrics.link_density > 0.0 && metrics.link_density < 1.0);
        assert!(metrics.html_share > 0.0 && metrics.html_share < 0.2);
    }

    #[test]
    fn words_are_counted_once_wherever_the_parser_cuts() {
        let words = |page: &str| Metrics::of(&Document::parse(page)).words;
        assert_eq!(words("one two&amp;more three_four [five six](x) `seven`\n"), 6);
        assert_eq!(words(""), 0);
        assert_eq!(Metrics::of(&Document::parse("")).link_density, 0.0);
    }
}
