//! What is wrong with a page by its template.

use crate::diagnostic::{Fix, Message};
use crate::text::Span;

/// A part of the template that a page does not keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateViolation {
    pub aspect: TemplateCheck,
    pub span: Span,
    pub message: Message,
    pub fix: Option<Fix>,
}

/// What a breach is about: each has a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateCheck {
    Missing,
    Order,
    Level,
    Unexpected,
    Content,
    Title,
    FrontMatter,
}

impl TemplateCheck {
    pub const ALL: [TemplateCheck; 7] = [
        TemplateCheck::Missing,
        TemplateCheck::Order,
        TemplateCheck::Level,
        TemplateCheck::Unexpected,
        TemplateCheck::Content,
        TemplateCheck::Title,
        TemplateCheck::FrontMatter,
    ];
}

impl TemplateViolation {
    pub(super) fn new(aspect: TemplateCheck, span: Span, message: impl Into<Message>) -> Self {
        TemplateViolation { aspect, span, message: message.into(), fix: None }
    }
}
