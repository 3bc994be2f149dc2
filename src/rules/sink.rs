//! Where rules put what they find.

use std::cell::Cell;

use crate::cancel;
use crate::diagnostic::{Diagnostic, Message, RuleId, Severity};
use crate::text::Span;

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
    found: Vec<Diagnostic>,
    rule: Option<(RuleId, Severity)>,
}

impl Sink {
    pub(super) fn new() -> Self {
        Sink { found: ROOM.take(), ..Sink::default() }
    }

    /// What is reported from here on is this rule's.
    pub(super) fn enter(&mut self, rule: RuleId, severity: Severity) {
        self.rule = Some((rule, severity));
    }

    /// Reports a problem at `span`.
    pub fn report(&mut self, span: Span, message: impl Into<Message>) -> &mut Diagnostic {
        cancel::check();
        let (rule, severity) = self.rule.expect("a rule is entered before it reports");
        self.found.push(Diagnostic {
            rule,
            severity,
            span,
            message: message.into(),
            fix: None,
            details: None,
        });
        self.found.last_mut().expect("just pushed")
    }

    /// Everything reported, by place; rules keep the order of the table at one place.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|diagnostic| diagnostic.span.start);
        self.found
    }
}
