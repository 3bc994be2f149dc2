//! Front matter as fields: which there are, and what they say.

mod date;
mod kinds;
mod length;
mod names;
mod recommended;
mod required;
mod schema;
mod unique;

use crate::rules::{Entry, Group, ValidationType};

pub use unique::is_taken;

pub const GROUP: Group = Group {
    name: "fields",
    summary: "the fields of front matter",
    validation: ValidationType::Yaml,
    rules: &[
        Entry::of::<required::Required>(),
        Entry::of::<recommended::Recommended>(),
        Entry::of::<kinds::Kinds>(),
        Entry::of::<date::Date>(),
        Entry::of::<length::TitleLength>(),
        Entry::of::<length::DescriptionLength>(),
        Entry::of::<unique::Unique>(),
        Entry::of::<schema::FitsSchema>(),
    ],
};
