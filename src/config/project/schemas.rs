//! What a project answers about JSON Schemas: which are for a file, and which for none.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use serde_json::json;

use super::super::scope::DirConfig;
use super::super::settings::{SchemaFor, SourceLocation};
use super::Project;
use crate::data::{Schema, SchemaError};
use crate::files;
use crate::files::normalize;

/// The schemas that a scope has for a file (absolute).
pub(super) fn of(scope: &DirConfig, path: &Path) -> Vec<Arc<Schema>> {
    let schemas = scope.schemas().iter().filter(|item| item.files.matches(path, false));
    schemas.map(|item| item.schema.clone()).collect()
}

impl Project {
    /// The schema that a file at `path` refers to: a path from its directory, or an address. Each
    /// is read once.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn referenced_schema(
        &self,
        path: &Path,
        reference: &str,
    ) -> Result<Arc<Schema>, SchemaError> {
        let is_address = reference.contains("://") && !reference.starts_with("file://");
        let local = reference.strip_prefix("file://").unwrap_or(reference);
        let local = local.strip_suffix('#').unwrap_or(local);
        let key = match is_address {
            true => PathBuf::from(reference),
            false => normalize(&self.absolute(path).parent().unwrap_or(path).join(local)),
        };
        let root = files::project_root(self.absolute(path).parent().unwrap_or(path));
        let mut known = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        let load = || match is_address {
            // The schemas of the drafts are built in, each known to its own dialect alone.
            true if reference.contains("://json-schema.org/") => {
                let schema = json!({ "$schema": reference, "$ref": reference });
                Schema::compile_beneath(&schema, path, &root)
            }
            true => Schema::compile_beneath(&json!({ "$ref": reference }), path, &root),
            // A part of a schema.
            false if local.contains('#') => {
                Schema::compile_beneath(&json!({ "$ref": local }), path, &root)
            }
            false => Schema::load_beneath(&key, &root),
        };
        known.entry((root.clone(), key.clone())).or_insert_with(|| load().map(Arc::new)).clone()
    }

    /// The places of schemas in the configuration of a directory that are for none of these files.
    pub fn unused_schemas(&self, dir: &Path, files: &[&Path]) -> Vec<SourceLocation> {
        let dir = self.absolute(dir);
        let Ok(scope) = self.scope(&dir) else { return Vec::new() };
        // What is only a part of the files says nothing about the others.
        let is_all = scope.dir.as_ref().is_some_and(|own| own.starts_with(&dir));
        if !is_all
            || scope.schemas().is_empty()
            || self.flags.types.is_some()
            || self.flags.select.is_some()
        {
            return Vec::new();
        }
        let files: Vec<_> = files.iter().map(|file| self.absolute(file)).collect();
        let is_unused =
            |item: &&SchemaFor| !files.iter().any(|file| item.files.matches(file, false));
        scope.schemas().iter().filter(is_unused).map(|item| item.place.clone()).collect()
    }
}
