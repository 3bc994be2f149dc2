//! TOML to the tree, from the tables with spans of the `toml` crate.

use toml::de::{DeTable, DeValue};

use super::build::{Builder, Step, Value};
use super::tree::{Kind, Style};
use super::{MAX_DEPTH, ProblemKind};
use crate::text::Span;

/// Reads the document in `span`; reports all syntax errors.
pub(super) fn parse(builder: &mut Builder<'_>, span: Span) {
    let (table, errors) = DeTable::parse_recoverable(span.of(builder.source));
    for error in errors.iter().take(super::MAX_PROBLEMS + 1) {
        let range = error.span().unwrap_or_default();
        let start = (span.start() + range.start).min(span.end());
        let place = Span::new(start, (span.start() + range.end).clamp(start, span.end()));
        report(builder, place, error.message());
    }
    // `Stop` says that the problem is noted.
    let _ =
        Reader { builder, base: span.start() }.document(&DeValue::Table(table.into_inner()), span);
}

fn report(builder: &mut Builder<'_>, place: Span, message: &str) {
    let key = place.of(builder.source);
    match message {
        "duplicate key" => {
            let help = "remove one of the two".to_owned();
            let message = format!("duplicate key `{key}`");
            builder.problem(place, ProblemKind::DuplicateKey, message, Some(help));
        }
        "recursion limit" => {
            let message = format!("nested more than {MAX_DEPTH} levels deep");
            builder.problem(place, ProblemKind::TooDeep, message, None);
        }
        message => builder.syntax(place, message),
    }
}

struct Reader<'b, 's> {
    builder: &'b mut Builder<'s>,
    base: usize,
}

/// What is still to be added; `toml` nests no deeper than its own limit.
enum Pending<'t> {
    Key(Span, &'t str),
    Value(Span, &'t DeValue<'t>),
    Close(usize),
}

impl Reader<'_, '_> {
    fn document(&mut self, table: &DeValue<'_>, span: Span) -> Step {
        let mut pending = vec![Pending::Value(span, table)];
        while let Some(next) = pending.pop() {
            match next {
                Pending::Key(span, text) => {
                    let style = string_style(span.of(self.builder.source));
                    let kind = Kind::String;
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
    ) -> Step {
        let source = span.of(self.builder.source);
        let (kind, text) = match value {
            DeValue::Array(_) => (Kind::Sequence, ""),
            DeValue::Table(_) => (Kind::Mapping, ""),
            DeValue::String(text) => (Kind::String, &**text),
            DeValue::Integer(_) => (Kind::Int, source),
            DeValue::Float(_) => (Kind::Float, source),
            DeValue::Boolean(_) => (Kind::Bool, source),
            DeValue::Datetime(_) => (Kind::Date, source),
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

fn style_of(value: &DeValue<'_>, source: &str) -> Style {
    match value {
        DeValue::String(_) => string_style(source),
        DeValue::Table(_) if source.starts_with('{') => Style::Flow,
        DeValue::Table(_) => Style::Block,
        // The span of an array of tables is its first header, and so is that of its first item.
        DeValue::Array(items)
            if items.first().is_some_and(|item| item.span().len() == source.len()) =>
        {
            Style::Block
        }
        DeValue::Array(_) => Style::Flow,
        _ => Style::Plain,
    }
}

fn string_style(source: &str) -> Style {
    match source.as_bytes() {
        [b'\'', b'\'', b'\'', ..] => Style::Literal,
        [b'"', b'"', b'"', ..] => Style::Folded,
        [b'\'', ..] => Style::SingleQuoted,
        [b'"', ..] => Style::DoubleQuoted,
        _ => Style::Plain,
    }
}
