//! MD022

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::diagnostic::message;
use crate::document::{Document, Flags, Heading};
use crate::rules::markdown::blank_line;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, plural};

/// Blank lines set a heading off from the text around it, for readers of the source and for
/// parsers that see a heading only after a blank line.
///
/// The first line of a page needs none above it, and the last line none below.
///
/// ```markdown bad
/// # Title
/// Text right below
/// ```
///
/// ```markdown good
/// # Title
///
/// Text set off from it
/// ```
///
/// # Fixes
///
/// Adds the missing blank lines above and below the heading.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlanksAround {
    /// Minimum number of blank lines above a heading; -1 asks for none. A list has one
    /// number for each level.
    lines_above: Lines,
    /// Minimum number of blank lines below a heading; -1 asks for none. A list has one
    /// number for each level.
    lines_below: Lines,
}

/// How many blank lines headings of each level need.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
enum Lines {
    All(#[schemars(range(min = -1))] i32),
    /// For levels 1 to 6; 1 where the list is too short.
    ByLevel(#[schemars(length(max = 6), inner(range(min = -1)))] Vec<i32>),
}

impl Default for Lines {
    fn default() -> Self {
        Lines::All(1)
    }
}

impl Lines {
    /// `None` if any number will do.
    fn at(&self, level: u8) -> Option<usize> {
        let wanted = match self {
            Lines::All(wanted) => *wanted,
            Lines::ByLevel(levels) => levels.get(usize::from(level) - 1).copied().unwrap_or(1),
        };
        usize::try_from(wanted).ok()
    }
}

impl Rule for BlanksAround {
    const META: Meta = Meta {
        id: "MD022",
        name: "blanks-around-headings",
        tags: &["headings", "blank_lines"],
        summary: "headings should be surrounded by blank lines",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for heading in &page.headings {
            let first = heading.line;
            let is_one_line = heading.span.end() <= page.lines.next_start(first);
            let next = if is_one_line { first } else { *page.lines_of(heading.span).end() } + 1;
            let above = (page.body_line..first).rev();
            if let Some(missing) =
                Missing::in_lines(page, above, self.lines_above.at(heading.level))
            {
                missing.report(page, heading, "above", first, out);
            }
            let below = next..page.lines.count();
            if let Some(missing) =
                Missing::in_lines(page, below, self.lines_below.at(heading.level))
            {
                missing.report(page, heading, "below", next, out);
            }
        }
    }
}

/// Blank lines that a heading lacks on one side.
struct Missing {
    wanted: usize,
    found: usize,
    /// The line in whose block quotes the blank lines stand.
    like: usize,
}

impl Missing {
    /// Looks at the lines on one side, nearest first; nothing is missing where they end.
    fn in_lines(
        doc: &Document,
        mut lines: impl Iterator<Item = usize> + Clone,
        wanted: Option<usize>,
    ) -> Option<Missing> {
        let wanted = wanted?;
        let like = lines.clone().next()?;
        for found in 0..wanted {
            if !doc.is_blank(Some(lines.next()?)) {
                return Some(Missing { wanted, found, like });
            }
        }
        None
    }

    /// Reports the heading; the fix puts the blank lines before `line`.
    fn report(&self, doc: &Document, heading: &Heading, side: &str, line: usize, out: &mut Sink) {
        let first = doc.line_span(heading.line);
        let place = Span::new(heading.span.start(), heading.span.end().min(first.end()));
        let Missing { wanted, found, like } = *self;
        let mut blank = doc.blank_line_before(line, like);
        if [line - 1, line].iter().all(|&line| doc.flags[line].intersects(Flags::HEADING)) {
            // The heading on the other side wants a blank line too: both mean the same one.
            let other = doc.blank_line_before(line, if like == line { line - 1 } else { line });
            blank = if other.len() > blank.len() { other } else { blank };
        }
        let fix = blank_line::insert_text(doc, line, blank.repeat(wanted - found));
        out.report(
            place,
            message!("expected {} {}, found {}", plural(wanted, "blank line"), side, found),
        )
        .fix = fix;
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LinesVisitor)
    }
}

struct LinesVisitor;

impl LinesVisitor {
    fn number<E: Error>(number: i64) -> Result<i32, E> {
        match i32::try_from(number) {
            Ok(number) if number >= -1 => Ok(number),
            _ => Err(E::custom(format!("expected a number from -1 on, found {number}"))),
        }
    }
}

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a whole number or a list of whole numbers")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Lines, E> {
        LinesVisitor::number(number).map(Lines::All)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Lines, E> {
        LinesVisitor::number(i64::try_from(number).unwrap_or(i64::MAX)).map(Lines::All)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Lines, A::Error> {
        let mut levels = Vec::new();
        while let Some(number) = list.next_element()? {
            levels.push(LinesVisitor::number(number)?);
        }
        Ok(Lines::ByLevel(levels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_from_minus_one_on() {
        let read = |json: &str| serde_json::from_str::<BlanksAround>(json);
        for good in [r#"{"lines_above":-1}"#, r#"{"lines_below":[0,1,2]}"#] {
            assert!(read(good).is_ok(), "{good}");
        }
        for bad in ["-2", "true", "\"1\"", "1.5", "[1,-2]", "[[1]]", "99999999999", "{}"] {
            assert!(read(&format!("{{\"lines_above\":{bad}}}")).is_err(), "{bad}");
        }
    }
}
