//! TOML to the tree, from the tables with spans of the `toml` crate.

use toml::de::{DeTable, DeValue};

use super::ProblemKind;
use super::build::{BuildStep, Builder, Value};
use super::tree::{NodeStyle, ValueKind};
use crate::text::Span;

/// Reads the document in `span`; reports all syntax errors.
pub(super) fn parse(builder: &mut Builder<'_>, span: Span) {
    let source = span.of(builder.source);
    let (table, errors) = if source.len() <= MAX_RECOVERED {
        DeTable::parse_recoverable(source)
    } else {
        DeTable::parse(source).map_or_else(
            |error| (toml::Spanned::new(0..0, DeTable::new()), vec![error]),
            |table| (table, Vec::new()),
        )
    };
    // `Stop` says that the problem is noted.
    let _ = TomlReader { builder, base: span.start() }
        .document(&DeValue::Table(table.into_inner()), span);
    let mut reported = None;
    for error in errors.iter().take(super::MAX_PROBLEMS + 1) {
        let range = error.span().unwrap_or_default();
        let start = (span.start() + range.start).min(span.end());
        let place = Span::new(start, (span.start() + range.end).clamp(start, span.end()));
        // Further syntax errors on a line follow from the first.
        let follows = reported.is_some_and(|last: usize| {
            last <= start && !builder.source[last..start].contains('\n')
        });
        if error.message() != DUPLICATE {
            if follows {
                continue;
            }
            reported = Some(start);
        }
        report(builder, place, error.message());
    }
}

/// Largest text in which all errors are looked for: the parser keeps each one.
const MAX_RECOVERED: usize = 512 << 10;

const DUPLICATE: &str = "duplicate key";

fn report(builder: &mut Builder<'_>, place: Span, message: &str) {
    let (kind, message, help) = match message {
        DUPLICATE => {
            let key = place.of(builder.source);
            let message = match first_definition(builder, place) {
                Some(first) => {
                    format!("duplicate key `{key}`, first defined on line {}", builder.line(first))
                }
                None => format!("duplicate key `{key}`"),
            };
            (ProblemKind::DuplicateKey, message, "remove one of the two")
        }
        "recursion limit" | "cannot recurse further; max recursion depth met" => {
            // The limit of the library is lower than ours.
            (ProblemKind::TooDeep, "nested more than 80 levels deep".to_owned(), "")
        }
        message => {
            let (message, help) = describe(message, place.of(builder.source));
            (ProblemKind::Syntax, message.to_owned(), help)
        }
    };
    builder.problem(place, kind, message, (!help.is_empty()).then(|| help.to_owned()));
}

/// Where the key at `place` stands before: the same header, or the same key of the table that the
/// place is in. `None` for what has no simple answer, such as dotted keys.
fn first_definition(builder: &Builder<'_>, place: Span) -> Option<usize> {
    let source = builder.source;
    let line_start = source[..place.start()].rfind('\n').map_or(0, |end| end + 1);
    let header = |line: &str| line.split_once(']').map(|(header, _)| header.trim().to_owned());
    let line = &source[line_start..];
    if line.trim_start().starts_with('[') {
        let wanted = header(line.lines().next()?)?;
        let mut at = 0;
        return source[..line_start].split_inclusive('\n').find_map(|line| {
            let start = at + line.len() - line.trim_start().len();
            at += line.len();
            (line.trim_start().starts_with('[') && header(line)? == wanted).then_some(start)
        });
    }
    let tree = builder.tree();
    let key = place.of(source).trim_matches(['"', '\'']);
    let key = tree.innermost_table(place.start()).and_then(|table| tree.get(table, key))?;
    tree.key_span(key).map(Span::start).filter(|&first| first < place.start())
}

