//! What people write in a structure file about what stands in a section.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Count, is_one};

/// What stands in a section.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateContent {
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
    #[schemars(with = "CodeContent")]
    pub code: Option<CodeContent>,
    /// Tables; `{}` for at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Tables")]
    pub tables: Option<Tables>,
    /// Images; `{}` for at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Images")]
    pub images: Option<Images>,
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
pub struct CodeContent {
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

impl Default for CodeContent {
    fn default() -> Self {
        CodeContent { min: 1, max: None, languages: Vec::new() }
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
