//! YAML007

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names;
use crate::data::{NodeId, Tree, ValueKind};
use crate::diagnostic::{Severity, message};
use crate::rules::{Activation, Meta, Page, Rule, Sink};

/// Templates rely on what a field holds: a list of tags cannot be a text, and a title that reads
/// as a number, such as `1.10`, loses its zero.
///
/// Dates are written year first, as in `2024-05-31` or `2024-05-31T10:00:00Z`. Fields that are
/// missing or empty are not checked.
///
/// ```markdown bad
/// ---
/// title: 1.10
/// tags: install, setup
/// ---
/// ```
///
/// ```markdown good
/// ---
/// title: "1.10"
/// tags: [install, setup]
/// ---
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Kinds {
    /// What each field holds.
    types: BTreeMap<String, FieldType>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum FieldType {
    String,
    List,
    Date,
    Number,
    Bool,
}

impl Default for Kinds {
    fn default() -> Self {
        let types = [
            ("title", FieldType::String),
            ("description", FieldType::String),
            ("tags", FieldType::List),
            ("categories", FieldType::List),
            ("date", FieldType::Date),
        ];
        Kinds { types: types.map(|(name, kind)| (name.to_owned(), kind)).into() }
    }
}

impl Rule for Kinds {
    const META: Meta = Meta {
        id: "YAML007",
        name: "field-types",
        tags: &["front_matter", "fields"],
        summary: "front matter fields should have the expected type",
        severity: Some(Severity::Error),
        runs: Activation::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(fields) = names::of(page) else { return };
        for (name, value) in fields.all() {
            let Some(expected) = self.types.get(name) else { continue };
            if !fields.is_empty(value) && !expected.fits(fields.tree, value) {
                let kind = fields.tree.kind(value);
                // Where a TOML date does not fit, it is a time without a day.
                let is_time = kind == ValueKind::Date && matches!(expected, FieldType::Date);
                let found = if is_time { "a time" } else { kind.describe() };
                let message = message!("`{}` is {}, expected {}", name, found, expected.say(kind));
                out.report(page.first_line(fields.place(value)), message);
            }
        }
    }
}

impl FieldType {
    fn fits(self, tree: &Tree, value: NodeId) -> bool {
        let kind = tree.kind(value);
        match self {
            FieldType::String => kind == ValueKind::String,
            FieldType::List => kind == ValueKind::Sequence,
            FieldType::Number => matches!(kind, ValueKind::Int | ValueKind::Float),
            FieldType::Bool => kind == ValueKind::Bool,
            FieldType::Date => {
                let is_text = matches!(kind, ValueKind::String | ValueKind::Date);
                is_text && super::date::parts(tree.text(value)).is_some_and(|date| date.is_iso)
            }
        }
    }

    /// What is expected instead of a value of this kind.
    fn say(self, found: ValueKind) -> &'static str {
        match (self, found.is_collection()) {
            (FieldType::String, false) => "a string; put it in quotes",
            (FieldType::String, true) => "a string",
            (FieldType::List, false) => "a list such as `[one, two]`",
            (FieldType::List, true) => "a list",
            (FieldType::Date, _) => "a date such as `2024-05-31`",
            (FieldType::Number, _) => "a number",
            (FieldType::Bool, _) => "`true` or `false`",
        }
    }
}
