//! The text of a heading as a generator sees it.

use std::borrow::Cow;
use std::fmt::Write as _;

use foldhash::HashMap;
use pulldown_cmark::{Event, Parser};

use super::naming::{Dashes, Entities, Footnotes, Naming, TextRules};
use crate::document::{Document, Heading, Kind, LinkKind};
use crate::site::mask::{CLOSES, OPENS};
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
    // Where the last link, code or emphasis ends.
    let mut closed = usize::MAX;
    for node in doc.descendants(heading.node) {
        let (kind, span) = (doc.nodes[node].kind, doc.nodes[node].span);
        if node < skip || span.start() >= end {
            continue;
        }
        let mut span = Span::new(span.start(), span.end().min(end));
        if kind == Kind::Text && span.start() == closed {
            span = after_list(rules, doc, span);
        } else if !matches!(kind, Kind::Text | Kind::SoftBreak | Kind::HardBreak) {
            closed = span.end();
        }
        match kind {
            Kind::Image if !rules.images => skip = doc.nodes[node].end as usize,
            Kind::Link if !rules.addresses && is_address(doc, node) => {
                skip = doc.nodes[node].end as usize;
            }
            Kind::Text => push_text(rules, doc, span, &mut text),
            Kind::Code => push_code(rules, code_text(doc.slice(span)), &mut text),
            Kind::FootnoteReference => match rules.footnotes {
                Footnotes::Nothing => {}
                Footnotes::Text => text.push_str(doc.slice(span)),
                Footnotes::Numbers => {
                    let label = doc.slice(span).trim_matches(['[', '^', ']']);
                    let is_number = label.bytes().all(|byte| byte.is_ascii_digit());
                    text.push_str(if is_number { label } else { "" });
                }
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
    if !rules.expressions {
        text = without_expressions(text);
    }
    if rules.autorefs {
        text = without_identifiers(&text);
    }
    if rules.collapses {
        // The entity is decoded after that.
        let is_entity = doc.slice(heading.content).contains("&nbsp;");
        let is_space = |c: char| c.is_whitespace() && !(is_entity && c == '\u{a0}');
        let words: Vec<_> = text.split(is_space).filter(|word| !word.is_empty()).collect();
        text = words.join(" ");
    }
    let has_dash = rules.dashes != Dashes::Kept && doc.text[..end].ends_with("--");
    if rules.trims && !has_dash {
        text.truncate(text.trim_end_matches([' ', '\t', '\n']).len());
    }
    text
}

/// A text without the list of attributes that it begins with.
fn after_list(rules: &TextRules, doc: &Document, span: Span) -> Span {
    let source = doc.slice(span);
    let is_list = |open: &&str| source.starts_with(*open) && !source.starts_with("{{");
    let list = rules.lists.filter(is_list);
    match list.and_then(|_| source.find('}')) {
        Some(close) => Span::new(span.start() + close + 1, span.end()),
        None => span,
    }
}

/// A text without what stands in braces of JSX.
fn without_expressions(mut text: String) -> String {
    let mark = |byte: u8| move |c: char| c == char::from(byte);
    while let Some(open) = text.find(mark(OPENS))
        && let Some(length) = text[open..].find(mark(CLOSES))
    {
        text.replace_range(open..=open + length, "");
    }
    text
}

/// `[text][identifier]` without the identifier.
fn without_identifiers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("][") {
        let Some(close) = rest[open + 2..].find(']') else { break };
        plain.push_str(&rest[..=open]);
        rest = &rest[open + 2 + close + 1..];
    }
    plain + rest
}

fn push_code(rules: &TextRules, code: &str, text: &mut String) {
    let role = if rules.roles { role_before(text) } else { None };
    if let Some(role) = role {
        let is_object = text[role..].contains(':');
        let is_abbreviation = &text[role..] == "{abbr}";
        text.truncate(role);
        let title = code.rsplit_once('<').filter(|_| code.ends_with('>'));
        let short = code.trim_start_matches('!');
        text.push_str(match title {
            Some((title, _)) => title.trim_end(),
            None if is_abbreviation => code.split('(').next().unwrap_or("").trim_end(),
            None if is_object && short.starts_with('~') => {
                short.rsplit(['.', '~']).next().unwrap_or("")
            }
            None => short,
        });
    } else if rules.entities == Entities::Named {
        text.push_str(&decode(code, |entity| !entity.starts_with("&#")));
    } else {
        text.push_str(code);
    }
}

/// Where the role begins that a text ends with, such as `{ref}`.
fn role_before(text: &str) -> Option<usize> {
    let inner = text.strip_suffix('}')?;
    let open = inner.rfind('{')?;
    let name = &inner[open + 1..];
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | ':' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some(open)
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
    let decoded = match rules.entities {
        Entities::Decoded => decode_entities(source),
        Entities::Named => decode(source, |entity| !entity.starts_with("&#")),
        Entities::Text => source.into(),
    };
    let mut plain = if rules.emoji { without_shortcodes(&decoded) } else { decoded };
    if rules.signs && plain.contains('(') {
        plain = with_signs(&plain).into();
    }
    if rules.quotes && plain.contains(['\'', '"']) {
        plain = plain.replace(['\'', '"'], "").into();
    }
    match rules.dashes {
        Dashes::Kept => text.push_str(&plain),
        Dashes::Runs => push_runs(&plain, text, |length| if length >= 2 { 0 } else { length }),
        Dashes::Pairs => push_runs(&plain, text, |length| if length == 2 { 0 } else { length }),
        Dashes::Exact => {
            push_runs(&plain, text, |length| if matches!(length, 2 | 3) { 0 } else { length });
        }
        Dashes::Threes => push_runs(&plain, text, |length| usize::from(length % 3 == 1)),
    }
}

/// `(c)`, `(r)` and `(tm)` as the signs that they stand for.
fn with_signs(source: &str) -> String {
    let lower = source.replace("(c)", "©").replace("(C)", "©").replace("(r)", "®");
    lower.replace("(R)", "®").replace("(tm)", "™").replace("(TM)", "™")
}

/// A text, with so many hyphens of each run as are left of its length.
fn push_runs(source: &str, text: &mut String, left: impl Fn(usize) -> usize) {
    let mut rest = source;
    while let Some(at) = rest.find('-') {
        let length = rest[at..].bytes().take_while(|&byte| byte == b'-').count();
        text.push_str(&rest[..at + left(length)]);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
}

/// Sets of pictures that come with Material for MkDocs: what begins like that is one.
const ICONS: [&str; 4] = ["material-", "fontawesome-", "octicons-", "simple-"];

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
        let name = &inner[..length];
        let is_picture = emojis::get_by_shortcode(name).is_some()
            || ICONS.iter().any(|set| name.starts_with(set));
        if length > 0 && inner[length..].starts_with(':') && is_picture {
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
    decode(text, |_| true)
}

/// A text with some of its entities decoded.
fn decode(text: &str, is_some: impl Fn(&str) -> bool) -> Cow<'_, str> {
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
        let is_entity = is_entity && is_some(&rest[..length]);
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
