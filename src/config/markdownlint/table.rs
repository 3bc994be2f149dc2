//! markdownlint's own configuration table: rules, aliases and tags in the order of their keys.

use serde_json::Value;

use super::coerce::{coerce, unknown_style};
use crate::config::convert::{option_problem, unknown_rule};
use crate::config::problem::ConfigProblem;
use crate::config::read::Text;
use crate::config::settings::{Placed, SettingsChange, SourceLocation};
use crate::config::written::WrittenLevel;
use crate::data::{NodeId, Tree, ValueKind};
use crate::rules::{self, Entry};

/// Keys that are no rules.
const OTHER_KEYS: [&str; 3] = ["extends", "$schema", "comment"];

/// The entries of a table. Each is kept as it stands, since an entry of the same key in another
/// table replaces it at its place in the order.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct OptionTable {
    entries: Vec<TableItem>,
}

#[derive(Clone, Debug)]
struct TableItem {
    key: String,
    /// One change for each rule, as each takes other options.
    changes: Vec<SettingsChange>,
    /// For the key `default`.
    default: Option<Placed<WrittenLevel>>,
}

/// What in a table means nothing here.
#[derive(Debug, Default)]
pub(in crate::config) struct Ignored {
    /// Names that are neither rule nor tag, with their places.
    pub unknown: Vec<ConfigProblem>,
    /// Options that do not fit.
    pub options: Vec<ConfigProblem>,
    /// Styles that there are not, so that nothing is written in them.
    pub unmatched: Vec<ConfigProblem>,
}

impl OptionTable {
    /// Reads a table from a mapping; anything else gives an empty one. `select` says which rules
    /// a name stands for.
    pub fn read(
        text: &Text,
        mapping: NodeId,
        select: impl Fn(&str) -> Vec<&'static Entry>,
        ignored: &mut Ignored,
    ) -> OptionTable {
        let mut table = OptionTable::default();
        for entry in text.tree.entries(mapping) {
            if OTHER_KEYS.contains(&entry.key) {
                continue;
            }
            let place = SourceLocation { file: text.name.clone(), line: text.line(entry.value) };
            let (mut level, options_of) = level(&text.tree, entry.value);
            let mut read = TableItem { key: entry.key.to_owned(), changes: vec![], default: None };
            if entry.key.eq_ignore_ascii_case("default") {
                // Only its truth counts, and any mapping is true.
                level = if options_of.is_some() { WrittenLevel::On } else { level };
                read.default = Some((level, place));
                table.set(read);
                continue;
            }
            let rules = select(entry.key);
            if rules.is_empty() {
                let (message, help) = unknown_rule(rules::builtin(), entry.key);
                ignored.unknown.push(text.problem(entry.key_span, message, Some(help)));
            }
            let options = options_of.map(|node| options(text, node, &rules, ignored));
            let mut options = options.unwrap_or_default();
            options.resize_with(rules.len(), Vec::new);
            for (rule, options) in rules.into_iter().zip(options) {
                let (rules, place) = (vec![rule], place.clone());
                read.changes.push(SettingsChange { rules, level: Some(level), place, options });
            }
            table.set(read);
        }
        table
    }

    /// This table with another over it: what has the same key is replaced.
    pub fn then(mut self, later: &OptionTable) -> OptionTable {
        for entry in &later.entries {
            self.set(entry.clone());
        }
        self
    }

    fn set(&mut self, entry: TableItem) {
        match self.entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// The level for rules that are not named: only the first key `default` counts.
    pub fn default_level(&self) -> Option<&Placed<WrittenLevel>> {
        self.entries.iter().find_map(|entry| entry.default.as_ref())
    }

    /// What is said about rules. Later changes replace earlier ones, options and all.
    pub fn changes(&self) -> impl Iterator<Item = &SettingsChange> {
        self.entries.iter().flat_map(|entry| &entry.changes)
    }
}

/// Whether the rule is markdownlint's: its configuration says nothing about others.
pub(in crate::config) fn is_of_markdownlint(entry: &Entry) -> bool {
    entry.meta.id.starts_with("MD")
}

/// The rules that a name stands for in markdownlint.
pub(in crate::config) fn select_of_markdownlint(name: &str) -> Vec<&'static Entry> {
    if name.eq_ignore_ascii_case(rules::ALL_RULES) {
        return Vec::new();
    }
    rules::builtin()
        .select(name)
        .iter()
        .copied()
        .filter(|entry| is_of_markdownlint(entry))
        .collect()
}

/// The level, and the mapping of options if there is one. Truth is that of JavaScript.
fn level(tree: &Tree, node: NodeId) -> (WrittenLevel, Option<NodeId>) {
    if tree.kind(node) != ValueKind::Mapping {
        return (if is_true(tree, node) { named(tree, node) } else { WrittenLevel::Off }, None);
    }
    if tree.get(node, "enabled").is_some_and(|enabled| !is_true(tree, enabled)) {
        return (WrittenLevel::Off, Some(node));
    }
    (
        tree.get(node, "severity").map_or(WrittenLevel::On, |severity| named(tree, severity)),
        Some(node),
    )
}

/// The level of a value that is true.
fn named(tree: &Tree, node: NodeId) -> WrittenLevel {
    match tree.as_str(node) {
        Some(name @ ("error" | "warning")) => {
            WrittenLevel::from_name(name).unwrap_or(WrittenLevel::On)
        }
        _ => WrittenLevel::On,
    }
}

fn is_true(tree: &Tree, node: NodeId) -> bool {
    match tree.kind(node) {
        ValueKind::Null => false,
        ValueKind::Bool => tree.text(node).eq_ignore_ascii_case("true"),
        ValueKind::Int | ValueKind::Float => {
            tree.text(node).bytes().any(|byte| matches!(byte, b'1'..=b'9'))
        }
        ValueKind::String => !tree.text(node).is_empty(),
        ValueKind::Date | ValueKind::Sequence | ValueKind::Mapping => true,
    }
}

/// The options that each rule takes. A tag stands for several rules, and it is enough if one of
/// them takes an option.
fn options(
    text: &Text,
    mapping: NodeId,
    rules: &[&'static Entry],
    ignored: &mut Ignored,
) -> Vec<Vec<(String, Placed<Value>)>> {
    let mut options = vec![Vec::new(); rules.len()];
    for entry in text.tree.entries(mapping) {
        if matches!(entry.key, "enabled" | "severity") {
            continue;
        }
        let Ok(value) = text.tree.to_json(entry.value) else { continue };
        let place = SourceLocation { file: text.name.clone(), line: text.line(entry.value) };
        let mut first_mistake = None;
        let (mut is_taken, mut is_unmatched) = (false, false);
        for (rule, options) in rules.iter().zip(&mut options) {
            match coerce(rule, entry.key, &value) {
                Ok(value) => {
                    let value = value.map(|value| (value, place.clone()));
                    options.extend(value.map(|value| (entry.key.to_owned(), value)));
                    is_taken = true;
                }
                Err(mistake) => {
                    let unknown = unknown_style(rule, entry.key, &value);
                    is_unmatched |= unknown.is_some();
                    let unknown = unknown.map(|value| (value, place.clone()));
                    options.extend(unknown.map(|value| (entry.key.to_owned(), value)));
                    first_mistake = first_mistake.or(Some(mistake));
                }
            }
        }
        if let (false, Some(mistake)) = (is_taken, first_mistake) {
            let problem = option_problem(text, entry.value, mistake);
            let list = if is_unmatched { &mut ignored.unmatched } else { &mut ignored.options };
            list.push(problem);
        }
    }
    options
}
