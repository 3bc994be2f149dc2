//! Links, images and references.

mod alt_text;
mod bare_urls;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "links",
    summary: "links, images and references",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<bare_urls::BareUrls>(), Entry::of::<alt_text::AltText>()],
};
