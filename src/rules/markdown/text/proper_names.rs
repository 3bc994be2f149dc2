//! MD044

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::names::{Match, Names};
use super::scan::{Scope, pieces};
use crate::diagnostic::{Fix, message};
use crate::document::Document;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, utf16_len};

/// Names of products and projects are written as their owners write them; readers who know them
/// stumble over anything else.
///
/// Names are whole words. Of names that are contained in others the longest counts; a name that
/// is written differently in some places (`GitHub`, `github.com`) is listed in all its forms.
/// URLs are not checked. Without names there is nothing to check.
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
///
/// # Fixes
///
/// Writes the name as it is configured. It changes the words of the page.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProperNames {
    /// Whether code blocks and code spans are checked.
    code_blocks: bool,
    /// Whether HTML tags and comments are checked.
    html_elements: bool,
    /// The names as they should be written.
    names: Names,
}

impl Default for ProperNames {
    fn default() -> Self {
        ProperNames { code_blocks: true, html_elements: true, names: Names::default() }
    }
}

impl Rule for ProperNames {
    const META: Meta = Meta {
        id: "MD044",
        name: "proper-names",
        tags: &["spelling"],
        summary: "proper names should have the correct capitalization",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let scope = Scope { code: self.code_blocks, html: self.html_elements };
        let mut places = Vec::new();
        let mut found = Vec::new();
        for piece in if self.names.is_empty() { Vec::new() } else { pieces(page, scope) } {
            self.names.find(page.slice(piece), &mut found);
            places.extend(found.drain(..).map(|place| (place, piece)));
        }
        // Longer names first, since shorter ones may be parts of them.
        places.sort_by_key(|(place, _)| place.name);
        let mut taken = Taken::default();
        for (place, piece) in places {
            self.check_place(page, place, piece, &mut taken, out);
        }
    }
}

impl ProperNames {
    fn check_place(
        &self,
        page: &Page,
        place: Match,
        piece: Span,
        taken: &mut Taken,
        out: &mut Sink,
    ) {
        let start = piece.start();
        let span = Span::new(start + place.span.start(), start + place.span.end());
        let (name, found) = (self.names.get(place.name), page.slice(span));
        if !self.names.contains(found) && !taken.overlaps(span) {
            taken.add_addresses(page, piece);
            if !taken.overlaps(span) {
                let message = message!("expected `{}`, found `{}`", name, found);
                out.report(span, message).with(Fix::review(span, name));
            }
        }
        taken.add(span);
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
        // How many UTF-16 units of the piece, and as many characters after it, are behind us.
        let (mut seen, mut units, mut passed) = (0, 0, 0);
        let mut rest = doc.text[piece.end()..line_end].char_indices();
        for address in Document::parse(text).autolinks {
            units += utf16_len(&text[seen..address.end().max(seen)]);
            seen = seen.max(address.end());
            let end = rest.nth(units + 1 - passed).map_or(line_end, |(at, _)| piece.end() + at);
            passed = units + 2;
            self.add(Span::new(piece.start() + address.start(), end));
        }
    }
}

fn may_hold_address(text: &str) -> bool {
    text.contains("://") || text.contains('@') || text.contains("ww.") || text.contains("WW.")
}
