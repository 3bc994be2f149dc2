//! Which fixes are proven for the parser of a page's generator. The proof by rendering is for
//! GitHub's Markdown; what another parser makes of the page before and after was tried with the
//! generators themselves (`tests/renderers`).

use crate::diagnostic::Fix;
use crate::document::{Document, Flags};
use crate::site::mask::Syntax;
use crate::text::Span;

use super::Dialect;
use super::places::{Place, Places};

/// What reads a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parser {
    /// What the proof renders with, and what is near enough.
    GitHub,
    Mdx,
    /// CommonMark with what generators add.
    CommonMark,
    /// The same, of Hugo.
    Goldmark,
    /// Of MkDocs.
    PythonMarkdown,
    /// Of Jekyll.
    Kramdown,
}

impl Parser {
    pub fn of(dialect: Dialect) -> Self {
        match (dialect.flavor, dialect.syntax) {
            (_, Syntax::Mdx) => Parser::Mdx,
            ("gfm" | "gitlab", Syntax::Plain) => Parser::GitHub,
            ("mkdocs", _) => Parser::PythonMarkdown,
            ("jekyll", _) => Parser::Kramdown,
            ("hugo", _) => Parser::Goldmark,
            _ => Parser::CommonMark,
        }
    }

    /// Whether it reads a page as the proof does, whatever stands there.
    pub fn reads_as_proof(self) -> bool {
        matches!(self, Parser::GitHub | Parser::Mdx)
    }

    /// Whether the fix of a rule is known to leave what the parser makes of the page.
    pub fn takes(self, doc: &Document, places: &Places, rule: &str, fix: &Fix) -> bool {
        let each = |proof: &dyn Fn(Span) -> bool| fix.edits.iter().all(|edit| proof(edit.span));
        match self {
            Parser::GitHub | Parser::Mdx => true,
            // Begins tables elsewhere below text.
            Parser::Goldmark if rule == "MD058" => false,
            Parser::CommonMark | Parser::Goldmark => each(&|edit| {
                let place = places.around(edit);
                match rule {
                    "MD047" => true,
                    "MD009" => !place.has_markup || !is_blank(doc, edit),
                    "MD019" | "MD021" | "MD034" | "MD039" | "MD049" | "MD050" => {
                        let is_bare = self == Parser::Goldmark || place.may_be_code;
                        !(place.has_markup || place.has_marks && is_bare)
                    }
                    "MD010" if is_in_heading(doc, edit) => false,
                    "MD032" if begins_late(doc, edit) => false,
                    _ => !place.has_marks && !place.has_markup && !begins_with_tab(doc, edit),
                }
            }),
            Parser::PythonMarkdown | Parser::Kramdown => {
                each(&|edit| self.leaves(doc, places, rule, edit))
            }
        }
    }

    /// The same for parsers that have rules of their own for blocks.
    fn leaves(self, doc: &Document, places: &Places, rule: &str, edit: Span) -> bool {
        let place = places.around(edit);
        match rule {
            "MD009" if line_of(doc, edit).trim().is_empty() => places.may_lose_blanks(edit),
            "MD012" => places.may_lose_blanks(edit),
            "MD009" | "MD019" | "MD021" | "MD034" | "MD039" => self.reads_text(place),
            "MD049" | "MD050" => self.reads_text(place) && !place.has_marks,
            "MD010" => {
                let is_inside = doc
                    .line_text(doc.line_of(edit.start()))
                    .starts_with(|c: char| !c.is_whitespace() && c != '>');
                is_inside && !place.is_indented && !place.has_markup && !is_in_heading(doc, edit)
            }
            // Where no list begins, a marker is text.
            "MD004" => !place.begins_otherwise && !place.is_indented && !place.has_markup,
            "MD022" => !place.is_mixed && !place.has_marks && !place.has_markup,
            "MD047" => true,
            _ => false,
        }
    }

    /// Whether what stands in a line is text, as it is on GitHub.
    fn reads_text(self, place: Place) -> bool {
        let may_be_code = match self {
            // Lines of code take the ones below with them.
            Parser::Kramdown => place.is_indented,
            _ => place.may_be_code,
        };
        !may_be_code && !place.has_markup
    }
}

fn is_in_heading(doc: &Document, edit: Span) -> bool {
    doc.flags[doc.line_of(edit.start())].intersects(Flags::HEADING)
}

/// Whether tabs stand where the content of a line begins, which parsers count differently in quotes.
fn begins_with_tab(doc: &Document, edit: Span) -> bool {
    let text = line_of(doc, edit);
    text[..text.len() - text.trim_start_matches(['>', ' ', '\t']).len()].contains('\t')
}

/// Whether nothing but marks of quotes stands on the line.
fn is_blank(doc: &Document, edit: Span) -> bool {
    line_of(doc, edit).trim_start_matches(['>', ' ', '\t']).is_empty()
}

/// Whether a list begins on the line that would not interrupt text, since its first number is not 1.
fn begins_late(doc: &Document, edit: Span) -> bool {
    let line = line_of(doc, edit).trim_start_matches(['>', ' ', '\t']);
    let is_first = line.starts_with("1.") || line.starts_with("1)");
    line.starts_with(|c: char| c.is_ascii_digit()) && !is_first
}

/// The line on which an edit begins.
fn line_of(doc: &Document, edit: Span) -> &str {
    doc.line_text(doc.line_of(edit.start()))
}
