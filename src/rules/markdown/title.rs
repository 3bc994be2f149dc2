//! What a page's title is: options that several heading rules share.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};

use crate::document::Document;

/// The level of the heading that is a page's title.
#[derive(Clone, Copy, JsonSchema)]
#[schemars(inline)]
pub(in crate::rules) struct Level(#[schemars(range(min = 1, max = 6))] pub(in crate::rules) u8);

impl Default for Level {
    fn default() -> Self {
        Level(1)
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            level @ 1..=6 => Ok(Level(level)),
            level => Err(D::Error::custom(format!("expected a level from 1 to 6, found {level}"))),
        }
    }
}

/// How a title is recognised in a line of the front matter.
#[derive(Default)]
pub(in crate::rules) enum TitlePattern {
    /// A line `title:` or `title =`, in any letter case, with or without quotes.
    #[default]
    TitleField,
    /// Front matter never counts as a title.
    Nothing,
    Custom(Regex),
}

impl TitlePattern {
    /// Whether the document's front matter has a title.
    pub(in crate::rules) fn matches(&self, doc: &Document) -> bool {
        if doc.front_matter.is_none() {
            return false;
        }
        let mut lines = 0..doc.body_line;
        match self {
            TitlePattern::TitleField => lines.any(|line| {
                // Most fields tell with their first byte that they are others.
                let first = doc.text.as_bytes().get(doc.lines.start(line));
                !matches!(first, Some(b'a'..=b's' | b'u'..=b'z'))
                    && is_title_field(doc.line_text(line))
            }),
            TitlePattern::Nothing => false,
            TitlePattern::Custom(pattern) => {
                lines.any(|line| pattern.is_match(doc.line_text(line)))
            }
        }
    }
}

fn is_title_field(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix('"').unwrap_or(line);
    let Some((name, rest)) = line.split_at_checked("title".len()) else { return false };
    let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start();
    name.eq_ignore_ascii_case("title") && rest.starts_with([':', '='])
}

impl<'de> Deserialize<'de> for TitlePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = Cow::<str>::deserialize(deserializer)?;
        if pattern.is_empty() {
            return Ok(TitlePattern::Nothing);
        }
        RegexBuilder::new(&pattern)
            .case_insensitive(true)
            .build()
            .map(TitlePattern::Custom)
            .map_err(|error| D::Error::custom(format!("not a regular expression: {error}")))
    }
}

impl JsonSchema for TitlePattern {
    fn schema_name() -> Cow<'static, str> {
        "TitlePattern".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "default": r#"^\s*"?title"?\s*[:=]"# })
    }
}
