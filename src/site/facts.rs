//! What a page offers to links and where its own links lead.

use std::borrow::Cow;

use foldhash::HashMap;

use super::html::{Attribute, attributes};
use super::ids::{self, Attributes, HeadingId, Naming, OwnId, decode_entities};
use super::mask::{self, Masked, Syntax};
use super::slug::{Scheme, slug};
use crate::document::{Document, Flags, Kind, LinkKind as Written};
use crate::text::Span;

/// How the pages of a site are written and named.
#[derive(Clone, Debug)]
pub struct LinkDialect {
    pub syntax: Syntax,
    pub naming: Naming,
    /// What stands before the label or number in the ids of footnotes; empty if there are none.
    pub footnote: &'static str,
    /// Labels for links, as `(label)=` of MyST.
    pub has_labels: bool,
}

/// A link, an image or an attribute that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub kind: LinkKind,
    /// From the opening bracket to the end; for HTML, the tag.
    pub span: Span,
    /// Where the destination is written: at the definition for references.
    pub destination: Span,
    /// The definition that a reference uses.
    pub definition: Option<Span>,
    /// The destination with escapes and entities decoded.
    pub target: String,
    /// Whether a component has it, such as `<Link to>`, and not an element.
    pub is_component: bool,
    /// Whether it is written without space around the destination, and no image is in its text:
    /// generators that look for links by a pattern see no others.
    pub is_simple: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkKind {
    Link,
    Image,
    /// `<a>` and other elements that lead somewhere.
    Html,
    /// `<img>` and other elements that show something.
    HtmlAsset,
}

/// What is known of one page.
#[derive(Clone, Debug, Default)]
pub struct PageFacts {
    pub headings: Vec<HeadingId>,
    /// All ids and names to which a link may lead, those of headings too; in no order, and some may
    /// occur twice.
    pub anchors: Vec<String>,
    /// Where ids seem to be written that writers gave, in no order.
    own_ids: Vec<Span>,
    /// Labels of MyST, in lower case.
    pub labels: Vec<String>,
    /// In the order of the page.
    pub links: Vec<Link>,
    /// Pages that are put into this one, as written.
    pub includes: Vec<String>,
    /// Whether components that only a browser runs may add ids.
    pub is_open: bool,
    /// Whether plugins put in what is not in the page.
    pub has_inserts: bool,
}

/// Most bytes of a list of attributes.
const LONGEST_LIST: usize = 1_000;

/// Reads the facts of a page. `doc` is used as it is where the dialect has nothing to cover.
pub fn read(dialect: &LinkDialect, doc: &Document) -> PageFacts {
    match mask::mask(dialect.syntax, &doc.text) {
        None => facts(dialect, doc, &doc.text, &[], Vec::new()),
        Some(Masked { text, tags, includes, is_open }) => {
            let mut seen = Document::parse(text);
            if dialect.syntax == Syntax::Mdx {
                seen = mask::without_indented_code(seen);
            }
            let mut facts = facts(dialect, &seen, &doc.text, &tags, includes);
            facts.has_inserts = is_open;
            facts
        }
    }
}

fn facts(
    dialect: &LinkDialect,
    doc: &Document,
    source: &str,
    tags: &[Span],
    includes: Vec<String>,
) -> PageFacts {
    let mut facts = PageFacts { includes, ..PageFacts::default() };
    facts.html(doc, source, tags);
    if !dialect.naming.raw_ids {
        facts.anchors.clear();
        facts.own_ids.clear();
    }
    if dialect.naming.own != OwnId::None || dialect.has_labels {
        facts.attribute_lists(doc, source, dialect);
    }
    let terms = ids::terms(&dialect.naming, doc, source);
    facts.headings = ids::headings(&dialect.naming, doc, source, &mut facts.anchors, &terms);
    facts.anchors.extend(facts.headings.iter().filter_map(|heading| heading.id.clone()));
    facts.own_ids_of_headings(doc, source);
    if let Some((scheme, deepest)) = dialect.naming.second {
        let second =
            Naming { scheme, deepest, twice: ids::Twice::Counted, ..dialect.naming.clone() };
        let ids = ids::headings(&second, doc, source, &mut Vec::new(), &[]);
        facts.anchors.extend(ids.into_iter().filter_map(|heading| heading.id));
    }
    facts.footnotes(doc, source, dialect.footnote);
    facts.markdown_links(doc, source);
    facts.links.sort_by_key(|link| link.span.start);
    facts
}

