//! What few findings have: the address they are about, and other places that belong to them.

use super::{Diagnostic, Finding, Message};
use crate::text::{Position, Span};

/// What few findings have besides a place and a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The address that the finding is about, as it is written in the page.
    pub target: Option<String>,
    /// Other places that help to understand the finding, such as the first of two equal headings.
    pub related: Vec<Related>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Another file, from the project's root with `/`; `None` for the finding's own.
    pub path: Option<String>,
    pub span: Span,
    /// Of the span's first character. The engine fills it in for places in the finding's own file.
    pub start: Position,
    /// One past the span's last character; filled in likewise.
    pub end: Position,
    /// What the place has to do with the finding.
    pub message: Message,
}

impl Diagnostic {
    /// Adds the address that the finding is about, as it is written in the page.
    pub fn with_target(&mut self, target: impl Into<String>) -> &mut Self {
        self.details.get_or_insert_default().target = Some(target.into());
        self
    }

    /// Adds a place in the same file.
    pub fn with_related(&mut self, span: Span, message: impl Into<Message>) -> &mut Self {
        let (start, end) = (Position::default(), Position::default());
        let related = Related { path: None, span, start, end, message: message.into() };
        self.details.get_or_insert_default().related.push(related);
        self
    }
}

impl Finding {
    /// The address that the finding is about, as it is written in the page.
    pub fn target(&self) -> Option<&str> {
        self.details.as_deref()?.target.as_deref()
    }

    /// Other places that belong to the finding.
    pub fn related(&self) -> &[Related] {
        self.details.as_deref().map_or(&[], |details| &details.related)
    }
}
