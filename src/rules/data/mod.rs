//! Standalone YAML, JSON and TOML files.

mod files;

use super::Group;
use super::{Page, Sink};
use crate::data::{Problem, ProblemKind, Schema, SchemaError};
use crate::diagnostic::{Message, message};

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&files::GROUP];

/// A problem of the data as a message.
pub(super) fn message(problem: &Problem) -> Message {
    Message::of_problem(&problem.message, problem.help.as_deref())
}

/// Whether the problem is a key that stands in its mapping twice.
pub(super) fn is_duplicate(problem: &&Problem) -> bool {
    problem.kind == ProblemKind::DuplicateKey
}

/// Reports what the schemas of a document refuse, and schemas that cannot be used. Those in the
/// network have a rule of their own.
pub(super) fn check_schemas(page: &Page, out: &mut Sink) {
    for attached in page.schemas() {
        match (&attached.schema, attached.reference) {
            (Ok(schema), _) => check_schema(schema, page, out),
            (Err(SchemaError::Remote { .. }), _) | (Err(_), None) => {}
            (Err(error), Some(reference)) => {
                out.report(reference, unusable(error, page.slice(reference)));
            }
        }
    }
}

/// Why the schema of this name cannot be used.
fn unusable(error: &SchemaError, name: &str) -> Message {
    match error {
        SchemaError::Unreadable { cause, .. } => {
            let cause = cause.split(" (os error").next().unwrap_or_default().to_lowercase();
            message!("the schema `{}` cannot be read: {}", name, cause)
        }
        SchemaError::Unparsable { line, message, .. } => {
            message!("the schema `{}` does not parse: line {}: {}", name, line, message)
        }
        _ => message!("{}", error.to_string()),
    }
}

fn check_schema(schema: &Schema, page: &Page, out: &mut Sink) {
    let Some(data) = page.data().filter(|data| data.is_complete()) else { return };
    for &root in data.tree.documents() {
        for violation in schema.check(&data.tree, root) {
            out.report(page.first_line(violation.span), message!("{}", violation.message));
        }
    }
}
