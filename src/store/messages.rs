//! Which messages of findings are kept as text: most repeat, or differ in a number only.

/// The messages that a rule used last: most repeat, and looking through a few costs less than a
/// table of all.
#[derive(Clone, Default)]
pub(super) struct Recent {
    places: [usize; 6],
    count: usize,
}

impl Recent {
    /// The message's place among the texts, and its first number if that is what differs; it is
    /// added if nothing like it was used lately.
    pub(super) fn place<'a>(
        &mut self,
        message: &'a str,
        texts: &mut Vec<&'a str>,
    ) -> (usize, Option<u32>) {
        let used = &self.places[..self.count.min(self.places.len())];
        for &place in used {
            if texts[place] == message {
                return (place, None);
            }
            if let Some(number) = other_number(texts[place], message) {
                return (place, Some(number));
            }
        }
        let place = texts.len();
        texts.push(message);
        self.places[self.count % self.places.len()] = place;
        self.count += 1;
        (place, None)
    }
}

/// The text before its first number, and the one after it.
fn around_number(text: &str) -> Option<(&str, &str)> {
    let start = text.bytes().position(|byte| byte.is_ascii_digit())?;
    let (before, rest) = text.split_at(start);
    Some((before, rest.trim_start_matches(|c: char| c.is_ascii_digit())))
}

/// The first number of a message that is like another text up to this number.
fn other_number(like: &str, message: &str) -> Option<u32> {
    let (before, after) = around_number(like)?;
    let digits = message.strip_prefix(before)?.strip_suffix(after)?;
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    // A number too large for this stays text.
    if is_whole { digits.parse().ok() } else { None }
}

/// The text with this first number.
pub(super) fn with_number(text: &str, number: u32) -> Option<String> {
    around_number(text).map(|(before, after)| format!("{before}{number}{after}"))
}