impl PageFacts {
    fn html(&mut self, doc: &Document, source: &str, tags: &[Span]) {
        let seen = doc.html_tags.iter().filter(|tag| !tag.closing);
        let seen = seen.map(|tag| tag.span).filter(|tag| !is_in_comment(doc, tag.start()));
        for tag in seen.chain(tags.iter().copied()) {
            let name = source[tag.start() + 1..tag.end()]
                .split(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
                .next()
                .unwrap_or("");
            let is_component = name.starts_with(|c: char| c.is_ascii_uppercase());
            self.is_open |= is_component || name == "script";
            for attribute in attributes(source, tag) {
                self.attribute(tag, name, &attribute);
            }
        }
    }

    fn attribute(&mut self, tag: Span, element: &str, attribute: &Attribute) {
        let is_component = element.starts_with(|c: char| c.is_ascii_uppercase());
        let element = element.to_ascii_lowercase();
        let name = attribute.name.to_ascii_lowercase();
        let kind = match (&*element, &*name) {
            (_, "id") => None,
            ("a", "name") => None,
            ("a" | "area" | "link", "href") | ("link", "to") => Some(LinkKind::Html),
            ("iframe" | "embed", "src") | ("object", "data") => Some(LinkKind::Html),
            ("img" | "video" | "audio" | "source" | "track" | "input", "src") => {
                Some(LinkKind::HtmlAsset)
            }
            ("video", "poster") => Some(LinkKind::HtmlAsset),
            _ => return,
        };
        let value = decode_entities(attribute.value);
        match kind {
            None if !value.is_empty() => {
                if name == "id" {
                    self.own_ids.push(attribute.span);
                }
                self.anchors.push(value.into_owned());
            }
            None => {}
            Some(kind) => self.links.push(Link {
                kind,
                span: tag,
                destination: attribute.span,
                definition: None,
                target: value.trim().to_owned(),
                is_component,
                is_simple: false,
            }),
        }
    }

    /// Where the ids are written that the writer of the page gave, in the order of the page; not those
    /// in code.
    pub fn own_ids(mut self, doc: &Document) -> Vec<Span> {
        self.own_ids.retain(|id| doc.nodes[doc.node_at(id.start())].kind != Kind::Code);
        self.own_ids.sort_unstable_by_key(|id| id.start);
        self.own_ids
    }

    fn own_ids_of_headings(&mut self, doc: &Document, source: &str) {
        for heading in self.headings.iter().filter(|heading| heading.is_own) {
            let Some(id) = &heading.id else { continue };
            let line = doc.line_span(heading.line);
            if let Some(mark) = line.of(source).rfind(&format!("#{id}")) {
                let start = line.start() + mark + 1;
                self.own_ids.push(Span::new(start, start + id.len()));
            }
        }
    }

    /// `{#id}` and `{: #id}` on blocks and in text, and MyST's labels.
    fn attribute_lists(&mut self, doc: &Document, source: &str, dialect: &LinkDialect) {
        for at in memchr::memchr_iter(b'{', source.as_bytes()) {
            let inner = &source[at + 1..];
            let near = &inner.as_bytes()[..inner.len().min(LONGEST_LIST)];
            let is_list = matches!(near.trim_ascii_start().first(), Some(b'#' | b'.' | b':'));
            let Some(end) = memchr::memchr2(b'}', b'\n', near).filter(|_| is_list) else {
                continue;
            };
            let line = doc.line_of(at);
            if !inner[end..].starts_with('}') || !doc.is_plain(line, Flags::CODE | Flags::HEADING) {
                continue;
            }
            let inner = inner[..end].trim_start_matches([' ', ':']);
            let Some(id) = Attributes::read(inner).id else { continue };
            self.anchors.push(id.to_owned());
            // Not where it is written as `id=x`.
            let list = &source[at..at + 1 + end];
            let Some(mark) = list.find(&format!("#{id}")) else { continue };
            let start = at + mark + 1;
            self.own_ids.push(Span::new(start, start + id.len()));
        }
        if !dialect.has_labels {
            return;
        }
        for line in doc.body_lines().filter(|&line| doc.is_plain(line, Flags::CODE)) {
            let text = doc.line_span(line).of(source).trim();
            let label = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(")="));
            if let Some(label) = label {
                self.anchors.push(slug(Scheme::Docutils, label));
                self.labels.push(label.to_lowercase());
            }
        }
        // In reStructuredText between Markdown.
        for line in doc.body_lines().filter(|&line| !doc.is_plain(line, Flags::CODE)) {
            let text = doc.line_span(line).of(source).trim();
            let label = text.strip_prefix(".. _").and_then(|rest| rest.strip_suffix(':'));
            self.anchors.extend(label.map(|label| slug(Scheme::Docutils, label)));
        }
        self.labels.extend(self.anchors.iter().map(|id| id.to_lowercase()));
    }

    fn footnotes(&mut self, doc: &Document, source: &str, prefix: &str) {
        if prefix.is_empty() {
            return;
        }
        let notes = doc.definitions.iter().filter(|definition| definition.footnote);
        if prefix.starts_with("user-content") && notes.clone().next().is_some() {
            self.anchors.push("footnote-label".to_owned());
        }
        for (index, note) in notes.enumerate() {
            let label = note.label.of(source).trim_start_matches('^');
            for prefix in prefix.split(' ') {
                self.anchors.push(format!("{prefix}{label}"));
                self.anchors.push(format!("{prefix}{}", index + 1));
            }
        }
    }

