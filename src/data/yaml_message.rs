//! What is said about YAML that does not parse, and where: the parser's kinds of error in the
//! words of people who write front matter, at the character to change.

use granit_parser::{ErrorKind, ScanError};

use super::ProblemKind;
use super::build::Builder;
use crate::text::Span;

/// Notes the syntax error that the parser found at the byte `at`.
pub(super) fn report(builder: &mut Builder<'_>, error: &ScanError, within: Span, at: usize) {
    if matches!(error.kind(), ErrorKind::UnexpectedCharacter { character } if *character < ' ') {
        // Noted by `check_characters`.
        return;
    }
    let place = YamlPlace { text: within.of(builder.source), at: at - within.start() };
    let unclosed = builder
        .innermost_flow()
        .map(|open| YamlPlace { text: place.text, at: open - within.start() })
        .filter(|open| place.leaves(open));
    let (place, message, help) = match unclosed {
        Some(open) => {
            let message = format!("`{}` is not closed", open.next_char());
            (open, message, "put the value in quotes if it is text")
        }
        None => {
            let place = YamlPlace { at: place.refine(error.kind()), ..place };
            let (message, help) = describe(error, &place);
            (place, message, help)
        }
    };
    let kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded => ProblemKind::TooDeep,
        _ => ProblemKind::Syntax,
    };
    let start = within.start() + place.at;
    let length = match place.next_char() {
        '\0' | '\n' | '\r' => 0,
        next => next.len_utf8(),
    };
    let help = (!help.is_empty()).then(|| help.to_owned());
    builder.problem(Span::new(start, start + length), kind, message, help);
}

/// Notes the first character that YAML does not allow anywhere, which the parser lets pass.
pub(super) fn check_characters(builder: &mut Builder<'_>, span: Span) {
    let text = span.of(builder.source);
    let is_control = |&byte: &u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let Some(at) = text.as_bytes().iter().position(|byte| is_control(byte) || *byte == 0x7f) else {
        return;
    };
    let message = format!("control character U+{:04X} is not allowed in YAML", text.as_bytes()[at]);
    let at = span.start() + at;
    let help = "remove it, or write it as an escape in double quotes".to_owned();
    builder.problem(Span::new(at, at + 1), ProblemKind::Syntax, message, Some(help));
}

/// Notes a tab before the start of a block collection: the parser lets it pass on the outermost
/// level, most readers do not.
pub(super) fn check_indentation(builder: &mut Builder<'_>, start: usize) {
    let before = builder.source.as_bytes()[..start].iter().rev();
    let spaces = before.take_while(|byte| matches!(byte, b' ' | b'\t'));
    let tab = spaces.enumerate().filter(|(_, byte)| **byte == b'\t').last();
    let Some(at) = tab.map(|(back, _)| start - 1 - back) else { return };
    let line_start = builder.source[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    if builder.source[line_start..at].trim_start_matches('\u{feff}').trim_matches(' ').is_empty() {
        let help = "indent with spaces".to_owned();
        let message = "a tab in the indentation";
        builder.problem(Span::new(at, at + 1), ProblemKind::Syntax, message, Some(help));
    }
}

/// A byte of a text and what stands around it.
struct YamlPlace<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> YamlPlace<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    /// The line up to the byte.
    fn before(&self) -> &'s str {
        let start = self.text[..self.at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        &self.text[start..self.at]
    }

    fn next_char(&self) -> char {
        self.rest().chars().next().unwrap_or_default()
    }

    /// Whether the line is a later one than that of `open`, and indented no more: what was opened
    /// there has been forgotten.
    fn leaves(&self, open: &YamlPlace<'_>) -> bool {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let line_start = self.at - self.before().len();
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        line_start > open.at
            && indent(line) <= indent(open.before())
            && !line.trim_start().starts_with([']', '}'])
    }

    /// The character to change, which is not always where the parser stopped.
    fn refine(&self, kind: &ErrorKind) -> usize {
        use ErrorKind::*;
        let found = match kind {
            UnknownQuotedScalarEscape | InvalidQuotedScalarHexEscape | InvalidUnicodeEscape => {
                bad_escape(self.rest())
            }
            TabInPlainScalar | TabAtBlockScalarStart => self.rest().find('\t'),
            TabInBlockIndentation | TabInIndentation => {
                let before = self.before();
                return before.find('\t').map_or(self.at, |tab| self.at - before.len() + tab);
            }
            ExpectedBlockMappingKey | ExpectedBlockSequenceEntry => {
                let dash = self.before().trim_start();
                let is_dash = !dash.is_empty() && dash.trim_matches(['-', ' ']).is_empty();
                return if is_dash { self.at - dash.len() } else { self.at };
            }
            _ => None,
        };
        self.at + found.unwrap_or(0)
    }

    /// Whether the line has a key before the byte.
    fn has_key_before(&self) -> bool {
        self.before().contains(": ")
    }
}

