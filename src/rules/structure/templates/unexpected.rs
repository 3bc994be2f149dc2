//! ST104

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// Where a structure file says `others: false`, the sections that it lists are all there are. A
/// section that is repeated is one too many, and so is one that is listed under
/// `forbidden`.
///
/// ```yaml
/// sections:
///   - heading: Steps
/// forbidden:
///   - pattern: (?i)^to.?do
///     reason: open an issue instead
/// ```
///
/// ```markdown bad
/// ## Steps
///
/// Drag it.
///
/// ## To do
///
/// Pictures.
/// ```
///
/// ```markdown good
/// ## Steps
///
/// Drag it.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Unexpected {}

impl Rule for Unexpected {
    const META: Meta = Meta {
        id: "ST104",
        name: "unexpected-section",
        tags: &["templates"],
        summary: "no sections that the template does not allow",
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::Unexpected, out);
    }
}
