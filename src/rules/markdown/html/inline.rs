//! MD033

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::document::{Document, Flags, HtmlTag};
use crate::rules::{Meta, Page, Rule, Sink};

/// HTML ties a page to one kind of output: renderers that sanitise strip it, PDF and terminal
/// readers skip it, and writers have to know a second language to edit it.
///
/// What Markdown cannot say, such as a line break in a table, can be allowed by name. Every
/// opening tag is reported, in running text and in HTML blocks; comments never are.
///
/// ```markdown bad
/// Press <b>Enter</b> to go on.
/// ```
///
/// ```markdown good
/// Press **Enter** to go on.
/// ```
///
/// ```markdown good {"allowed_elements":["kbd"]}
/// Press <kbd>Enter</kbd> to go on.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Inline {
    /// Names of elements that may be used; letter case does not matter.
    allowed_elements: Vec<String>,
    /// Names of elements that may be used in tables; as `allowed_elements` if not given.
    table_allowed_elements: Option<Vec<String>>,
}

impl Inline {
    fn allows(&self, doc: &Document, tag: &HtmlTag) -> bool {
        let in_table = || doc.flags[doc.line_of(tag.span.start())].intersects(Flags::TABLE);
        let allowed = match &self.table_allowed_elements {
            Some(elements) if in_table() => elements,
            _ => &self.allowed_elements,
        };
        let name = doc.slice(tag.name);
        allowed.iter().any(|element| element.to_lowercase() == name.to_lowercase())
    }
}

impl Rule for Inline {
    const META: Meta = Meta {
        id: "MD033",
        name: "no-inline-html",
        tags: &["html"],
        summary: "no inline HTML",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for tag in &page.html_tags {
            if !tag.closing && !self.allows(page, tag) {
                let name = page.slice(tag.name);
                let message = message!("HTML element `{}` where Markdown was expected", name);
                out.report(page.first_line(tag.span), message);
            }
        }
    }
}
