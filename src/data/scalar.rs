//! What a scalar's text stands for: the YAML 1.2 core schema, and the numbers of TOML and JSON.

use super::tree::ValueKind;

/// A scalar's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'t> {
    Null,
    Bool(bool),
    Int(i128),
    /// Also integers too large for `Int`.
    Float(f64),
    String(&'t str),
    /// A TOML date, time or both, as written. Dates in YAML and JSON are strings.
    Date(&'t str),
}

/// The kind of a plain YAML scalar, by the core schema.
pub(super) fn plain_kind(text: &str) -> ValueKind {
    match text.as_bytes().first() {
        None => ValueKind::Null,
        Some(b'~' | b'n' | b'N') if matches!(text, "~" | "null" | "Null" | "NULL") => {
            ValueKind::Null
        }
        Some(b't' | b'T' | b'f' | b'F') if parse_bool(text).is_some() => ValueKind::Bool,
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number_kind(text),
        Some(_) => ValueKind::String,
    }
}

/// The boolean that the text stands for in YAML, TOML or JSON.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn number_kind(text: &str) -> ValueKind {
    let digits =
        |text: &str, valid: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(valid);
    if let Some(octal) = text.strip_prefix("0o") {
        let is_octal = digits(octal, |byte| matches!(byte, b'0'..=b'7'));
        return if is_octal { ValueKind::Int } else { ValueKind::String };
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return if digits(hex, u8::is_ascii_hexdigit) { ValueKind::Int } else { ValueKind::String };
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits(unsigned, u8::is_ascii_digit) {
        return ValueKind::Int;
    }
    let is_special =
        matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN");
    if is_special || is_decimal(unsigned) { ValueKind::Float } else { ValueKind::String }
}

/// `\.[0-9]+ | [0-9]+(\.[0-9]*)?`, then perhaps an exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digit = !whole.is_empty() || !fraction.is_empty();
    let exponent_holds = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && all_digits(exponent)
    });
    has_digit && all_digits(whole) && all_digits(fraction) && exponent_holds
}

/// The value of a text that is an integer by its format; a float where it is too large.
pub(super) fn parse_int<'t>(text: &str) -> Scalar<'t> {
    let text = without_underscores(text);
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, &text[..]),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', b'o', ..] => (8, &digits[2..]),
        [b'0', b'b', ..] => (2, &digits[2..]),
        _ => (10, digits),
    };
    match i128::from_str_radix(digits, radix) {
        Ok(value) => Scalar::Int(if negative { -value } else { value }),
        Err(_) => {
            let value = digits.bytes().fold(0.0, |value, digit| {
                let digit = char::from(digit).to_digit(radix).unwrap_or(0);
                value * f64::from(radix) + f64::from(digit)
            });
            Scalar::Float(if negative { -value } else { value })
        }
    }
}

/// The value of a text that is a float by its format.
pub(super) fn parse_float(text: &str) -> f64 {
    let text = without_underscores(text);
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let value = match unsigned {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        _ => unsigned.parse().unwrap_or(f64::NAN),
    };
    if negative { -value } else { value }
}

fn without_underscores(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_resolved_by_the_core_schema() {
        for (kind, texts) in [
            (ValueKind::Null, &["", "~", "null", "Null", "NULL"][..]),
            (ValueKind::Bool, &["true", "True", "FALSE"]),
            (ValueKind::Int, &["0", "-12", "+3", "0777", "09", "0o17", "0xFf"]),
            (
                ValueKind::Float,
                &["1.", ".5", "-1.5e3", "1e400", "+.inf", "-.INF", ".NaN", "685.23e+3"],
            ),
            (
                ValueKind::String,
                &[
                    "no",
                    "yes",
                    "on",
                    "y",
                    "tRue",
                    "nULL",
                    "1_000",
                    "0b11",
                    "12:30:45",
                    "0o8",
                    "0x",
                    ".",
                    "-",
                    "+",
                    "1e",
                    "e3",
                    "1.2.3",
                    "2024-02-30",
                    "-.nan",
                    "1.0e+",
                    "٣",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(plain_kind(text), kind, "{text:?}");
            }
        }
    }

    #[test]
    fn numbers_have_their_value() {
        assert_eq!(parse_int("-0x1F"), Scalar::Int(-31));
        assert_eq!(parse_int("0o17"), Scalar::Int(15));
        assert_eq!(parse_int("1_000"), Scalar::Int(1000));
        assert_eq!(parse_int("0777"), Scalar::Int(777));
        assert_eq!(parse_int(&format!("1{}", "0".repeat(50))), Scalar::Float(1e50));
        assert_eq!(parse_float("-1_0.5e1"), -105.0);
        assert_eq!(parse_float("-.inf"), f64::NEG_INFINITY);
        assert!(parse_float(".nan").is_nan());
    }
}
