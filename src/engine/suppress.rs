//! Comments that switch rules on and off, with markdownlint's meaning.

use std::collections::BTreeMap;

use super::Disabled;
use crate::diagnostic::{Finding, RuleId};
use crate::document::{Directive, DirectiveKind, Document};
use crate::rules::{self, Entry, Registry};
use crate::text::Span;

/// Which rules are on, by their number.
type SuppressState = Vec<Switch>;

/// Whether a rule is on; if a comment has switched it off, the index of its name among
/// [`Switches::names`]. There is one for each rule and comment.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Switch(u32);

impl Switch {
    const ON: Switch = Switch(u32::MAX);
    /// The configuration has it off.
    const OFF: Switch = Switch(u32::MAX - 1);
}

/// A name in a comment that switches rules off.
pub(super) struct Name {
    /// The comment's index among the document's directives.
    pub directive: usize,
    /// `None` for a comment that names no rule, and so means all.
    pub span: Option<Span>,
}

/// Which rules are on in which lines of a document.
pub(super) struct Switches {
    registry: &'static Registry,
    /// What holds from a line (from 0) on.
    changes: Vec<(usize, SuppressState)>,
    /// What holds on single lines.
    lines: BTreeMap<usize, SuppressState>,
    /// What switches rules off.
    pub names: Vec<Name>,
}

impl Switches {
    /// Reads the document's comments. `is_on` says which rules the configuration switches on.
    pub(super) fn read(
        registry: &'static Registry,
        doc: &Document,
        is_on: impl Fn(&str) -> bool,
    ) -> Self {
        let switch = |id: &str| if is_on(id) { Switch::ON } else { Switch::OFF };
        let configured: SuppressState =
            registry.all().map(|(_, entry)| switch(entry.meta.id)).collect();
        let mut switches =
            Switches { registry, changes: Vec::new(), lines: BTreeMap::new(), names: Vec::new() };
        let mut state = configured.clone();
        for (index, directive) in doc.directives.iter().enumerate() {
            match directive.kind {
                DirectiveKind::EnableFile => switches.enable(&mut state, doc, directive),
                DirectiveKind::DisableFile => switches.disable(&mut state, doc, index),
                _ => {}
            }
        }
        switches.changes.push((0, state));
        switches.read_ranges(doc, configured);
        switches.read_lines(doc);
        switches
    }

    /// What is captured before the first `capture` is the configuration.
    fn read_ranges(&mut self, doc: &Document, mut captured: SuppressState) {
        let mut state = self.changes[0].1.clone();
        for (index, directive) in doc.directives.iter().enumerate() {
            match directive.kind {
                DirectiveKind::Capture => captured.clone_from(&state),
                DirectiveKind::Restore => state.clone_from(&captured),
                DirectiveKind::Enable => self.enable(&mut state, doc, directive),
                DirectiveKind::Disable => self.disable(&mut state, doc, index),
                _ => continue,
            }
            self.changes.push((directive.line, state.clone()));
        }
    }

    fn read_lines(&mut self, doc: &Document) {
        for (index, directive) in doc.directives.iter().enumerate() {
            let line = match directive.kind {
                DirectiveKind::DisableLine => directive.line,
                DirectiveKind::DisableNextLine => directive.line + 1,
                _ => continue,
            };
            let mut state = self.at(line).clone();
            self.disable(&mut state, doc, index);
            self.lines.insert(line, state);
        }
    }

    /// Switches off the rules that a comment names. What is off already stays as it is.
    fn disable(&mut self, state: &mut SuppressState, doc: &Document, directive: usize) {
        for (span, entries) in self.selected(doc, &doc.directives[directive]) {
            let name = u32::try_from(self.names.len()).unwrap_or(Switch::OFF.0);
            self.names.push(Name { directive, span });
            for entry in entries {
                if let Some(switch) =
                    self.switch(state, entry).filter(|switch| **switch == Switch::ON)
                {
                    *switch = Switch(name);
                }
            }
        }
    }

    /// Switches on the rules that a comment names.
    fn enable(&self, state: &mut SuppressState, doc: &Document, directive: &Directive) {
        for (_, entries) in self.selected(doc, directive) {
            for entry in entries {
                self.switch(state, entry).into_iter().for_each(|switch| *switch = Switch::ON);
            }
        }
    }

    fn switch<'s>(&self, state: &'s mut SuppressState, entry: &Entry) -> Option<&'s mut Switch> {
        state.get_mut(self.registry.id(entry.meta.id)?.number())
    }

    /// The rules that a comment names by id, name, alias or tag; all if it names none.
    fn selected(
        &self,
        doc: &Document,
        directive: &Directive,
    ) -> Vec<(Option<Span>, &'static [&'static Entry])> {
        let registry = self.registry;
        if directive.argument.is_empty() {
            return vec![(None, registry.select(rules::ALL_RULES))];
        }
        directive.words(doc).map(|span| (Some(span), registry.select(doc.slice(span)))).collect()
    }

    fn at(&self, line: usize) -> &SuppressState {
        self.lines.get(&line).unwrap_or_else(|| {
            let after = self.changes.partition_point(|(from, _)| *from <= line);
            &self.changes[after - 1].1
        })
    }

    /// Whether the rule is on in the line (from 0).
    pub(super) fn is_on(&self, rule: RuleId, line: usize) -> bool {
        self.at(line).get(rule.number()).is_none_or(|switch| *switch == Switch::ON)
    }

    /// Which of [`Switches::names`] has switched the rule off in the line (from 0).
    pub(super) fn cause(&self, rule: RuleId, line: usize) -> Option<usize> {
        let name = self.at(line).get(rule.number())?.0 as usize;
        (name < self.names.len()).then_some(name)
    }
}

/// A finding with the comment that disables it, by its index among the document's directives. It has no
/// fix: nobody is to change what the comment protects.
pub(super) fn disabled(doc: &Document, finding: Finding, directive: usize) -> Disabled {
    let directive = &doc.directives[directive];
    let position = |offset| doc.position(offset);
    Disabled {
        finding: Finding { fix: None, ..finding },
        comment: (position(directive.span.start()), position(directive.span.end())),
        reason: directive.reason(doc).map(str::to_owned),
    }
}

/// The names in comments that switch rules on.
pub(super) fn enabled(doc: &Document) -> Vec<&str> {
    let is_enable = |directive: &&Directive| {
        matches!(directive.kind, DirectiveKind::Enable | DirectiveKind::EnableFile)
    };
    let names = |directive: &Directive| -> Vec<&str> {
        match directive.argument.is_empty() {
            true => vec![rules::ALL_RULES],
            false => directive.words(doc).map(|span| doc.slice(span)).collect(),
        }
    };
    doc.directives.iter().filter(is_enable).flat_map(names).collect()
}
