//! The sentences about what a schema refuses: what was found, and what is expected.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::tree::ValueKind;
use crate::text::plural;

/// Most alternatives that a message lists, and most characters of a value that it shows.
const MAX_LISTED: usize = 8;
const MAX_SHOWN: usize = 60;

/// What an error says about a value. `None` for those that need more than the value.
pub(in crate::data) fn describe(kind: &ValidationErrorKind, found: &Value) -> Option<String> {
    use ValidationErrorKind::*;
    let limit = |what: &str, limit: &Value| format!("{} is {what} {limit}", shown(found));
    Some(match kind {
        Enum { options } => enumeration(options, found),
        Constant { expected_value } => {
            format!("expected {}, found {}", shown(expected_value), shown(found))
        }
        Type { .. } => {
            format!("expected {}, found {}", article_list(&types_of(kind)), describe_value(found))
        }
        Format { format } => wrong_format(format, found),
        Pattern { pattern } => format!("{} does not match the pattern `{pattern}`", shown(found)),
        Minimum { limit: at } => limit("less than the minimum", at),
        Maximum { limit: at } => limit("greater than the maximum", at),
        ExclusiveMinimum { limit: at } => limit("not greater than", at),
        ExclusiveMaximum { limit: at } => limit("not less than", at),
        MultipleOf { multiple_of } => {
            format!("{} is not a multiple of {multiple_of}", shown(found))
        }
        MinLength { limit } => length(found, "at least", *limit),
        MaxLength { limit } => length(found, "at most", *limit),
        MinItems { limit } => size(found, "item", "at least", *limit),
        MaxItems { limit } => size(found, "item", "at most", *limit),
        MinProperties { limit } => size(found, "key", "at least", *limit),
        MaxProperties { limit } => size(found, "key", "at most", *limit),
        UnevaluatedItems { unexpected } => {
            format!("items that are not allowed: {}", listed(unexpected.iter().cloned()))
        }
        OneOfMultipleValid { .. } => {
            "fits more than one of the allowed forms, expected exactly one".to_owned()
        }
        Not { .. } if found.is_array() || found.is_object() => {
            format!("this form of {} is not allowed here", describe_value(found))
        }
        Not { .. } => format!("{} is not allowed here", shown(found)),
        Required { property } => {
            format!("key {} is missing", quote(property.as_str().unwrap_or_default()))
        }
        AdditionalProperties { unexpected } | UnevaluatedProperties { unexpected } => {
            format!("unknown key {}", listed(unexpected.iter().map(|key| quote(key))))
        }
        ContentEncoding { content_encoding } => format!("the text is no {content_encoding}"),
        FromUtf8 { .. } => "the decoded text is not UTF-8".to_owned(),
        ContentMediaType { content_media_type } => format!("the text is no {content_media_type}"),
        UniqueItems => "two items of the list are equal".to_owned(),
        Contains => "no item is of the required kind".to_owned(),
        FalseSchema => "no value is allowed here".to_owned(),
        BacktrackLimitExceeded { .. } | RegexEngineFailure { .. } => {
            "the schema's pattern takes too long for this text".to_owned()
        }
        _ => return None,
    })
}

fn enumeration(options: &Value, found: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let texts = options.iter().filter_map(Value::as_str);
    if let Some(near) = found.as_str().and_then(|found| nearest(found, texts)) {
        return format!("unknown value {}, did you mean {}?", shown(found), quote(near));
    }
    format!("unknown value {}, expected {}", shown(found), listed(options.iter().map(shown)))
}

fn wrong_format(format: &str, found: &Value) -> String {
    let what = match format {
        "date" => "a date such as 2024-01-31",
        "time" => "a time with its zone such as 12:30:00Z",
        "date-time" => "a date and time with its zone such as 2024-01-31T12:30:00Z",
        "duration" => "a duration such as P3DT12H",
        "email" | "idn-email" => "an e-mail address",
        "hostname" | "idn-hostname" => "a host name",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "uri" | "iri" => "an absolute address such as https://example.org/page",
        "uri-reference" | "iri-reference" => "an address",
        "uri-template" => "an address template",
        "uuid" => "a UUID",
        "regex" => "a regular expression",
        "json-pointer" => "a JSON Pointer such as /a/0",
        "relative-json-pointer" => "a relative JSON Pointer such as 1/a",
        other => return format!("{} is not a valid {other}", shown(found)),
    };
    let is_calendar_date = format == "date"
        && found.as_str().is_some_and(|text| {
            let shape = |(at, byte): (usize, u8)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            };
            text.len() == 10 && text.bytes().enumerate().all(shape)
        });
    if is_calendar_date {
        return format!("the date {} does not exist", shown(found));
    }
    format!("expected {what}, found {}", shown(found))
}

fn length(found: &Value, bound: &str, limit: u64) -> String {
    let length = found.as_str().map_or(0, |text| text.chars().count());
    format!("the text has {}, expected {bound} {limit}", plural(length, "character"))
}

fn size(found: &Value, noun: &str, bound: &str, limit: u64) -> String {
    let size = match found {
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        _ => 0,
    };
    format!("found {}, expected {bound} {limit}", plural(size, noun))
}

/// The JSON Schema names of the types that an error expects.
pub(in crate::data) fn types_of(kind: &ValidationErrorKind) -> Vec<&'static str> {
    match kind {
        ValidationErrorKind::Type { kind: TypeKind::Single(one) } => vec![one.as_str()],
        ValidationErrorKind::Type { kind: TypeKind::Multiple(many) } => {
            many.iter().map(JsonType::as_str).collect()
        }
        _ => Vec::new(),
    }
}

/// The JSON Schema name of a kind's type.
pub(in crate::data) fn describe_type(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Null => "null",
        ValueKind::Bool => "boolean",
        ValueKind::Int => "integer",
        ValueKind::Float => "number",
        ValueKind::String | ValueKind::Date => "string",
        ValueKind::Sequence => "array",
        ValueKind::Mapping => "object",
    }
}

/// "a string or a list", for JSON Schema's names.
pub(in crate::data) fn article_list(types: &[&str]) -> String {
    listed(types.iter().map(|name| match *name {
        "null" => "nothing",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "a mapping",
        other => other,
    }))
}

fn describe_value(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
        scalar => shown(scalar),
    }
}

/// Some texts with commas and a last "or"; the rest of many is counted.
pub(in crate::data) fn listed(items: impl Iterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<_> = items.collect();
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    if items.len() > MAX_LISTED {
        let rest = items.len() - MAX_LISTED;
        return format!("{} or one of {rest} more", items[..MAX_LISTED].join(", "));
    }
    match &items[..] {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}

/// A value as a message shows it: scalars in backticks, shortened.
pub(in crate::data) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => quote(text),
        Value::Null => "nothing".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Object(entries) if entries.is_empty() => "an empty mapping".to_owned(),
        value => quote(&value.to_string()),
    }
}

/// A text in backticks, on one line and not too long.
pub(in crate::data) fn quote(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(MAX_SHOWN)
        .map(|next| if next.is_control() { ' ' } else { next })
        .collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The name that is most like `name`, if one is like it at all.
pub(in crate::data) fn nearest<'n>(
    name: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let folded = name.to_lowercase();
    names
        .map(|other| (strsim::damerau_levenshtein(&folded, &other.to_lowercase()), other))
        .filter(|(distance, other)| {
            *distance <= name.chars().count().min(other.chars().count()) / 3
        })
        .min()
        .map(|(_, other)| other)
}
