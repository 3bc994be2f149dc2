//! MD049

use schemars::JsonSchema;
use serde::Deserialize;

use super::style::{self, EmphasisMark};
use crate::document::Kind;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// Two ways to write one thing make the source of a page harder to search and to edit.
///
/// Emphasis inside words works with asterisks only, and is not checked.
///
/// ```markdown bad
/// This is *one* way, this is _another_ one.
/// ```
///
/// ```markdown good
/// This is *one* way, this is the *same* one.
/// ```
///
/// # Fixes
///
/// Replaces the markers by the expected ones.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmphasisStyle {
    /// Which character marks emphasis; `consistent` takes that of the first one.
    style: EmphasisMark,
}

impl Rule for EmphasisStyle {
    const META: Meta = Meta {
        id: "MD049",
        name: "emphasis-style",
        tags: &["emphasis"],
        summary: "emphasis style should be consistent",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        style::check(page, Kind::Emphasis, self.style, out);
    }
}
