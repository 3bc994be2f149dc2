//! The table of everything that can be asked over HTTP. One row serves the request, is its page in
//! the OpenAPI document, and says which parameters there are: no other is taken.

mod files;
mod meta;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use warp::http::header::{CONTENT_TYPE, HeaderValue};
use warp::http::{Method, StatusCode};

use super::errors::ApiError;
use super::{Context, Reply, body};

const SMALL_BODY: usize = 64 * 1024;
pub const LARGE_BODY: usize = 4 * 1024 * 1024;

pub type Handler = fn(&Context, &Call) -> Result<Reply, ApiError>;
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A parameter in the query.
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub about: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// A row: a method and a path such as `/api/workflows/{id}`, and what answers it.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub summary: &'static str,
    pub query: &'static [Param],
    pub body: Option<SchemaOf>,
    pub answer: Answer,
    pub handler: Handler,
    pub large: bool,
}

/// What a row answers with.
pub enum Answer {
    Json(SchemaOf),
    Text(&'static str),
}

impl Route {
    pub fn limit(&self) -> usize {
        match self.method {
            Method::GET => 0,
            _ if self.large => LARGE_BODY,
            _ => SMALL_BODY,
        }
    }
}

/// A request that has found its row.
pub struct Call {
    /// The parts of the path in braces, in their order.
    pub params: Vec<String>,
    pub query: Query,
    pub body: Bytes,
    /// Whether the caller may see what only those with the token may see.
    pub trusted: bool,
}

impl Call {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        body::parse(&self.body)
    }
}

/// All rows.
pub fn table() -> impl Iterator<Item = &'static Route> {
    static GROUPS: LazyLock<Vec<Vec<Route>>> = LazyLock::new(|| vec![meta::routes(), files::routes()]);
    GROUPS.iter().flatten()
}

/// The row for this method and path with the path's parameters; none if no row has this path.
///
/// # Errors
/// 405 if there are rows of this path, but of other methods.
pub fn find(method: &Method, path: &str) -> Result<Option<(&'static Route, Vec<String>)>, ApiError> {
    let mut others = Vec::new();
    for route in table() {
        let Some(params) = matches(route.path, path) else { continue };
        if route.method == *method {
            return Ok(Some((route, params)));
        }
        others.push(route.method.as_str());
    }
    if others.is_empty() { Ok(None) } else { Err(ApiError::method_not_allowed(others.join(", "))) }
}

fn matches(template: &str, path: &str) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for expected in template.split('/') {
        let part = parts.next()?;
        if expected.starts_with('{') {
            params.push(percent_decode_str(part).decode_utf8().ok()?.into_owned());
        } else if expected != part {
            return None;
        }
    }
    parts.next().is_none().then_some(params)
}

/// The parameters in a request's query, each there once and each known.
#[derive(Debug, Default)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// # Errors
    /// 400 for what is unknown, repeated or of the wrong kind; 422 for what is not UTF-8.
    pub fn parse(raw: &str, route: &Route) -> Result<Self, ApiError> {
        Self::read(raw, route.query)
    }

    /// The query of a WebSocket.
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn of_socket(raw: &str) -> Result<Self, ApiError> {
        Self::read(raw, &SOCKET_PARAMS)
    }

    fn read(raw: &str, known: &[Param]) -> Result<Self, ApiError> {
        let mut found = BTreeMap::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let Some(param) = known.iter().find(|param| param.name == name) else {
                return Err(unknown(&name, known));
            };
            param.kind.check(param.name, &value)?;
            if found.insert(name, value).is_some() {
                let message = format!("the parameter `{}` stands more than once", param.name);
                return Err(ApiError::bad_request("repeated_parameter", message).hint("give it once"));
            }
        }
        Ok(Query(found))
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| value != "false")
    }

    /// # Errors
    /// None for parameters of the right kind; they were checked.
    pub fn number(&self, name: &str) -> Result<Option<i64>, ApiError> {
        self.text(name).map(|text| number(name, text)).transpose()
    }
}

/// Parameters of every WebSocket.
pub const SOCKET_PARAMS: [Param; 2] = [
    Param { name: "since", kind: Kind::Number, about: "the last event that the client has" },
    Param { name: "epoch", kind: Kind::Text, about: "the log that `since` is from" },
];

impl Kind {
    fn check(self, name: &str, value: &str) -> Result<(), ApiError> {
        let expected = match self {
            Kind::Text => return Ok(()),
            Kind::Number => return number(name, value).map(|_| ()),
            Kind::Flag if matches!(value, "" | "true" | "false") => return Ok(()),
            Kind::Flag => "true or false".to_owned(),
            Kind::Word(words) if words.contains(&value) => return Ok(()),
            Kind::Word(words) => format!("one of {}", words.join(", ")),
        };
        Err(ApiError::bad_request("invalid_parameter", format!("`{name}` has an unknown value"))
            .hint(format!("it takes {expected}")))
    }
}

fn number(name: &str, text: &str) -> Result<i64, ApiError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        ApiError::bad_request("invalid_parameter", format!("`{name}` is not a number"))
            .hint("give a whole number from 0")
    })
}

fn unknown(name: &str, known: &[Param]) -> ApiError {
    let shown: String = name.chars().take(40).flat_map(char::escape_default).collect();
    let names: Vec<&str> = known.iter().map(|param| param.name).collect();
    let hint = if names.is_empty() {
        "this path takes no parameters".to_owned()
    } else {
        format!("this path takes {}", names.join(", "))
    };
    ApiError::bad_request("unknown_parameter", format!("there is no parameter `{shown}`")).hint(hint)
}

fn decode(text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned()).map_err(|_| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        ApiError::new(status, "not_utf8", "the query is not UTF-8").hint("percent-encode UTF-8")
    })
}

/// A value as the answer.
pub fn json(value: &impl Serialize) -> Result<Reply, ApiError> {
    let bytes = serde_json::to_vec(value)
        .map_err(|error| ApiError::internal(format!("the answer could not be written: {error}")))?;
    Ok(reply("application/json", bytes))
}

/// Bytes of this content type as the answer.
pub fn reply(content_type: &'static str, bytes: Vec<u8>) -> Reply {
    let mut reply = Reply::new(bytes.into());
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}
