//! What is answered when a request is refused: `{"error":{"code","message","hint"}}`.

use std::convert::Infallible;

use serde_json::json;
use warp::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use warp::http::{Response, StatusCode};
use warp::reject::{Reject, Rejection};

use super::Reply;

/// A refusal: the status, a code for programs, and sentences for people.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    /// Never holds an unescaped value of a header or a path outside the root.
    pub message: String,
    pub hint: String,
    /// The methods that the path does take; only with 405.
    pub allow: Option<String>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        ApiError { status, code, message, hint: String::new(), allow: None, retry_after: None }
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message);
        error.retry_after = Some(2);
        error
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
            .hint("internal server error; see the server's terminal")
    }

    pub fn method_not_allowed(allow: impl Into<String>) -> Self {
        let allow = allow.into();
        let mut error = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this path does not take this method",
        )
        .hint(format!("it takes {allow}"));
        error.allow = Some(allow);
        error
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    pub fn into_response(self) -> Reply {
        let body = json!({"error": {
            "code": self.code, "message": self.message, "hint": self.hint,
        }});
        let mut response = Response::new(body.to_string().into());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(Ok(allow)) = self.allow.map(HeaderValue::try_from) {
            headers.insert(ALLOW, allow);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        // The rest of a body that was not read would be taken for the next request.
        if matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl Reject for ApiError {}

/// No page, no file and no row of the table stands at the path.
pub fn nothing_here() -> ApiError {
    ApiError::not_found("there is nothing at this path")
        .hint("GET /api/openapi.json lists what there is")
}

/// Turns every rejection into a refusal with a body of the one shape.
///
/// # Errors
/// None: the type is what warp asks for.
pub async fn recover(rejection: Rejection) -> Result<Reply, Infallible> {
    let error = if let Some(error) = rejection.find::<ApiError>() {
        error.clone()
    } else if rejection.find::<warp::reject::MethodNotAllowed>().is_some() {
        ApiError::method_not_allowed("GET")
    } else if rejection.is_not_found() {
        nothing_here()
    } else {
        ApiError::bad_request("bad_request", "the request could not be understood")
            .hint("GET /api/openapi.json says what each path takes")
    };
    Ok(error.into_response())
}
