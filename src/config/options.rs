//! The options of a rule: which there are, their defaults, and whether a value fits.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::suggest::{did_you_mean, explain};
use crate::diagnostic::Severity;
use crate::rules::Entry;

/// Why an option is not taken.
pub(super) struct OptionMistake {
    pub message: String,
    pub help: Option<String>,
    /// Where in the options the value is wrong, the option first; `None` if there is no such
    /// option.
    pub path: Option<serde_path_to_error::Path>,
}

/// The JSON Schema of each option, nothing referred to.
pub(super) fn schemas(entry: &Entry) -> Map<String, Value> {
    match schema(entry).remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

/// The JSON Schema of the table of all options, nothing referred to.
pub(super) fn schema(entry: &Entry) -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    match (entry.schema)(&mut settings.into_generator()).to_value() {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// Whether the rule takes this value for this option.
pub(super) fn try_option(
    entry: &'static Entry,
    option: &str,
    value: &Value,
) -> Result<(), OptionMistake> {
    let id = entry.meta.id;
    let known = schemas(entry);
    if !known.contains_key(option) {
        let names = known.keys().map(String::as_str);
        let help = match option {
            "severity" | "enabled" => Some("the level is set by `level`".to_owned()),
            _ => did_you_mean(option, names, &format!("options of {id}:"))
                .or_else(|| Some(format!("{id} has no options"))),
        };
        let message = format!("unknown option `{option}` of {id}");
        return Err(OptionMistake { message, help, path: None });
    }
    let options = Value::Object([(option.to_owned(), value.clone())].into_iter().collect());
    let Err(error) = entry.configure(&options, Severity::Warning) else { return Ok(()) };
    let at: Vec<_> = error.path.iter().collect();
    let wrong = at.iter().fold(&options, |value, segment| match segment {
        serde_path_to_error::Segment::Map { key } => value.get(key).unwrap_or(value),
        serde_path_to_error::Segment::Seq { index } => value.get(index).unwrap_or(value),
        _ => value,
    });
    let subject = match at.last() {
        Some(serde_path_to_error::Segment::Seq { .. }) => format!("value in `{option}` of {id}"),
        _ => format!("`{option}` of {id}"),
    };
    let (message, help) = explain(&subject, describe(wrong), &error.message);
    Err(OptionMistake { message, help, path: Some(error.path) })
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
