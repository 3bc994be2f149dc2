//! YAML008

use schemars::JsonSchema;
use serde::Deserialize;

use super::names;
use crate::data::ValueKind;
use crate::diagnostic::{Severity, message};
use crate::rules::{Activation, Meta, Page, Rule, Sink};

/// A day such as `2024-02-30` does not exist: site generators stop at it, or take it for another
/// day.
///
/// All fields are checked whose value is a date, with or without a time, year first as in
/// `2024-05-31` or last as in `05/31/2024` and `31.05.2024`.
///
/// ```markdown bad
/// ---
/// date: 2023-02-29
/// ---
/// ```
///
/// ```markdown good
/// ---
/// date: 2024-02-29
/// ---
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Date {
    /// The fields to look at; all by default.
    fields: Option<Vec<String>>,
}

impl Rule for Date {
    const META: Meta = Meta {
        id: "YAML008",
        name: "field-dates",
        tags: &["front_matter", "fields"],
        summary: "front matter dates should be valid",
        severity: Some(Severity::Error),
        runs: Activation::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(fields) = names::of(page) else { return };
        let is_wanted = |name: &str| {
            self.fields.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted == name))
        };
        for (name, value) in fields.all().filter(|(name, _)| is_wanted(name)) {
            if !matches!(fields.tree.kind(value), ValueKind::String | ValueKind::Date) {
                continue;
            }
            let text = fields.tree.text(value);
            if let Some(reason) = parts(text).and_then(|date| date.mistake()) {
                let message =
                    message!("`{}` is `{}`, which does not exist: {}", name, text, reason);
                out.report(page.first_line(fields.place(value)), message);
            }
        }
    }
}

/// A date as written.
pub(super) struct Parts<'t> {
    year: u32,
    month: u32,
    day: u32,
    /// The year stands first; otherwise month and day may be the other way round.
    pub is_iso: bool,
    time: &'t str,
}

/// The parts of a text that is written like a date, perhaps with a time.
pub(super) fn parts(text: &str) -> Option<Parts<'_>> {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    if !time.is_empty() && !time.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let separator = ['-', '/', '.'].into_iter().find(|&separator| date.contains(separator))?;
    let mut numbers = date.split(separator).map(|part| number(part).map(|value| (part, value)));
    let (first, second, third) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let lengths = (first.0.len(), second.0.len(), third.0.len());
    let (year, month, day, is_iso) = match (lengths, separator) {
        _ if numbers.next().is_some() => return None,
        ((4, 1..=2, 1..=2), '-') => (first.1, second.1, third.1, true),
        ((1..=2, 1..=2, 4), '.') => (third.1, second.1, first.1, false),
        ((1..=2, 1..=2, 4), _) => (third.1, first.1, second.1, false),
        _ => return None,
    };
    Some(Parts { year, month, day, is_iso, time })
}

fn number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

impl Parts<'_> {
    /// Why there is no such date.
    fn mistake(&self) -> Option<String> {
        let swapped = Parts { month: self.day, day: self.month, ..*self };
        match self.day_mistake() {
            Some(mistake) if self.is_iso || swapped.day_mistake().is_some() => Some(mistake),
            _ => self.time_mistake(),
        }
    }

    fn day_mistake(&self) -> Option<String> {
        let Parts { year, month, day, .. } = *self;
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Some(format!("there is no month {month}")),
        };
        let wrong = day == 0 || day > days;
        wrong.then(|| format!("month {month} of {year} has {days} days"))
    }

    fn time_mistake(&self) -> Option<String> {
        let clock = self.time.split(['.', ',', 'Z', 'z', '+', '-', ' ']).next().unwrap_or_default();
        let mut numbers = clock.split(':').map(number);
        let (hour, minute) = (numbers.next()??, numbers.next()??);
        let second = numbers.next().flatten().unwrap_or(0);
        // A leap second is the 60th.
        let wrong = hour > 24 || minute > 59 || second > 60;
        wrong.then(|| format!("there is no time {clock}"))
    }
}
