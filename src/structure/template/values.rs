//! Values in a structure file that may be written in more than one way.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// At least a number, or a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub min: usize,
    pub max: Option<usize>,
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.max {
            None => self.min.serialize(serializer),
            Some(max) => [("min", self.min), ("max", max)]
                .into_iter()
                .collect::<std::collections::BTreeMap<_, _>>()
                .serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            AtLeast(usize),
            Range {
                #[serde(default)]
                min: usize,
                max: Option<usize>,
            },
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::AtLeast(min) => Count { min, max: None },
            Written::Range { min, max } => Count { min, max },
        })
    }
}

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "object"],
            "minimum": 0,
            "properties": {
                "min": { "type": "integer", "minimum": 0, "description": "Fewest." },
                "max": { "type": "integer", "minimum": 0, "description": "Most." },
            },
            "additionalProperties": false,
        })
    }
}

/// One text or a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl OneOrMany {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for OneOrMany {
    fn from(text: &str) -> Self {
        OneOrMany(vec![text.to_owned()])
    }
}

impl Serialize for OneOrMany {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(String),
            Many(Vec<String>),
        }
        Ok(OneOrMany(match Written::deserialize(deserializer)? {
            Written::One(text) => vec![text],
            Written::Many(texts) => texts,
        }))
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
        json_schema!({
            "type": ["string", "array"],
            "items": { "type": "string", "minLength": 1 },
            "minItems": 1,
            "minLength": 1,
        })
    }
}

/// What front matter has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum FrontMatterTemplate {
    /// There has to be some.
    Required,
    /// The path of a file with a JSON Schema.
    Path(String),
    Schema(Value),
}

impl FrontMatterTemplate {
    const REQUIRED: &'static str = "required";
}

impl Serialize for FrontMatterTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FrontMatterTemplate::Required => Self::REQUIRED.serialize(serializer),
            FrontMatterTemplate::Path(path) => path.serialize(serializer),
            FrontMatterTemplate::Schema(schema) => schema.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FrontMatterTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(word) if word == Self::REQUIRED => FrontMatterTemplate::Required,
            Value::String(path) => FrontMatterTemplate::Path(path),
            schema => FrontMatterTemplate::Schema(schema),
        })
    }
}

impl JsonSchema for FrontMatterTemplate {
    fn schema_name() -> Cow<'static, str> {
        "FrontMatter".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["object", "string"] })
    }
}

pub(super) fn is_one(value: &usize) -> bool {
    *value == 1
}

pub(super) fn is_true(value: &bool) -> bool {
    *value
}

pub(super) fn is_false(value: &bool) -> bool {
    !*value
}
