//! Which sections pages share, in which order.

use std::collections::BTreeMap;
use std::ops::Range;

use super::contents;
use super::{MIN_PAGES, Notes, digits_pattern, most_frequent};
use crate::structure::page::Outline;
use crate::structure::template::{OneOrMany, Order, Section};

/// Most sections that are proposed at one place.
const MAX_SECTIONS: usize = 40;
/// A way to write a heading that fewer than this share, and fewer than so many pages, use is taken
/// for a slip.
const SLIP: f64 = 0.05;
const MANY: usize = 10;
/// Where there may be no other sections, those that at least this share of the pages have may be.
const RECURRING: f64 = 0.01;

/// Headings of a page that are looked at together.
pub(super) struct HeadingScope<'p> {
    pub page: &'p Outline<'p>,
    pub headings: Range<usize>,
}

/// Sections that were learned.
pub(super) struct Learned {
    pub list: Vec<Section>,
    pub order: Order,
    pub others: bool,
}

/// Headings that stand for the same section.
struct Group {
    /// How it is written, the most frequent first, with the number of pages.
    texts: Vec<(String, usize)>,
    pattern: Option<String>,
    /// For each scope the headings.
    found: Vec<Vec<usize>>,
}

impl Group {
    fn support(&self) -> usize {
        self.found.iter().filter(|found| !found.is_empty()).count()
    }
}

/// Learns the sections of these scopes, which stand in sections of the level `above`.
pub(super) fn learn(
    scopes: &[HeadingScope],
    above: u8,
    pointer: &str,
    notes: &mut Notes,
) -> Learned {
    let mut learned = Learned { list: Vec::new(), order: Order::Fixed, others: true };
    let Some(level) = level(scopes) else { return learned };
    let mut groups = groups(scopes, level, notes);
    groups.retain(|group| group.support() >= MIN_PAGES);
    groups.sort_by_key(|group| std::cmp::Reverse(group.support()));
    groups.truncate(MAX_SECTIONS);
    let known = groups.partition_point(|group| notes.is_known(group.support(), scopes.len()));
    if known == 0 {
        return learned;
    }
    learned.others = others(scopes, &groups[..known], level, notes);
    // What some pages have, though few, is not forbidden for being rare.
    let recurs = |group: &Group| group.support() as f64 >= RECURRING * scopes.len() as f64;
    let allowed = if learned.others { known } else { groups.partition_point(recurs) };
    groups.truncate(allowed.max(known));
    put_in_order(&mut groups);
    learned.order = order(&groups, scopes.len(), notes);
    for (index, group) in groups.iter().enumerate() {
        let pointer = format!("{pointer}/sections/{index}");
        learned.list.push(section(scopes, group, level, above, &pointer, notes));
    }
    learned
}

/// Whether there are more sections than these on more pages than may differ.
fn others(scopes: &[HeadingScope], groups: &[Group], level: u8, notes: &Notes) -> bool {
    let is_complete = |scope: &usize| {
        let HeadingScope { page, headings } = &scopes[*scope];
        let at_level = headings.clone().filter(|&index| page.headings[index].level == level);
        let known: usize = groups.iter().map(|group| group.found[*scope].len()).sum();
        at_level.count() == known
    };
    !notes.is_common((0..scopes.len()).filter(is_complete).count(), scopes.len())
}

/// Whether the groups, which are in order, come in it. Only where two of them meet is there an order
/// to see.
fn order(groups: &[Group], scopes: usize, notes: &Notes) -> Order {
    let found = |scope: usize| groups.iter().map(move |group| group.found[scope].as_slice());
    let have_met = |scope: &usize| found(*scope).filter(|found| !found.is_empty()).count() > 1;
    let is_ordered = |scope: &&usize| {
        let mut last = 0;
        found(**scope).all(|found| {
            let starts_after = found.first().is_none_or(|&first| first >= last);
            last = found.last().copied().unwrap_or(last);
            starts_after
        })
    };
    let met: Vec<usize> = (0..scopes).filter(have_met).collect();
    let is_seen =
        met.len() >= MIN_PAGES && notes.is_common(met.iter().filter(is_ordered).count(), met.len());
    if is_seen || groups.len() < 2 { Order::Fixed } else { Order::Any }
}

/// The level of the sections: that of the highest heading of most pages.
fn level(scopes: &[HeadingScope]) -> Option<u8> {
    let highest = scopes.iter().filter_map(|HeadingScope { page, headings }| {
        page.headings[headings.clone()].iter().map(|entry| entry.level).min()
    });
    most_frequent(highest).first().map(|(level, _)| *level)
}

/// What stays the same in different ways to write a heading: case, number, digits.
fn key(text: &str) -> String {
    let lower = text.trim_end_matches([':', '.']).to_lowercase();
    let singular = lower.strip_suffix('s').filter(|rest| rest.len() > 3).unwrap_or(&lower);
    let mut key = String::new();
    for c in singular.chars() {
        match c.is_ascii_digit() {
            true if key.ends_with('0') => {}
            true => key.push('0'),
            false => key.push(c),
        }
    }
    key
}

