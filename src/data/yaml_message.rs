//! What is said about YAML that does not parse.

use granit_parser::{ErrorKind, ScanError};

use super::ProblemKind;
use super::build::Builder;
use crate::text::Span;

/// Notes the syntax error that the parser found at the byte `at`.
pub(super) fn report(builder: &mut Builder<'_>, error: &ScanError, within: Span, at: usize) {
    let (message, help) = describe(error);
    let kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded => ProblemKind::TooDeep,
        _ => ProblemKind::Syntax,
    };
    let rest = &builder.source[at..within.end()];
    let length = rest.chars().next().filter(|next| !next.is_control()).map_or(0, char::len_utf8);
    builder.problem(Span::new(at, at + length), kind, message, help);
}

fn describe(error: &ScanError) -> (String, Option<String>) {
    (error.info(), None)
}
