//! JSON, and JSON with comments, to the tree. The scanner is that of `jsonc-parser`; the grammar
//! is here, so that it is strict, does not recurse, and goes on after a missing or extra comma.

use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{ParseStringErrorKind, Scanner, ScannerOptions};

use super::build::{BuildStep, Builder, Stop, Value};
use super::tree::{NodeStyle, ValueKind};
use crate::text::Span;

/// Which JSON is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonDialect {
    /// RFC 8259.
    Json,
    /// With comments and trailing commas.
    Jsonc,
}

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// The value of the document, of a key, or an item after a comma.
    Value,
    /// The first item, or the end of the list.
    ItemOrEnd,
    /// A key after a comma.
    Key,
    /// The first key, or the end of the object.
    KeyOrEnd,
    Colon,
    /// After a value.
    CommaOrEnd,
}

/// Reads the value in `span`.
pub(super) fn parse(builder: &mut Builder<'_>, span: Span, dialect: JsonDialect) {
    let options = ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let scanner = Scanner::new(span.of(builder.source), &options);
    let end = Span::new(span.start(), span.start());
    let expect = Expect::Value;
    let mut reader = JsonReader {
        builder,
        scanner,
        within: span,
        dialect,
        expect,
        stack: Vec::new(),
        before: end,
    };
    // `Stop` says that the problem is noted.
    let _ = reader.document();
}

struct JsonReader<'b, 's> {
    builder: &'b mut Builder<'s>,
    scanner: Scanner<'s>,
    within: Span,
    dialect: JsonDialect,
    expect: Expect,
    /// The kinds of the open collections.
    stack: Vec<ValueKind>,
    /// The token before the current one.
    before: Span,
}

