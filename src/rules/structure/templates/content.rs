//! ST105

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// A section of examples without an example, or a table of options whose columns differ from page
/// to page, keeps the promise of its heading only in part. A structure file says under `content` how
/// many words, paragraphs, links, lists, code blocks, tables and images a section has, in which
/// languages its code is, and which columns its tables have.
///
/// ```yaml
/// sections:
///   - heading: Example
///     content:
///       code: { languages: [sh] }
/// ```
///
/// ```markdown bad
/// ## Example
///
/// It is easy.
/// ```
///
/// ````markdown good
/// ## Example
///
/// To move a file:
///
/// ```sh
/// mv a b
/// ```
/// ````
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Content {}

impl Rule for Content {
    const META: Meta = Meta {
        id: "ST105",
        name: "section-content",
        tags: &["templates"],
        summary: "section content should match the template",
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::Content, out);
    }
}
