//! Reads a request's body within a limit and a deadline, whether or not it says its length.

use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use tokio::time::{Instant, timeout_at};
use warp::http::StatusCode;

use super::errors::ApiError;

/// Collects a body of at most `limit` bytes.
///
/// # Errors
/// 413 over the limit, 408 when it does not arrive in time, 400 when it breaks off.
pub async fn read<B: Buf>(
    body: impl Stream<Item = Result<B, warp::Error>>,
    announced: Option<u64>,
    limit: usize,
    deadline: Duration,
) -> Result<Bytes, ApiError> {
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    let until = Instant::now() + deadline;
    let mut body = pin!(body);
    let mut bytes = BytesMut::new();
    while let Some(part) = timeout_at(until, body.next()).await.map_err(|_| too_slow(deadline))? {
        let mut part = part.map_err(|_| {
            ApiError::bad_request("body_incomplete", "the body broke off before its end")
        })?;
        if bytes.len() + part.remaining() > limit {
            return Err(too_large(limit));
        }
        bytes.put(&mut part);
    }
    Ok(bytes.freeze())
}

/// The shape of a body: what its page in the OpenAPI document says. serde alone would take a list
/// for a mapping, and numbers and texts that the document rules out.
pub struct Shape(Validator);

impl Shape {
    pub fn of<T: JsonSchema>() -> Self {
        let generator = SchemaSettings::draft2020_12().into_generator();
        let schema = generator.into_root_schema_for::<T>().to_value();
        let options = jsonschema::options().should_validate_formats(true);
        Shape(options.build(&schema).expect("a type's schema is a schema"))
    }

    /// Whether the body has this shape. That parts exclude each other, and how many of a kind there
    /// may be, is left to the handlers, which have better words for it.
    fn check(&self, body: &Value) -> Result<(), ApiError> {
        use ValidationErrorKind::{
            AnyOf, Enum, MaxItems, MinItems, MinLength, OneOfMultipleValid, OneOfNotValid, Pattern,
        };
        let is_for_handler = |error: &ValidationError| match error.kind() {
            AnyOf { .. } | OneOfNotValid { .. } | OneOfMultipleValid { .. } => {
                let place = error.instance_path().as_str();
                place.is_empty() || place.starts_with("/validation_types/")
            }
            // Types of validation are the one closed list of words; the handler suggests the nearest.
            MinItems { .. } | MaxItems { .. } | MinLength { .. } | Enum { .. } => true,
            Pattern { pattern } => [super::api::PATH, super::api::DIR_PATH].contains(&&**pattern),
            _ => false,
        };
        let wrong = self.0.iter_errors(body).find(|error| !is_for_handler(error));
        wrong.map_or(Ok(()), |error| {
            let place = error.instance_path().as_str().to_owned();
            Err(invalid(&place, error.masked_with("the value")))
        })
    }
}

/// The body as JSON of a known shape.
///
/// # Errors
/// 400, with the place at fault as a JSON Pointer and what was expected.
pub fn parse<T: DeserializeOwned>(body: &[u8], shape: &Shape) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader);
    // What follows the value is said before what is wrong within it: it may be what is wrong.
    if value.is_ok() {
        reader.end().map_err(|cause| {
            let message = format!("the body has data after its end: {cause}");
            ApiError::bad_request("invalid_body", message).hint("send one JSON value")
        })?;
    }
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        if let Err(wrong) = shape.check(&json) {
            return Err(value.err().map_or(wrong, |error| misfit(&error)));
        }
        // `2.0` is a whole number to JSON Schema, and none to serde.
        if value.as_ref().is_err_and(|error| error.inner().to_string().contains("floating point"))
            && let Ok(value) = serde_path_to_error::deserialize(whole(json))
        {
            return Ok(value);
        }
    }
    value.map_err(|error| misfit(&error))
}

/// The value with whole numbers written as such.
fn whole(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
            // Not more than what a float has exactly.
            let exact = float.filter(|float| float.abs() <= super::api::MAX_NUMBER as f64);
            exact.map_or(Value::Number(number), |float| Value::from(float as i64))
        }
        Value::Array(items) => items.into_iter().map(whole).collect(),
        Value::Object(entries) => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, whole(value))).collect())
        }
        other => other,
    }
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let pointer = error.path().iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{key}"),
        Segment::Enum { variant } => format!("{pointer}/{variant}"),
        Segment::Unknown => pointer,
    });
    invalid(&pointer, error.inner())
}

fn invalid(pointer: &str, cause: impl std::fmt::Display) -> ApiError {
    let place = if pointer.is_empty() { String::new() } else { format!(" at `{pointer}`") };
    ApiError::bad_request("invalid_body", format!("the body does not fit{place}: {cause}"))
        .hint("GET /api/openapi.json shows the body that this path takes")
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        format!("the body is larger than the {limit} bytes that this path takes"),
    )
    .hint("send fewer files in one call")
}

fn too_slow(deadline: Duration) -> ApiError {
    ApiError::new(
        StatusCode::REQUEST_TIMEOUT,
        "body_too_slow",
        format!("the body did not arrive within {deadline:?}"),
    )
    .hint("send it again")
}
