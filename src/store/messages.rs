//! Which messages of findings are kept as text: most repeat, or differ in a number only.

use smallvec::SmallVec;

/// The messages that are kept.
pub(super) type Texts<'a> = SmallVec<[&'a str; 16]>;

/// The messages that a rule used last: most repeat, and looking through a few costs less than a
/// table of all.
#[derive(Clone, Default)]
pub(super) struct Recent {
    known: [KnownMessages; 6],
    count: usize,
}

/// A message, and where its first number lies, in bytes.
#[derive(Clone, Copy, Default)]
struct KnownMessages {
    place: usize,
    number: Option<(usize, usize)>,
}

impl Recent {
    /// The message's place among the texts, and its first number if that is what differs; it is
    /// added if nothing like it was used lately.
    pub(super) fn place<'a>(
        &mut self,
        message: &'a str,
        texts: &mut Texts<'a>,
    ) -> (usize, Option<u32>) {
        for known in &self.known[..self.count.min(self.known.len())] {
            let (place, like) = (known.place, texts[known.place]);
            if like == message {
                return (place, None);
            }
            if let Some((start, end)) = known.number
                && let Some(number) = other_number(&like[..start], &like[end..], message)
            {
                return (place, Some(number));
            }
        }
        let place = texts.len();
        texts.push(message);
        self.known[self.count % self.known.len()] =
            KnownMessages { place, number: first_number(message) };
        self.count += 1;
        (place, None)
    }
}

/// Where the first number of a text starts and ends.
fn first_number(text: &str) -> Option<(usize, usize)> {
    let start = text.bytes().position(|byte| byte.is_ascii_digit())?;
    let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    Some((start, start + digits))
}

/// The first number of a message that has these texts around it.
fn other_number(before: &str, after: &str, message: &str) -> Option<u32> {
    let digits = message.strip_prefix(before)?.strip_suffix(after)?;
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    // A number too large for this stays text.
    if is_whole { digits.parse().ok() } else { None }
}

/// The text with this first number.
pub(super) fn with_number(text: &str, number: u32) -> Option<String> {
    first_number(text).map(|(start, end)| format!("{}{number}{}", &text[..start], &text[end..]))
}
