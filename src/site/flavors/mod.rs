//! The generators, one file each.

pub mod gfm;
pub mod mdbook;

use super::flavor::{Flavor, Sources};
use super::table::FileId;
use super::target::name;

/// The site that a file is the configuration of.
pub fn recognise(sources: &Sources<'_>, file: FileId) -> Option<Box<dyn Flavor>> {
    let path = sources.table.path(file);
    match name(path) {
        "book.toml" => Some(Box::new(mdbook::MdBook::open(sources, file))),
        _ => None,
    }
}
