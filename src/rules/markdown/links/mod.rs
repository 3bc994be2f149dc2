//! Links, images and references.

mod alt_text;
mod bare_urls;
mod definitions;
mod descriptive_text;
mod empty_links;
mod fragments;
mod reversed_links;
mod style;
mod text_spaces;
pub(super) mod undefined_references;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "links",
    summary: "links, images and references",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<reversed_links::ReversedLinks>(),
        Entry::of::<bare_urls::BareUrls>(),
        Entry::of::<text_spaces::TextSpaces>(),
        Entry::of::<empty_links::EmptyLinks>(),
        Entry::of::<alt_text::AltText>(),
        Entry::of::<fragments::Fragments>(),
        Entry::of::<undefined_references::UndefinedReferences>(),
        Entry::of::<definitions::Definitions>(),
        Entry::of::<style::LinkStyleRule>(),
        Entry::of::<descriptive_text::DescriptiveText>(),
    ],
};
