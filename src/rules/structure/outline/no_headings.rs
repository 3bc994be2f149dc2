//! ST003

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::markdown::title::TitlePattern;
use crate::rules::{Meta, Page, Rule, Sink};

/// Without any heading a page has no outline: no table of contents, nothing to link to, and
/// nothing for screen readers to jump to.
///
/// A title in the front matter counts, and so does a heading in HTML.
///
/// ```markdown bad
/// A page that only talks.
/// ```
///
/// ```markdown good
/// # A page with a title
///
/// And then it talks.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NoHeadings {
    /// Regular expression that finds a title in the front matter; empty for none.
    front_matter_title: TitlePattern,
}

impl Rule for NoHeadings {
    const META: Meta = Meta {
        id: "ST003",
        name: "no-headings",
        tags: &["outline"],
        summary: "pages should have at least one heading",
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let is_heading = |name: &str| matches!(name.as_bytes(), [b'h' | b'H', b'1'..=b'6']);
        let has_heading = !page.headings.is_empty()
            || page.html_tags.iter().any(|tag| is_heading(page.slice(tag.name)));
        // A page that says nothing at all lacks more than a heading.
        let Some(content) = page.first_content() else { return };
        if !has_heading && !self.front_matter_title.matches(page) {
            out.report(page.first_line(content), "the page has no heading");
        }
    }
}
