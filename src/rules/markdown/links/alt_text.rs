//! MD045

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::{Document, HtmlTag};
use crate::rules::{Meta, Page, Rule, Sink};

/// Screen readers read an image's alternate text aloud; without it they say "image", or spell
/// the file's name. Browsers show it when the image does not load.
///
/// An `img` element needs an `alt` attribute, which may be empty for an image that only
/// decorates, or `aria-hidden="true"`.
///
/// ```markdown bad
/// ![](architecture.png)
/// ```
///
/// ```markdown good
/// ![A browser talks to the server, the server to the database](architecture.png)
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AltText {}

impl Rule for AltText {
    const META: Meta = Meta {
        id: "MD045",
        name: "no-alt-text",
        tags: &["accessibility", "images"],
        summary: "images should have alt text",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for image in page.links.iter().filter(|link| link.image && link.text.is_empty()) {
            out.report(image.span, "image without alt text");
        }
        for tag in page.html_tags.iter().filter(|tag| is_unexplained_image(page, tag)) {
            out.report(page.first_line(tag.span), "`img` element without `alt` attribute");
        }
    }
}

fn is_unexplained_image(doc: &Document, tag: &HtmlTag) -> bool {
    !tag.closing
        && doc.slice(tag.name).eq_ignore_ascii_case("img")
        && tag.attribute(&doc.text, "alt").is_none()
        && !tag
            .attribute(&doc.text, "aria-hidden")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
}