/// The place of the first escape that double quotes do not know.
fn bad_escape(quoted: &str) -> Option<usize> {
    let bytes = quoted.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        let escape = at + found;
        let digits = match bytes.get(escape + 1)? {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"'
            | b'/' | b'\\' | b'N' | b'_' | b'L' | b'P' | b'\n' | b'\r' => 0,
            _ => return Some(escape),
        };
        at = escape + 2 + digits;
        let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
        if !bytes.get(escape + 2..at).is_some_and(is_hex) {
            return Some(escape);
        }
    }
    None
}

const QUOTE_IT: &str = "put the value in quotes";

/// What to say, and what to do about it where that can be said.
fn describe(error: &ScanError, place: &YamlPlace<'_>) -> (String, &'static str) {
    use ErrorKind::*;
    let (message, help) = match error.kind() {
        MappingValueNotAllowed
        | InvalidColonPlacement
        | SimpleKeyExpected
        | ExpectedBlockMappingKey
        | ExpectedBlockSequenceEntry
        | BlockSequenceEntryNotAllowed
        | BlockEntryInFlowCollection
        | MappingKeyNotAllowed
        | CommentInterceptedScalar => describe_structure(error.kind(), place),
        UnclosedFlowCollection { open } => {
            return (format!("`{open}` is not closed"), "put the value in quotes if it is text");
        }
        MismatchedFlowCollectionEnd { open, close } => {
            return (format!("`{open}` is closed by `{close}`"), "");
        }
        UnexpectedCharacter { character: '`' } => {
            ("a value cannot start with a backtick", QUOTE_IT)
        }
        UnexpectedCharacter { character } => {
            return (format!("a value cannot start with `{character}`"), QUOTE_IT);
        }
        RecursionLimitExceeded => {
            return (format!("nested more than {} levels deep", super::MAX_DEPTH), "");
        }
        kind => match describe_scalar(kind, place) {
            Some(found) => found,
            None => return (fallback(error), ""),
        },
    };
    (message.to_owned(), help)
}

/// Errors of indentation, keys and lists.
fn describe_structure(kind: &ErrorKind, place: &YamlPlace<'_>) -> (&'static str, &'static str) {
    use ErrorKind::*;
    let is_dash = place.next_char() == '-';
    match kind {
        MappingValueNotAllowed if place.has_key_before() => {
            ("a second `: ` on the line", "put the value in quotes if the `: ` belongs to it")
        }
        MappingValueNotAllowed => (
            "this key does not line up with the keys around it",
            "give keys of one mapping the same indentation, and a space after each `:`",
        ),
        InvalidColonPlacement => {
            ("`:` inside a list in brackets", "close the `[` before it, or put the item in quotes")
        }
        SimpleKeyExpected => (
            "this line has no `:` after a key",
            "write `key: value`, or indent the line if it continues the value above",
        ),
        BlockSequenceEntryNotAllowed => {
            ("a list cannot start on the line of its key", "start the list on the next line")
        }
        BlockEntryInFlowCollection => {
            ("`- ` inside brackets", "separate the items by commas, without dashes")
        }
        ExpectedBlockMappingKey | ExpectedBlockSequenceEntry if is_dash => (
            "a list item does not line up with what is around it",
            "give items of one list the same indentation",
        ),
        ExpectedBlockSequenceEntry => {
            ("expected `- ` as in the items before", "indent the line, or start it with `- `")
        }
        ExpectedBlockMappingKey if !place.before().trim().is_empty() => {
            ("text after the end of the value", QUOTE_IT)
        }
        ExpectedBlockMappingKey => (
            "expected a key at the indentation of the keys before",
            "give keys of one mapping the same indentation",
        ),
        CommentInterceptedScalar => (
            "a comment interrupts a value of several lines",
            "put the comment above the key, or the value in quotes",
        ),
        _ => ("a key is not allowed here", ""),
    }
}

