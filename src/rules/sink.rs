//! Where rules put what they find.

use std::cell::Cell;

use crate::cancel;
use crate::diagnostic::{Diagnostic, Message, Severity};
use crate::text::Span;

/// A value that no other document may have: what a document leaves behind for the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    pub rule: &'static str,
    pub severity: Severity,
    /// What the value is, such as the field `slug`.
    pub name: String,
    pub value: String,
    pub span: Span,
}

/// What rules found in a document.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of place, then of rule.
    pub diagnostics: Vec<Diagnostic>,
    pub unique: Vec<Unique>,
}

thread_local! {
    /// Where the diagnostics of the last document were, so that the list seldom grows.
    static ROOM: Cell<Vec<Diagnostic>> = const { Cell::new(Vec::new()) };
}

/// Takes a list that is done with for the next document of this thread.
pub fn reuse(mut diagnostics: Vec<Diagnostic>) {
    /// As many as one document seldom has.
    const KEPT: usize = 1 << 12;
    if diagnostics.capacity() <= KEPT {
        diagnostics.clear();
        ROOM.set(diagnostics);
    }
}

/// Collects diagnostics; knows which rule is running and at which severity.
#[derive(Default)]
pub struct Sink {
    found: Found,
    rule: &'static str,
    severity: Option<Severity>,
}

impl Sink {
    pub(super) fn new() -> Self {
        let diagnostics = ROOM.take();
        Sink { found: Found { diagnostics, unique: Vec::new() }, ..Sink::default() }
    }

    /// What is reported from here on is this rule's.
    pub(super) fn enter(&mut self, rule: &'static str, severity: Severity) {
        self.rule = rule;
        self.severity = Some(severity);
    }

    /// Reports a problem at `span`.
    pub fn report(&mut self, span: Span, message: impl Into<Message>) -> &mut Diagnostic {
        cancel::check();
        self.found.diagnostics.push(Diagnostic {
            rule: self.rule,
            severity: self.severity.expect("a rule is entered before it reports"),
            span,
            message: message.into(),
            fix: None,
        });
        self.found.diagnostics.last_mut().expect("just pushed")
    }

    /// Says that the document has a value that no other document of the project may have.
    pub fn claim(&mut self, name: &str, value: &str, span: Span) {
        self.found.unique.push(Unique {
            rule: self.rule,
            severity: self.severity.expect("a rule is entered before it reports"),
            name: name.to_owned(),
            value: value.to_owned(),
            span,
        });
    }

    /// Everything reported, by place; rules keep the order of the table at one place.
    pub(super) fn finish(mut self) -> Found {
        self.found.diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        self.found
    }
}
