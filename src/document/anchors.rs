//! What a link can jump to within a page: headings by GitHub's rules, `{#id}` marks and HTML ids.

use std::fmt::Write as _;

use foldhash::HashMap;
use unicode_general_category::{GeneralCategory, get_general_category};

use super::{Document, Heading, Kind, LinkKind};
use crate::text::Span;

/// The anchors of a page, without the `#`; those of headings are percent-encoded, as they stand
/// in an address.
#[derive(Debug, Default)]
pub struct HeadingAnchors {
    known: HashMap<String, Anchor>,
}

#[derive(Debug)]
struct Anchor {
    /// How many anchors come before it, headings first.
    order: usize,
    /// How many headings have the name.
    headings: usize,
}

impl HeadingAnchors {
    pub fn contains(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }

    /// The names in the order in which they appear, those of headings first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<_> = self.known.iter().collect();
        names.sort_unstable_by_key(|(_, anchor)| anchor.order);
        names.into_iter().map(|(name, _)| name.as_str())
    }

    /// A heading's name; those that occur again are numbered.
    fn add_heading(&mut self, name: String) {
        if let Some(anchor) = self.known.get_mut(&name) {
            anchor.headings += 1;
            let count = anchor.headings - 1;
            if count > 0 {
                self.add(format!("{name}-{count}"), 0);
            }
        } else {
            self.add(name, 1);
        }
    }

    fn add(&mut self, name: String, headings: usize) {
        let order = self.known.len();
        self.known.entry(name).or_insert(Anchor { order, headings }).headings = headings;
    }
}

impl Document {
    /// What a link can jump to within the page. Worked out at each call.
    pub fn anchors(&self) -> HeadingAnchors {
        let mut anchors = HeadingAnchors::default();
        anchors.add("top".to_owned(), 0);
        for heading in &self.headings {
            let content = self.slice(heading.content);
            let name = slug(&visible_text(self, heading, push_text));
            if memchr::memchr(b':', content.as_bytes()).is_some() {
                // markdownlint takes `:word` for a directive; for GitHub it is text.
                let whole = slug(&visible_text(self, heading, |doc, span, text| {
                    text.push_str(doc.slice(span));
                }));
                if whole != name {
                    anchors.add_heading(whole);
                }
            }
            if name.is_empty() {
                continue;
            }
            anchors.add_heading(name);
            // Few headings have marks.
            if memchr::memchr(b'{', content.as_bytes()).is_none() {
                continue;
            }
            for id in marked_ids(content) {
                if !anchors.contains(id) {
                    anchors.add(id.to_owned(), 1);
                }
            }
        }
        for tag in self.html_tags.iter().filter(|tag| !tag.closing) {
            let is_anchor = self.slice(tag.name).eq_ignore_ascii_case("a");
            let name = || tag.attribute(&self.text, "name").filter(|_| is_anchor);
            if let Some(id) = tag.attribute(&self.text, "id").or_else(name) {
                anchors.add(id.to_owned(), 0);
            }
        }
        anchors
    }
}

/// As `encodeURIComponent` of JavaScript.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(byte as char);
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    encoded
}

/// GitHub's name of a heading: lower case, without punctuation, spaces as hyphens; as it stands in
/// an address.
fn slug(text: &str) -> String {
    if text.is_ascii() {
        let mut slug = Vec::with_capacity(text.len());
        slug.extend(text.bytes().filter_map(slug_byte));
        return String::from_utf8(slug).expect("ASCII is UTF-8");
    }
    let kept = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => slug_byte(byte).map(char::from),
        _ => Some(c).filter(|&c| is_word(c)),
    };
    percent_encode(&text.to_lowercase().chars().filter_map(kept).collect::<String>())
}

/// What becomes of an ASCII character in a slug, if anything.
fn slug_byte(byte: u8) -> Option<u8> {
    match byte {
        b' ' => Some(b'-'),
        b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => Some(byte),
        b'A'..=b'Z' => Some(byte.to_ascii_lowercase()),
        _ => None,
    }
}

/// Letters, marks, numbers and the characters that join words, beyond ASCII.
fn is_word(c: char) -> bool {
    use GeneralCategory::{
        ConnectorPunctuation, DecimalNumber, EnclosingMark, LetterNumber, LowercaseLetter,
        ModifierLetter, NonspacingMark, OtherLetter, OtherNumber, SpacingMark, TitlecaseLetter,
        UppercaseLetter,
    };
    matches!(
        get_general_category(c),
        ConnectorPunctuation
            | DecimalNumber
            | EnclosingMark
            | LetterNumber
            | LowercaseLetter
            | ModifierLetter
            | NonspacingMark
            | OtherLetter
            | OtherNumber
            | SpacingMark
            | TitlecaseLetter
            | UppercaseLetter
    )
}

/// The text of a heading as markdownlint takes it for the name: with that of code and links, and
/// without images, HTML, addresses, entities, and what looks like a directive (`:name`).
fn visible_text(
    doc: &Document,
    heading: &Heading,
    push: impl Fn(&Document, Span, &mut String),
) -> String {
    let mut text = String::with_capacity(heading.content.len());
    let mut reached = 0;
    for node in doc.descendants(heading.node) {
        let kind = doc.nodes[node].kind;
        if node < reached {
            continue;
        }
        let span = doc.nodes[node].span;
        match kind {
            Kind::Image => reached = doc.nodes[node].end as usize,
            Kind::Link if is_autolink(doc, node) => reached = doc.nodes[node].end as usize,
            Kind::Text => push(doc, span, &mut text),
            Kind::Code => text.push_str(doc.slice(span).trim_matches('`')),
            Kind::FootnoteReference => {
                text.push_str(doc.slice(span).trim_start_matches("[^").trim_end_matches(']'))
            }
            _ => {}
        }
    }
    text
}

fn is_autolink(doc: &Document, node: usize) -> bool {
    let link = doc.links[doc.nodes[node].data as usize];
    matches!(link.kind, LinkKind::Autolink | LinkKind::Email)
}

/// Math is taken as it is: its dollar signs do not get into a name.
fn push_text(doc: &Document, span: Span, text: &mut String) {
    let mut reached = span.start();
    for part in doc.plain_text(span).chain(std::iter::once(Span::at(span.end()))) {
        if doc.is_math(reached) {
            text.push_str(&doc.text[reached..part.start()]);
        }
        text.push_str(doc.slice(part));
        reached = part.end();
    }
}

/// The ids of `{#id}` marks, in lower case letters, digits, and single `-` and `_` between them.
fn marked_ids(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("{#").filter_map(|(at, _)| {
        let id = text[at + 2..].split('}').next().filter(|id| at + 2 + id.len() < text.len())?;
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        id.split(['-', '_']).all(is_part).then_some(id)
    })
}