/// Errors inside scalars, brackets and markers.
fn describe_scalar(
    kind: &ErrorKind,
    place: &YamlPlace<'_>,
) -> Option<(&'static str, &'static str)> {
    use ErrorKind::*;
    Some(match kind {
        UnclosedQuotedScalar => ("the quoted value is not closed", "end it with the same quote"),
        InvalidTrailingSingleQuotedScalar => (
            "text after the closing quote",
            "put all of the value in quotes; a single quote in it is written twice: `''`",
        ),
        InvalidTrailingDoubleQuotedScalar => (
            "text after the closing quote",
            "put all of the value in quotes; a double quote in it is written `\\\"`",
        ),
        UnknownQuotedScalarEscape | InvalidQuotedScalarHexEscape => {
            ("unknown escape in double quotes", "write a backslash as `\\\\`, or use single quotes")
        }
        TabInBlockIndentation
        | TabInIndentation
        | TabNotAllowed
        | TabInPlainScalar
        | TabAtBlockScalarStart => ("a tab in the indentation", "indent with spaces"),
        MissingAnchorOrAliasName if place.next_char() == '&' => {
            ("`&` starts an anchor, and no name follows", QUOTE_IT)
        }
        MissingAnchorOrAliasName => ("`*` starts an alias, and no name follows", QUOTE_IT),
        UndeclaredTagHandle => ("`!` starts a tag that is not declared", QUOTE_IT),
        InvalidBlockScalarHeader => {
            ("text after `|` or `>`", "start the text on the next line, or put the value in quotes")
        }
        InvalidBlockScalarIndent => ("this line of the text is indented less than the first", ""),
        ZeroBlockScalarIndent => ("the indentation of a text cannot be 0", ""),
        MisplacedFlowCollectionEnd => ("this bracket closes nothing", QUOTE_IT),
        ExpectedFlowSequenceSeparator => {
            ("expected `,` or `]`", "close the `[` before it, or separate the items by commas")
        }
        ExpectedFlowMappingSeparator => {
            ("expected `,` or `}`", "close the `{` before it, or separate the entries by commas")
        }
        UnexpectedEofBlockMapping | UnexpectedEofImplicitFlowMapping | ExpectedNodeContent
            if place.next_char() == ',' =>
        {
            ("expected a value, found `,`", "remove the comma, or put the value in quotes")
        }
        PlainScalarStartsWithDashFlowIndicator => {
            ("`-` followed by a comma or bracket is not a value", QUOTE_IT)
        }
        CommentNotSeparated => ("`#` right after a value", "put a space before the comment"),
        DocumentIndicatorInQuotedScalar => {
            ("the document ends inside a quoted value", "close the quote before `---`")
        }
        ExpectedDocumentStart => ("expected `---` before the data", ""),
        InvalidDocumentEnd => ("text after the end of the document, `...`", ""),
        BomInsideDocument => ("a byte order mark in the middle of the text", "remove it"),
        InvalidIndentation | InvalidQuotedScalarIndent | InvalidFlowScalarIndent => {
            ("this line is not indented enough to continue the value", "indent it with spaces")
        }
        InvalidMappingValueWhitespace => ("no space after `:`", "put a space after it"),
        InvalidBlockEntryWhitespace => ("no space after `-`", "put a space after it"),
        _ => return None,
    })
}

/// The parser's own words.
fn fallback(error: &ScanError) -> String {
    error.info().replace('`', "'").replace('\n', " ")
}
