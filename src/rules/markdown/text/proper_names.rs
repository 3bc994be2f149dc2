//! MD044

use std::borrow::Cow;
use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::scan::{Scope, pieces};
use crate::diagnostic::Fix;
use crate::document::Document;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, utf16_len};

/// Names of products and projects are written as their owners write them; readers who know them
/// stumble over anything else.
///
/// Names are whole words. Of names that are contained in others the longest counts; a name that
/// is written differently in some places (`GitHub`, `github.com`) is listed in all its forms.
/// Addresses are not looked at. Without names there is nothing to check.
///
/// ```markdown bad {"names":["JavaScript"]}
/// Written in Javascript.
/// ```
///
/// ```markdown good {"names":["JavaScript"]}
/// Written in JavaScript.
/// ```
///
/// ```markdown good {"names":["JavaScript"],"code_blocks":false}
/// Say `language: javascript`.
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProperNames {
    /// Whether code blocks and code spans are looked at.
    code_blocks: bool,
    /// Whether HTML tags and comments are looked at.
    html_elements: bool,
    /// The names as they should be written.
    names: Names,
}

impl Default for ProperNames {
    fn default() -> Self {
        ProperNames { code_blocks: true, html_elements: true, names: Names::default() }
    }
}

/// Names, the longest first, and what finds them in any letter case.
#[derive(Default)]
struct Names {
    names: Vec<Name>,
    /// Finds the places where there may be one of the names.
    any: Option<Regex>,
}

struct Name {
    text: String,
    /// With a group around what should be written like the name.
    pattern: Regex,
}

impl Rule for ProperNames {
    const META: Meta = Meta {
        id: "MD044",
        name: "proper-names",
        tags: &["spelling"],
        summary: "proper names have their capital letters",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(any) = &self.names.any else { return };
        if !any.is_match(page.slice(page.body)) {
            return;
        }
        let scope = Scope { code: self.code_blocks, html: self.html_elements };
        let mut pieces = pieces(page, scope);
        pieces.retain(|&piece| any.is_match(page.slice(piece)));
        let mut taken = Taken::default();
        for name in &self.names.names {
            for &piece in &pieces {
                self.check_piece(page, name, piece, &mut taken, out);
            }
        }
    }
}

impl ProperNames {
    fn check_piece(
        &self,
        doc: &Document,
        name: &Name,
        piece: Span,
        taken: &mut Taken,
        out: &mut Sink,
    ) {
        for groups in name.pattern.captures_iter(doc.slice(piece)) {
            let Some(found) = groups.get(1) else { continue };
            let span = Span::new(piece.start() + found.start(), piece.start() + found.end());
            let known = self.names.names.iter().any(|name| name.text == found.as_str());
            if !known && !taken.overlaps(span) {
                taken.add_addresses(doc, piece);
                if !taken.overlaps(span) {
                    let message = format!("expected `{}`, found `{}`", name.text, found.as_str());
                    out.report(span, message).with(Fix::review(span, name.text.as_str()));
                }
            }
            taken.add(span);
        }
    }
}

/// Places that belong to an earlier name or to an address.
#[derive(Default)]
struct Taken {
    /// Ends by starts; no two of the spans touch.
    spans: BTreeMap<u32, u32>,
    /// Pieces whose addresses are known.
    searched: std::collections::HashSet<u32>,
}

impl Taken {
    fn overlaps(&self, span: Span) -> bool {
        let before = self.spans.range(..span.end).next_back();
        before.is_some_and(|(_, &end)| end > span.start)
    }

    fn add(&mut self, span: Span) {
        let Span { mut start, mut end } = span;
        while let Some((&taken, &taken_end)) = self.spans.range(..=end).next_back()
            && taken_end >= start
        {
            (start, end) = (start.min(taken), end.max(taken_end));
            self.spans.remove(&taken);
        }
        self.spans.insert(start, end);
    }

    /// Takes what is an address in the piece, and as markdownlint does, what comes after it on the
    /// line for some characters.
    fn add_addresses(&mut self, doc: &Document, piece: Span) {
        let text = doc.slice(piece);
        if !self.searched.insert(piece.start) || !may_hold_address(text) {
            return;
        }
        let line_end = doc.line_span(doc.line_of(piece.start())).end();
        for address in Document::parse(text).autolinks {
            let beyond = utf16_len(&text[..address.end()]) + 1;
            let rest = &doc.text[piece.end()..line_end];
            let end = rest.char_indices().nth(beyond).map_or(line_end, |(at, _)| piece.end() + at);
            self.add(Span::new(piece.start() + address.start(), end));
        }
    }
}

fn may_hold_address(text: &str) -> bool {
    text.contains("://") || text.contains('@') || text.contains("ww.") || text.contains("WW.")
}

impl Names {
    fn new(mut names: Vec<String>) -> Result<Self, regex::Error> {
        names.retain(|name| !name.is_empty());
        names.sort_by(|a, b| utf16_len(b).cmp(&utf16_len(a)).then_with(|| a.cmp(b)));
        if names.is_empty() {
            return Ok(Names::default());
        }
        let escaped: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
        let any = insensitive(&escaped.join("|"))?;
        let names = names.into_iter().zip(&escaped).map(|(text, escaped)| {
            let is_word =
                |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let start = if is_word(text.chars().next()) { r"(?-u:\b)_*" } else { "" };
            let end = if is_word(text.chars().next_back()) { r"_*(?-u:\b)" } else { "" };
            let pattern = insensitive(&format!("{start}({escaped}){end}"))?;
            Ok(Name { text, pattern })
        });
        Ok(Names { names: names.collect::<Result<_, regex::Error>>()?, any: Some(any) })
    }
}

fn insensitive(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(true).build()
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names.iter().map(|name| &name.text))
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Names::new(names).map_err(|error| D::Error::custom(format!("too many names: {error}")))
    }
}

impl JsonSchema for Names {
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<String>::json_schema(generator)
    }
}
