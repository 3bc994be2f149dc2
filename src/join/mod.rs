//! Judges links and unique fields from facts alone, in the memory of the paths: everything else is
//! sorted on the disk. What it finds is what one run over all pages would have found.
//!
//! ```text
//! rows ─ sort by page ─▶ one file of groups ─▶ links of a page, held against groups of others ─▶ reports
//!   └─ fields, sorted by value ─▶ who was first, sorted by page ──────────────────────────────────┘
//! ```

mod collect;
mod error;
mod fields;
mod groups;
mod judge;
mod sort;

pub use collect::Collector;
pub use error::JoinError;
pub use judge::Join;

/// What is kept in memory of what is sorted, by default, in bytes.
pub const MEMORY: usize = 256 << 20;

/// The order of a page's rows by kind: what others ask for comes first.
const PAGE: u8 = 0;
const ANCHOR: u8 = 1;
const LINK: u8 = 2;
const FIELD: u8 = 3;

/// A path as a key: what is in a directory comes right after the directory's name, as in a walk. Keys
/// have no 0, which may end them.
fn key_of(path: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(path.len() + 8);
    for byte in path.bytes() {
        match byte {
            b'/' => key.push(1),
            // Nobody uses them, and they must not be taken for others.
            0..=2 => key.extend([2, byte]),
            byte => key.push(byte),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn keys_are_in_the_order_of_a_walk() {
        let mut paths = ["b.md", "a.md.bak", "a/b.md", "a-b.md", "a.md", "a/b/c.md"];
        paths.sort_by_key(|path| [key_of(path), vec![0]].concat());
        assert_eq!(paths, ["a/b/c.md", "a/b.md", "a-b.md", "a.md", "a.md.bak", "b.md"]);
        let by_parts = {
            let mut paths = paths;
            paths.sort_by(|a, b| a.split('/').cmp(b.split('/')));
            paths
        };
        assert_eq!(paths, by_parts);
    }
}
