//! Where rules put what they find.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::Span;

/// Collects diagnostics; knows which rule is running and at which severity.
#[derive(Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
    rule: &'static str,
    severity: Option<Severity>,
}

impl Sink {
    /// What is reported from here on is this rule's.
    pub(super) fn enter(&mut self, rule: &'static str, severity: Severity) {
        self.rule = rule;
        self.severity = Some(severity);
    }

    /// Reports a problem at `span`. The message is lower case without a full stop: what was
    /// found and what was expected.
    pub fn report(&mut self, span: Span, message: impl Into<Cow<'static, str>>) -> &mut Diagnostic {
        self.found.push(Diagnostic {
            rule: self.rule,
            severity: self.severity.expect("a rule is entered before it reports"),
            span,
            message: message.into(),
            fix: None,
        });
        self.found.last_mut().expect("just pushed")
    }

    /// Everything reported, by place; rules keep the order of the table at one place.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|diagnostic| diagnostic.span.start);
        self.found
    }
}
