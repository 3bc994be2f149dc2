//! ST106

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// A title that differs from the one in the front matter shows up under two names: one in the page,
/// one in menus and search results. A structure file says under `title` that the h1 is the value of
/// a front matter `field`, that the title fits the `file_name`, or that it matches a `pattern`.
///
/// ```yaml
/// title:
///   field: title
///   pattern: ^(Move|Copy)
/// ```
///
/// ```markdown bad
/// ---
/// title: Move a file
/// ---
///
/// # Moving files
/// ```
///
/// ```markdown good
/// ---
/// title: Move a file
/// ---
///
/// # Move a file
/// ```
///
/// # Fixes
///
/// Writes the title that the template asks for, if that is one text. It changes the words of the
/// page.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Title {}

impl Rule for Title {
    const META: Meta = Meta {
        id: "ST106",
        name: "title-mismatch",
        tags: &["templates"],
        summary: "the title should match the template",
        fixable: Fixable::Review,
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::Title, out);
    }
}
