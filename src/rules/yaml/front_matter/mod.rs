//! Front matter as text: its fences, and whether it can be read.

mod delimiter;
mod duplicate_key;
mod fences;
mod syntax;
mod unterminated;

use crate::document::Document;
use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "front_matter",
    summary: "that front matter can be read",
    validation: ValidationType::Yaml,
    rules: &[
        Entry::of::<syntax::FrontMatterSyntax>(),
        Entry::of::<unterminated::Unterminated>(),
        Entry::of::<delimiter::Delimiter>(),
        Entry::of::<duplicate_key::DuplicateKey>(),
    ],
};

/// Whether a page has what is meant as front matter, though not in the right form.
pub(super) fn is_broken(doc: &Document) -> bool {
    fences::broken(doc).is_some()
}
