//! Which of the conditions of a search a single finding meets.

use std::collections::{HashMap, HashSet};

use super::search::{FindingSearch, FixFilter, NO_OWNER};
use super::targets::target;
use crate::diagnostic::{Fingerprint, Safety};
use crate::rules;
use crate::rules::links::is_about_dead_links;
use crate::store::error::StoreError;
use crate::store::model::Decision;
use crate::store::packed::{PackedKind, PackedRow, PackedWords};

/// Conditions that a finding may miss, each a bit.
pub(super) type Conditions = u16;

pub(super) const RULE: Conditions = 1;
pub(super) const SEVERITY: Conditions = 2;
pub(super) const TYPE: Conditions = 4;
pub(super) const FIX: Conditions = 8;
pub(super) const NEW: Conditions = 16;
pub(super) const REJECTED: Conditions = 32;
const TEXT: Conditions = 64;
pub(super) const OWNER: Conditions = 128;
pub(super) const BASELINE: Conditions = 256;
const TARGET: Conditions = 512;

/// A finding in a file that is wanted, and which of the other conditions it misses.
pub(super) struct Hit<'a> {
    pub validation: i64,
    pub path: &'a str,
    pub at: usize,
    pub row: &'a PackedRow,
    pub kind: &'a PackedKind<'a>,
    pub is_new: bool,
    pub is_rejected: bool,
    /// Whether the project's baseline has it.
    pub is_baselined: bool,
    pub missed: Conditions,
}

impl Hit<'_> {
    pub(super) fn fits(&self) -> bool {
        self.missed == 0
    }

    /// Whether it fits if this condition does not matter.
    pub(super) fn fits_but_for(&self, condition: Conditions) -> bool {
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

/// What is known of a finding from elsewhere.
#[derive(Clone, Copy)]
pub(super) struct KnownFacts {
    pub is_new: bool,
    pub is_rejected: bool,
    pub is_baselined: bool,
}

/// What holds for all findings of one kind in one file.
pub(super) struct KindFacts<'s> {
    pub missed: Conditions,
    /// The words that neither the path nor the rule has.
    pub words: Vec<&'s str>,
    pub rule: &'s str,
    pub is_about_dead_links: bool,
}

impl Sieve<'_> {
    /// Whether each finding has to be looked at, and not only how many there are of each kind.
    pub fn needs_rows(&self) -> bool {
        let FindingSearch { fix, rejected, is_new, is_baselined, target, .. } = self.search;
        let by_row = is_baselined.is_some() || target.is_some() || !self.words.is_empty();
        by_row || fix.is_some() || rejected.is_some() || is_new.is_some()
    }

    /// What all findings of a file miss.
    pub fn file(&self, path: &str) -> Conditions {
        let Some(wanted) = &self.search.owner else { return 0 };
        let owners = self.search.owners.as_deref();
        let mut of_file = owners.into_iter().flat_map(|owners| owners.each(path)).peekable();
        let is_owned = match wanted.as_str() {
            NO_OWNER => of_file.peek().is_none(),
            wanted => of_file.any(|owner| owner.eq_ignore_ascii_case(wanted)),
        };
        if is_owned { 0 } else { OWNER }
    }

    pub fn kind<'s>(&'s self, path: &str, kind: &PackedKind<'s>) -> KindFacts<'s> {
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
            && rules::builtin().find(kind.rule).is_none_or(|(group, _)| group.validation != wanted)
        {
            missed |= TYPE;
        }
        KindFacts {
            missed,
            words: self.words_of(path, kind),
            rule: kind.rule,
            is_about_dead_links: search.target.is_some() && is_about_dead_links(kind.rule),
        }
    }

    /// The words that neither the path nor the rule has.
    fn words_of(&self, path: &str, kind: &PackedKind) -> Vec<&str> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let name = rules::builtin().find(kind.rule).map_or("", |(_, entry)| entry.meta.name);
        let around = format!("{path}\n{}\n{name}", kind.rule).to_lowercase();
        let words = self.words.iter().filter(|word| !around.contains(*word));
        words.map(String::as_str).collect()
    }

    /// Whether the baseline has it, and what of the conditions it misses: those of its kind are
    /// known, and so is whether it is new, and whether it is rejected.
    pub fn row(
        &self,
        path: &str,
        kind: &KindFacts,
        row: &PackedRow,
        words: &PackedWords,
        known: KnownFacts,
    ) -> Result<Conditions, StoreError> {
        let KnownFacts { is_new, is_rejected, is_baselined } = known;
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
        if self.search.is_baselined.is_some_and(|wanted| wanted != is_baselined) {
            missed |= BASELINE;
        }
        if let Some(wanted) = &self.search.target
            && (!kind.is_about_dead_links
                || target(path, kind.rule, row, words)?.as_ref() != Some(wanted))
        {
            missed |= TARGET;
        }
        if !kind.words.is_empty() {
            let message = words.text_of(&row.message)?.to_lowercase();
            if kind.words.iter().any(|word| !message.contains(word)) {
                missed |= TEXT;
            }
        }
        Ok(missed)
    }
}
