//! `schemas:` - JSON Schemas in the configuration, compiled where their mistakes have a place.

use std::path::Path;
use std::sync::Arc;

use super::convert::Converter;
use super::settings::SchemaFor;
use super::written::{self, PathOrSchema};
use crate::data::{NodeId, Schema, SchemaError};
use crate::files;
use crate::files::normalize;

impl Converter<'_> {
    pub(super) fn schemas(
        &mut self,
        root: NodeId,
        written: &[written::SchemaFor],
    ) -> Vec<SchemaFor> {
        let nodes: Vec<NodeId> = self.text.tree.items(self.at(root, "schemas")).collect();
        let mut schemas = Vec::new();
        for (item, &node) in written.iter().zip(&nodes) {
            let files = self.globs(node, "files", item.files.as_ref());
            let schema = match &item.schema {
                Some(schema) => self.schema(self.at(node, "schema"), schema),
                None => {
                    self.incomplete(node, "schema", "say which: `schema: schemas/author.json`");
                    None
                }
            };
            match (files, schema) {
                (Some(files), Some(schema)) => {
                    schemas.push(SchemaFor { files, schema, place: self.place(node) });
                }
                (None, _) => {
                    self.incomplete(node, "files", "say which: `files: [\"data/*.yaml\"]`");
                }
                _ => {}
            }
        }
        schemas
    }

    /// Reports a key that an item of `schemas` lacks, unless a mistake in it has been reported.
    fn incomplete(&mut self, node: NodeId, key: &str, help: &str) {
        if self.text.tree.get(node, key).is_none() {
            let span = self.text.value(node);
            let message = format!("schema without `{key}`");
            self.problems.push(self.text.problem(span, message, Some(help.to_owned())));
        }
    }

    fn schema(&mut self, node: NodeId, written: &PathOrSchema) -> Option<Arc<Schema>> {
        let compiled = match written {
            PathOrSchema::Schema(schema) => {
                let name = self.text.name.file_name().unwrap_or_default();
                Schema::compile(schema, &self.text.dir.join(name))
            }
            PathOrSchema::Path(path) if path.contains("://") => {
                Err(SchemaError::Remote { uri: path.clone() })
            }
            PathOrSchema::Path(path) => {
                let root = files::project_root(&self.text.dir);
                Schema::load_beneath(&normalize(&self.text.dir.join(path)), &root)
            }
        };
        compiled.map(Arc::new).map_err(|error| self.schema_problem(node, written, &error)).ok()
    }

    fn schema_problem(&mut self, node: NodeId, written: &PathOrSchema, error: &SchemaError) {
        let is_inline = matches!(written, PathOrSchema::Schema(_));
        let wrong = error
            .pointer()
            .filter(|_| is_inline)
            .and_then(|pointer| self.text.tree.pointer_from(node, pointer))
            .unwrap_or(node);
        let message = match (error, written) {
            (SchemaError::Invalid { message, .. }, PathOrSchema::Schema(_)) => {
                format!("the schema is wrong: {message}")
            }
            (SchemaError::Invalid { pointer, message }, PathOrSchema::Path(path)) => {
                let pointer = if pointer.is_empty() { "its root" } else { pointer };
                format!("the schema `{path}` is wrong at {pointer}: {message}")
            }
            (SchemaError::Unreadable { .. }, PathOrSchema::Path(path))
                if !self.text.dir.join(Path::new(path)).is_file() =>
            {
                format!("no schema `{path}` in {}", self.text.dir.display())
            }
            (SchemaError::Remote { uri }, _) => {
                format!("schema {uri}: nothing is fetched from the network")
            }
            _ => error.to_string(),
        };
        let help = matches!(error, SchemaError::Remote { .. })
            .then(|| "save it in the repository, and name the file".to_owned());
        let problem = self.text.problem(self.text.value(wrong), message, help);
        self.problems.push(problem);
    }
}
