//! MD025

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::{Document, Heading, HeadingStyle, Kind, LinkKind};
use crate::rules::markdown::title::{Level, TitlePattern};
use crate::rules::{Meta, Page, Rule, Sink};

/// A page that opens with a top-level heading has a title, and a page has one title. A second
/// top-level heading is a second page, or a section whose level is wrong.
///
/// A title in the front matter counts. Pages that do not start with a title are not checked.
///
/// ```markdown bad
/// # Title
///
/// # Another title
/// ```
///
/// ```markdown good
/// # Title
///
/// ## Section
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SingleTitle {
    /// Level of the title.
    level: Level,
    /// Regular expression that finds a title in the front matter; empty for none.
    front_matter_title: TitlePattern,
}

impl Rule for SingleTitle {
    const META: Meta = Meta {
        id: "MD025",
        name: "single-title",
        aliases: &["single-h1"],
        tags: &["headings"],
        summary: "pages should have a single top-level heading",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut titles = page
            .headings
            .iter()
            .filter(|heading| heading.level == self.level.0 && !is_docfx_tab(page, heading))
            .peekable();
        let Some(first) = titles.peek() else { return };
        let in_front_matter = self.front_matter_title.matches(page);
        if !in_front_matter && !opens_page(page, first) {
            return;
        }
        for heading in titles.skip(usize::from(!in_front_matter)) {
            out.report(heading.span, "page already has a title, expected a lower level");
        }
    }
}

/// Whether nothing but comments stands before a heading.
fn opens_page(doc: &Document, heading: &Heading) -> bool {
    let Some(first) = doc.first_content() else { return true };
    if doc.nodes[heading.node].parent == 0 {
        return first.start() == heading.span.start();
    }
    // A heading in a container opens the page if the container is all of it, without even a line
    // ending at the end: that is how the reference counts.
    let last = doc.children(0).last().map(|last| doc.nodes[last].span);
    last.is_some_and(|last| last.start == first.start && last.end() == doc.text.len())
}

/// Whether a heading is a tab of DocFX: nothing but a link to `#tab/…`.
fn is_docfx_tab(doc: &Document, heading: &Heading) -> bool {
    let mut children = doc.children(heading.node);
    let (Some(only), None) = (children.next(), children.next()) else { return false };
    if heading.style == HeadingStyle::Setext || doc.nodes[only].kind != Kind::Link {
        return false;
    }
    let link = doc.links[doc.nodes[only].data as usize];
    let destination = link.destination.filter(|_| link.kind == LinkKind::Inline);
    destination.is_some_and(|span| doc.slice(span).starts_with("#tab/"))
}
