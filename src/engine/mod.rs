//! Checks documents and mends them.

pub mod fix;
pub mod rendering;
pub mod undo;
pub mod write;
