//! Reads a request's body within a limit and a deadline, whether or not it says its length.

use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
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

/// The body as JSON of a known shape.
///
/// # Errors
/// 400, with the key at fault and what was expected.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        let place = if path == "." { String::new() } else { format!(" at `{path}`") };
        ApiError::bad_request("invalid_body", format!("the body does not fit{place}: {cause}"))
            .hint("GET /api/openapi.json shows the body that this path takes")
    })?;
    reader.end().map_err(|cause| {
        ApiError::bad_request("invalid_body", format!("the body goes on after its end: {cause}"))
            .hint("send one JSON value")
    })?;
    Ok(value)
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
