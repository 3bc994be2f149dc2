//! Comments that switch rules on and off, with markdownlint's meaning.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::document::{Directive, DirectiveKind, Document};
use crate::rules;

/// Which rules are on, by their place in the table of all rules.
type State = Vec<bool>;

/// Which rules are on in which lines of a document.
pub(super) struct Switches {
    /// What holds from a line (from 0) on.
    changes: Vec<(usize, State)>,
    /// What holds on single lines.
    lines: BTreeMap<usize, State>,
}

impl Switches {
    /// Reads the document's comments. `is_on` says which rules the configuration switches on.
    pub(super) fn read(doc: &Document, is_on: impl Fn(&str) -> bool) -> Self {
        let configured: State = rules::all().map(|(_, entry)| is_on(entry.meta.id)).collect();
        let mut state = configured.clone();
        for directive in &doc.directives {
            match directive.kind {
                DirectiveKind::EnableFile => set(&mut state, doc, directive, true),
                DirectiveKind::DisableFile => set(&mut state, doc, directive, false),
                _ => {}
            }
        }
        let mut switches = Switches { changes: vec![(0, state)], lines: BTreeMap::new() };
        switches.read_ranges(doc, configured);
        switches.read_lines(doc);
        switches
    }

    /// What is captured before the first `capture` is the configuration.
    fn read_ranges(&mut self, doc: &Document, mut captured: State) {
        let mut state = self.changes[0].1.clone();
        for directive in &doc.directives {
            match directive.kind {
                DirectiveKind::Capture => captured.clone_from(&state),
                DirectiveKind::Restore => state.clone_from(&captured),
                DirectiveKind::Enable => set(&mut state, doc, directive, true),
                DirectiveKind::Disable => set(&mut state, doc, directive, false),
                _ => continue,
            }
            self.changes.push((directive.line, state.clone()));
        }
    }

    fn read_lines(&mut self, doc: &Document) {
        for directive in &doc.directives {
            let line = match directive.kind {
                DirectiveKind::DisableLine => directive.line,
                DirectiveKind::DisableNextLine => directive.line + 1,
                _ => continue,
            };
            let mut state = self.at(line).clone();
            set(&mut state, doc, directive, false);
            self.lines.insert(line, state);
        }
    }

    fn at(&self, line: usize) -> &State {
        self.lines.get(&line).unwrap_or_else(|| {
            let after = self.changes.partition_point(|(from, _)| *from <= line);
            &self.changes[after - 1].1
        })
    }

    /// Whether the rule is on in the line (from 0).
    pub(super) fn is_on(&self, rule: &str, line: usize) -> bool {
        index(rule).is_none_or(|index| self.at(line)[index])
    }
}

/// Switches the rules that a comment names, by id, name, alias or tag; all if it names none.
fn set(state: &mut State, doc: &Document, directive: &Directive, on: bool) {
    for name in names(doc, directive) {
        for entry in rules::select(name) {
            if let Some(index) = index(entry.meta.id) {
                state[index] = on;
            }
        }
    }
}

/// What a comment names: ids, names, aliases and tags; all rules if nothing stands there.
fn names<'d>(doc: &'d Document, directive: &Directive) -> impl Iterator<Item = &'d str> {
    let argument = doc.slice(directive.argument).trim();
    let argument = if argument.is_empty() { rules::ALL_RULES } else { argument };
    argument.split_whitespace()
}

/// The names in comments that switch rules on.
pub(super) fn enabled(doc: &Document) -> Vec<&str> {
    let is_enable = |directive: &&Directive| {
        matches!(directive.kind, DirectiveKind::Enable | DirectiveKind::EnableFile)
    };
    doc.directives.iter().filter(is_enable).flat_map(|enable| names(doc, enable)).collect()
}

/// The rule's place in the table of all rules.
fn index(rule: &str) -> Option<usize> {
    static INDEX: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
        rules::all().enumerate().map(|(index, (_, entry))| (entry.meta.id, index)).collect()
    });
    INDEX.get(rule).copied()
}
