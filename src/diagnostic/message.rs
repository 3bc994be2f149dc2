//! The sentence of a finding: a template, and what stands in its places.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};
use std::ops::{Deref, Range};

use arrayvec::ArrayString;
use serde::{Serialize, Serializer};
use smallvec::SmallVec;

/// How a place is written in a template.
const PLACE: &str = "{}";

/// A [`Message`] of a template and what stands in its places: `message!("found {}", count)`. That there
/// are as many arguments as places is seen to when it is compiled.
macro_rules! message {
    ($template:literal $(, $argument:expr)* $(,)?) => {
        $crate::diagnostic::Message::new(
            const {
                let arguments: &[&str] = &[$(stringify!($argument)),*];
                &$crate::diagnostic::Template::new($template, arguments.len())
            },
            [$(&$argument as &dyn $crate::diagnostic::Argument),*],
        )
    };
}
pub(crate) use message;

/// The words of a message with a place `{}` for each argument, known when it is compiled.
#[derive(Debug)]
pub struct Template {
    text: &'static str,
    /// Where the places start, in bytes; as many as there are.
    places: [u8; Template::MOST],
    count: u8,
}

impl Template {
    /// The most places that there are.
    const MOST: usize = 4;

    /// A template with so many places.
    ///
    /// # Panics
    /// If it has another number of them or more than four, or is longer than 255 bytes: in constants,
    /// as templates are, this does not compile.
    pub const fn new(text: &'static str, count: usize) -> Self {
        let bytes = text.as_bytes();
        assert!(bytes.len() <= u8::MAX as usize, "a template is longer than 255 bytes");
        let (mut places, mut found, mut at) = ([0; Template::MOST], 0, 0);
        while at + 1 < bytes.len() {
            if bytes[at] == b'{' && bytes[at + 1] == b'}' {
                assert!(found < Template::MOST, "a template has more than four places");
                places[found] = at as u8;
                found += 1;
                at += 1;
            }
            at += 1;
        }
        assert!(found == count, "a template has not as many places as there are arguments");
        Template { text, places, count: count as u8 }
    }

    /// Writes it with these arguments, and how many bytes each of them takes.
    fn fill(
        &self,
        arguments: &[&dyn Argument],
        out: &mut ArrayString<{ Message::SHORT }>,
        lengths: &mut [u8; Template::MOST],
    ) -> fmt::Result {
        let mut written = 0;
        for (at, argument) in arguments.iter().enumerate() {
            let place = usize::from(self.places[at]);
            out.write_str(&self.text[written..place])?;
            let start = out.len();
            argument.write(out)?;
            lengths[at] = (out.len() - start) as u8;
            written = place + PLACE.len();
        }
        out.write_str(&self.text[written..])
    }
}

/// What can stand in a message. Most are texts and numbers, and of those there are as many as findings,
/// so they are not written by way of formatting.
pub trait Argument {
    /// Writes it.
    ///
    /// # Errors
    /// If there is no room for it.
    fn write(&self, out: &mut dyn Write) -> fmt::Result;
}

impl Argument for str {
    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self)
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        (**self).write(out)
    }
}

impl Argument for String {
    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self)
    }
}

impl Argument for Cow<'_, str> {
    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Argument for $number {
            fn write(&self, out: &mut dyn Write) -> fmt::Result {
                out.write_str(itoa::Buffer::new().format(*self))
            }
        })*
    };
}

numbers!(u8, u32, u64, usize);

/// What stands in the places of a template.
pub type Arguments<'a> = SmallVec<[&'a str; Template::MOST]>;

/// A sentence in lower case without a full stop: what was found and what was expected. It remembers
/// of which template it was made and what stands in it. There are as many as findings, so those that
/// are not long are kept in place.
#[derive(Clone)]
pub struct Message(Text);

const _: () = assert!(size_of::<Message>() == 72);

#[derive(Clone)]
enum Text {
    /// A template without places.
    Fixed(&'static str),
    /// So that there is room for what says that it is this one, its parts are no type of their own.
    Short {
        template: &'static Template,
        text: ArrayString<{ Message::SHORT }>,
        /// How many bytes stand in each place.
        lengths: [u8; Template::MOST],
    },
    Long(Box<LongText>),
}

#[derive(Clone)]
struct LongText {
    template: Cow<'static, str>,
    text: String,
    /// Where in the text the arguments stand.
    arguments: Vec<Range<usize>>,
}

impl Message {
    /// Up to how many bytes are kept in place.
    const SHORT: usize = 52;

    /// The template with these arguments in its places; see `message!`.
    ///
    /// # Panics
    /// If the template has another number of places.
    pub fn new<const N: usize>(template: &'static Template, arguments: [&dyn Argument; N]) -> Self {
        assert_eq!(N, usize::from(template.count), "a template takes an argument for each place");
        let (mut text, mut lengths) = (ArrayString::new(), [0; Template::MOST]);
        match template.fill(&arguments, &mut text, &mut lengths) {
            Ok(()) => Message(Text::Short { template, text, lengths }),
            Err(_) => Message::long(template, &arguments),
        }
    }

