//! Which of the conditions of a search a single finding meets.

use std::collections::{HashMap, HashSet};

use super::search::{FindingSearch, FixFilter};
use crate::diagnostic::{Fingerprint, Safety};
use crate::rules;
use crate::store::error::StoreError;
use crate::store::model::Decision;
use crate::store::packed::{PackedKind, PackedRow};

/// Conditions that a finding may miss.
pub(super) const RULE: u8 = 1;
pub(super) const SEVERITY: u8 = 2;
pub(super) const TYPE: u8 = 4;
pub(super) const FIX: u8 = 8;
pub(super) const NEW: u8 = 16;
pub(super) const REJECTED: u8 = 32;
const TEXT: u8 = 64;

/// A finding in a file that is wanted, and which of the other conditions it misses.
pub(super) struct Hit<'a> {
    pub validation: i64,
    pub path: &'a str,
    pub at: usize,
    pub row: &'a PackedRow,
    pub kind: &'a PackedKind<'a>,
    pub is_new: bool,
    pub is_rejected: bool,
    pub missed: u8,
}

impl Hit<'_> {
    pub(super) fn fits(&self) -> bool {
        self.missed == 0
    }

    /// Whether it fits if this condition does not matter.
    pub(super) fn fits_but_for(&self, condition: u8) -> bool {
        self.missed & !condition == 0
    }
}

/// What a file had when the run ended that says what is new.
pub(super) enum Before {
    AllKnown,
    AllNew,
    Known(HashSet<Fingerprint>),
}

/// What was found in each file, by the file's id, when a run ended.
pub(super) type KnownSince = HashMap<i64, Option<i64>>;

/// A search made ready to look at many findings.
pub(super) struct Sieve<'s> {
    pub search: &'s FindingSearch,
    pub words: Vec<String>,
    pub rejected: HashMap<Fingerprint, Decision>,
    pub baseline: Option<KnownSince>,
}

/// What holds for all findings of one kind in one file.
pub(super) struct KindFacts<'s> {
    pub missed: u8,
    /// The words that neither the path nor the rule has.
    pub words: Vec<&'s str>,
}

impl Sieve<'_> {
    /// Whether each finding has to be looked at, and not only how many there are of each kind.
    pub fn needs_rows(&self) -> bool {
        let FindingSearch { fix, rejected, is_new, .. } = self.search;
        fix.is_some() || rejected.is_some() || is_new.is_some() || !self.words.is_empty()
    }

    pub fn kind(&self, path: &str, kind: &PackedKind) -> KindFacts<'_> {
        let search = self.search;
        let filter = &search.filter;
        let mut missed = 0;
        if filter.rule.as_ref().is_some_and(|rule| !rule.eq_ignore_ascii_case(kind.rule)) {
            missed |= RULE;
        }
        if filter.severity.is_some_and(|severity| severity != kind.severity) {
            missed |= SEVERITY;
        }
        if let Some(wanted) = search.validation_type
            && rules::find(kind.rule).is_none_or(|(group, _)| group.validation != wanted)
        {
            missed |= TYPE;
        }
        KindFacts { missed, words: self.words_of(path, kind) }
    }

    /// The words that neither the path nor the rule has.
    fn words_of(&self, path: &str, kind: &PackedKind) -> Vec<&str> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let name = rules::find(kind.rule).map_or("", |(_, entry)| entry.meta.name);
        let around = format!("{path}\n{}\n{name}", kind.rule).to_lowercase();
        let words = self.words.iter().filter(|word| !around.contains(*word));
        words.map(String::as_str).collect()
    }

    pub fn row(
        &self,
        kind: &KindFacts,
        row: &PackedRow,
        messages: &[&str],
        known: (bool, bool),
    ) -> Result<u8, StoreError> {
        let (is_new, is_rejected) = known;
        let mut missed = kind.missed;
        let fix = match row.fix {
            Some(Safety::Safe) => FixFilter::Safe,
            Some(Safety::Review) => FixFilter::Review,
            None => FixFilter::Missing,
        };
        if self.search.fix.is_some_and(|wanted| wanted != fix) {
            missed |= FIX;
        }
        if self.search.is_new.is_some_and(|wanted| wanted != is_new) {
            missed |= NEW;
        }
        if self.search.rejected.is_some_and(|wanted| wanted != is_rejected) {
            missed |= REJECTED;
        }
        if !kind.words.is_empty() {
            let message = row.message(messages)?.to_lowercase();
            if kind.words.iter().any(|word| !message.contains(word)) {
                missed |= TEXT;
            }
        }
        Ok(missed)
    }
}