/// Our words for those of the library, which are kept where they say it well.
fn describe<'m>(message: &'m str, found: &str) -> (&'m str, &'static str) {
    let message = message.strip_suffix(", expected nothing").unwrap_or(message);
    let (cause, _) = message.split_once(", expected").unwrap_or((message, ""));
    match cause {
        "string values must be quoted" => ("expected a value", "strings must be quoted"),
        "invalid boolean" => ("expected a value", "write `true` or `false`, or put it in quotes"),
        "unclosed table" => ("the table header is not closed", "close it with `]`"),
        "unclosed array table" => ("the table header is not closed", "close it with `]]`"),
        "unclosed array" => ("the list is not closed", "close it with `]`"),
        "unclosed inline table" => ("the inline table is not closed", "close it with `}`"),
        "key with no value" => ("this key has no value", "write `key = value`"),
        "missing value for key" | "missing value" => ("no value after `=`", ""),
        "invalid basic string" | "invalid literal string" | "invalid multi-line basic string"
            if !found.is_empty() =>
        {
            ("a control character in a string", "write it as an escape in double quotes")
        }
        "missing escaped value" => {
            ("unknown escape in a string", "write a backslash as `\\\\`, or use single quotes")
        }
        "unquoted keys cannot be empty" => ("expected a key", ""),
        "invalid unquoted key" if found == ":" => {
            ("expected `=` after the key, found `:`", "write `key = value`")
        }
        "invalid basic string" | "invalid literal string" => {
            ("the string is not closed", "close it with the same quote")
        }
        "unexpected leading zero" => ("a number cannot start with 0", "put it in quotes"),
        "extra comma in array" | "extra comma in inline table" => {
            ("two commas without a value between them", "remove one")
        }
        "missing comma between array elements" | "missing comma between key-value pairs" => {
            ("missing `,`", "separate the entries by commas, or close the bracket before")
        }
        "invalid unquoted key" => ("this key needs quotes", "put the key in double quotes"),
        _ => (message, ""),
    }
}

struct TomlReader<'b, 's> {
    builder: &'b mut Builder<'s>,
    base: usize,
}

/// What is still to be added; `toml` nests no deeper than its own limit.
enum Pending<'t> {
    Key(Span, &'t str),
    Value(Span, &'t DeValue<'t>),
    Close(usize),
}

impl TomlReader<'_, '_> {
    fn document(&mut self, table: &DeValue<'_>, span: Span) -> BuildStep {
        let mut pending = vec![Pending::Value(span, table)];
        while let Some(next) = pending.pop() {
            match next {
                Pending::Key(span, text) => {
                    let style = string_style(span.of(self.builder.source));
                    let kind = ValueKind::String;
                    self.builder.scalar(Value { span, kind, style, text, anchor: None })?;
                }
                Pending::Value(span, value) => self.value(span, value, &mut pending)?,
                Pending::Close(end) => self.builder.close(Some(end)),
            }
        }
        Ok(())
    }

    fn value<'t>(
        &mut self,
        span: Span,
        value: &'t DeValue<'t>,
        pending: &mut Vec<Pending<'t>>,
    ) -> BuildStep {
        let source = span.of(self.builder.source);
        let (kind, text) = match value {
            DeValue::Array(_) => (ValueKind::Sequence, ""),
            DeValue::Table(_) => (ValueKind::Mapping, ""),
            DeValue::String(text) => (ValueKind::String, &**text),
            DeValue::Integer(_) => (ValueKind::Int, source),
            DeValue::Float(_) => (ValueKind::Float, source),
            DeValue::Boolean(_) => (ValueKind::Bool, source),
            DeValue::Datetime(_) => (ValueKind::Date, source),
        };
        let value_of = Value { span, kind, style: style_of(value, source), text, anchor: None };
        if !kind.is_collection() {
            return self.builder.scalar(value_of).map(drop);
        }
        self.builder.open(value_of)?;
        pending.push(Pending::Close(span.end()));
        match value {
            DeValue::Array(items) => pending.extend(
                items.iter().rev().map(|item| Pending::Value(self.span(item), item.get_ref())),
            ),
            DeValue::Table(table) => {
                let mut entries: Vec<_> = table.iter().collect();
                entries.sort_by_key(|(key, _)| std::cmp::Reverse(key.span().start));
                for (key, value) in entries {
                    pending.push(Pending::Value(self.span(value), value.get_ref()));
                    pending.push(Pending::Key(self.span(key), key.get_ref()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn span<T>(&self, place: &toml::Spanned<T>) -> Span {
        let range = place.span();
        Span::new(self.base + range.start, self.base + range.end)
    }
}

fn style_of(value: &DeValue<'_>, source: &str) -> NodeStyle {
    match value {
        DeValue::String(_) => string_style(source),
        DeValue::Table(_) if source.starts_with('{') => NodeStyle::Flow,
        DeValue::Table(_) => NodeStyle::Block,
        // The span of an array of tables is its first header, and so is that of its first item.
        DeValue::Array(items)
            if items.first().is_some_and(|item| item.span().len() == source.len()) =>
        {
            NodeStyle::Block
        }
        DeValue::Array(_) => NodeStyle::Flow,
        _ => NodeStyle::Plain,
    }
}

fn string_style(source: &str) -> NodeStyle {
    match source.as_bytes() {
        [b'\'', b'\'', b'\'', ..] => NodeStyle::Literal,
        [b'"', b'"', b'"', ..] => NodeStyle::Folded,
        [b'\'', ..] => NodeStyle::SingleQuoted,
        [b'"', ..] => NodeStyle::DoubleQuoted,
        _ => NodeStyle::Plain,
    }
}
