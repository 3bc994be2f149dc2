//! What sections hold on most pages: paragraphs, lists, code, tables, images.

use super::{MIN_PAGES, Notes, most_frequent};
use crate::document::{Document, Kind};
use crate::structure::page::Outline;
use crate::structure::template::{CodeContent, Count, Images, Lists, Tables, TemplateContent};
use crate::text::Span;

/// Most languages that are proposed for code blocks.
const MAX_LANGUAGES: usize = 6;

/// What one section holds.
struct Facts {
    paragraphs: usize,
    /// For each list that is in no other, whether it is numbered.
    lists: Vec<bool>,
    languages: Vec<String>,
    /// For each table the headers of its columns.
    tables: Vec<Vec<String>>,
    images: usize,
}

/// Learns from the same section of several pages.
pub(super) fn learn(
    sections: &[(&Outline, Span)],
    pointer: &str,
    notes: &mut Notes,
) -> Option<TemplateContent> {
    let all = sections.len();
    if all < MIN_PAGES {
        return None;
    }
    let facts: Vec<Facts> = sections.iter().map(|(page, span)| facts(page.doc, *span)).collect();
    let mut content = TemplateContent::default();
    let mut has = |name: &str, test: fn(&Facts) -> bool| {
        let count = facts.iter().filter(|facts| test(facts)).count();
        let is_common = notes.is_common(count, all);
        if is_common {
            notes.add(&format!("{pointer}/{name}"), count, all, "");
        }
        is_common
    };
    if has("lists", |facts| !facts.lists.is_empty()) {
        content.lists = Some(Lists::default());
    }
    if has("code", |facts| !facts.languages.is_empty()) {
        content.code = Some(CodeContent::default());
    }
    if has("tables", |facts| !facts.tables.is_empty()) {
        content.tables = Some(Tables::default());
    }
    if has("images", |facts| facts.images > 0) {
        content.images = Some(Images { alt: false, ..Images::default() });
    }
    if let Some(code) = &mut content.code {
        code.languages = languages(&facts, notes);
    }
    if let Some(tables) = &mut content.tables {
        tables.columns = columns(&facts, notes);
    }
    if let Some(lists) = &mut content.lists {
        for ordered in [true, false] {
            let count = facts.iter().filter(|facts| facts.lists.contains(&ordered)).count();
            // Where both are common, which one does not matter.
            if notes.is_common(count, all) {
                lists.ordered = lists.ordered.is_none().then_some(ordered);
            }
        }
    }
    let is_empty = content.lists.is_none()
        && content.code.is_none()
        && content.tables.is_none()
        && content.images.is_none();
    // To ask for text is worth a word only where nothing else does instead, on no page.
    if is_empty && facts.iter().all(|facts| facts.paragraphs > 0) {
        notes.add(&format!("{pointer}/paragraphs"), all, all, "");
        content.paragraphs = Some(Count { min: 1, max: None });
        return Some(content);
    }
    (!is_empty).then_some(content)
}

/// The languages that all code on most pages is in; none if there are too many.
fn languages(facts: &[Facts], notes: &Notes) -> Vec<String> {
    let all: Vec<(String, usize)> =
        most_frequent(facts.iter().flat_map(|facts| facts.languages.iter().cloned()));
    let mut languages: Vec<String> = Vec::new();
    let with_code: Vec<&Facts> = facts.iter().filter(|facts| !facts.languages.is_empty()).collect();
    for (language, _) in all.into_iter().filter(|(language, _)| !language.is_empty()) {
        languages.push(language);
        let covers =
            |facts: &&&Facts| facts.languages.iter().all(|found| languages.contains(found));
        let covered = with_code.iter().filter(covers).count();
        if notes.is_common(covered, with_code.len()) {
            return languages;
        }
        if languages.len() == MAX_LANGUAGES {
            break;
        }
    }
    Vec::new()
}

/// The columns that all tables on most pages begin with.
fn columns(facts: &[Facts], notes: &Notes) -> Vec<String> {
    let with_tables = || facts.iter().filter(|facts| !facts.tables.is_empty());
    let all = with_tables().count();
    let firsts = most_frequent(with_tables().map(|facts| facts.tables[0].clone()));
    let Some((columns, _)) = firsts.into_iter().next() else { return Vec::new() };
    let fits = |facts: &&Facts| facts.tables.iter().all(|table| table.starts_with(&columns));
    let count = with_tables().filter(fits).count();
    let is_named = columns.iter().any(|column| !column.is_empty());
    if is_named && notes.is_common(count, all) { columns } else { Vec::new() }
}

fn facts(doc: &Document, span: Span) -> Facts {
    let first = doc.nodes.partition_point(|node| node.span.start < span.start);
    let nodes = doc.nodes[first..].iter().take_while(|node| node.span.start < span.end);
    let mut facts = Facts {
        paragraphs: 0,
        lists: Vec::new(),
        languages: Vec::new(),
        tables: Vec::new(),
        images: 0,
    };
    for node in nodes {
        let data = node.data as usize;
        match node.kind {
            Kind::Paragraph => facts.paragraphs += usize::from(node.parent == 0),
            Kind::List if doc.lists[data].depth == 0 => facts.lists.push(doc.lists[data].ordered),
            Kind::CodeBlock => {
                let language = doc.code_blocks[data].language(&doc.text);
                facts.languages.push(language.to_lowercase());
            }
            Kind::Image => facts.images += 1,
            Kind::Table => {
                let header = doc.rows.get(doc.tables[data].rows.start);
                let cells = header.map(|row| row.cells().map(|cell| doc.slice(cell).trim()));
                facts.tables.push(cells.into_iter().flatten().map(str::to_owned).collect());
            }
            _ => {}
        }
    }
    facts
}
