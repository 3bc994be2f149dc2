//! Writing a fixed page; how that is done is said in `files`.

pub use crate::files::{ContentHash, PageFile, WriteError};
