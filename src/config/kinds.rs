//! `files:` - what files are whose names do not say so.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::globs::Globs;
use crate::data::Format;

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    Markdown,
    Yaml,
    Toml,
    Json,
    /// JSON with comments and trailing commas.
    Jsonc,
}

impl FileKind {
    /// How the data is written; `None` for a page.
    pub fn format(self) -> Option<Format> {
        match self {
            FileKind::Markdown => None,
            FileKind::Yaml => Some(Format::Yaml),
            FileKind::Toml => Some(Format::Toml),
            FileKind::Json => Some(Format::Json),
            FileKind::Jsonc => Some(Format::Jsonc),
        }
    }
}

/// Kinds by glob; the last glob that matches decides.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldKinds(pub Vec<(Globs, FileKind)>);

impl FieldKinds {
    /// What the file is, if a glob says so.
    pub fn of(&self, path: &Path) -> Option<FileKind> {
        let decided = self.0.iter().rev().find(|(globs, _)| globs.matches(path, false));
        decided.map(|(_, kind)| *kind)
    }
}
