//! The schemas that a file's data has to fit.

use std::path::Path;

use crate::config::{FileSettings, Project};
use crate::data;
use crate::document::Document;
use crate::rules::Attached;

/// Those that the configuration has for the file, or else the one that the file names itself.
pub(super) fn of(
    project: &Project,
    settings: &FileSettings,
    path: &Path,
    doc: &Document,
) -> Vec<Attached> {
    if doc.format.is_none() && doc.front_matter.is_none() {
        return Vec::new();
    }
    match settings.schemas.is_empty() {
        true => named(project, path, doc).into_iter().collect(),
        false => {
            let schemas = settings.schemas.iter().cloned();
            schemas.map(|schema| Attached { reference: None, schema: Ok(schema) }).collect()
        }
    }
}

fn named(project: &Project, path: &Path, doc: &Document) -> Option<Attached> {
    // Only data files name one; the front matter of pages need not be read for this.
    let format = doc.format?;
    let reference = data::named_schema(format, &doc.text, &doc.data()?.tree)?;
    let schema = project.referenced_schema(path, doc.slice(reference));
    Some(Attached { reference: Some(reference), schema })
}
