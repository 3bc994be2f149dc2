//! Standalone YAML, JSON and TOML files.

mod files;

use super::Group;
use super::Sink;
use crate::data::{Problem, ProblemKind, Schema, SchemaError};
use crate::document::Document;

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&files::GROUP];

/// A problem of the data as a message.
pub(super) fn message(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}; {help}", problem.message),
        None => problem.message.clone(),
    }
}

/// Whether the problem is a key that stands in its mapping twice.
pub(super) fn is_duplicate(problem: &&Problem) -> bool {
    problem.kind == ProblemKind::DuplicateKey
}

/// Reports what the schemas of a document refuse, and schemas that cannot be used. Those in the
/// network have a rule of their own.
pub(super) fn check_schemas(doc: &Document, out: &mut Sink) {
    for attached in &doc.schemas {
        match (&attached.schema, attached.reference) {
            (Ok(schema), _) => check_schema(schema, doc, out),
            (Err(SchemaError::Remote { .. }), _) | (Err(_), None) => {}
            (Err(error), Some(reference)) => {
                out.report(reference, unusable(error, doc.slice(reference)));
            }
        }
    }
}

/// Why the schema of this name cannot be used.
fn unusable(error: &SchemaError, name: &str) -> String {
    match error {
        SchemaError::Unreadable { cause, .. } => {
            let cause = cause.split(" (os error").next().unwrap_or_default().to_lowercase();
            format!("the schema `{name}` cannot be read: {cause}")
        }
        SchemaError::Unparsable { line, message, .. } => {
            format!("the schema `{name}` does not parse: line {line}: {message}")
        }
        _ => error.to_string(),
    }
}

fn check_schema(schema: &Schema, doc: &Document, out: &mut Sink) {
    let Some(data) = doc.data().filter(|data| data.is_complete()) else { return };
    for &root in data.tree.documents() {
        for violation in schema.check(&data.tree, root) {
            out.report(doc.first_line(violation.span), violation.message);
        }
    }
}
