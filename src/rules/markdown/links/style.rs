//! MD054

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Link, LinkKind};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// There are five ways to write a link. A team that agrees on some of them finds links easier to
/// read, to check and to change; this rule reports the others.
///
/// All are allowed unless the options say otherwise. `url_inline` is about inline links whose
/// text is their destination, which are shorter as autolinks.
///
/// ```markdown bad {"inline":false}
/// Read [the guide](https://example.com/guide).
/// ```
///
/// ```markdown good {"inline":false}
/// Read [the guide][guide].
///
/// [guide]: https://example.com/guide
/// ```
///
/// ```markdown bad {"url_inline":false}
/// See [https://example.com](https://example.com).
/// ```
///
/// # Fixes
///
/// Writes the link in an allowed style, where one can say the same on one line.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LinkStyleRule {
    /// Whether `<https://example.com>` may be used.
    autolink: bool,
    /// Whether `[label][]` may be used.
    collapsed: bool,
    /// Whether `[text][label]` may be used.
    full: bool,
    /// Whether `[text](destination)` may be used.
    inline: bool,
    /// Whether `[label]` may be used.
    shortcut: bool,
    /// Whether inline links may have their destination as text.
    url_inline: bool,
}

impl Default for LinkStyleRule {
    fn default() -> Self {
        LinkStyleRule {
            autolink: true,
            collapsed: true,
            full: true,
            inline: true,
            shortcut: true,
            url_inline: true,
        }
    }
}

impl Rule for LinkStyleRule {
    const META: Meta = Meta {
        id: "MD054",
        name: "link-image-style",
        tags: &["images", "links"],
        summary: "link and image style should be one of those allowed",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if self.allows_all() {
            return;
        }
        let definitions = destinations(page);
        for link in &page.links {
            let Some((way, destination)) = self.disallowed(page, link, &definitions) else {
                continue;
            };
            let found =
                out.report(page.first_line(link.span), message!("{} is not allowed here", way));
            let lines = page.lines_of(link.span);
            let fixed = self.rewritten(page, link, destination);
            if let Some(fixed) = fixed.filter(|_| lines.start() == lines.end()) {
                found.with(Fix::review(link.span, fixed));
            }
        }
    }
}

impl LinkStyleRule {
    fn allows_all(&self) -> bool {
        self.autolink
            && self.collapsed
            && self.full
            && self.inline
            && self.shortcut
            && self.url_inline
    }

    /// What a link is, if it is not allowed, and where it goes.
    fn disallowed<'a>(
        &self,
        doc: &'a Document,
        link: &Link,
        definitions: &HashMap<String, &'a str>,
    ) -> Option<(&'static str, &'a str)> {
        let written = link.destination.map_or("", |span| doc.slice(span));
        if !link.has_brackets() {
            return (!self.autolink).then_some(("autolink", written));
        }
        if !written.is_empty() {
            let way = if !self.inline {
                "inline link"
            } else if self.is_better_as_autolink(doc, link, written) {
                "inline link with its destination as text"
            } else {
                return None;
            };
            return Some((way, written));
        }
        let (way, allowed) = match link.kind {
            LinkKind::Full => ("full reference", self.full),
            LinkKind::Collapsed => ("collapsed reference", self.collapsed),
            _ => ("shortcut reference", self.shortcut),
        };
        // Labels are looked up as they are written, as in markdownlint.
        let label = link.reference().unwrap_or(link.text);
        let destination = *definitions.get(doc.slice(label))?;
        (!allowed && !destination.is_empty()).then_some((way, destination))
    }

    fn is_better_as_autolink(&self, doc: &Document, link: &Link, destination: &str) -> bool {
        !self.url_inline
            && self.autolink
            && !link.image
            && link.title.is_none_or(|title| title.is_empty())
            && doc.slice(link.text) == destination
            && can_be_autolink(destination)
    }

    /// The link in a way that is allowed.
    fn rewritten(&self, doc: &Document, link: &Link, destination: &str) -> Option<String> {
        let text = doc.slice(link.text);
        let as_autolink = self.autolink && !link.image && can_be_autolink(destination);
        if self.inline && !text.is_empty() && (self.url_inline || !as_autolink) {
            let mark = if link.image { "!" } else { "" };
            let text = with_backslashes(text, ['[', ']']);
            let destination = with_backslashes(destination, ['(', ')']);
            return Some(format!("{mark}[{text}]({destination})"));
        }
        as_autolink.then(|| format!("<{}>", without_backslashes(destination)))
    }
}

/// The destinations by normalised label; those in angle brackets count as empty.
fn destinations(doc: &Document) -> HashMap<String, &str> {
    let mut destinations = HashMap::new();
    for definition in doc.definitions.iter().filter(|definition| !definition.duplicate) {
        let start = definition.destination.start();
        let hidden = definition.footnote || doc.text[..start].ends_with('<');
        let destination = if hidden { "" } else { doc.slice(definition.destination) };
        destinations.insert(doc.label(definition.label), destination);
    }
    destinations
}

/// Whether the destination is an absolute URL without spaces and angle brackets.
fn can_be_autolink(destination: &str) -> bool {
    is_absolute_url(destination) && !destination.contains([' ', '<', '>'])
}

fn is_absolute_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.trim().split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let special = ["http", "https", "ftp", "ws", "wss"];
    is_scheme && (!special.iter().any(|name| scheme.eq_ignore_ascii_case(name)) || has_host(rest))
}

/// Whether what follows the scheme names a host, and perhaps a port.
fn has_host(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['/', '\\']);
    let authority = &rest[..rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (host, ""),
    };
    let forbidden = |c: char| c.is_ascii_control() || " #%<>^|`{}\"\\".contains(c);
    let port_is_fine = port.is_empty() || port.parse::<u16>().is_ok();
    !host.is_empty() && !host.contains(forbidden) && port_is_fine
}

fn with_backslashes(text: &str, marks: [char; 2]) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if marks.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Backslashes that escape punctuation are dropped.
fn without_backslashes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = rest.next_if(|next| c == '\\' && next.is_ascii_punctuation());
        plain.push(escaped.unwrap_or(c));
    }
    plain
}
