//! MD050

use schemars::JsonSchema;
use serde::Deserialize;

use super::style::{self, EmphasisMark};
use crate::document::Kind;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// Strong emphasis is written with the same character all over a page. Inside words only
/// asterisks work, and are left alone.
///
/// ```markdown bad
/// This is **one** way, this is __another__ one.
/// ```
///
/// ```markdown good
/// This is **one** way, this is the **same** one.
/// ```
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
        summary: "strong emphasis is marked with the same character",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        style::check(page, Kind::Strong, self.style, out);
    }
}
