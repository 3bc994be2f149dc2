//! ST005

use schemars::JsonSchema;
use serde::Deserialize;

use super::section::bare_headings;
use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};

/// A heading with nothing under it promises what the page does not hold. Whoever finds it in the
/// table of contents is led nowhere.
///
/// Comments do not count as content.
///
/// ```markdown bad
/// # Guide
///
/// ## Requirements
///
/// ## Steps
///
/// Start here.
/// ```
///
/// ```markdown good
/// # Guide
///
/// ## Requirements
///
/// None.
///
/// ## Steps
///
/// Start here.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptySection {}

impl Rule for EmptySection {
    const META: Meta = Meta {
        id: "ST005",
        name: "empty-section",
        tags: &["outline"],
        summary: "no empty sections",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for bare in bare_headings(page) {
            let text = page.heading_text(bare.heading);
            let message = match bare.next {
                Some(next) if next.level > bare.heading.level => continue,
                Some(next) => {
                    let next = page.heading_text(next);
                    message!("no content under `{}`: the next heading is `{}`", text, next)
                }
                None => message!("no content under `{}`: the page ends", text),
            };
            let place = page.first_line(bare.heading.span);
            out.report(place, message);
        }
    }
}
