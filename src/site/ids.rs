//! Ids of headings: the text a generator sees, the ids that writers give, and what it does about
//! those that occur twice.

use std::borrow::Cow;
use std::fmt::Write as _;

use foldhash::{HashMap, HashSet};
use pulldown_cmark::{Event, Parser};

use super::slug::{Scheme, slug};
use crate::document::{Document, Heading, Kind, LinkKind};
use crate::text::Span;

/// How a generator names headings.
#[derive(Clone, Debug)]
pub struct Naming {
    pub scheme: Scheme,
    pub text: TextRules,
    pub own: OwnId,
    pub twice: Twice,
    /// Headings of the first level get no id.
    pub skips_first_level: bool,
    /// What stands before each id that is made.
    pub prefix: String,
    /// What an empty slug becomes; none if that is no id.
    pub empty: Empty,
    /// The terms of definition lists get ids too.
    pub terms: bool,
    /// A scheme by which headings up to a level have a second id.
    pub second: Option<(Scheme, u8)>,
    /// Headings below this level get no id.
    pub deepest: u8,
}

/// What counts as a heading's text.
#[derive(Clone, Copy, Debug)]
pub struct TextRules {
    /// The text of images.
    pub images: bool,
    /// Addresses in angle brackets and bare ones.
    pub addresses: bool,
    pub footnotes: Footnotes,
    /// Entities are decoded; else they are text.
    pub entities: bool,
    pub dashes: Dashes,
    /// `:smile:` is a picture.
    pub emoji: bool,
    /// White space is collapsed.
    pub collapses: bool,
    /// Of an underlined heading of several lines, the last one alone.
    pub last_line: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Footnotes {
    /// They leave nothing.
    Nothing,
    /// They leave their number.
    Number,
    /// There are none: the mark is text.
    Text,
}

/// Which hyphens become dashes, and so do not come into slugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dashes {
    Kept,
    /// Two and three of them, and longer runs.
    Runs,
    /// Two of them alone.
    Pairs,
}

