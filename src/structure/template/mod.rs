//! What people write in a structure file. The doc comments are the descriptions in its JSON
//! Schema.

mod content;
mod values;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use content::{CodeContent, Images, Lists, Tables, TemplateContent};
pub use values::{Count, FrontMatterTemplate, OneOrMany};

use values::{is_false, is_true};

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
    /// Globs of the pages, written as in `.gitignore`, from the directory of this file; all pages
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
    /// JSON Schema of the front matter, or the path of a file with one, from this file. The word
    /// `required` for any front matter; with a schema, its own `required` says what has to be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FrontMatterTemplate")]
    pub front_matter: Option<FrontMatterTemplate>,
    /// What stands before the first section.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "TemplateContent")]
    pub intro: Option<TemplateContent>,
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
    /// page, the name of its directory counts.
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
    #[schemars(with = "TemplateContent")]
    pub content: Option<TemplateContent>,
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
