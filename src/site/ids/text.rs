//! The text of a heading as a generator sees it.

use std::borrow::Cow;
use std::fmt::Write as _;

use foldhash::HashMap;
use pulldown_cmark::{Event, Parser};

use super::naming::{Dashes, Footnotes, Naming, TextRules};
use crate::document::{Document, Heading, Kind, LinkKind};
use crate::text::Span;

/// The text of one line of Markdown, as that of a heading.
pub fn text_of_line(naming: &Naming, line: &str) -> String {
    let doc = Document::parse(format!("# {line}"));
    let heading = doc.headings.first();
    heading.map_or_else(String::new, |heading| {
        text_of(&naming.text, &doc, heading, heading.content.end(), &mut Notes::default())
    })
}

/// The footnotes in the order in which a page refers to them.
#[derive(Default)]
pub(super) struct Notes<'a> {
    numbers: Option<HashMap<&'a str, usize>>,
}

impl<'a> Notes<'a> {
    fn number(&mut self, doc: &'a Document, label: &str) -> usize {
        let numbers = self.numbers.get_or_insert_with(|| {
            let mut numbers = HashMap::default();
            for node in doc.of_kind(Kind::FootnoteReference) {
                let next = numbers.len() + 1;
                numbers.entry(doc.slice(doc.nodes[node].span)).or_insert(next);
            }
            numbers
        });
        numbers.get(label).copied().unwrap_or(1)
    }
}

/// A heading's text up to `end`, as a generator takes it.
pub(super) fn text_of<'a>(
    rules: &TextRules,
    doc: &'a Document,
    heading: &Heading,
    end: usize,
    notes: &mut Notes<'a>,
) -> String {
    let mut text = String::new();
    let mut skip = 0;
    for node in doc.descendants(heading.node) {
        let (kind, span) = (doc.nodes[node].kind, doc.nodes[node].span);
        if node < skip || span.start() >= end {
            continue;
        }
        let span = Span::new(span.start(), span.end().min(end));
        match kind {
            Kind::Image if !rules.images => skip = doc.nodes[node].end as usize,
            Kind::Link if !rules.addresses && is_address(doc, node) => {
                skip = doc.nodes[node].end as usize;
            }
            Kind::Text => push_text(rules, doc, span, &mut text),
            Kind::Code => text.push_str(code_text(doc.slice(span))),
            Kind::FootnoteReference => match rules.footnotes {
                Footnotes::Nothing => {}
                Footnotes::Text => text.push_str(doc.slice(span)),
                Footnotes::Number => {
                    let number = notes.number(doc, doc.slice(span));
                    let _ = write!(text, "{number}");
                }
            },
            Kind::SoftBreak | Kind::HardBreak if rules.last_line => text.clear(),
            Kind::SoftBreak | Kind::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    if rules.collapses {
        text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text.truncate(text.trim_end_matches([' ', '\t', '\n']).len());
    text
}

fn is_address(doc: &Document, node: usize) -> bool {
    let kind = doc.links[doc.nodes[node].data as usize].kind;
    matches!(kind, LinkKind::Autolink | LinkKind::Email)
}

/// What stands between the backticks.
fn code_text(source: &str) -> &str {
    let ticks = source.bytes().take_while(|&byte| byte == b'`').count();
    let Some(inner) = source.get(ticks..source.len().saturating_sub(ticks)) else { return "" };
    let is_padded = inner.len() > 2 && inner.starts_with(' ') && inner.ends_with(' ');
    if is_padded && !inner.trim().is_empty() { &inner[1..inner.len() - 1] } else { inner }
}

fn push_text(rules: &TextRules, doc: &Document, span: Span, text: &mut String) {
    let mut reached = span.start();
    if !rules.addresses {
        let first = doc.autolinks.partition_point(|url| url.start < span.start);
        for url in doc.autolinks[first..].iter().take_while(|url| url.end <= span.end) {
            push_words(rules, &doc.text[reached..url.start()], text);
            reached = url.end();
        }
    }
    push_words(rules, &doc.text[reached..span.end()], text);
}

fn push_words(rules: &TextRules, source: &str, text: &mut String) {
    let decoded = if rules.entities { decode_entities(source) } else { source.into() };
    let plain = if rules.emoji { without_shortcodes(&decoded) } else { decoded };
    match rules.dashes {
        Dashes::Kept => text.push_str(&plain),
        Dashes::Runs => push_without_runs(&plain, text, |length| length >= 2),
        Dashes::Pairs => push_without_runs(&plain, text, |length| length == 2),
    }
}

/// A text without the runs of hyphens of some lengths.
fn push_without_runs(source: &str, text: &mut String, goes: impl Fn(usize) -> bool) {
    let mut rest = source;
    while let Some(at) = rest.find('-') {
        let length = rest[at..].bytes().take_while(|&byte| byte == b'-').count();
        text.push_str(&rest[..if goes(length) { at } else { at + length }]);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
}

/// A text without `:names:` of emoji.
fn without_shortcodes(source: &str) -> Cow<'_, str> {
    if !source.contains(':') {
        return source.into();
    }
    let mut plain = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(open) = rest.find(':') {
        let inner = &rest[open + 1..];
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+');
        let length = inner.bytes().take_while(|&b| is_name(b)).count();
        if length > 0 && inner[length..].starts_with(':') {
            plain.push_str(&rest[..open]);
            rest = &inner[length + 1..];
        } else {
            plain.push_str(&rest[..=open]);
            rest = inner;
        }
    }
    plain.push_str(rest);
    plain.into()
}

/// A text with its entities decoded.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let name =
            rest[1..].bytes().take_while(|&b| b == b'#' || b.is_ascii_alphanumeric()).count();
        let is_entity = (1..=32).contains(&name) && rest[1 + name..].starts_with(';');
        let length = if is_entity { name + 2 } else { 1 };
        match is_entity.then(|| entity(&rest[..length])).flatten() {
            Some(character) => decoded.push_str(&character),
            None => decoded.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded.into()
}

/// The characters that an entity stands for, as the parser knows them.
fn entity(source: &str) -> Option<String> {
    Parser::new(source).find_map(|event| match event {
        Event::Text(text) if *text != *source => Some(text.into_string()),
        _ => None,
    })
}