/// How writers give a heading its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnId {
    None,
    /// `{#id}` alone, and `{/* #id */}`.
    Docusaurus,
    /// `{/*id*/}`
    ReactDev,
    /// `{#id .class key=value}`
    Attributes,
    /// Whatever stands in braces at the end, as pulldown-cmark has it.
    Braces,
    /// `{#id}` and `{: #id .class}`
    AttributeList,
    /// `{#id}`, and `{: #id}` on the next line.
    Kramdown,
    /// `(label)=` on the line before.
    Label,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twice {
    /// `-1`, `-2`, counted for each slug and skipping what is taken.
    Counted,
    /// `-1`, `-2`, counted for each slug, taken or not.
    Blind,
    /// `_1`, `_2`; own ids of the page are taken from the start.
    Underscore,
    /// As [`Twice::Counted`], and own ids are taken where they stand.
    WithOwn,
    /// `id1`, `id2` through the page.
    Docutils,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// The first is empty, then `-1`.
    Counts,
    /// As [`Empty::Counts`], and the first counts as an id.
    CountsAndIs,
    /// It becomes a word, unless the heading has no content at all.
    Word(&'static str),
    /// As `_1`, by [`Twice::Underscore`], or `id1`.
    Numbered,
}

impl Naming {
    /// GitHub's, which many others are like.
    pub fn github() -> Naming {
        Naming {
            scheme: Scheme::GitHub,
            text: TextRules {
                images: false,
                addresses: true,
                footnotes: Footnotes::Nothing,
                entities: true,
                dashes: Dashes::Kept,
                emoji: false,
                collapses: false,
                last_line: false,
            },
            own: OwnId::None,
            twice: Twice::Counted,
            skips_first_level: false,
            prefix: String::new(),
            empty: Empty::Counts,
            terms: false,
            second: None,
            deepest: 6,
        }
    }
}

/// A heading with the id that it gets.
#[derive(Clone, Debug)]
pub struct HeadingId {
    /// The line (from 0) on which the heading starts.
    pub line: usize,
    pub level: u8,
    /// The text that the id is made of.
    pub text: String,
    pub id: Option<String>,
    /// Whether the writer gave the id.
    pub is_own: bool,
}

/// A term of a definition list that gets an id as headings do.
#[derive(Clone, Debug)]
pub struct Term {
    /// From 0.
    pub line: usize,
    pub text: String,
}

/// The text of one line of Markdown, as that of a heading.
pub fn text_of_line(naming: &Naming, line: &str) -> String {
    let doc = Document::parse(format!("# {line}"));
    let heading = doc.headings.first();
    heading.map_or_else(String::new, |heading| {
        text_of(&naming.text, &doc, heading, heading.content.end(), &mut Notes::default())
    })
}

/// The ids of all headings of a page; those of terms are added to what is `taken`. `source` is the page's text where that of the document has
/// something masked, at the same places.
pub fn headings(
    naming: &Naming,
    doc: &Document,
    source: &str,
    taken: &mut Vec<String>,
    terms: &[Term],
) -> Vec<HeadingId> {
    let mut terms = terms.iter().peekable();
    let mut names = Names::default();
    let marked: Vec<_> =
        doc.headings.iter().map(|heading| own_id(naming.own, doc, heading, source)).collect();
    if naming.twice == Twice::Underscore {
        names.taken.extend(taken.iter().cloned());
        names.taken.extend(marked.iter().filter_map(|own| own.id.clone()));
    }
    let mut notes = Notes::default();
    let mut found = Vec::with_capacity(doc.headings.len());
    for (heading, own) in doc.headings.iter().zip(marked) {
        while let Some(term) = terms.next_if(|term| term.line < heading.line) {
            taken.extend(names.name(naming, slug(naming.scheme, &term.text), false));
        }
        let text = text_of(&naming.text, doc, heading, own.end, &mut notes);
        // What mkdocstrings describes has its own name for an id.
        let described = text.strip_prefix("::: ").filter(|_| naming.twice == Twice::Underscore);
        let described = described.map(|name| name.trim().to_owned());
        let own = Own { id: own.id.or(described), ..own };
        let is_own = own.id.is_some();
        let id = match own.id {
            Some(id) => {
                match naming.twice {
                    Twice::WithOwn => drop(names.taken.insert(id.clone())),
                    // The title's own id is there as well.
                    Twice::Docutils => taken.push(names.numbered(slug(naming.scheme, &text))),
                    _ => {}
                }
                Some(id)
            }
            None if naming.skips_first_level && heading.level == 1 => None,
            None if heading.level > naming.deepest => None,
            // For kramdown, marks alone are no heading.
            None if naming.own == OwnId::Kramdown
                && heading.content.is_empty()
                && heading.closing.is_none() =>
            {
                None
            }
            None if matches!(naming.scheme, Scheme::Unknown | Scheme::None) => None,
            None => {
                let slug = slug(naming.scheme, &text);
                names
                    .name(naming, slug, heading.content.is_empty())
                    .map(|id| naming.prefix.clone() + &id)
            }
        };
        found.push(HeadingId { line: heading.line, level: heading.level, text, id, is_own });
    }
    for term in terms {
        taken.extend(names.name(naming, slug(naming.scheme, &term.text), false));
    }
    found
}

/// The ids that are given.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    counts: HashMap<String, usize>,
    /// How many `id1` there are.
    numbered: usize,
}

impl Names {
    fn name(&mut self, naming: &Naming, slug: String, is_blank: bool) -> Option<String> {
        let slug = match naming.empty {
            Empty::Word(_) if slug.is_empty() && is_blank => return None,
            Empty::Word(word) if slug.is_empty() => word.to_owned(),
            _ => slug,
        };
        let is_empty = slug.is_empty();
        let id = match naming.twice {
            Twice::Counted | Twice::WithOwn => self.counted(slug),
            Twice::Blind => {
                let count =
                    self.counts.entry(slug.clone()).and_modify(|count| *count += 1).or_insert(0);
                if *count > 0 { format!("{slug}-{count}") } else { slug }
            }
            Twice::Underscore => self.underscored(slug),
            Twice::Docutils => self.numbered(slug),
        };
        let is_id = !id.is_empty() || (is_empty && naming.empty == Empty::CountsAndIs);
        is_id.then_some(id)
    }

    fn counted(&mut self, slug: String) -> String {
        let mut id = slug.clone();
        while self.taken.contains(&id) {
            let count = self.counts.entry(slug.clone()).or_insert(0);
            *count += 1;
            id = format!("{slug}-{count}");
        }
        self.taken.insert(id.clone());
        id
    }

    fn underscored(&mut self, slug: String) -> String {
        let (stem, mut count) = match slug.rsplit_once('_') {
            Some((stem, digits)) if is_digits(digits) => {
                (stem.to_owned(), digits.parse().unwrap_or(0))
            }
            _ => (slug.clone(), 0_u64),
        };
        let mut id = slug;
        if id.is_empty() || self.taken.contains(&id) {
            // Where many are equal, their count goes on where it was.
            let from = self.counts.get(&stem).map_or(0, |&count| count as u64);
            count = count.max(from);
            loop {
                count += 1;
                id = format!("{stem}_{count}");
                if !self.taken.contains(&id) {
                    break;
                }
            }
            self.counts.insert(stem, count as usize);
        }
        self.taken.insert(id.clone());
        id
    }