fn groups(scopes: &[HeadingScope], level: u8, notes: &Notes) -> Vec<Group> {
    let mut by_key: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for (scope, HeadingScope { page, headings }) in scopes.iter().enumerate() {
        for index in headings.clone().filter(|&index| page.headings[index].level == level) {
            by_key.entry(key(&page.headings[index].text)).or_default().push((scope, index));
        }
    }
    by_key.into_values().map(|places| group(scopes, &places, notes)).collect()
}

/// Leaves out rare ways to write a heading, as long as those that remain are common.
fn leave_out_slips(texts: &mut Vec<(&str, usize)>, notes: &Notes) {
    let all: usize = texts.iter().map(|(_, count)| count).sum();
    let mut left = all;
    while let [_, .., (_, last)] = texts.as_slice() {
        let is_slip = *last < MANY && (*last as f64) < SLIP * all as f64;
        left -= last;
        if !is_slip || !notes.is_common(left, all) {
            break;
        }
        texts.pop();
    }
}

fn group(scopes: &[HeadingScope], places: &[(usize, usize)], notes: &Notes) -> Group {
    let text = |&(scope, index): &(usize, usize)| scopes[scope].page.headings[index].text.as_str();
    let mut texts = most_frequent(places.iter().map(text));
    let first = texts.first().map_or("", |(text, _)| *text);
    let numbered = digits_pattern(first);
    let is_numbered = texts.len() > 1 && first.bytes().any(|byte| byte.is_ascii_digit());
    let pattern = is_numbered.then(|| regex::Regex::new(&numbered).ok()).flatten();
    match &pattern {
        Some(pattern) => texts.retain(|(text, _)| pattern.is_match(text)),
        None => leave_out_slips(&mut texts, notes),
    }
    let mut found = vec![Vec::new(); scopes.len()];
    for place in places.iter().filter(|place| texts.iter().any(|(known, _)| *known == text(place)))
    {
        found[place.0].push(place.1);
    }
    Group {
        texts: texts.into_iter().map(|(text, count)| (text.to_owned(), count)).collect(),
        pattern: pattern.map(|_| numbered),
        found,
    }
}

/// Sorts by which comes first on more pages: by the number of others that each comes before.
fn put_in_order(groups: &mut [Group]) {
    let comes_before = |a: &Group, b: &Group| {
        let mut balance = 0_i64;
        for (a, b) in a.found.iter().zip(&b.found) {
            if let (Some(a), Some(b)) = (a.first(), b.first()) {
                balance += if a < b { 1 } else { -1 };
            }
        }
        balance
    };
    // Where two never meet, how far down the page they stand decides.
    let depth = |group: &Group| {
        let firsts = group.found.iter().filter_map(|found| found.first());
        let (sum, count) = firsts.fold((0, 0), |(sum, count), first| (sum + first, count + 1));
        sum as f64 / f64::from(count.max(1))
    };
    let wins: Vec<usize> = groups
        .iter()
        .map(|group| {
            let beats = |other: &&Group| match comes_before(group, other) {
                0 => depth(group) < depth(other),
                balance => balance > 0,
            };
            groups.iter().filter(beats).count()
        })
        .collect();
    let texts: Vec<String> = groups.iter().map(|group| group.texts[0].0.clone()).collect();
    let rank: BTreeMap<&str, usize> = texts.iter().map(String::as_str).zip(wins).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(rank.get(group.texts[0].0.as_str()).copied()));
}

fn section(
    scopes: &[HeadingScope],
    group: &Group,
    level: u8,
    above: u8,
    pointer: &str,
    notes: &mut Notes,
) -> Section {
    let support = group.support();
    let repeated = group.found.iter().filter(|found| found.len() > 1).count();
    let ways = match group.texts.as_slice() {
        [_] => String::new(),
        _ if group.pattern.is_some() => format!(", in {} ways", group.texts.len()),
        texts => {
            let ways = texts.iter().map(|(text, count)| format!("{text} {count}"));
            format!(": {}", ways.collect::<Vec<_>>().join(", "))
        }
    };
    notes.add(pointer, support, scopes.len(), &ways);
    let inner: Vec<HeadingScope> = scopes
        .iter()
        .zip(&group.found)
        .flat_map(|(scope, found)| found.iter().map(move |&index| (scope.page, index)))
        .map(|(page, index)| HeadingScope { page, headings: index + 1..page.headings[index].end })
        .collect();
    let spans: Vec<_> = scopes
        .iter()
        .zip(&group.found)
        .flat_map(|(scope, found)| {
            found.iter().map(|&index| (scope.page, scope.page.section(index)))
        })
        .collect();
    let sections = learn(&inner, level, pointer, notes);
    let content = contents::learn(&spans, &format!("{pointer}/content"), notes);
    let literal = |(text, _): &(String, usize)| text.clone();
    Section {
        heading: match group.pattern {
            Some(_) => OneOrMany::default(),
            None => OneOrMany(group.texts.iter().map(literal).collect()),
        },
        pattern: group.pattern.clone(),
        level: (level != above + 1).then_some(level),
        required: notes.is_common(support, scopes.len()),
        repeat: support > 0 && !notes.is_common(support - repeated, support),
        content,
        sections: sections.list,
        order: sections.order,
        others: sections.others,
        ..Section::default()
    }
}
