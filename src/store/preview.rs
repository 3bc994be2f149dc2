//! What a recommendation would make of its file.

use super::id::Digest;
use super::model::Recommendation;

impl Recommendation {
    /// The text with all changes that are not left out; `None` if it is not the one that the
    /// recommendation was made from.
    pub fn applied_to(&self, text: &str) -> Option<String> {
        if Digest::of(text.as_bytes()) != self.file_hash {
            return None;
        }
        let changes = self.changes.iter().filter(|change| !change.excluded);
        let mut edits: Vec<_> = changes.flat_map(|change| &change.edits).collect();
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let (mut result, mut at) = (String::with_capacity(text.len()), 0);
        for edit in edits {
            let (start, end) = (edit.start as usize, edit.end as usize);
            // What overlaps waits for the next run.
            if start < at {
                continue;
            }
            if text.get(start..end)? != edit.before {
                return None;
            }
            result.push_str(text.get(at..start)?);
            result.push_str(&edit.after);
            at = end;
        }
        result.push_str(text.get(at..)?);
        Some(result)
    }
}
