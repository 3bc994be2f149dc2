//! Values as JavaScript takes them: numbers in quotes, and the truth of everything.

use serde_json::{Number, Value};

use crate::config::options::{OptionMistake, try_option};
use crate::config::suggest::UNKNOWN;
use crate::rules::Entry;

/// The value that the rule takes in place of the one written; `None` if it counts as not set.
///
/// # Errors
/// If there is none; the mistake is that of the value as it is written.
pub(super) fn coerce(
    rule: &'static Entry,
    option: &str,
    value: &Value,
) -> Result<Option<Value>, OptionMistake> {
    let mistake = match try_option(rule, option, value) {
        Ok(()) => return Ok(Some(value.clone())),
        Err(mistake) => mistake,
    };
    if mistake.path.is_none() {
        return Err(mistake);
    }
    // Where a truth is wanted, anything is one; elsewhere, what is false says nothing.
    let truth = Value::Bool(is_true(value));
    if try_option(rule, option, &truth).is_ok() {
        return Ok(Some(truth));
    }
    if !is_true(value) {
        return Ok(None);
    }
    let number = number(option, value);
    match number.filter(|number| try_option(rule, option, number).is_ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(mistake),
    }
}

/// What stands for the name of a style that there is not, where a rule has styles.
pub(super) fn unknown_style(rule: &'static Entry, option: &str, value: &Value) -> Option<Value> {
    let unknown = Value::from(UNKNOWN);
    let is_style = option == "style" && value.is_string();
    (is_style && try_option(rule, option, &unknown).is_ok()).then_some(unknown)
}

/// The truth of a value in JavaScript.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// The number that a value is in JavaScript, as far as an option has a use for it.
fn number(option: &str, value: &Value) -> Option<Value> {
    let number = match value {
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        Value::Number(number) => number.as_f64()?,
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        Value::Array(items) => {
            let numbers = items.iter().map(|item| self::number(option, item));
            return numbers.collect::<Option<Vec<_>>>().map(Value::Array);
        }
        _ => f64::NAN,
    };
    let is_length = option.ends_with("line_length");
    match number {
        // No line is longer than what is no length.
        _ if is_length && (number.is_nan() || number < 0.0 || number.fract() != 0.0) => {
            Some(u32::MAX.into())
        }
        // No marker has fewer spaces than none after it.
        _ if number < 0.0 && (option.starts_with("ul_") || option.starts_with("ol_")) => {
            Some(u32::MAX.into())
        }
        _ if number.fract() == 0.0 && number.abs() < 1e9 => {
            // Fewer spaces than two make no line break, so they are never wanted.
            let number = if option == "br_spaces" { number.max(0.0) } else { number };
            Some(Value::Number(Number::from(number as i64)))
        }
        _ => None,
    }
}
