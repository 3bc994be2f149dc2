//! Where in a page the bytes stand by which several things begin that the parser does not tell:
//! found in one look, for all who search for them.

use wide::u8x64;

use super::Document;
use crate::text::for_each_match;

/// Offsets of such bytes, in order.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Of colons before another one or a slash, or after a bracket: there are more than of all else.
    pub colons: Vec<u32>,
    /// Of `!`, `$` and `@`, of `w` or `W` before a dot, and of `-` before `>`.
    pub others: Vec<u32>,
}

impl Marks {
    /// Becomes the marks of another text.
    pub(super) fn read(&mut self, text: &str) {
        let Marks { colons, others } = self;
        colons.clear();
        others.clear();
        let bytes = text.as_bytes();
        for_each_match(bytes, look, |at| match bytes[at] {
            b':' => {
                let is_next = matches!(bytes.get(at + 1), Some(b':' | b'/'));
                if is_next || at.checked_sub(1).is_some_and(|before| bytes[before] == b']') {
                    colons.push(at as u32);
                }
            }
            _ => others.push(at as u32),
        });
    }
}

fn look(bytes: u8x64, next: u8x64) -> u64 {
    let is = |bytes: u8x64, byte| bytes.simd_eq(u8x64::splat(byte));
    let single = is(bytes, b'!') | is(bytes, b'$') | is(bytes, b':') | is(bytes, b'@');
    let lower_case = bytes | u8x64::splat(0x20);
    let pairs = (is(lower_case, b'w') & is(next, b'.')) | (is(bytes, b'-') & is(next, b'>'));
    (single | pairs).to_bitmask()
}

impl Document {
    /// The offsets in the body of all `::`, `:/` and of the colons in `]:`.
    pub fn colons(&self) -> impl Iterator<Item = usize> + '_ {
        in_body(self, &self.marks.colons)
    }

    /// The offsets in the body at which one of these bytes stands, of those that are marked.
    pub(super) fn marks(&self, wanted: &'static [u8]) -> impl Iterator<Item = usize> + '_ {
        self.marks_in(&self.text, wanted)
    }

    /// The same for a document whose text is not its own yet.
    pub(super) fn marks_in<'d>(
        &'d self,
        text: &'d str,
        wanted: &'static [u8],
    ) -> impl Iterator<Item = usize> + 'd {
        let offsets = in_body(self, &self.marks.others);
        offsets.filter(move |&at| wanted.contains(&text.as_bytes()[at]))
    }
}

fn in_body<'d>(doc: &Document, marks: &'d [u32]) -> impl Iterator<Item = usize> + 'd {
    let first = marks.partition_point(|&at| (at as usize) < doc.body.start());
    marks[first..].iter().map(|&at| at as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_at_every_place() {
        for length in 0..300 {
            let mut text = "=".repeat(length);
            let mut expected = Vec::new();
            let marks = ["!", "w.", "$", "@", "W.", "w-", "日", "->", "=:"];
            for (index, mark) in marks.iter().enumerate() {
                if !matches!(*mark, "w-" | "日" | "=:") {
                    expected.push(text.len() as u32);
                }
                text.push_str(mark);
                text.push_str(&"=".repeat(index * 7));
            }
            let mut colons = Vec::new();
            for (mark, at) in [("::", 0), ("://", 0), ("]:", 1), ("a:b", 3)] {
                colons.extend((at < 3).then_some(text.len() as u32 + at));
                text.push_str(mark);
                text.push('=');
            }
            let mut marks = Marks { colons: vec![9], others: vec![9] };
            marks.read(&text);
            assert_eq!((marks.colons, marks.others), (colons, expected), "{length}");
        }
    }
}
