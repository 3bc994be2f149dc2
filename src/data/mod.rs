//! YAML, TOML and JSON as one tree in which every key and every value knows its bytes.
//!
//! [`parse`] reads front matter as well as whole files: spans count from the start of the text it
//! is given, so those of front matter are offsets into the page. What is wrong with the data comes
//! back as [`Problem`]s beside the tree; no input fails otherwise.

mod build;
mod convert;
mod format;
mod json;
mod named_schema;
mod scalar;
mod schema;
mod schema_cost;
mod schema_files;
mod schema_graph;
mod schema_message;
mod schema_violation;
mod toml;
mod tree;
mod yaml;
mod yaml_flat;
mod yaml_message;

use crate::text::Span;

pub use format::Format;
pub use named_schema::named_schema;
pub use scalar::Scalar;
pub use schema::{Schema, SchemaError};
pub use schema_violation::Violation;
pub use tree::{MapEntry, NodeId, NodeStyle, Tree, ValueKind};

/// Largest YAML or JSON that is parsed, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// Largest TOML that is parsed, in bytes: its parser keeps all tokens in memory.
pub const MAX_TOML_BYTES: usize = 4 << 20;
/// Most values (keys included) in one file, and most values after aliases are followed.
pub const MAX_VALUES: usize = 1_000_000;
/// Deepest nesting of collections, aliases followed.
pub const MAX_DEPTH: usize = 128;
/// Most problems listed for one file.
const MAX_PROBLEMS: usize = 100;

/// What kind of mistake a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The text is not of its format.
    Syntax,
    /// A mapping has a key twice; the tree keeps both.
    DuplicateKey,
    /// Collections stand in each other more than [`MAX_DEPTH`] deep.
    TooDeep,
    /// More than [`MAX_BYTES`], [`MAX_TOML_BYTES`] or [`MAX_VALUES`].
    TooLarge,
    /// An alias stands inside the value it stands for.
    AliasCycle,
    /// Aliases stand for more than [`MAX_VALUES`] values.
    AliasBudget,
    /// An alias names no anchor before it.
    UnknownAlias,
    /// A second YAML document where one is expected.
    MultipleDocuments,
}

/// Something wrong with the data itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the text; it may be empty, as at the end of an unfinished file.
    pub span: Span,
    pub kind: ProblemKind,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A tree and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub tree: Tree,
    pub problems: Vec<Problem>,
}

impl Parsed {
    /// Whether the tree holds all the data. After a syntax error or a broken limit it holds what
    /// came before, and nothing should be concluded from what it lacks.
    pub fn is_complete(&self) -> bool {
        use ProblemKind::*;
        self.problems.iter().all(|problem| matches!(problem.kind, DuplicateKey | MultipleDocuments))
    }

    /// Adds a problem if there is more than one YAML document, as in front matter.
    #[must_use]
    pub fn expect_one_document(mut self) -> Self {
        if let Some(&second) = self.tree.documents().get(1) {
            self.problems.push(Problem {
                span: Span::at(self.tree.span(second).start()),
                kind: ProblemKind::MultipleDocuments,
                message: "a second YAML document starts here, expected one".to_owned(),
                help: Some("remove the `---` or `...` line before it".to_owned()),
            });
        }
        self
    }
}

/// Parses the bytes `span` of `text`. All spans of the result are offsets into `text`.
///
/// A byte order mark at the start is skipped. YAML may have several documents
/// ([`Tree::documents`]); TOML and JSON have one.
pub fn parse(format: Format, text: &str, span: Span) -> Parsed {
    let mut builder = build::Builder::new(text, span);
    let mut span = span;
    if span.of(text).starts_with('\u{feff}') {
        span = Span::new(span.start() + '\u{feff}'.len_utf8(), span.end());
    }
    let limit = if format == Format::Toml { MAX_TOML_BYTES } else { MAX_BYTES };
    if span.len() > limit {
        let message = format!(
            "{} of {} MiB, more than the {} MiB that are checked",
            format.name(),
            span.len().div_ceil(1 << 20),
            limit >> 20
        );
        builder.problem(
            Span::at(span.start()),
            ProblemKind::TooLarge,
            message,
            Some("split the file, or exclude it".to_owned()),
        );
        return builder.finish(span);
    }
    match format {
        Format::Yaml => yaml::parse(&mut builder, span),
        Format::Toml => toml::parse(&mut builder, span),
        Format::Json => json::parse(&mut builder, span, json::JsonDialect::Json),
        Format::Jsonc => json::parse(&mut builder, span, json::JsonDialect::Jsonc),
    }
    builder.finish(span)
}

/// Parses a whole text.
pub fn parse_text(format: Format, text: &str) -> Parsed {
    parse(format, text, Span::new(0, text.len()))
}
