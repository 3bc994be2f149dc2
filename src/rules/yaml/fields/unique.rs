//! YAML011

use schemars::JsonSchema;
use serde::Deserialize;

use super::names;
use crate::diagnostic::{Message, message};
use crate::rules::{Activation, Claim, Holder, Meta, Needs, Page, Rule, Sink};

/// Two pages with one address overwrite each other, and two with one title look the same in a
/// search.
///
/// Of the pages of the project that share a value, all but the first in the order of their paths are
/// reported, with the place of the first, whether the others are checked or not.
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

/// What is said of a field whose value another page has already, at a line (from 1).
pub fn is_taken(name: &str, value: &str, path: &str, line: u32) -> Message {
    message!(
        "`{}` is `{}`, which {}:{} already has; expected a unique value",
        name,
        value,
        path,
        line
    )
}

impl Rule for Unique {
    const META: Meta = Meta {
        id: "YAML011",
        name: "unique-fields",
        tags: &["front_matter", "fields", "project"],
        summary: "no two pages should share a value such as a `slug`",
        runs: Activation::OnRequest,
        needs: Needs::AllPages,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for claim in self.claims(page) {
            let Some(Holder { path, line }) = page.earlier_holder(&claim) else { continue };
            let Claim { name, value, span } = claim;
            out.report(span, is_taken(&name, &value, &path, line));
        }
    }

    fn claims(&self, page: &Page) -> Vec<Claim> {
        let Some(fields) = names::of(page) else { return Vec::new() };
        let claim = |name: &String| {
            let value = fields.get(name)?;
            let is_scalar = !fields.tree.kind(value).is_collection();
            (is_scalar && !fields.is_empty(value)).then(|| Claim {
                name: name.clone(),
                value: fields.tree.text(value).trim().to_owned(),
                span: page.first_line(fields.place(value)),
            })
        };
        self.fields.iter().filter_map(claim).collect()
    }
}
