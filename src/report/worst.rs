//! Keeps the worst of a run's findings, for readers that take a limited number.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diagnostic::{RuleId, Severity};

/// What was written of a finding.
#[derive(Debug)]
pub(super) struct RankedFinding {
    pub(super) rule: RuleId,
    pub(super) text: Vec<u8>,
}

/// What does not count is never worse than what does.
type Rank = (bool, Severity);

/// The worst findings up to a number; of equally severe ones, the first.
#[derive(Debug)]
pub(super) struct Worst {
    room: usize,
    kept: BTreeMap<(Reverse<Rank>, usize), RankedFinding>,
    seen: usize,
}

impl Worst {
    pub(super) fn new(room: usize) -> Self {
        Worst { room, kept: BTreeMap::new(), seen: 0 }
    }

    /// Takes what was written of the next finding, if it is bad enough.
    pub(super) fn push(&mut self, severity: Severity, rule: RuleId, text: &[u8]) {
        self.push_ranked((true, severity), rule, text);
    }

    /// The same for a finding that does not count.
    pub(super) fn push_suppressed(&mut self, severity: Severity, rule: RuleId, text: &[u8]) {
        self.push_ranked((false, severity), rule, text);
    }

    fn push_ranked(&mut self, rank: Rank, rule: RuleId, text: &[u8]) {
        let key = (Reverse(rank), self.seen);
        self.seen += 1;
        let is_full = self.kept.len() == self.room;
        if is_full && self.kept.last_key_value().is_none_or(|(last, _)| key > *last) {
            return;
        }
        if is_full {
            self.kept.pop_last();
        }
        self.kept.insert(key, RankedFinding { rule, text: text.to_owned() });
    }

    /// How many there was no room for.
    pub(super) fn left_out(&self) -> usize {
        self.seen - self.kept.len()
    }

    /// What is kept, the worst first.
    pub(super) fn ranked(&self) -> impl Iterator<Item = &RankedFinding> {
        self.kept.values()
    }

    /// What is kept, in the order in which it came.
    pub(super) fn in_order(&self) -> Vec<&RankedFinding> {
        let mut entries: Vec<_> =
            self.kept.iter().map(|((_, seen), entry)| (seen, entry)).collect();
        entries.sort_unstable_by_key(|(seen, _)| **seen);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_stay_and_keep_their_order() {
        use Severity::{Error, Info, Warning};
        let rule = crate::rules::builtin().ids()[0];
        let mut worst = Worst::new(3);
        worst.push_suppressed(Error, rule, b"x");
        for (severity, text) in
            [(Info, "a"), (Warning, "b"), (Info, "c"), (Error, "d"), (Warning, "e"), (Warning, "f")]
        {
            worst.push(severity, rule, text.as_bytes());
        }
        let texts: Vec<&[u8]> = worst.in_order().iter().map(|entry| &*entry.text).collect();
        assert_eq!(texts, [b"b", b"d", b"e"]);
        let ranked: Vec<&[u8]> = worst.ranked().map(|entry| &*entry.text).collect();
        assert_eq!((ranked, worst.left_out()), (vec![&b"d"[..], b"b", b"e"], 4));
    }
}
