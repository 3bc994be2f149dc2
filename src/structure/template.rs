//! What people write in a structure file. The doc comments are the descriptions in its JSON
//! Schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What all pages of one kind have in common.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "structure file")]
pub struct Template {
    /// The kind of page, in words: for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the kind is for: for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Globs of the pages, written as in `.gitignore`, from the folder of this file; all pages
    /// below it by default.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub files: OneOrMany,
    /// Only pages whose front matter has these values: a value, or a list of which the page has
    /// one. `a.b` is the key `b` in the mapping `a`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub when: Map<String, Value>,
    /// What the title has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Title")]
    pub title: Option<Title>,
    /// JSON Schema of the front matter, or the path of a file with one, from this file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SchemaOrPath")]
    pub front_matter: Option<Value>,
    /// What stands before the first section.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Content")]
    pub intro: Option<Content>,
    /// The sections in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// Whether the sections have to come in this order.
    #[serde(skip_serializing_if = "Order::is_default")]
    pub order: Order,
    /// Whether other sections may stand beside these.
    #[serde(skip_serializing_if = "is_true")]
    pub others: bool,
    /// Sections that must not be there, at any level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<Forbidden>,
}

impl Default for Template {
    fn default() -> Self {
        Template {
            name: String::new(),
            description: String::new(),
            files: OneOrMany::default(),
            when: Map::new(),
            title: None,
            front_matter: None,
            intro: None,
            sections: Vec::new(),
            order: Order::Fixed,
            others: true,
            forbidden: Vec::new(),
        }
    }
}

/// What the title of a page has to be. The title is the first h1; of a page without one, the
/// `title` of its front matter.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Title {
    /// The h1 is the value of this front matter field, such as `title`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub field: Option<String>,
    /// The title fits the name of the file: `install-guide.md` is "Install guide". Of an index
    /// page, the name of its folder counts.
    #[serde(skip_serializing_if = "is_false")]
    pub file_name: bool,
    /// A regular expression that matches the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub pattern: Option<String>,
}

/// A section that pages of this kind have, by literal text or by a pattern.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Section {
    /// The heading's text; of several, any.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub heading: OneOrMany,
    /// A regular expression that matches the heading's text, instead of `heading`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub pattern: Option<String>,
    /// What belongs into the section: for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Level of the heading; one below that of the section it is in, 2 at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8", range(min = 1, max = 6))]
    pub level: Option<u8>,
    /// Whether a page without it is wrong.
    #[serde(skip_serializing_if = "is_true")]
    pub required: bool,
    /// Whether it may stand more than once.
    #[serde(skip_serializing_if = "is_false")]
    pub repeat: bool,
    /// What stands in it, sections in it included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Content")]
    pub content: Option<Content>,
    /// The sections in it, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// Whether the sections in it have to come in this order.
    #[serde(skip_serializing_if = "Order::is_default")]
    pub order: Order,
    /// Whether other sections may stand in it.
    #[serde(skip_serializing_if = "is_true")]
    pub others: bool,
}

impl Default for Section {
    fn default() -> Self {
        Section {
            heading: OneOrMany::default(),
            pattern: None,
            description: String::new(),
            level: None,
            required: true,
            repeat: false,
            content: None,
            sections: Vec::new(),
            order: Order::Fixed,
            others: true,
        }
    }
}

/// Whether sections come as they are written in the template, or in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Order {
    #[default]
    Fixed,
    Any,
}

impl Order {
    fn is_default(&self) -> bool {
        *self == Order::Fixed
    }
}

/// A section that must not be there.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Forbidden {
    /// The heading's text; of several, any.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub heading: OneOrMany,
    /// A regular expression that matches the heading's text, instead of `heading`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub pattern: Option<String>,
    /// Why, or what to do instead; it becomes part of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub reason: Option<String>,
}

/// What stands in a section.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// Number of words, those of code included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Count")]
    pub words: Option<Count>,
    /// Number of paragraphs; those in lists, quotes and tables do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Count")]
    pub paragraphs: Option<Count>,
    /// Number of links.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Count")]
    pub links: Option<Count>,
    /// Lists; `{}` for at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Lists")]
    pub lists: Option<Lists>,
    /// Code blocks; `{}` for at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Code")]
    pub code: Option<Code>,
    /// Tables; `{}` for at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Tables")]
    pub tables: Option<Tables>,
    /// Images; `{}` for at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Images")]
    pub images: Option<Images>,
}

/// At least a number, or a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub min: usize,
    pub max: Option<usize>,
}

/// Lists that stand in a section; lists in lists do not count.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Lists {
    /// Fewest.
    #[serde(skip_serializing_if = "is_one")]
    pub min: usize,
    /// Most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    pub max: Option<usize>,
    /// Count only numbered lists, or only those with bullets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub ordered: Option<bool>,
}

/// Code blocks that stand in a section.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Code {
    /// Fewest.
    #[serde(skip_serializing_if = "is_one")]
    pub min: usize,
    /// Most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    pub max: Option<usize>,
    /// Every code block is in one of these languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
}

/// Tables that stand in a section.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tables {
    /// Fewest.
    #[serde(skip_serializing_if = "is_one")]
    pub min: usize,
    /// Most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    pub max: Option<usize>,
    /// The headers of the columns, in order, that every table begins with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// Images that stand in a section.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Images {
    /// Fewest.
    #[serde(skip_serializing_if = "is_one")]
    pub min: usize,
    /// Most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    pub max: Option<usize>,
    /// Whether every image needs an alternative text.
    pub alt: bool,
}

impl Default for Lists {
    fn default() -> Self {
        Lists { min: 1, max: None, ordered: None }
    }
}

impl Default for Code {
    fn default() -> Self {
        Code { min: 1, max: None, languages: Vec::new() }
    }
}

impl Default for Tables {
    fn default() -> Self {
        Tables { min: 1, max: None, columns: Vec::new() }
    }
}

impl Default for Images {
    fn default() -> Self {
        Images { min: 1, max: None, alt: true }
    }
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

/// A JSON Schema, or the path of a file.
struct SchemaOrPath;

impl JsonSchema for SchemaOrPath {
    fn schema_name() -> Cow<'static, str> {
        "SchemaOrPath".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["object", "string"] })
    }
}

fn is_one(value: &usize) -> bool {
    *value == 1
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}
