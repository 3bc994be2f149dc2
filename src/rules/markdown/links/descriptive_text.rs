//! MD059

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::document::{Document, Kind, Link};
use crate::rules::{Meta, Page, Rule, Sink};

/// Screen readers list the links of a page by their texts, and search engines judge a page by the
/// texts that point to it: "here" and "click here" say nothing to either.
///
/// Texts with code or HTML in them are not checked. Letters beyond ASCII do not count.
///
/// ```markdown bad
/// The API is described [here](api.md).
/// ```
///
/// ```markdown good
/// The [description of the API](api.md) has all details.
/// ```
///
/// ```markdown bad {"prohibited_texts":["this page"]}
/// More on [this page](api.md).
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DescriptiveText {
    /// Texts that links may not have; letter case and punctuation do not matter.
    prohibited_texts: Vec<String>,
}

impl Default for DescriptiveText {
    fn default() -> Self {
        let texts = ["click here", "here", "link", "more"];
        DescriptiveText { prohibited_texts: texts.map(str::to_owned).into() }
    }
}

impl Rule for DescriptiveText {
    const META: Meta = Meta {
        id: "MD059",
        name: "descriptive-link-text",
        tags: &["accessibility", "links"],
        summary: "link text should be descriptive",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if page.links.is_empty() {
            return;
        }
        let prohibited: Vec<String> =
            self.prohibited_texts.iter().map(|text| normalized(text).collect()).collect();
        let may_start = |text: &str| {
            let first = text.bytes().find(u8::is_ascii_alphanumeric);
            let first = first.map(|byte| byte.to_ascii_lowercase());
            prohibited.iter().any(|text| text.as_bytes().get(1).copied() == first)
        };
        for link in page.links.iter().filter(|link| !link.image && link.has_brackets()) {
            // Most texts tell with their first letter.
            if !may_start(page.slice(link.text)) {
                continue;
            }
            let text = || normalized(page.slice(link.text));
            let prohibited = prohibited.iter().find(|prohibited| text().eq(prohibited.chars()));
            if let Some(text) = prohibited.filter(|_| !has_code_or_html(page, link)) {
                let text = text.trim_start();
                out.report(
                    page.first_line(link.text),
                    message!("link text \"{}\" does not say where the link goes", text),
                );
            }
        }
    }
}

fn has_code_or_html(doc: &Document, link: &Link) -> bool {
    doc.children(link.node)
        .any(|child| matches!(doc.nodes[child].kind, Kind::Code | Kind::InlineHtml))
}

/// The ASCII words of a text in lower case, each after a space.
fn normalized(text: &str) -> impl Iterator<Item = char> + '_ {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| [' '].into_iter().chain(word.chars().map(|c| c.to_ascii_lowercase())))
}
