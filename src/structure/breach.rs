//! What is wrong with a page by its template.

use crate::diagnostic::Fix;
use crate::text::Span;

/// A part of the template that a page does not keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub aspect: Aspect,
    pub span: Span,
    pub message: String,
    pub fix: Option<Fix>,
}

/// What a breach is about: each has a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    Missing,
    Order,
    Level,
    Unexpected,
    Content,
    Title,
    FrontMatter,
}

impl Aspect {
    pub const ALL: [Aspect; 7] = [
        Aspect::Missing,
        Aspect::Order,
        Aspect::Level,
        Aspect::Unexpected,
        Aspect::Content,
        Aspect::Title,
        Aspect::FrontMatter,
    ];
}

impl Breach {
    pub(super) fn new(aspect: Aspect, span: Span, message: impl Into<String>) -> Self {
        Breach { aspect, span, message: message.into(), fix: None }
    }
}
