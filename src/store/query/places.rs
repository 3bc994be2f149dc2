//! Where findings stand in a list, in an order: how many each file has, so that any part of a long
//! list can be read without the rest.

use std::cmp::Reverse;

use super::search::FindingOrder;
use crate::diagnostic::Severity;
use crate::store::model::Counts;

/// Findings that stand together: of a file, or of a rule in a file.
struct Unit {
    file: usize,
    rule: usize,
    count: u64,
}

/// A part of a list within one unit.
pub(super) struct PathPart<'a> {
    pub validation: i64,
    /// Only findings of this rule.
    pub rule: Option<&'a str>,
    /// So many of its findings lie before, and so many are wanted.
    pub skip: usize,
    pub take: usize,
}

/// How the findings of a list are spread over files and rules.
pub(super) struct Places {
    order: FindingOrder,
    /// The validations, in the order of their paths.
    files: Vec<i64>,
    counts: Vec<Counts>,
    rules: Vec<(String, u64)>,
    units: Vec<Unit>,
    /// The unit of the finding that is looked for, and how many lie before it there.
    wanted: Option<(usize, u64)>,
    pub total: u64,
}

impl Places {
    pub(super) fn new(order: FindingOrder) -> Self {
        Places {
            order,
            files: Vec::new(),
            counts: Vec::new(),
            rules: Vec::new(),
            units: Vec::new(),
            wanted: None,
            total: 0,
        }
    }

    /// Adds findings of a rule; those of a file come together, in their order.
    pub(super) fn add(
        &mut self,
        validation: i64,
        (rule, severity): (&str, Severity),
        count: u64,
        is_wanted: bool,
    ) {
        if self.files.last() != Some(&validation) {
            self.files.push(validation);
            self.counts.push(Counts::default());
        }
        let file = self.files.len() - 1;
        self.counts[file].add(severity, count);
        self.total += count;
        let rule = self.rule(rule);
        self.rules[rule].1 += count;
        let by_rule = self.order == FindingOrder::Rule;
        let of_file = self.units.iter().rev().take_while(|unit| unit.file == file);
        let back = of_file.take_while(|unit| by_rule && unit.rule != rule).count();
        let known = self.units.len().checked_sub(back + 1);
        let known = known.filter(|&at| self.units[at].file == file);
        let at = known.unwrap_or_else(|| {
            self.units.push(Unit { file, rule, count: 0 });
            self.units.len() - 1
        });
        if is_wanted && self.wanted.is_none() {
            self.wanted = Some((at, self.units[at].count));
        }
        self.units[at].count += count;
    }

    fn rule(&mut self, name: &str) -> usize {
        self.rules.iter().position(|(rule, _)| rule == name).unwrap_or_else(|| {
            self.rules.push((name.to_owned(), 0));
            self.rules.len() - 1
        })
    }

    /// The units in their order.
    fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        let unit = |at: &usize| &self.units[*at];
        match self.order {
            FindingOrder::Path => {}
            FindingOrder::Worst => order.sort_by_key(|at| {
                let found = self.counts[unit(at).file];
                Reverse((found.errors, found.total()))
            }),
            FindingOrder::Rule => order.sort_by_cached_key(|at| {
                let (rule, count) = &self.rules[unit(at).rule];
                (Reverse(*count), rule.clone(), unit(at).file)
            }),
        }
        order
    }

    /// The place in the whole list of the finding that is looked for.
    pub(super) fn at(&self) -> Option<u64> {
        let (wanted, before) = self.wanted?;
        let order = self.sorted();
        let earlier = order.iter().take_while(|at| **at != wanted);
        Some(earlier.map(|at| self.units[*at].count).sum::<u64>() + before)
    }

    /// What makes up the list from a place on, up to so many findings.
    pub(super) fn parts(&self, first: u64, limit: u64) -> Vec<PathPart<'_>> {
        let (mut start, end) = (0, first.saturating_add(limit));
        let mut parts = Vec::new();
        for at in self.sorted() {
            let unit = &self.units[at];
            let (from, to) = (first.max(start), end.min(start + unit.count));
            if from < to {
                let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                let rule = self.rules[unit.rule].0.as_str();
                parts.push(PathPart {
                    validation: self.files[unit.file],
                    rule: (self.order == FindingOrder::Rule).then_some(rule),
                    skip: size(from - start),
                    take: size(to - from),
                });
            }
            start += unit.count;
        }
        parts
    }
}
