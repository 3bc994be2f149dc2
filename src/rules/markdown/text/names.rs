//! Names, and where a text has them in any letter case. However many names there are, the text is
//! read once.

use std::borrow::Cow;
use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{Span, utf16_len};

/// Names, the longest first, and what finds them in any letter case.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<String>,
    known: HashSet<String>,
    /// Finds the names in folded text.
    finder: Option<AhoCorasick>,
}

/// A place that has a name in some letter case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match {
    /// The number of the name.
    pub name: usize,
    /// Offsets into the text that was searched.
    pub span: Span,
}

impl Names {
    fn new(mut names: Vec<String>) -> Result<Self, aho_corasick::BuildError> {
        names.retain(|name| !name.is_empty());
        names.sort_by(|a, b| utf16_len(b).cmp(&utf16_len(a)).then_with(|| a.cmp(b)));
        names.dedup();
        if names.is_empty() {
            return Ok(Names::default());
        }
        let folded = names.iter().map(|name| name.chars().map(fold).collect::<String>());
        let finder = AhoCorasick::builder().build(folded)?;
        let known = names.iter().cloned().collect();
        Ok(Names { names, known, finder: Some(finder) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn get(&self, number: usize) -> &str {
        &self.names[number]
    }

    /// Whether this is how one of the names is written.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.known.contains(text)
    }

    /// Appends the names that stand in the text as whole words. No two places of one name overlap.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Match>) {
        let Some(finder) = &self.finder else { return };
        let folded = Folded::new(text);
        let start = found.len();
        for place in finder.find_overlapping_iter(&*folded.text) {
            let name = place.pattern().as_usize();
            let span = Span::new(folded.original(place.start()), folded.original(place.end()));
            if is_whole(text, span, &self.names[name]) {
                found.push(Match { name, span });
            }
        }
        let added = &mut found[start..];
        added.sort_unstable();
        let mut last: Option<Match> = None;
        let mut kept = start;
        for index in start..found.len() {
            let place = found[index];
            let overlaps =
                |last: Match| last.name == place.name && place.span.start < last.span.end;
            if !last.is_some_and(overlaps) {
                last = Some(place);
                found[kept] = place;
                kept += 1;
            }
        }
        found.truncate(kept);
    }
}

/// Whether the name ends on both sides where a word does; underscores around a word do not count.
fn is_whole(text: &str, span: Span, name: &str) -> bool {
    let bytes = text.as_bytes();
    let is_boundary = |at: usize| {
        let before = at.checked_sub(1).is_some_and(|at| is_word(bytes[at]));
        before != bytes.get(at).is_some_and(|&byte| is_word(byte))
    };
    let begins = !name.bytes().next().is_some_and(is_word) || {
        let around = bytes[..span.start()].iter().rev().take_while(|&&byte| byte == b'_').count();
        is_boundary(span.start()) || is_boundary(span.start() - around)
    };
    begins
        && (!name.bytes().next_back().is_some_and(is_word) || {
            let around = bytes[span.end()..].iter().take_while(|&&byte| byte == b'_').count();
            is_boundary(span.end()) || is_boundary(span.end() + around)
        })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A text in which letter case does not matter.
struct Folded<'t> {
    text: Cow<'t, str>,
    /// Where each byte, and the end, stands in the text; empty if all stand where they stood.
    offsets: Vec<u32>,
}

impl<'t> Folded<'t> {
    fn new(text: &'t str) -> Self {
        if text.is_ascii() {
            let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
            let text =
                if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) };
            return Folded { text, offsets: Vec::new() };
        }
        let mut folded = String::with_capacity(text.len());
        let mut offsets = Vec::with_capacity(text.len() + 1);
        for (at, c) in text.char_indices() {
            folded.push(fold(c));
            offsets.resize(folded.len(), at as u32);
        }
        offsets.push(text.len() as u32);
        Folded { text: Cow::Owned(folded), offsets }
    }

    fn original(&self, at: usize) -> usize {
        self.offsets.get(at).map_or(at, |&offset| offset as usize)
    }
}

/// The character that stands for all that differ in case only, as simple case folding of Unicode
/// has it (UAX 44, CaseFolding.txt, C and S).
fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    // The Turkish letters fold to themselves unless the language is known.
    if c == 'ı' {
        return c;
    }
    let upper = only(c.to_uppercase()).unwrap_or(c);
    only(upper.to_lowercase()).unwrap_or(upper)
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

impl Serialize for Names {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.names)
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Names::new(names).map_err(|error| D::Error::custom(format!("too many names: {error}")))
    }
}

impl JsonSchema for Names {
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<String>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use regex::RegexBuilder;

    use super::*;

    fn expression(pattern: &str) -> regex::Regex {
        RegexBuilder::new(pattern).case_insensitive(true).build().unwrap()
    }

    #[test]
    fn characters_are_folded_as_in_regular_expressions() {
        // What one of the two tables is too old for is left out.
        let is_known = expression(r"^\P{Unassigned}$");
        let is_known = |c: char| is_known.is_match(c.encode_utf8(&mut [0; 4]));
        for c in ('\0'..=char::MAX).filter(|&c| fold(c) != c && is_known(c)) {
            let folded = fold(c).to_string();
            let is_same = expression(&format!("^{}$", regex::escape(&folded)));
            assert!(is_same.is_match(&c.to_string()), "{c:?} is not {folded:?}");
        }
        for (a, b) in [('K', 'k'), ('ſ', 's'), ('ς', 'Σ'), ('ß', 'ẞ'), ('Å', 'å'), ('ᾼ', 'ᾳ')]
        {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        for (a, b) in [('ı', 'i'), ('İ', 'i'), ('ß', 's')] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    /// The same as an expression for each name.
    fn slowly(names: &Names, text: &str) -> Vec<Match> {
        let mut found = Vec::new();
        for (number, name) in names.names.iter().enumerate() {
            let word = |byte: Option<u8>| byte.is_some_and(is_word);
            let start = if word(name.bytes().next()) { r"(?-u:\b)_*" } else { "" };
            let end = if word(name.bytes().next_back()) { r"_*(?-u:\b)" } else { "" };
            let pattern = expression(&format!("{start}({}){end}", regex::escape(name)));
            found.extend(pattern.captures_iter(text).map(|groups| {
                let place = groups.get(1).unwrap();
                Match { name: number, span: Span::new(place.start(), place.end()) }
            }));
        }
        found
    }

    #[test]
    fn names_are_found_as_by_an_expression_for_each() {
        let alphabet = ["a", "A", "_", "-", "é", "É", "k", "\u{212a}", "+", " ", "日", "İ"];
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        let mut some = |longest: usize| -> String {
            (0..=next(longest)).map(|_| alphabet[next(alphabet.len())]).collect()
        };
        let mut places = 0;
        for _ in 0..500 {
            let mut names: Vec<String> = (0..4).map(|_| some(3)).collect();
            // Of a row of underscores, either finds another one.
            names.retain(|name| name.bytes().any(|byte| byte != b'_'));
            let names = Names::new(names).unwrap();
            let text = some(14);
            let mut found = Vec::new();
            names.find(&text, &mut found);
            assert_eq!(found.len(), slowly(&names, &text).len(), "{:?} in {text:?}", names.names);
            assert!(found == slowly(&names, &text), "{:?} in {text:?}", names.names);
            places += found.len();
        }
        assert!(places > 100, "{places}");
    }
}
