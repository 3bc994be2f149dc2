//! Checks documents and mends them.

pub mod fix;
