//! Gives a document the schemas that its data has to fit.

use std::path::Path;

use crate::config::{ConfigError, Project};
use crate::data;
use crate::document::{Attached, Document};

/// Attaches the schemas that the configuration has for the file, or else the one that the file
/// names itself.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub(super) fn attach(
    project: &Project,
    path: &Path,
    doc: &mut Document,
) -> Result<(), ConfigError> {
    if doc.format.is_none() && doc.front_matter.is_none() {
        return Ok(());
    }
    let configured = project.schemas_for(path)?;
    let attached =
        configured.into_iter().map(|schema| Attached { reference: None, schema: Ok(schema) });
    doc.schemas.extend(attached);
    if doc.schemas.is_empty() {
        let named = named(project, path, doc);
        doc.schemas.extend(named);
    }
    Ok(())
}

fn named(project: &Project, path: &Path, doc: &Document) -> Option<Attached> {
    // Only data files name one; the front matter of pages need not be read for this.
    let format = doc.format?;
    let reference = data::named_schema(format, &doc.text, &doc.data()?.tree)?;
    let schema = project.referenced_schema(path, doc.slice(reference));
    Some(Attached { reference: Some(reference), schema })
}