    fn numbered(&mut self, slug: String) -> String {
        let mut id = slug;
        while id.is_empty() || self.taken.contains(&id) {
            self.numbered += 1;
            id = format!("id{}", self.numbered);
        }
        self.taken.insert(id.clone());
        id
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.len() < 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id that a writer gave, and where the heading's text ends before it.
struct Own {
    id: Option<String>,
    end: usize,
}

fn own_id(style: OwnId, doc: &Document, heading: &Heading, source: &str) -> Own {
    let none = Own { id: None, end: heading.content.end() };
    if style == OwnId::None {
        return none;
    }
    if style == OwnId::Label {
        return Own { id: label_before(doc, heading, source), ..none };
    }
    let content = whole_content(doc, heading, source);
    let text = content.of(source);
    let braces = text.strip_suffix('}').and_then(|inner| {
        let open = inner.rfind('{')?;
        Some((open, &inner[open + 1..]))
    });
    let Some((open, inner)) = braces else {
        return if style == OwnId::Kramdown {
            next_line_id(doc, heading, source, none)
        } else {
            none
        };
    };
    let end = content.start() + text[..open].trim_end().len();
    let is_apart = open == 0 || text[..open].ends_with([' ', '\t']);
    let id = match style {
        OwnId::None | OwnId::Label => None,
        OwnId::Docusaurus => {
            let plain = inner.strip_prefix('#').filter(|id| !id.contains(['#', '{']));
            let comment = comment_of(inner).and_then(|inner| inner.strip_prefix('#'));
            plain.or(comment).map(str::to_owned)
        }
        OwnId::ReactDev => comment_of(inner).map(|id| id.trim_start_matches('#').to_owned()),
        OwnId::Kramdown => {
            let is_name = |id: &str| {
                id.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.'))
            };
            inner.strip_prefix('#').filter(|id| is_apart && is_name(id)).map(str::to_owned)
        }
        OwnId::Attributes | OwnId::AttributeList | OwnId::Braces => {
            let inner = match style {
                OwnId::AttributeList => inner.strip_prefix(':').unwrap_or(inner),
                _ => inner,
            };
            let list = Attributes::read(inner);
            let stands = is_apart || style != OwnId::AttributeList;
            return match list.id {
                Some(id) if stands && (list.is_list || style != OwnId::Attributes) => {
                    Own { id: Some(id.to_owned()), end }
                }
                None if stands && (list.is_list || style == OwnId::Braces) => Own { id: None, end },
                _ => none,
            };
        }
    };
    match id.filter(|id| !id.is_empty()) {
        Some(id) => Own { id: Some(id), end },
        None => none,
    }
}

/// A heading's content with what a mask has covered at its end.
fn whole_content(doc: &Document, heading: &Heading, source: &str) -> Span {
    let content = heading.content;
    let line = doc.line_span(doc.line_of(content.end()));
    let rest = Span::new(content.end(), line.end().max(content.end()));
    let is_covered =
        rest.of(&doc.text).trim().is_empty() && rest.of(source).trim_start().starts_with('{');
    let covered = if is_covered { rest.of(source).trim_end().len() } else { 0 };
    Span::new(content.start(), content.end() + covered)
}

fn comment_of(inner: &str) -> Option<&str> {
    Some(inner.trim().strip_prefix("/*")?.strip_suffix("*/")?.trim())
}

/// `{: #id}` on the line after a heading.
fn next_line_id(doc: &Document, heading: &Heading, source: &str, none: Own) -> Own {
    let next = doc.line_of(heading.span.end()) + 1;
    if next >= doc.lines.count() {
        return none;
    }
    let line = doc.line_span(next).of(source).trim();
    let list = line.strip_prefix("{:").and_then(|rest| rest.strip_suffix('}'));
    let id = list.and_then(|inner| Attributes::read(inner).id.map(str::to_owned));
    Own { id, ..none }
}

/// The id of `(label)=` before a heading.
fn label_before(doc: &Document, heading: &Heading, source: &str) -> Option<String> {
    let mut lines =
        (doc.body_line..heading.line).rev().map(|line| doc.line_span(line).of(source).trim());
    let line = lines.find(|line| !line.is_empty())?;
    let label = line.strip_prefix('(')?.strip_suffix(")=")?;
    Some(slug(Scheme::Docutils, label)).filter(|id| !id.is_empty())
}

/// What stands in the braces of an attribute list.
#[derive(Default)]
pub struct Attributes<'a> {
    pub id: Option<&'a str>,
    /// Whether all of it is ids, classes and `key=value`.
    pub is_list: bool,
}

impl<'a> Attributes<'a> {
    pub fn read(inner: &'a str) -> Attributes<'a> {
        let mut list = Attributes { id: None, is_list: !inner.trim().is_empty() };
        for word in inner.split_whitespace() {
            match word.as_bytes()[0] {
                b'#' => list.id = Some(&word[1..]).filter(|id| !id.is_empty()),
                b'.' => {}
                _ => match word.split_once('=') {
                    Some(("id", id)) => list.id = Some(id.trim_matches(['"', '\''])),
                    Some(_) => {}
                    // A value in quotes goes on after a space.
                    None => list.is_list &= word.ends_with(['"', '\'']),
                },
            }
        }
        list
    }
}

/// The footnotes in the order in which a page refers to them.
#[derive(Default)]
struct Notes<'a> {
    seen: Option<Vec<&'a str>>,
}

impl<'a> Notes<'a> {
    fn number(&mut self, doc: &'a Document, label: &str) -> usize {
        let seen = self.seen.get_or_insert_with(|| {
            let mut seen = Vec::new();
            for node in doc.of_kind(Kind::FootnoteReference) {
                let label = doc.slice(doc.nodes[node].span);
                if !seen.contains(&label) {
                    seen.push(label);
                }
            }
            seen
        });
        1 + seen.iter().position(|known| *known == label).unwrap_or(0)
    }
}

/// A heading's text up to `end`, as a generator takes it.
fn text_of<'a>(
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
        for url in doc.autolinks.iter().filter(|url| url.start >= span.start && url.end <= span.end)
        {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(naming: &Naming, text: &str) -> Vec<String> {
        let doc = Document::parse(text);
        let found = headings(naming, &doc, text, &mut Vec::new(), &[]);
        found.into_iter().map(|heading| heading.id.unwrap_or_else(|| "-none-".to_owned())).collect()
    }

    #[test]
    fn github_counts_and_skips_what_is_taken() {
        let text = "# A\n# A\n# A 1\n# A\n# \u{1F389}\n# \u{1F389}\n";
        assert_eq!(ids(&Naming::github(), text), ["a", "a-1", "a-1-1", "a-2", "-none-", "-1"]);
    }

    #[test]
    fn underscores_take_own_ids_first() {
        let naming = Naming {
            twice: Twice::Underscore,
            scheme: Scheme::Toc,
            own: OwnId::AttributeList,
            empty: Empty::Numbered,
            ..Naming::github()
        };
        let text = "# Mine\n# X {: #mine .c }\n# A_1\n# A_1\n# \u{1F389}\n# B {.c}\n# C {odd}\n";
        assert_eq!(ids(&naming, text), ["mine_1", "mine", "a_1", "a_2", "_1", "b", "c-odd"]);
    }

    #[test]
    fn own_ids_of_each_kind() {
        let with = |own, text: &str| ids(&Naming { own, ..Naming::github() }, text);
        assert_eq!(with(OwnId::None, "# T {#x}"), ["t-x"]);
        assert_eq!(
            with(OwnId::Docusaurus, "# T {#My.X}\n# U {/* #y */}\n# V {#a .b}"),
            ["My.X", "y", "a .b"]
        );
        assert_eq!(with(OwnId::ReactDev, "# T {/*the-t*/}"), ["the-t"]);
        assert_eq!(with(OwnId::Attributes, "# T {#x .c k=\"v w\"}\n# U {.c}"), ["x", "u"]);
        assert_eq!(with(OwnId::Kramdown, "# T {#x}\n\n# U\n{: #u-id .c}\n"), ["x", "u-id"]);
    }

    #[test]
    fn what_is_text_depends() {
        let text = "# a -- b ![alt](x.png) <https://e.org> &amp; c[^1]\n\n[^1]: note\n";
        assert_eq!(ids(&Naming::github(), text), ["a----b--httpseorg--c"]);
        let mut naming = Naming { twice: Twice::WithOwn, ..Naming::github() };
        naming.text.dashes = Dashes::Runs;
        naming.text.images = true;
        naming.text.addresses = false;
        naming.text.footnotes = Footnotes::Number;
        naming.text.entities = false;
        assert_eq!(ids(&naming, text), ["a--b-alt--amp-c1"]);
    }

    #[test]
    fn entities() {
        assert_eq!(decode_entities("a &amp; &#x41; &copy; &nope; &"), "a & A © &nope; &");
    }
}
