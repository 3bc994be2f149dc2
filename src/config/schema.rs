//! The JSON Schema of `validator.yaml`, with every rule and its options.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::options;
use super::written::{ConfigFile, OneOrMany, Ordered, PathOrSchema, WrittenLevel, WrittenRules};
use crate::rules::{self, ALL_RULES, Entry};

/// The JSON Schema of `validator.yaml`. Rules may be named by id, name or alias.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<ConfigFile>().to_value()
}

impl JsonSchema for WrittenLevel {
    fn schema_name() -> Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Whether a rule is checked, and how much its findings matter; `true` is the rule's own level.",
            "enum": ["off", "info", "warning", "error", true, false],
        })
    }
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> Cow<'static, str> {
        "OneOrMany".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "array"], "items": { "type": "string" } })
    }
}

impl JsonSchema for PathOrSchema {
    fn schema_name() -> Cow<'static, str> {
        "PathOrSchema".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "object", "boolean"] })
    }
}

impl<T: JsonSchema> JsonSchema for Ordered<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Ordered_{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": values })
    }
}

impl JsonSchema for WrittenRules {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<WrittenLevel>();
        let mut properties = Map::new();
        for (_, entry) in rules::builtin().all() {
            for tag in entry.meta.tags.iter().chain([&ALL_RULES]) {
                let table = json!({
                    "type": "object",
                    "properties": { "level": level },
                    "additionalProperties": false,
                });
                properties.insert((*tag).to_owned(), json!({ "anyOf": [level, table] }));
            }
        }
        for (_, entry) in rules::builtin().all() {
            let id = entry.meta.id;
            generator.definitions_mut().insert(id.to_owned(), rule(entry, &level));
            for name in entry.meta.names() {
                properties.insert(name.to_owned(), json!({ "$ref": format!("#/$defs/{id}") }));
            }
        }
        json_schema!({
            "description": "Level and options by rule. A tag selects several rules.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    }
}

/// What may be written for one rule.
fn rule(entry: &Entry, level: &Schema) -> Value {
    let mut properties = options::schemas(entry);
    properties.insert("level".to_owned(), level.clone().to_value());
    json!({
        "title": format!("{} {}", entry.meta.id, entry.meta.name),
        "description": entry.meta.summary,
        "anyOf": [
            level,
            { "type": "object", "properties": properties, "additionalProperties": false },
        ],
    })
}
