//! YAML011

use schemars::JsonSchema;
use serde::Deserialize;

use super::names;
use crate::document::Document;
use crate::rules::{Meta, Rule, Runs, Sink};

/// Two pages with one address overwrite each other, and two with one title cannot be told apart in
/// a search. Of the pages of one run that share a value, all but the first in the order of their
/// paths are reported, with the place of the first.
///
/// ```yaml
/// rules:
///   unique-fields: { level: error, fields: [slug, url] }
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Unique {
    /// The fields.
    fields: Vec<String>,
}

impl Default for Unique {
    fn default() -> Self {
        Unique { fields: ["slug", "url", "title"].map(str::to_owned).into() }
    }
}

impl Rule for Unique {
    const META: Meta = Meta {
        id: "YAML011",
        name: "unique-fields",
        tags: &["front_matter", "fields", "project"],
        summary: "no two pages share the value of a field such as `slug`",
        runs: Runs::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        let Some(fields) = names::of(doc) else { return };
        for name in &self.fields {
            let Some(value) = fields.get(name) else { continue };
            let is_scalar = !fields.tree.kind(value).is_collection();
            if is_scalar && !fields.is_empty(value) {
                let span = doc.first_line(fields.place(value));
                out.claim(name, fields.tree.text(value).trim(), span);
            }
        }
    }
}