impl<'s> JsonReader<'_, 's> {
    fn document(&mut self) -> BuildStep {
        loop {
            let Some((token, span)) = self.next()? else {
                return self.end();
            };
            self.token(token, span)?;
            self.before = span;
        }
    }

    /// The next token that is not a comment.
    fn next(&mut self) -> Result<Option<(Token<'s>, Span)>, Stop> {
        loop {
            let start = self.within.start();
            let gap = start + self.scanner.token_end();
            let token = match self.scanner.scan() {
                Ok(token) => token,
                Err(error) => return Err(self.scan_error(&error)),
            };
            let span =
                Span::new(start + self.scanner.token_start(), start + self.scanner.token_end());
            self.check_space(Span::new(gap, span.start()))?;
            match token {
                Some(Token::CommentLine(_) | Token::CommentBlock(_)) => self.comment(span)?,
                Some(token) => return Ok(Some((token, span))),
                None => return Ok(None),
            }
        }
    }

    fn comment(&mut self, span: Span) -> BuildStep {
        if self.dialect == JsonDialect::Json {
            let help = "remove it, or name the file `.jsonc`";
            return Err(self.fail(span, "comments are not allowed in JSON", help));
        }
        Ok(())
    }

    /// JSON knows four characters of white space, the scanner knows more.
    fn check_space(&mut self, gap: Span) -> BuildStep {
        let text = gap.of(self.builder.source);
        let valid = |character| matches!(character, ' ' | '\t' | '\n' | '\r');
        let Some(at) = text.find(|character| !valid(character)) else {
            return Ok(());
        };
        let character = text[at..].chars().next().unwrap_or_default();
        let at = gap.start() + at;
        let message =
            format!("U+{:04X} is not allowed between values in JSON", u32::from(character));
        Err(self.fail(Span::new(at, at + character.len_utf8()), &message, "replace it by a space"))
    }

    fn token(&mut self, token: Token<'s>, span: Span) -> BuildStep {
        match (self.expect, token) {
            (Expect::Key | Expect::KeyOrEnd, Token::String(text)) => self.key(&text, span),
            (Expect::KeyOrEnd, Token::CloseBrace) | (Expect::ItemOrEnd, Token::CloseBracket) => {
                self.close(span);
                Ok(())
            }
            (Expect::Colon, Token::Colon) => {
                self.expect = Expect::Value;
                Ok(())
            }
            (Expect::Value | Expect::ItemOrEnd, token) if is_value(&token) => {
                self.value(token, span)
            }
            (Expect::CommaOrEnd, token) => self.after_value(token, span),
            (Expect::Key, Token::CloseBrace) => self.trailing_comma(ValueKind::Mapping, span),
            (Expect::Value, Token::CloseBracket) => self.trailing_comma(ValueKind::Sequence, span),
            (_, token) => Err(self.unexpected_token(&token, span)),
        }
    }

    fn after_value(&mut self, token: Token<'s>, span: Span) -> BuildStep {
        if matches!(token, Token::Number(_)) && self.before.end() == span.start() {
            return Err(self.fail(
                self.before,
                "a number cannot start with 0 in JSON",
                "remove the 0",
            ));
        }
        match (self.stack.last(), &token) {
            (Some(ValueKind::Mapping), Token::Comma) => self.expect = Expect::Key,
            (Some(_), Token::Comma) => self.expect = Expect::Value,
            (Some(ValueKind::Mapping), Token::CloseBrace) => self.close(span),
            (Some(ValueKind::Sequence), Token::CloseBracket) => self.close(span),
            (Some(kind), _) if is_value(&token) => {
                let kind = *kind;
                let is_key = matches!(token, Token::String(_));
                if kind == ValueKind::Mapping && !is_key {
                    return Err(self.unexpected_token(&token, span));
                }
                self.builder.syntax(Span::at(self.before.end()), "missing `,` after this value");
                self.expect = if kind == ValueKind::Mapping { Expect::Key } else { Expect::Value };
                return self.token(token, span);
            }
            (None, _) => {
                let help = "a JSON file holds one value; put several into a list";
                return Err(self.fail(span, "more data after the end of the value", help));
            }
            _ => return Err(self.unexpected_token(&token, span)),
        }
        Ok(())
    }

    /// A closing bracket where the value or key after a comma should be.
    fn trailing_comma(&mut self, kind: ValueKind, span: Span) -> BuildStep {
        let comma = self.before;
        if self.stack.last() != Some(&kind) || comma.of(self.builder.source) != "," {
            let token =
                if kind == ValueKind::Mapping { Token::CloseBrace } else { Token::CloseBracket };
            return Err(self.unexpected_token(&token, span));
        }
        if self.dialect == JsonDialect::Json {
            self.builder.problem(
                comma,
                super::ProblemKind::Syntax,
                "trailing commas are not allowed in JSON",
                Some("remove the comma".to_owned()),
            );
        }
        self.close(span);
        Ok(())
    }

    fn key(&mut self, text: &str, span: Span) -> BuildStep {
        self.check_string(span)?;
        let (kind, style) = (ValueKind::String, NodeStyle::DoubleQuoted);
        self.builder.scalar(Value { span, kind, style, text, anchor: None })?;
        self.expect = Expect::Colon;
        Ok(())
    }

    fn value(&mut self, token: Token<'s>, span: Span) -> BuildStep {
        let (kind, style) = match &token {
            Token::OpenBrace => (ValueKind::Mapping, NodeStyle::Flow),
            Token::OpenBracket => (ValueKind::Sequence, NodeStyle::Flow),
            Token::String(_) => (ValueKind::String, NodeStyle::DoubleQuoted),
            Token::Boolean(_) => (ValueKind::Bool, NodeStyle::Plain),
            Token::Null => (ValueKind::Null, NodeStyle::Plain),
            _ => (number_kind(token.as_str()), NodeStyle::Plain),
        };
        if kind == ValueKind::String {
            self.check_string(span)?;
        }
        let text = if kind.is_collection() { "" } else { token.as_str() };
        let value = Value { span, kind, style, text, anchor: None };
        if !kind.is_collection() {
            self.builder.scalar(value)?;
            self.expect = Expect::CommaOrEnd;
            return Ok(());
        }
        self.builder.open(value)?;
        self.stack.push(kind);
        self.expect = if kind == ValueKind::Mapping { Expect::KeyOrEnd } else { Expect::ItemOrEnd };
        Ok(())
    }

    fn close(&mut self, span: Span) {
        self.builder.close(Some(span.end()));
        self.stack.pop();
        self.expect = Expect::CommaOrEnd;
    }

    /// The scanner lets control characters pass in strings, JSON does not.
    fn check_string(&mut self, span: Span) -> BuildStep {
        let Some(at) = span.of(self.builder.source).bytes().position(|byte| byte < b' ') else {
            return Ok(());
        };
        let at = span.start() + at;
        let byte = self.builder.source.as_bytes()[at];
        let (message, help) = match byte {
            b'\n' | b'\r' => {
                let start = Span::new(span.start(), at);
                return Err(self.fail(
                    start,
                    "the string is not closed on its line",
                    "close it with `\"`, or write the line break as `\\n`",
                ));
            }
            b'\t' => (
                "a tab character is not allowed in a string".to_owned(),
                "write it as `\\t`".to_owned(),
            ),
            _ => (
                format!("control character U+{byte:04X} is not allowed in a string"),
                format!("write it as `\\u{byte:04x}`"),
            ),
        };
        Err(self.fail(Span::new(at, at + 1), &message, &help))
    }

    fn end(&mut self) -> BuildStep {
        let end = Span::at(self.within.end());
        match (self.expect, self.stack.last()) {
            (Expect::CommaOrEnd, None) => Ok(()),
            (_, None) => Err(self.fail(end, "no JSON value here", "an empty object is `{}`")),
            (_, Some(kind)) => {
                let (what, close) = collection(*kind);
                let message = format!("the text ends inside {what}");
                Err(self.fail(end, &message, &format!("close it with `{close}`")))
            }
        }
    }

    fn unexpected_token(&mut self, token: &Token<'s>, span: Span) -> Stop {
        match token {
            Token::String(_) => self.unexpected("a string", "", span),
            Token::Number(_) => self.unexpected("a number", "", span),
            Token::Word(word) => self.unexpected(&format!("`{word}`"), word_help(word), span),
            token => self.unexpected(&format!("`{}`", token.as_str()), "", span),
        }
    }

    fn unexpected(&mut self, found: &str, help: &str, span: Span) -> Stop {
        let expected = match (self.expect, self.stack.last()) {
            (Expect::Colon, _) => "`:` after the key".to_owned(),
            (Expect::Key, _) => "a key in double quotes".to_owned(),
            (Expect::KeyOrEnd, _) => "a key in double quotes or `}`".to_owned(),
            (Expect::CommaOrEnd, Some(kind)) => format!("`,` or `{}`", collection(*kind).1),
            _ => "a value".to_owned(),
        };
        self.fail(span, &format!("expected {expected}, found {found}"), help)
    }

    fn scan_error(&mut self, error: &ParseError) -> Stop {
        use ParseErrorKind::*;
        let start = self.within.start() + error.range().start;
        let end = (self.within.start() + error.range().end).min(self.within.end()).max(start);
        let (message, help) = match error.kind() {
            SingleQuotedStringsNotAllowed => {
                ("single quotes are not allowed in JSON", "use double quotes")
            }
            HexadecimalNumbersNotAllowed => {
                ("hexadecimal numbers are not allowed in JSON", "write the number in decimal")
            }
            UnaryPlusNumbersNotAllowed => {
                ("a number does not start with `+` in JSON", "remove the `+`")
            }
            BareDecimalPointNumbersNotAllowed => {
                ("expected a digit on both sides of the decimal point", "")
            }
            NonFiniteNumbersNotAllowed => {
                ("infinity and NaN do not exist in JSON", "use `null` or a string")
            }
            ExpectedDigit
            | ExpectedDigitFollowingNegativeSign
            | ExpectedPlusMinusOrDigitInNumberLiteral => ("expected a digit", ""),
            UnterminatedCommentBlock => ("the comment is not closed", "close it with `*/`"),
            String(ParseStringErrorKind::UnterminatedStringLiteral) => {
                ("the string is not closed", "close it with `\"`")
            }
            String(ParseStringErrorKind::ExpectedFourHexDigits) => {
                ("expected four hexadecimal digits after `\\u`", "")
            }
            String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_)) => {
                ("the escape is not a character", "characters above U+FFFF take a pair of escapes")
            }
            String(_) => (
                "unknown escape in a string",
                "JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits",
            ),
            _ => return self.unexpected_text(start),
        };
        self.fail(Span::new(start, end), message, help)
    }

    /// A word or character that begins no token.
    fn unexpected_text(&mut self, start: usize) -> Stop {
        let rest = &self.builder.source[start..self.within.end()];
        let is_word = |next: char| next.is_alphanumeric() || matches!(next, '_' | '$');
        let word = rest.find(|next| !is_word(next)).map_or(rest, |end| &rest[..end]);
        if word.is_empty() {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            let message = format!("unexpected character `{}`", rest[..length].escape_debug());
            return self.fail(Span::new(start, start + length), &message, "");
        }
        let (word, span) = (word.to_owned(), Span::new(start, start + word.len()));
        self.unexpected(&format!("`{word}`"), word_help(&word), span)
    }

    fn fail(&mut self, span: Span, message: &str, help: &str) -> Stop {
        let help = (!help.is_empty()).then(|| help.to_owned());
        self.builder.problem(span, super::ProblemKind::Syntax, message, help);
        Stop
    }
}

fn is_value(token: &Token<'_>) -> bool {
    use Token::*;
    matches!(token, OpenBrace | OpenBracket | String(_) | Boolean(_) | Number(_) | Null)
}

fn number_kind(text: &str) -> ValueKind {
    if text.contains(['.', 'e', 'E']) { ValueKind::Float } else { ValueKind::Int }
}

/// How a collection is called and closed.
fn collection(kind: ValueKind) -> (&'static str, char) {
    if kind == ValueKind::Mapping { ("an object", '}') } else { ("a list", ']') }
}

fn word_help(word: &str) -> &'static str {
    match word {
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        "None" | "Null" | "NULL" | "nil" | "undefined" => "write `null`",
        _ => "strings and keys must be in double quotes",
    }
}
