//! Tables.

mod blank_lines;
mod cell_count;
mod columns;
mod pipes;
mod width;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "tables",
    summary: "tables",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<pipes::Pipes>(),
        Entry::of::<cell_count::CellCount>(),
        Entry::of::<blank_lines::BlankLines>(),
        Entry::of::<columns::Columns>(),
    ],
};
