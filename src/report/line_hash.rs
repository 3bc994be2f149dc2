//! The hash by which GitHub recognises the line of an alert.

use foldhash::HashMap;

/// Characters that a hash covers, from the start of a line.
const BLOCK: usize = 100;
const BASE: u64 = 37;
/// What is hashed at the end of a file.
const END: u64 = 65_535;

const TAB: u64 = 9;
const LF: u64 = 10;
const CR: u64 = 13;
const SPACE: u64 = 32;

/// Hashes of all lines of a text.
pub(super) struct LineHashes {
    /// Of each line, the hash and how many lines up to this one have it.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    pub(super) fn of(text: &str) -> Self {
        let mut rolling = Rolling::default();
        text.encode_utf16().for_each(|unit| rolling.take(u64::from(unit)));
        rolling.take(END);
        for _ in 0..BLOCK {
            rolling.tell();
            rolling.add(0);
        }
        LineHashes { lines: rolling.lines }
    }

    /// The hash of a line (from 1), with the number of its occurrence.
    pub(super) fn line(&self, line: u32) -> Option<String> {
        let (hash, occurrence) = self.lines.get((line as usize).checked_sub(1)?)?;
        Some(format!("{hash:x}:{occurrence}"))
    }
}

struct Rolling {
    window: [u64; BLOCK],
    /// Whether a line starts at this place of the window.
    starts: [bool; BLOCK],
    /// Where the next character goes in the window.
    at: usize,
    hash: u64,
    /// `BASE` to the power of `BLOCK`.
    first: u64,
    is_line_start: bool,
    is_after_cr: bool,
    seen: HashMap<u64, u32>,
    lines: Vec<(u64, u32)>,
}

impl Default for Rolling {
    fn default() -> Self {
        Rolling {
            window: [0; BLOCK],
            starts: [false; BLOCK],
            at: 0,
            hash: 0,
            first: (0..BLOCK).fold(1, |power: u64, _| power.wrapping_mul(BASE)),
            is_line_start: true,
            is_after_cr: false,
            seen: HashMap::default(),
            lines: Vec::new(),
        }
    }
}

impl Rolling {
    /// Takes a character; white space within lines does not count, and CR LF and CR are LF.
    fn take(&mut self, unit: u64) {
        let is_after_cr = std::mem::replace(&mut self.is_after_cr, unit == CR);
        if unit == SPACE || unit == TAB || (is_after_cr && unit == LF) {
            return;
        }
        self.tell();
        self.starts[self.at] = std::mem::take(&mut self.is_line_start);
        self.is_line_start = unit == LF || unit == CR;
        self.add(if unit == CR { LF } else { unit });
    }

    /// Notes the hash of the line that started a window ago, if one did.
    fn tell(&mut self) {
        if std::mem::take(&mut self.starts[self.at]) {
            let occurrence = self.seen.entry(self.hash).or_default();
            *occurrence += 1;
            self.lines.push((self.hash, *occurrence));
        }
    }

    fn add(&mut self, unit: u64) {
        let leaving = std::mem::replace(&mut self.window[self.at], unit);
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(unit)
            .wrapping_sub(self.first.wrapping_mul(leaving));
        self.at = (self.at + 1) % BLOCK;
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
}
