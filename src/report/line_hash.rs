//! The hash by which GitHub recognises the line of an alert.

use foldhash::HashMap;

/// Characters that a hash covers, from the start of a line.
const BLOCK: usize = 100;
const BASE: u64 = 37;
/// What is hashed at the end of a file.
const END: u16 = 65_535;

const TAB: u16 = 9;
const LF: u16 = 10;
const CR: u16 = 13;
const SPACE: u16 = 32;

/// Hashes of all lines of a text.
pub(super) struct LineHashes {
    /// Of each line, the hash and how many lines up to this one have it.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    pub(super) fn of(text: &str) -> Self {
        let hashed = match text.is_ascii() {
            true => Hashed::of(text.bytes().map(u16::from), text.len()),
            false => Hashed::of(text.encode_utf16(), text.len()),
        };
        let power = (0..BLOCK).fold(1, |power: u64, _| power.wrapping_mul(BASE));
        let mut prefix = Prefix { units: &hashed.units, at: 0, hash: 0 };
        // What stands before each line that has begun.
        let mut before = Vec::with_capacity(hashed.starts.len());
        let mut seen = HashMap::with_capacity_and_hasher(
            hashed.starts.len(),
            foldhash::fast::RandomState::default(),
        );
        let line = |(index, start): (usize, &usize)| {
            let end = start + BLOCK;
            let begin = hashed.starts[before.len()..].iter().take_while(|next| **next <= end);
            before.extend(begin.map(|next| prefix.hash_to(*next)));
            let hash = prefix.hash_to(end).wrapping_sub(power.wrapping_mul(before[index]));
            let occurrence = seen.entry(hash).or_insert(0);
            *occurrence += 1;
            (hash, *occurrence)
        };
        LineHashes { lines: hashed.starts.iter().enumerate().map(line).collect() }
    }

    /// The hash of a line (from 1), with the number of its occurrence.
    pub(super) fn line(&self, line: u32) -> Option<String> {
        let (hash, occurrence) = self.lines.get((line as usize).checked_sub(1)?)?;
        Some(format!("{hash:x}:{occurrence}"))
    }
}

/// What is hashed of a text: white space within lines does not count, and CR LF and CR are LF.
struct Hashed {
    /// UTF-16 units, with the end and a block of zeros behind them.
    units: Vec<u16>,
    /// Where in `units` each line starts.
    starts: Vec<usize>,
}

impl Hashed {
    /// Of a text with at most so many units.
    fn of(text: impl Iterator<Item = u16>, length: usize) -> Self {
        let mut units = vec![0; length + 1 + BLOCK];
        let mut starts = vec![0];
        let (mut count, mut is_after_cr) = (0, false);
        for unit in text {
            let is_second = is_after_cr && unit == LF;
            is_after_cr = unit == CR;
            // What does not count is written over by the next: nobody can foresee where white space is.
            units[count] = if is_after_cr { LF } else { unit };
            count += usize::from(unit != SPACE && unit != TAB && !is_second);
            if (unit == LF && !is_second) || is_after_cr {
                starts.push(count);
            }
        }
        units.truncate(count);
        units.push(END);
        units.resize(count + 1 + BLOCK, 0);
        Hashed { units, starts }
    }
}

/// The hash of more and more of the units: that of a block is the difference of two of them.
struct Prefix<'u> {
    units: &'u [u16],
    at: usize,
    hash: u64,
}

impl Prefix<'_> {
    /// The hash of the units before this place, which is not before the last one.
    fn hash_to(&mut self, to: usize) -> u64 {
        for unit in &self.units[self.at..to] {
            self.hash = self.hash.wrapping_mul(BASE).wrapping_add(u64::from(*unit));
        }
        self.at = to;
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let hashes = LineHashes::of(text);
        (1..).map_while(|line| hashes.line(line)).collect()
    }

    #[test]
    fn lines_have_the_hashes_that_github_gives_them() {
        assert_eq!(
            hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn line_endings_and_white_space_do_not_matter_and_equal_lines_are_numbered() {
        let text = "one\ntwo\nthree\n";
        assert_eq!(hashes(&text.replace('\n', "\r\n")), hashes(text));
        assert_eq!(hashes(&text.replace('\n', "\r")), hashes(text));
        assert_eq!(hashes(" o n\te\ntwo \nthree\n"), hashes(text));
        let same = "x\n".repeat(300);
        let found = hashes(&same);
        assert_eq!(found.len(), 301);
        let first = found[0].split_once(':').expect("a number").0;
        assert_eq!(found[9], format!("{first}:10"));
        let wide = "日本 😀\n".repeat(3);
        assert_eq!(hashes(&wide).len(), 4);
    }

    /// Each line by itself, as the definition has it.
    fn one_by_one(text: &str) -> Vec<u64> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace([' ', '\t'], "");
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let hash = |start: usize| {
            let units = text[start..].encode_utf16().chain([END]).chain([0; BLOCK]).take(BLOCK);
            units.fold(0, |hash: u64, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)))
        };
        starts.into_iter().map(hash).collect()
    }

    #[test]
    fn all_lines_at_once_have_the_hashes_of_each_by_itself() {
        let parts = ["\n", "\r\n", "\r", " \t", "word", "日本 😀", "long line ", "", "\n\n\n"];
        let mut random = 7_usize;
        for _ in 0..400 {
            let mut text = String::new();
            for _ in 0..random % 60 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text += &parts[(random >> 33) % parts.len()].repeat((random >> 40) % 5);
            }
            random = random.wrapping_add(1);
            let all = LineHashes::of(&text).lines;
            let all: Vec<u64> = all.into_iter().map(|(hash, _)| hash).collect();
            assert_eq!(all, one_by_one(&text), "{text:?}");
        }
    }
}
