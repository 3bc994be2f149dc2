//! Structure files: what all pages of one kind have in common.
//!
//! A [`Template`] is what people write, a [`Structure`] is the same once it is known to be right
//! and compiled; it is asked for [`TemplateViolation`]es of each page. Which pages it is for, as far as their
//! paths tell, is decided where globs are known; [`Structure::applies`] looks at the front matter.
//! [`learn`] goes the other way, from pages to a template.

mod amount;
mod arrange;
mod breach;
mod check;
mod compile;
mod content;
mod front_matter;
pub mod learn;
mod page;
mod place;
mod read;
mod sections;
mod template;
mod title;

use std::path::Path;

pub(crate) use amount::Amount;
pub use breach::{TemplateCheck, TemplateViolation};
pub use compile::Structure;
pub use read::{Mistake, Read, read, schema};
pub use template::Template;

/// The largest structure file that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;

/// Whether a file is a structure file, by its name: `*.structure.yaml`, `.yml` or `.json`.
pub fn is_structure_file(path: &Path) -> bool {
    // Nearly all files are pages; their last letters tell at once.
    if !matches!(path.as_os_str().as_encoded_bytes(), [.., b'l' | b'n']) {
        return false;
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = [".yaml", ".yml", ".json"].iter().find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| stem.len() > ".structure".len() && stem.ends_with(".structure"))
}
