//! MD042

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::{Document, Link, LinkKind};
use crate::rules::{Meta, Page, Rule, Sink};

/// A link without a destination, or to `#` alone, takes readers nowhere: mostly an address that
/// was to be filled in later.
///
/// ```markdown bad
/// See [the guide]() and [the reference](#).
/// ```
///
/// ```markdown good
/// See [the guide](guide.md) and [the reference](#reference).
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptyLinks {}

impl Rule for EmptyLinks {
    const META: Meta = Meta {
        id: "MD042",
        name: "no-empty-links",
        tags: &["links"],
        summary: "no empty links",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let nowhere = labels_of_nowhere(page);
        for link in page.links.iter().filter(|link| !link.image && link.has_brackets()) {
            if is_empty(page, link, &nowhere) {
                out.report(page.first_line(link.span), "link without destination");
            }
        }
    }
}

fn is_empty(doc: &Document, link: &Link, nowhere: &HashSet<String>) -> bool {
    match link.kind {
        LinkKind::Inline => {
            let destination = link.destination.map_or("", |span| doc.slice(span));
            matches!(destination.trim(), "" | "#")
        }
        // Labels are compared as written with normalised ones, as in markdownlint.
        _ => link.reference().is_some_and(|label| nowhere.contains(doc.slice(label).trim())),
    }
}

/// The labels whose definition has the destination `#`, not in angle brackets.
fn labels_of_nowhere(doc: &Document) -> HashSet<String> {
    doc.definitions
        .iter()
        .filter(|definition| !definition.duplicate && doc.slice(definition.destination) == "#")
        .filter(|definition| !doc.text[..definition.destination.start()].ends_with('<'))
        .map(|definition| doc.label(definition.label))
        .collect()
}
