//! A JSON Schema for the front matter of most pages: fields, types and enumerations.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Notes, Sample, mapping, most_frequent};
use crate::structure::front_matter::Data;

/// Deepest mapping in a mapping that is looked at.
const MAX_DEPTH: usize = 4;
/// Most values of an enumeration, and how often each has to occur on average.
const MAX_VALUES: usize = 12;
const MIN_USES: usize = 5;

/// The front matter of the pages; an empty mapping for those without.
pub(super) fn read(samples: &[Sample]) -> Vec<Value> {
    let value = |sample: &Sample| Data::of(&sample.doc).and_then(|data| data.to_json());
    samples.iter().map(|sample| value(sample).unwrap_or_else(|| mapping([]))).collect()
}

/// The schema of these mappings; `None` if they have nothing in common.
pub(super) fn learn(
    mappings: &[Value],
    pointer: &str,
    notes: &mut Notes,
    depth: usize,
) -> Option<Value> {
    let tables: Vec<&Map<String, Value>> = mappings.iter().filter_map(Value::as_object).collect();
    let names: BTreeSet<&String> = tables.iter().flat_map(|table| table.keys()).collect();
    let mut required = Vec::new();
    let mut properties = Map::new();
    for name in names {
        let values: Vec<&Value> = tables.iter().filter_map(|table| table.get(name)).collect();
        if !notes.is_known(values.len(), tables.len()) {
            continue;
        }
        if notes.is_common(values.len(), tables.len()) {
            required.push(Value::String(name.clone()));
        }
        let token = name.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{pointer}/properties/{token}");
        notes.add(&pointer, values.len(), tables.len(), "");
        properties.insert(name.clone(), field(&values, &pointer, notes, depth));
    }
    let mut schema = Map::new();
    if depth > 0 {
        schema.insert("type".to_owned(), "object".into());
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    if properties.is_empty() {
        return (depth > 0).then_some(Value::Object(schema));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    Some(Value::Object(schema))
}

/// The schema of a field's values.
fn field(values: &[&Value], pointer: &str, notes: &mut Notes, depth: usize) -> Value {
    let types = types(values, notes);
    match types.as_slice() {
        ["string"] => text(values, notes),
        ["array"] => {
            let lists = values.iter().filter_map(|value| value.as_array());
            let items: Vec<&Value> = lists.flatten().collect();
            match items.is_empty() {
                true => mapping([("type", "array".into())]),
                false => {
                    let items = field(&items, &format!("{pointer}/items"), notes, depth + 1);
                    mapping([("type", "array".into()), ("items", items)])
                }
            }
        }
        ["object"] if depth < MAX_DEPTH => {
            let tables: Vec<Value> = values
                .iter()
                .filter(|value| value.is_object())
                .map(|value| (*value).clone())
                .collect();
            let schema = learn(&tables, pointer, notes, depth + 1);
            schema.unwrap_or_else(|| mapping([("type", "object".into())]))
        }
        [one] => mapping([("type", (*one).into())]),
        several => mapping([("type", several.to_vec().into())]),
    }
}

/// The fewest types that most values have.
fn types(values: &[&Value], notes: &Notes) -> Vec<&'static str> {
    let type_of = |value: &&Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let mut types = Vec::new();
    let mut covered = 0;
    for (name, count) in most_frequent(values.iter().map(type_of)) {
        types.push(name);
        covered += count;
        if notes.is_common(covered, values.len()) {
            break;
        }
    }
    // Every integer is a number.
    if types.contains(&"number") {
        types.retain(|name| *name != "integer");
    }
    types
}

/// What the texts of a field have in common: a few values, or a shape such as that of dates.
fn text(values: &[&Value], notes: &Notes) -> Value {
    let texts: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
    let dates = texts.iter().filter(|text| is_date(text)).count();
    if notes.is_common(dates, texts.len()) {
        return mapping([("type", "string".into()), ("format", "date".into())]);
    }
    let shapes = most_frequent(texts.iter().filter_map(|text| shape(text)));
    if let Some((shape, count)) = shapes.into_iter().next()
        && notes.is_common(count, texts.len())
    {
        return mapping([("type", "string".into()), ("pattern", shape.into())]);
    }
    let counts = most_frequent(texts.iter().copied());
    let uses = |count: usize| count >= 2;
    let meant: Vec<&(&str, usize)> = counts.iter().filter(|(_, count)| uses(*count)).collect();
    let covered: usize = meant.iter().map(|(_, count)| count).sum();
    let is_enumeration = meant.len() <= MAX_VALUES
        && covered >= MIN_USES * meant.len()
        && notes.is_common(covered, texts.len());
    if is_enumeration && !meant.is_empty() {
        let mut names: Vec<&str> = meant.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        return mapping([("enum", names.into())]);
    }
    mapping([("type", "string".into())])
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// A pattern for texts of digits with signs between them, such as `06/01/2026`.
fn shape(text: &str) -> Option<String> {
    let mut pattern = String::from("^");
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            pattern += &format!("\\d{{{digits}}}");
            rest = &rest[digits..];
        } else if first.is_ascii_punctuation() {
            pattern += &regex::escape(&rest[..1]);
            rest = &rest[1..];
        } else {
            return None;
        }
    }
    (text.len() > 1 && pattern.contains("\\d")).then(|| pattern + "$")
}
