//! The schemas that a file's data has to fit.

use std::path::Path;

use super::Workspace;
use crate::config::FileSettings;
use crate::data;
use crate::document::Document;
use crate::rules::Attached;

/// Those that the configuration has for the file, or else the one that the file names itself.
pub(super) fn of(
    workspace: &Workspace,
    settings: &FileSettings,
    path: &Path,
    doc: &Document,
) -> Vec<Attached> {
    if doc.format.is_none() && doc.front_matter.is_none() {
        return Vec::new();
    }
    match settings.schemas.is_empty() {
        true => named(workspace, path, doc).into_iter().collect(),
        false => {
            let schemas = settings.schemas.iter().cloned();
            schemas.map(|schema| Attached { reference: None, schema: Ok(schema) }).collect()
        }
    }
}

/// Addresses are built in or refused; everything else is a file.
fn is_file(reference: &str) -> bool {
    !reference.contains("://") || reference.starts_with("file://")
}

/// Whether a document names a schema that only who reads files can hold it against.
pub fn defers_schema(doc: &Document) -> bool {
    let named = doc
        .format
        .zip(doc.data())
        .and_then(|(format, data)| data::named_schema(format, &doc.text, &data.tree));
    named.is_some_and(|reference| is_file(doc.slice(reference)))
}

fn named(workspace: &Workspace, path: &Path, doc: &Document) -> Option<Attached> {
    // Only data files name one; the front matter of pages need not be read for this.
    let format = doc.format?;
    let reference = data::named_schema(format, &doc.text, &doc.data()?.tree)?;
    let name = doc.slice(reference);
    if workspace.is_detached() && is_file(name) {
        return None;
    }
    let schema = workspace.referenced_schema(path, name);
    Some(Attached { reference: Some(reference), schema })
}
