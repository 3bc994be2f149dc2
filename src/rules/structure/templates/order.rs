//! ST102

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// Readers who know one page of a kind find their way on all others, if the sections come in the
/// same order. Reported are the fewest sections that explain the difference. A structure file with
/// `order: any` leaves the order to each page.
///
/// ```yaml
/// sections:
///   - heading: Prerequisites
///   - heading: Steps
/// ```
///
/// ```markdown bad
/// ## Steps
///
/// Drag it.
///
/// ## Prerequisites
///
/// None.
/// ```
///
/// ```markdown good
/// ## Prerequisites
///
/// None.
///
/// ## Steps
///
/// Drag it.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Order {}

impl Rule for Order {
    const META: Meta = Meta {
        id: "ST102",
        name: "section-order",
        tags: &["templates"],
        summary: "sections should be in the order of the template",
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::Order, out);
    }
}
