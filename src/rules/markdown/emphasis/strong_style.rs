//! MD050

use schemars::JsonSchema;
use serde::Deserialize;

use super::style::{self, EmphasisMark};
use crate::document::Kind;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// Two ways to write one thing make the source of a page harder to search and to edit.
///
/// Strong emphasis inside words works with asterisks only, and is not checked.
///
/// ```markdown bad
/// This is **one** way, this is __another__ one.
/// ```
///
/// ```markdown good
/// This is **one** way, this is the **same** one.
/// ```
///
/// # Fixes
///
/// Replaces the markers by the expected ones.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StrongStyle {
    /// Which character marks strong emphasis; `consistent` takes that of the first one.
    style: EmphasisMark,
}

impl Rule for StrongStyle {
    const META: Meta = Meta {
        id: "MD050",
        name: "strong-style",
        tags: &["emphasis"],
        summary: "strong style should be consistent",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        style::check(page, Kind::Strong, self.style, out);
    }
}
