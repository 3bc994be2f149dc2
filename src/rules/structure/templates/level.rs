//! ST103

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// A section at another level than on other pages of its kind is missing from tables of contents,
/// or breaks another section in two. In a structure file, a section is one level below the section
/// it is in, and at level 2 at the top, unless it says `level`.
///
/// ```yaml
/// sections:
///   - heading: Steps
/// ```
///
/// ```markdown bad
/// # Move a file
///
/// ### Steps
///
/// Drag it.
/// ```
///
/// ```markdown good
/// # Move a file
///
/// ## Steps
///
/// Drag it.
/// ```
///
/// # Fixes
///
/// Sets the level that the template asks for. It changes the outline of the page.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TemplateLevel {}

impl Rule for TemplateLevel {
    const META: Meta = Meta {
        id: "ST103",
        name: "section-level",
        tags: &["templates"],
        summary: "sections should have the level set by the template",
        fixable: Fixable::Review,
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::Level, out);
    }
}
