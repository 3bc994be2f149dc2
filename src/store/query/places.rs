//! The places of findings in a list, in an order: a few bytes each, so that any part of a long list
//! can be read without the rest.

use super::search::{FindingOrder, Hit};
use crate::diagnostic::Fingerprint;
use crate::store::model::Counts;

/// A finding in a list: its file, its rule, its place in the file.
pub(super) struct Place {
    pub file: usize,
    rule: usize,
    pub at: usize,
    pub is_wanted: bool,
}

/// All findings of a list, with their files and rules.
#[derive(Default)]
pub(super) struct Places {
    pub places: Vec<Place>,
    /// The validations, in the order of their paths.
    pub files: Vec<i64>,
    counts: Vec<Counts>,
    rules: Vec<(String, u64)>,
}

impl Places {
    pub(super) fn add(&mut self, hit: &Hit, wanted: Option<Fingerprint>) {
        if self.files.last() != Some(&hit.validation) {
            self.files.push(hit.validation);
            self.counts.push(Counts::default());
        }
        let file = self.files.len() - 1;
        self.counts[file].add(hit.kind.severity, 1);
        let rule = self.rules.iter().position(|(rule, _)| rule == hit.kind.rule);
        let rule = rule.unwrap_or_else(|| {
            self.rules.push((hit.kind.rule.to_owned(), 0));
            self.rules.len() - 1
        });
        self.rules[rule].1 += 1;
        let is_wanted = wanted == Some(hit.row.fingerprint);
        self.places.push(Place { file, rule, at: hit.at, is_wanted });
    }

    pub(super) fn sort(&mut self, order: FindingOrder) {
        match order {
            FindingOrder::Path => {}
            FindingOrder::Worst => {
                let counts = &self.counts;
                let rank = |file: &usize| {
                    let found = counts[*file];
                    std::cmp::Reverse((found.errors, found.total()))
                };
                let ranks = ranks(counts.len(), rank);
                self.places.sort_by_key(|place| ranks[place.file]);
            }
            FindingOrder::Rule => {
                let rules = &self.rules;
                let rank =
                    |rule: &usize| (std::cmp::Reverse(rules[*rule].1), rules[*rule].0.clone());
                let ranks = ranks(rules.len(), rank);
                self.places.sort_by_key(|place| ranks[place.rule]);
            }
        }
    }
}

/// Where each of so many things is once they are sorted by a key.
fn ranks<K: Ord>(count: usize, key: impl Fn(&usize) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_cached_key(|index| key(index));
    let mut ranks = vec![0; count];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index] = rank;
    }
    ranks
}
