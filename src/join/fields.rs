//! Values that only one page may have: who has them already.

use std::io;

use serde::{Deserialize, Serialize};

use super::key_of;
use super::sort::{Sorted, Sorter};

/// A field whose value an earlier page has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Later {
    /// The field's place among those of its page.
    pub at: u32,
    /// The page that has the value first, and the line there.
    pub first: String,
    pub line: u32,
}

/// Goes through fields in the order of their values, and gives those of later pages by the key of
/// their page.
pub(super) fn later(mut fields: Sorted, memory: usize) -> io::Result<Sorted> {
    let mut later = Sorter::new(memory);
    let mut holder: Option<(Vec<u8>, String, u32)> = None;
    while let Some((key, value)) = fields.next()? {
        let field: (String, u32, u32) = serde_json::from_slice(&value)?;
        let (page, at, line) = field;
        // Name and value end before the page begins.
        let end = key.len() - (key_of(&page).len() + 1 + size_of::<u32>());
        match &holder {
            Some((known, first, first_line)) if **known == key[..end] => {
                if *first != page {
                    let found = Later { at, first: first.clone(), line: *first_line };
                    later.push(&key_of(&page), &serde_json::to_vec(&found)?)?;
                }
            }
            _ => holder = Some((key[..end].to_vec(), page, line)),
        }
    }
    later.finish()
}
