//! Compares findings as multisets of file, line and rule.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Row {
    pub file: String,
    pub line: u32,
    pub rule: String,
}

/// How close findings are to what is expected; 1 is perfect.
pub struct Score {
    pub f1: f64,
    pub without_line_length: f64,
    /// Mean of the F1 of the rules that occur.
    pub mean: f64,
    /// Share of files with exactly the same findings.
    pub exact: f64,
    /// Rules below 1, with their F1.
    pub imperfect: Vec<(String, f64)>,
}

/// Counts of expected, actual and matching findings.
#[derive(Clone, Copy, Default)]
struct Counts {
    expected: usize,
    actual: usize,
    matched: usize,
}

impl Counts {
    fn f1(self) -> f64 {
        match self.expected + self.actual {
            0 => 1.0,
            total => 2.0 * self.matched as f64 / total as f64,
        }
    }

    fn plus(self, other: Counts) -> Counts {
        Counts {
            expected: self.expected + other.expected,
            actual: self.actual + other.actual,
            matched: self.matched + other.matched,
        }
    }
}

pub fn score(actual: &[(String, Vec<Row>)], expected: Vec<Row>) -> Score {
    let mut pairs: HashMap<Row, (usize, usize)> = HashMap::new();
    for row in expected {
        pairs.entry(row).or_default().0 += 1;
    }
    for row in actual.iter().flat_map(|(_, rows)| rows) {
        pairs.entry(row.clone()).or_default().1 += 1;
    }
    let mut rules: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut differing: BTreeSet<&str> = BTreeSet::new();
    for (row, &(expected, actual)) in &pairs {
        let counts = rules.entry(&row.rule).or_default();
        *counts = counts.plus(Counts { expected, actual, matched: expected.min(actual) });
        if expected != actual {
            differing.insert(&row.file);
        }
    }
    let total =
        |rules: &mut dyn Iterator<Item = Counts>| rules.fold(Counts::default(), Counts::plus);
    let all = total(&mut rules.values().copied());
    let others =
        total(&mut rules.iter().filter(|(rule, _)| **rule != "MD013").map(|(_, counts)| *counts));
    let f1s: Vec<f64> = rules.values().map(|counts| counts.f1()).collect();
    Score {
        f1: all.f1(),
        without_line_length: others.f1(),
        mean: f1s.iter().sum::<f64>() / f1s.len().max(1) as f64,
        exact: 1.0 - differing.len() as f64 / actual.len().max(1) as f64,
        imperfect: rules
            .iter()
            .map(|(rule, counts)| ((*rule).to_owned(), counts.f1()))
            .filter(|(_, f1)| *f1 < 1.0)
            .collect(),
    }
}
