//! Sections: those that are missing, out of place, at the wrong level, or not meant to be there.

use std::ops::Range;

use super::arrange::{Arrangement, arrange};
use super::breach::{TemplateCheck, TemplateViolation};
use super::compile::{HeadingMatcher, Sections};
use super::content;
use super::page::Outline;
use super::place::place;
use crate::diagnostic::{Fix, message};
use crate::document::HeadingStyle;

/// Checks the headings in `scope` against the sections. Templates are at most as deep as
/// headings, and so is this.
pub(super) fn check(
    page: &Outline,
    sections: &Sections,
    scope: Range<usize>,
    out: &mut Vec<TemplateViolation>,
) {
    let mut arrangement = arrange(page, sections, scope.clone());
    missing(page, sections, &mut arrangement, &scope, out);
    misplaced(page, &arrangement, out);
    at_other_level(page, sections, &arrangement, out);
    repeated(page, sections, &arrangement, out);
    if !sections.others {
        others(page, sections, &arrangement, out);
    }
    for (part, found) in sections.list.iter().zip(&arrangement.found) {
        for &index in found {
            if let Some(wanted) = &part.content {
                let name = format!("section `{}`", page.headings[index].text);
                content::check(page, wanted, page.section(index), page.place(index), &name, out);
            }
            if !part.sections.list.is_empty() || !part.sections.others {
                check(page, &part.sections, index + 1..page.headings[index].end, out);
            }
        }
    }
}

fn missing(
    page: &Outline,
    sections: &Sections,
    arrangement: &mut Arrangement,
    scope: &Range<usize>,
    out: &mut Vec<TemplateViolation>,
) {
    for (index, part) in sections.list.iter().enumerate() {
        if !arrangement.found[index].is_empty() {
            continue;
        }
        let name = part.matcher.describe();
        if let Some((other, meant)) = near(page, &part.matcher, &arrangement.others) {
            arrangement.others.retain(|&heading| heading != other);
            let text = &page.headings[other].text;
            let message = if part.required {
                message!("section {} is missing, found `{}`; did you mean `{}`?", name, text, meant)
            } else {
                message!("found the section `{}`; did you mean `{}`?", text, meant)
            };
            let mut breach =
                TemplateViolation::new(TemplateCheck::Missing, page.place(other), message);
            let content = page.headings[other].heading.content;
            breach.fix = Some(Fix::review(content, meant));
            out.push(breach);
            continue;
        }
        if !part.required {
            continue;
        }
        let place = place(page, sections, arrangement, index, scope);
        let message = message!(
            "section {} is missing: expected an h{} {}",
            name,
            part.level,
            place.describe(page)
        );
        let mut breach = TemplateViolation::new(TemplateCheck::Missing, place.span, message);
        breach.fix = place.insert(page, part);
        out.push(breach);
    }
}

/// A heading that is nearly one of the section's literal texts, and that text.
fn near(page: &Outline, matcher: &HeadingMatcher, others: &[usize]) -> Option<(usize, String)> {
    let distance = |index: usize, literal: &str| {
        let found = page.headings[index].text.to_lowercase();
        let literal = literal.to_lowercase();
        let length = literal.chars().count();
        let limit = length / 4;
        if found.chars().count().abs_diff(length) > limit {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&found, &literal);
        (distance <= limit).then_some(distance)
    };
    let pairs = others.iter().flat_map(|&index| {
        let literals = matcher.literals().iter();
        literals.filter_map(move |literal| Some((distance(index, literal)?, index, literal)))
    });
    pairs.min_by_key(|(distance, ..)| *distance).map(|(_, index, text)| (index, text.clone()))
}

fn misplaced(page: &Outline, arrangement: &Arrangement, out: &mut Vec<TemplateViolation>) {
    // Among those in place, the sections never fall.
    let in_place = arrangement.in_order.iter().filter(|(_, index)| arrangement.is_in_place(*index));
    let in_place: Vec<(usize, usize)> = in_place.copied().collect();
    for &(part, index) in &arrangement.misplaced {
        let before = in_place.partition_point(|&(_, other)| other < index);
        // It stands after one that belongs behind it, or before one that belongs in front of it.
        let behind = in_place.partition_point(|&(other, _)| other <= part);
        let behind = in_place[..before].get(behind).map(|&(_, other)| other);
        let in_front = in_place.partition_point(|&(other, _)| other < part);
        let in_front = in_front.checked_sub(1).filter(|&at| at >= before);
        let in_front = in_front.map(|at| in_place[at].1);
        let place = match (behind, in_front) {
            (Some(other), _) => format!("before `{}`", page.headings[other].text),
            (None, Some(other)) => format!("after `{}`", page.headings[other].text),
            (None, None) => continue,
        };
        let text = &page.headings[index].text;
        let message = message!("section `{}` is out of order: expected {}", text, place);
        out.push(TemplateViolation::new(TemplateCheck::Order, page.place(index), message));
    }
}

fn at_other_level(
    page: &Outline,
    sections: &Sections,
    arrangement: &Arrangement,
    out: &mut Vec<TemplateViolation>,
) {
    for &(part, index) in &arrangement.at_other_level {
        let (entry, level) = (&page.headings[index], sections.list[part].level);
        let message =
            message!("section `{}` is an h{}, expected an h{}", entry.text, entry.level, level);
        let mut breach = TemplateViolation::new(TemplateCheck::Level, page.place(index), message);
        if entry.heading.style != HeadingStyle::Setext {
            let marker = "#".repeat(usize::from(level));
            let mut fix = Fix::review(entry.heading.marker, marker.clone());
            if let Some(closing) = entry.heading.closing {
                fix = fix.and(closing, marker);
            }
            breach.fix = Some(fix);
        }
        out.push(breach);
    }
}

fn repeated(
    page: &Outline,
    sections: &Sections,
    arrangement: &Arrangement,
    out: &mut Vec<TemplateViolation>,
) {
    for (part, found) in sections.list.iter().zip(&arrangement.found) {
        let [first, more @ ..] = found.as_slice() else { continue };
        for &index in more.iter().filter(|_| !part.repeat) {
            let text = &page.headings[index].text;
            let line = page.doc.line_of(page.place(*first).start()) + 1;
            let message = match part.matcher {
                HeadingMatcher::Literal(_) => {
                    message!("section `{}` is repeated, first on line {}", text, line)
                }
                HeadingMatcher::Pattern(_) => message!(
                    "section `{}` is one more {}, first on line {}",
                    text,
                    part.matcher.describe(),
                    line
                ),
            };
            out.push(TemplateViolation::new(TemplateCheck::Unexpected, page.place(index), message));
        }
    }
}

fn others(
    page: &Outline,
    sections: &Sections,
    arrangement: &Arrangement,
    out: &mut Vec<TemplateViolation>,
) {
    let names: Vec<String> = sections.list.iter().map(|part| part.matcher.describe()).collect();
    for &index in &arrangement.others {
        let text = &page.headings[index].text;
        let expected = match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let message =
            message!("section `{}` is not in the template, expected sections: {}", text, expected);
        out.push(TemplateViolation::new(TemplateCheck::Unexpected, page.place(index), message));
    }
}
