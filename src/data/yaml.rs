//! YAML to the tree, from the events of `granit-parser`.

use granit_parser::{
    Event, Options, Parser, ScalarStyle, Span as Place, StrInput, StructureStyle, Tag,
};

use super::build::{BuildStep, Builder, Value};
use super::tree::{NodeId, NodeStyle, ValueKind};
use super::{MAX_DEPTH, scalar, yaml_flat, yaml_message};
use crate::text::Span;

fn options() -> Options {
    granit_parser::options! {
        emit_anchor_events: true,
        emit_comments: false,
        emit_unresolved_aliases: true,
        // As libyaml does, and with it most readers of YAML.
        block_scalar_eof_without_line_feed: true,
        // One more than ours, which counts both kinds together and has the better message.
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    }
}

/// Reads the documents in `span`.
pub(super) fn parse(builder: &mut Builder<'_>, span: Span) {
    if !yaml_flat::parse(builder, span) {
        parse_any(builder, span);
    }
}

/// Reads documents of any kind. After a syntax error it goes on with the next document.
pub(super) fn parse_any(builder: &mut Builder<'_>, span: Span) {
    let source = span.of(builder.source);
    yaml_message::check_characters(builder, span);
    let mut reader = YamlReader { builder, base: span.start(), end: span.end() };
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str_with_options(source, options());
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, place)) => {
                if reader.event(event, place).is_err() {
                    return;
                }
            }
            Err(error) => {
                let at = error.marker().byte_offset().map_or(span.end(), |at| span.start() + at);
                yaml_message::report(reader.builder, &error, span, at.min(span.end()));
                reader.builder.abandon(at.min(span.end()));
                reader.builder.end_document();
                if reader.builder.is_full() || !matches!(parser.proceed_next_document(), Ok(true)) {
                    return;
                }
            }
        }
    }
}

struct YamlReader<'b, 's> {
    builder: &'b mut Builder<'s>,
    base: usize,
    end: usize,
}

impl YamlReader<'_, '_> {
    fn event(&mut self, event: Event<'_>, place: Place) -> BuildStep {
        let span = self.span(&place);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = without_line_endings(span, self.builder.source);
                let tag = tag.as_deref();
                let is_empty = span.is_empty() && style == ScalarStyle::Plain;
                let text = if is_empty { "" } else { &text };
                let kind = kind_of(text, style, tag, is_empty);
                let anchor = (anchor != 0).then_some(anchor);
                let style = scalar_style(style);
                let node = self.builder.scalar(Value { span, kind, style, text, anchor })?;
                self.added(node, &place, tag);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(ValueKind::Sequence, style, anchor, tag.as_deref(), &place)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(ValueKind::Mapping, style, anchor, tag.as_deref(), &place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // The end of a block collection is only seen at the next token.
                self.builder.close((!span.is_empty()).then_some(span.end()));
            }
            Event::Anchor(anchor, name) => self.builder.name_anchor(anchor, &name),
            Event::Alias(anchor) => self.builder.alias(span, anchor)?,
            Event::UnresolvedAlias(name) => self.builder.unknown_alias(span, &name)?,
            Event::DocumentEnd => self.builder.end_document(),
            _ => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        kind: ValueKind,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: &Place,
    ) -> BuildStep {
        let span = self.span(place);
        if style == StructureStyle::Block {
            yaml_message::check_indentation(self.builder, span.start());
        }
        let anchor = (anchor != 0).then_some(anchor);
        let style = match style {
            StructureStyle::Block => NodeStyle::Block,
            StructureStyle::Flow => NodeStyle::Flow,
        };
        let node = self.builder.open(Value { span, kind, style, text: "", anchor })?;
        self.added(node, place, tag);
        Ok(())
    }

    fn added(&mut self, node: NodeId, place: &Place, tag: Option<&Tag>) {
        if let Some(tag) = tag {
            let written = place.tag_span().map(|tag| self.span(&tag).of(self.builder.source));
            let written = written.map_or_else(|| tag.original(), str::to_owned);
            self.builder.tag(node, written);
        }
    }

    fn span(&self, place: &Place) -> Span {
        let range = place.byte_range().unwrap_or_default();
        let start = (self.base + range.start).min(self.end);
        Span::new(start, (self.base + range.end).clamp(start, self.end))
    }
}

/// The kind of a scalar by its tag, else by its style and text. An unknown tag changes nothing.
fn kind_of(text: &str, style: ScalarStyle, tag: Option<&Tag>, is_empty: bool) -> ValueKind {
    let plain = style == ScalarStyle::Plain;
    let untagged = || if plain { scalar::plain_kind(text) } else { ValueKind::String };
    let Some(tag) = tag else {
        return untagged();
    };
    let resolved = scalar::plain_kind(text);
    match tag.core_suffix() {
        Some("str") => ValueKind::String,
        Some("null") if resolved == ValueKind::Null => ValueKind::Null,
        Some("bool") if resolved == ValueKind::Bool => ValueKind::Bool,
        Some("int") if resolved == ValueKind::Int => ValueKind::Int,
        Some("float") if matches!(resolved, ValueKind::Int | ValueKind::Float) => ValueKind::Float,
        Some(_) => ValueKind::String,
        // The tag `!` alone says: not resolved.
        None if tag.handle().is_empty() && tag.suffix() == "!" && !is_empty => ValueKind::String,
        None => untagged(),
    }
}

fn scalar_style(style: ScalarStyle) -> NodeStyle {
    match style {
        ScalarStyle::Plain => NodeStyle::Plain,
        ScalarStyle::SingleQuoted => NodeStyle::SingleQuoted,
        ScalarStyle::DoubleQuoted => NodeStyle::DoubleQuoted,
        ScalarStyle::Literal => NodeStyle::Literal,
        ScalarStyle::Folded => NodeStyle::Folded,
    }
}

/// The span of a block scalar without the lines after its text.
fn without_line_endings(span: Span, source: &str) -> Span {
    let text = span.of(source).trim_end_matches(['\n', '\r']);
    Span::new(span.start(), span.start() + text.len())
}
