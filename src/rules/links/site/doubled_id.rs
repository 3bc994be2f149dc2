//! LINK014

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::OF_SITE;
use crate::diagnostic::message;
use crate::rules::{Meta, Needs, Page, Rule, Sink};
use crate::text::Span;

/// A link to an id that a page has twice leads to the first place, whichever was meant.
///
/// Ids that a writer gives count: `id` in HTML, and lists of attributes such as `{#id}` where the
/// generator knows them. Ids made from the text of headings are numbered by generators.
///
/// ```markdown bad
/// <a id="setup"></a>
///
/// <a id="setup"></a>
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DoubledId {}

impl Rule for DoubledId {
    const META: Meta = Meta {
        id: "LINK014",
        name: "duplicate-id",
        summary: "no id twice on a page",
        of_page: false,
        needs: Needs::Nothing,
        ..OF_SITE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let ids = page.own_ids();
        let mut first: HashMap<&str, Span> = HashMap::new();
        for &span in &ids {
            let id = page.slice(span);
            if let Some(&before) = first.get(id) {
                let line = page.line_of(before.start()) + 1;
                let message = message!("id `{}` is used twice: first on line {}", id, line);
                out.report(span, message).with_related(before, "the first of them");
            } else {
                first.insert(id, span);
            }
        }
    }
}
