//! MD034

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::Document;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// A bare address becomes a link on GitHub and in some other places, and stays plain text
/// everywhere else. In angle brackets it is a link everywhere, and it is clear where it ends;
/// in backticks it is none.
///
/// Addresses in code, in link texts and between an opening and a closing HTML tag are not
/// reported.
///
/// ```markdown bad
/// See https://example.com/guide for more.
/// ```
///
/// ```markdown good
/// See <https://example.com/guide> for more, or [the guide](https://example.com/guide).
/// The address `https://example.com/guide` is not a link.
/// ```
///
/// # Fixes
///
/// Puts the address in angle brackets. An address without a scheme, as in `www.example.com`, would
/// become another thing.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BareUrls {}

impl Rule for BareUrls {
    const META: Meta = Meta {
        id: "MD034",
        name: "no-bare-urls",
        tags: &["links", "url"],
        summary: "no bare URLs",
        fixable: Fixable::Mixed,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if page.autolinks.is_empty() {
            return;
        }
        let elements = Elements::of(page);
        for &url in &page.autolinks {
            if is_in_angle_brackets(page, url) || elements.enclose(url) {
                continue;
            }
            let source = page.slice(url);
            let message = message!("bare URL `{}`, expected angle brackets or a link", source);
            let found = out.report(url, message);
            // What holds control characters is no link in angle brackets either.
            if !source.contains(char::is_control) {
                found.with(fix(source, url));
            }
        }
    }
}

/// In angle brackets an address is a link only with a scheme or as an e-mail address.
fn fix(source: &str, url: Span) -> Fix {
    let bracketed = format!("<{source}>");
    if source.as_bytes()[..3].eq_ignore_ascii_case(b"www") || source.contains(['>', '\\']) {
        Fix::review(url, bracketed)
    } else {
        Fix::safe(url, bracketed)
    }
}

/// Whether `<` and `>` stand around what CommonMark does not take for an autolink.
fn is_in_angle_brackets(doc: &Document, url: Span) -> bool {
    let before = &doc.text[..url.start()];
    before.ends_with('<') && !before.ends_with("\\<") && doc.text[url.end()..].starts_with('>')
}

/// What stands between opening and closing tags of running text; disjoint, in document order.
struct Elements(Vec<Span>);

impl Elements {
    fn of(doc: &Document) -> Self {
        let mut pairs = Vec::new();
        let mut open: HashMap<(u32, &str), Vec<Span>> = HashMap::new();
        let mut tags = doc.html_tags.iter().filter(|tag| !tag.in_block).peekable();
        for node in &doc.nodes {
            if node.kind.is_block() {
                open.clear();
            }
            let Some(tag) = tags.next_if(|tag| tag.span == node.span) else { continue };
            let key = (node.parent, doc.slice(tag.name));
            if !tag.closing {
                open.entry(key).or_default().push(tag.span);
            } else if let Some(start) = open.get_mut(&key).and_then(Vec::pop) {
                pairs.push(Span::new(start.start(), tag.span.end()));
            }
        }
        pairs.sort_unstable();
        let mut reached = 0;
        // A pair that starts in another one belongs to it, even if it ends after it.
        pairs.retain(|pair| {
            let outside = pair.start >= reached;
            if outside {
                reached = pair.end;
            }
            outside
        });
        Elements(pairs)
    }

    fn enclose(&self, span: Span) -> bool {
        let after = self.0.partition_point(|element| element.start <= span.start);
        after > 0 && span.start < self.0[after - 1].end
    }
}