    #[cold]
    fn long(template: &'static Template, arguments: &[&dyn Argument]) -> Self {
        let text = |argument: &&dyn Argument| {
            let mut text = String::new();
            argument.write(&mut text).expect("a text takes everything");
            text
        };
        let arguments: Vec<String> = arguments.iter().map(text).collect();
        let arguments = arguments.iter().map(String::as_str);
        Message(Text::Long(Box::new(LongText::new(template.text.into(), arguments))))
    }

    /// A message again of the template and arguments that it had, which come from elsewhere; `None` if
    /// there are more arguments than places. Places without an argument are text.
    pub fn restore(template: &str, arguments: &[&str]) -> Option<Self> {
        let is_possible = template.matches(PLACE).count() >= arguments.len();
        let text = || LongText::new(template.to_owned().into(), arguments.iter().copied());
        is_possible.then(|| Message(Text::Long(Box::new(text()))))
    }

    /// What another part of the program says is wrong, and what it advises.
    pub fn of_problem(problem: &str, help: Option<&str>) -> Self {
        match help {
            Some(help) => message!("{}; {}", problem, help),
            None => message!("{}", problem),
        }
    }

    /// This, and after a semicolon the other: what is wrong, and what to do about it.
    #[must_use]
    pub fn then(&self, other: &Message) -> Self {
        const BETWEEN: &str = "; ";
        let template = [self.template(), BETWEEN, other.template()].concat();
        let arguments = self.arguments().into_iter().chain(other.arguments());
        Message(Text::Long(Box::new(LongText::new(template.into(), arguments))))
    }

    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Fixed(text) => text,
            Text::Short { text, .. } => text,
            Text::Long(long) => &long.text,
        }
    }

    /// Its words, with a place `{}` for each argument.
    pub fn template(&self) -> &str {
        match &self.0 {
            Text::Fixed(text) => text,
            Text::Short { template, .. } => template.text,
            Text::Long(long) => &long.template,
        }
    }

    /// What stands in the places of its template, in their order.
    pub fn arguments(&self) -> Arguments<'_> {
        match &self.0 {
            Text::Fixed(_) => Arguments::new(),
            Text::Short { template, text, lengths } => {
                let (mut found, mut words, mut end) = (Arguments::new(), 0, 0);
                let places = &template.places[..usize::from(template.count)];
                for (&place, &length) in places.iter().zip(lengths) {
                    let start = end + usize::from(place) - words;
                    (words, end) = (usize::from(place) + PLACE.len(), start + usize::from(length));
                    found.push(&text[start..end]);
                }
                found
            }
            Text::Long(long) => {
                long.arguments.iter().map(|argument| &long.text[argument.clone()]).collect()
            }
        }
    }
}

impl LongText {
    /// The arguments stand in the first places of the template.
    fn new<'a>(template: Cow<'static, str>, values: impl Iterator<Item = &'a str>) -> Self {
        let (mut text, mut arguments, mut words) = (String::new(), Vec::new(), 0);
        for ((place, _), value) in template.match_indices(PLACE).zip(values) {
            text.push_str(&template[words..place]);
            arguments.push(text.len()..text.len() + value.len());
            text.push_str(value);
            words = place + PLACE.len();
        }
        text.push_str(&template[words..]);
        LongText { template, text, arguments }
    }
}

impl Deref for Message {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

/// A message in which nothing differs from one finding to another.
impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        debug_assert!(!text.contains(PLACE), "`{text}` has a place without an argument");
        Message(Text::Fixed(text))
    }
}

impl Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Message) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Message {}

impl PartialEq<str> for Message {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Message {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_knows_its_arguments_however_long_it_is() {
        for length in 0..2 * Message::SHORT {
            let long = "a".repeat(length);
            let made = message!("`{}` has 日{}, {}{}", long, 7_u32, "{}", "");
            let whole = format!("`{long}` has 日7, {{}}");
            let arguments = [&*long, "7", "{}", ""];
            let restored = Message::restore(made.template(), &arguments).unwrap();
            for message in [made, restored] {
                assert_eq!(message, *whole);
                assert_eq!(message.template(), "`{}` has 日{}, {}{}");
                assert_eq!(message.arguments()[..], arguments);
            }
        }
    }

    #[test]
    fn two_messages_in_one_keep_their_arguments() {
        let both = message!("no `{}`", "a").then(&message!("there is `{}`", "b"));
        assert_eq!(both, "no `a`; there is `b`");
        assert_eq!(
            (both.template(), &both.arguments()[..]),
            ("no `{}`; there is `{}`", &["a", "b"][..])
        );
    }

    #[test]
    fn arguments_without_a_place_are_refused() {
        assert_eq!(Message::restore("{} or {}", &["a"]).unwrap(), "a or {}");
        assert!(Message::restore("{} or {}", &["a", "b", "c"]).is_none());
        let fixed = Message::from("nothing differs");
        assert_eq!((fixed.template(), fixed.arguments().len()), ("nothing differs", 0));
    }
}
