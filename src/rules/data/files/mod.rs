//! Data files: whether they can be read, and whether they fit their schema.

mod duplicate_key;
mod remote_schema;
mod schema;
mod syntax;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "files",
    summary: "standalone YAML, JSON and TOML files",
    validation: ValidationType::Data,
    rules: &[
        Entry::of::<syntax::DataSyntax>(),
        Entry::of::<duplicate_key::DuplicateKey>(),
        Entry::of::<schema::FitsSchema>(),
        Entry::of::<remote_schema::RemoteSchema>(),
    ],
};
