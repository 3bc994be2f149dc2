//! Templates: what structure files say about pages of one kind. `crate::structure` reports for
//! these rules.

mod content;
mod front_matter;
mod level;
mod missing;
mod order;
mod title;
mod unexpected;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "templates",
    summary: "what structure files say about pages of one kind",
    validation: ValidationType::Structure,
    rules: &[
        Entry::of_template::<missing::Missing>(),
        Entry::of_template::<order::Order>(),
        Entry::of_template::<level::Level>(),
        Entry::of_template::<unexpected::Unexpected>(),
        Entry::of_template::<content::Content>(),
        Entry::of_template::<title::Title>(),
        Entry::of_template::<front_matter::FrontMatter>(),
    ],
};
