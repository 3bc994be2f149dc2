//! MD051

use std::collections::HashMap;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error};

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Heading, HeadingAnchors, Kind, Link, LinkKind, percent_encode};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// A link to a place in the page that is not there takes readers to the top, or nowhere.
///
/// Places are headings, by the names that GitHub gives them (lower case, without punctuation,
/// hyphens for spaces, a number for those that come again), marks such as `{#id}` in headings,
/// HTML `id`s, `name`s of anchors, and `#top`. Line numbers as in `#L10-L20` are left alone.
///
/// ```markdown bad
/// # Getting started
///
/// See [the first steps](#getting-stared).
/// ```
///
/// ```markdown good
/// # Getting started
///
/// See [the first steps](#getting-started).
/// ```
///
/// ```markdown good {"ignored_pattern":"^fig-"}
/// See [the figure](#fig-1).
/// ```
///
/// # Fixes
///
/// Writes the fragment as the heading has it, if only the letter case differs. The link leads
/// elsewhere then.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Fragments {
    /// Whether letter case may differ.
    ignore_case: bool,
    /// Regular expression for fragments, without the `#`, that are not checked; empty for none.
    #[serde(deserialize_with = "pattern")]
    #[schemars(with = "String", extend("default" = ""))]
    ignored_pattern: Option<Regex>,
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Regex>, D::Error> {
    let pattern = String::deserialize(deserializer)?;
    if pattern.is_empty() {
        return Ok(None);
    }
    let invalid = |error| D::Error::custom(format!("not a regular expression: {error}"));
    Regex::new(&pattern).map(Some).map_err(invalid)
}

impl Rule for Fragments {
    const META: Meta = Meta {
        id: "MD051",
        name: "link-fragments",
        tags: &["links"],
        summary: "link fragments should match a heading or anchor",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        // What the site's generator makes is another rule's.
        if page.is_resolved() {
            return;
        }
        let references: Vec<Reference> = references(page).collect();
        if references.is_empty() {
            return;
        }
        let anchors = page.anchors();
        let mut by_lower_case = None;
        for reference in references {
            let fragment = unescape(&page.text, reference.destination);
            let name = &fragment[1..];
            let encoded = percent_encode(name);
            if anchors.contains(&encoded) || is_line_number(&encoded) || self.ignores(name) {
                continue;
            }
            let by_lower_case = by_lower_case.get_or_insert_with(|| lower_case(&anchors));
            match by_lower_case.get(&name.to_lowercase()) {
                Some(anchor) if self.ignore_case || *anchor == name => {}
                Some(anchor) => report_case(page, &reference, name, anchor, out),
                None => {
                    let message = message!("no heading or anchor `#{}` on this page", name);
                    out.report(page.first_line(reference.span), message);
                }
            }
        }
    }
}

impl Fragments {
    fn ignores(&self, name: &str) -> bool {
        self.ignored_pattern.as_ref().is_some_and(|pattern| pattern.is_match(name))
    }
}

/// A link or definition whose destination starts with `#`.
struct Reference {
    span: Span,
    destination: Span,
}

/// Links first, then definitions.
fn references(doc: &Document) -> impl Iterator<Item = Reference> + '_ {
    let links = doc.links.iter().filter_map(|link| {
        // Images count where they are in a link, whose place is then reported.
        let outer = if link.image { enclosing_link(doc, link)? } else { link };
        let destination = link.destination.filter(|_| link.kind == LinkKind::Inline)?;
        (!is_docfx_tab(doc, outer)).then_some(Reference { span: outer.span, destination })
    });
    let definitions = doc.definitions.iter().filter(|definition| !definition.footnote);
    let definitions = definitions
        .map(|definition| Reference { span: definition.span, destination: definition.destination });
    links.chain(definitions).filter(|reference| {
        let destination = doc.slice(reference.destination);
        destination.len() > 1 && destination.starts_with('#')
    })
}

fn enclosing_link<'a>(doc: &'a Document, image: &Link) -> Option<&'a Link> {
    let link = doc.ancestors(image.node).find(|&node| doc.nodes[node].kind == Kind::Link)?;
    Some(&doc.links[doc.nodes[link].data as usize])
}

/// Whether a link is all that a heading has and goes to `#tab/…`: DocFX makes tabs of those.
fn is_docfx_tab(doc: &Document, link: &Link) -> bool {
    let heading = doc.nodes[doc.nodes[link.node].parent as usize];
    let is_tab = || link.destination.is_some_and(|span| doc.slice(span).starts_with("#tab/"));
    heading.kind == Kind::Heading
        && is_whole(&doc.headings[heading.data as usize], link)
        && is_tab()
}

fn is_whole(heading: &Heading, link: &Link) -> bool {
    heading.content == link.span && heading.style.is_atx()
}

fn lower_case(anchors: &HeadingAnchors) -> HashMap<String, &str> {
    let mut names = HashMap::new();
    for name in anchors.names() {
        names.entry(name.to_lowercase()).or_insert(name);
    }
    names
}

fn report_case(doc: &Document, reference: &Reference, found: &str, expected: &str, out: &mut Sink) {
    let message = message!("expected `#{}`, found `#{}`", expected, found);
    let diagnostic = out.report(doc.first_line(reference.span), message);
    let lines = doc.lines_of(reference.span);
    if lines.start() == lines.end() {
        diagnostic.with(Fix::review(reference.destination, format!("#{expected}")));
    }
}

/// The destination without backslashes that escape and without entities.
fn unescape(text: &str, span: Span) -> String {
    let mut unescaped = String::new();
    let mut rest = span.of(text);
    while let Some(at) = rest.find(['\\', '&']) {
        unescaped.push_str(&rest[..at]);
        let special = &rest[at..];
        let skipped = if let Some(escaped) = special.strip_prefix('\\') {
            let escapes = escaped.starts_with(|c: char| c.is_ascii_punctuation());
            let length = if escapes { 2 } else { 1 };
            unescaped.push_str(&special[length - 1..length]);
            length
        } else {
            let length = entity_length(special);
            if length == 1 {
                unescaped.push('&');
            }
            length
        };
        rest = &special[skipped..];
    }
    unescaped + rest
}

/// Length of the entity that the text starts with; 1 if the `&` starts none.
fn entity_length(text: &str) -> usize {
    let name = text[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
    name.filter(|&length| length > 0 && text[1 + length..].starts_with(';'))
        .map_or(1, |length| length + 2)
}

/// `L10`, `L10-L20`, `L10C1-L20C2`
fn is_line_number(name: &str) -> bool {
    match name.split_once('-') {
        None => after_number(name, 'L') == Some(""),
        Some((from, to)) => is_position(from) && is_position(to),
    }
}

fn is_position(text: &str) -> bool {
    after_number(text, 'L')
        .is_some_and(|rest| rest.is_empty() || after_number(rest, 'C') == Some(""))
}

/// What stands after the letter and a number.
fn after_number(text: &str, letter: char) -> Option<&str> {
    let number = text.strip_prefix(letter)?;
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < number.len()).then_some(rest)
}
