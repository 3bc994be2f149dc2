//! ST101

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// Pages of one kind have the same sections, so that readers know where to look and authors know
/// what to write. A structure file beside or above the pages, `*.structure.yaml`, says which; a
/// section is required unless it says `required: false`. A heading that is nearly the expected one
/// is reported in its place.
///
/// ```yaml
/// sections:
///   - heading: Prerequisites
///   - heading: [Steps, Procedure]
/// ```
///
/// ```markdown bad
/// # Move a file
///
/// ## Prerequisites
///
/// None.
/// ```
///
/// ```markdown good
/// # Move a file
///
/// ## Prerequisites
///
/// None.
///
/// ## Steps
///
/// Drag it.
/// ```
///
/// # Fixes
///
/// Renames a heading that is nearly the expected one, or adds the missing heading for the author to
/// fill in. It changes the words of the page.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Missing {}

impl Rule for Missing {
    const META: Meta = Meta {
        id: "ST101",
        name: "missing-section",
        tags: &["templates"],
        summary: "sections required by the template should be present",
        severity: Some(Severity::Error),
        fixable: Fixable::Review,
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::Missing, out);
    }
}