    fn markdown_links(&mut self, doc: &Document, source: &str) {
        let mut definitions: Option<HashMap<String, (Span, Span)>> = None;
        for link in &doc.links {
            if link.kind == Written::Email {
                continue;
            }
            let kind = if link.image { LinkKind::Image } else { LinkKind::Link };
            let (destination, definition) = match (link.destination, link.reference()) {
                (Some(destination), _) => (destination, None),
                (None, Some(label)) => {
                    let known = definitions.get_or_insert_with(|| defined(doc));
                    let Some(&(span, destination)) = known.get(&doc.label(label)) else { continue };
                    (destination, Some(span))
                }
                (None, None) => continue,
            };
            let written = destination.of(source);
            let target = match link.kind {
                Written::Autolink => written.into(),
                _ => unescape(written),
            };
            self.links.push(Link {
                kind,
                span: link.span,
                destination,
                definition,
                target: target.trim().to_owned(),
                is_component: false,
                is_simple: is_simple(doc, link.node, destination, definition.is_some()),
            });
        }
        for &url in &doc.autolinks {
            let target = url.of(source);
            if target.starts_with("http") {
                self.links.push(Link {
                    kind: LinkKind::Link,
                    span: url,
                    destination: url,
                    definition: None,
                    target: target.to_owned(),
                    is_component: false,
                    is_simple: true,
                });
            }
        }
    }
}

fn defined(doc: &Document) -> HashMap<String, (Span, Span)> {
    let mut known = HashMap::default();
    for definition in doc.definitions.iter().filter(|definition| !definition.footnote) {
        let label = doc.label(definition.label);
        known.entry(label).or_insert((definition.span, definition.destination));
    }
    known
}

fn is_simple(doc: &Document, node: usize, destination: Span, is_reference: bool) -> bool {
    let has_image = doc.descendants(node).any(|inner| doc.nodes[inner].kind == Kind::Image);
    let is_tight = doc.text[..destination.start()].ends_with('(');
    !has_image && (is_reference || is_tight)
}

fn is_in_comment(doc: &Document, at: usize) -> bool {
    let next = doc.comments.partition_point(|comment| comment.start() <= at);
    next > 0 && doc.comments[next - 1].contains(at)
}

/// A destination with backslashes taken off and entities decoded.
fn unescape(written: &str) -> Cow<'_, str> {
    let decoded = decode_entities(written);
    if !decoded.contains('\\') {
        return decoded;
    }
    let mut plain = String::with_capacity(decoded.len());
    let mut characters = decoded.chars().peekable();
    while let Some(c) = characters.next() {
        let escapes = c == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
        if !escapes {
            plain.push(c);
        } else if let Some(escaped) = characters.next() {
            plain.push(escaped);
        }
    }
    plain.into()
}

/// Whether a page has nothing but components: what ids it has, only a browser sees.
pub fn is_made_of_components(doc: &Document, facts: &PageFacts) -> bool {
    let has_text = doc.of_kind(Kind::Paragraph).take(3).count() > 2;
    facts.is_open && !has_text && facts.headings.len() < 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(syntax: Syntax) -> LinkDialect {
        LinkDialect { syntax, naming: Naming::github(), footnote: "fn-", has_labels: false }
    }

    #[test]
    fn links_of_all_kinds() {
        let text = "# H\n[a](b\\_c.md \"t\") ![i](<x y.png>) [r][l] <a href='d&amp;e' id=f name=g>h</a>\n\n[l]: m.md#n\n\n<!-- <a href=no> [no](no) -->\n\n`[no](no)` x[^1] <https://e.org>\n\n[^1]: [o](p)\n";
        let facts = read(&dialect(Syntax::Plain), &Document::parse(text));
        let links: Vec<_> = facts.links.iter().map(|link| (link.kind, &*link.target)).collect();
        use LinkKind::*;
        assert_eq!(
            links,
            [
                (Link, "b_c.md"),
                (Image, "x y.png"),
                (Link, "m.md#n"),
                (Html, "d&e"),
                (Link, "https://e.org"),
                (Link, "p")
            ]
        );
        assert_eq!(facts.links[2].destination.of(text), "m.md#n");
        for anchor in ["h", "f", "g", "fn-1"] {
            assert!(facts.anchors.iter().any(|known| known == anchor), "{anchor}");
        }
        assert!(!facts.is_open);
    }

    #[test]
    fn tags_of_components_are_links_too() {
        let text = "<Link to=\"/x\">\n\n[a](b)\n\n</Link> <div id=\"y\" />\n";
        let facts = read(&dialect(Syntax::Mdx), &Document::parse(text));
        let links: Vec<_> = facts.links.iter().map(|link| &*link.target).collect();
        assert_eq!(links, ["/x", "b"]);
        assert!(facts.is_open && facts.anchors.iter().any(|id| id == "y"));
    }
}
