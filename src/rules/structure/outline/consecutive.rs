//! ST006

use schemars::JsonSchema;
use serde::Deserialize;

use super::section::bare_headings;
use crate::diagnostic::{Severity, message};
use crate::rules::{Meta, Page, Rule, Sink};

/// Where a heading follows right after the one above it, a sentence between them would show
/// readers what the sections below have in common and which of them they need.
///
/// ```markdown bad
/// # Guide
///
/// ## Steps
///
/// Start here.
/// ```
///
/// ```markdown good
/// # Guide
///
/// How to move your files in three steps.
///
/// ## Steps
///
/// Start here.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Consecutive {}

impl Rule for Consecutive {
    const META: Meta = Meta {
        id: "ST006",
        name: "consecutive-headings",
        tags: &["outline"],
        summary: "no consecutive headings without text between them",
        severity: Some(Severity::Info),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for bare in bare_headings(page) {
            let Some(next) = bare.next.filter(|next| next.level > bare.heading.level) else {
                continue;
            };
            let (above, below) = (page.heading_text(bare.heading), page.heading_text(next));
            let place = page.first_line(next.span);
            out.report(place, message!("no text between `{}` and `{}`", above, below));
        }
    }
}
