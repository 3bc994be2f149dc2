//! A request that has found its row: its path, its query, its body.

use std::collections::BTreeMap;
use std::str::FromStr;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use warp::http::StatusCode;

use super::param::{PAGE, Param, ParamKind, SOCKET_PARAMS, invalid};
use super::route::Route;
use crate::server::errors::ApiError;
use crate::store::query::ListPage;

/// A request that has found its row.
pub struct Call {
    /// The parts of the path in braces, in their order.
    pub params: Vec<String>,
    /// What the id in the path is.
    pub kind: ParamKind,
    pub query: Query,
    pub body: Bytes,
    /// Whether the caller may see what only those with the token may see.
    pub trusted: bool,
}

impl Call {
    /// The id in the path.
    ///
    /// # Errors
    /// 400 if it could not be one.
    pub(super) fn id<T: FromStr>(&self) -> Result<T, ApiError> {
        let text = self.params.first().map(String::as_str).unwrap_or_default();
        let known = self.kind.check("id", text).is_ok().then(|| text.parse().ok()).flatten();
        known.ok_or_else(|| {
            let shown: String = text.chars().take(40).flat_map(char::escape_default).collect();
            let (what, form) = match self.kind {
                ParamKind::Workflow => ("run", "ids of runs look like wf_1m4t0kq7x2c"),
                ParamKind::Fingerprint => ("finding", "fingerprints have 16 digits from 0 to f"),
                ParamKind::Rule => ("rule", "GET /api/rules lists all rules"),
                _ => ("entry", "ids here are whole numbers from 1, as the lists show them"),
            };
            ApiError::bad_request("malformed_id", format!("{what} `{shown}` not found")).hint(form)
        })
    }

    /// Where to begin in a list that is known in whole.
    pub(super) fn offset(&self) -> u64 {
        self.query.number("offset").and_then(|offset| offset.try_into().ok()).unwrap_or_default()
    }

    /// The part of a list that is wanted.
    ///
    /// # Errors
    /// 400 if `after` could not be the end of a page.
    pub(super) fn page<K: FromStr>(&self) -> Result<ListPage<K>, ApiError> {
        let limit = self.query.number("limit").and_then(|limit| usize::try_from(limit).ok());
        Ok(ListPage { after: self.query.parsed("after")?, limit: limit.unwrap_or(PAGE) })
    }
}

/// The parameters in a request's query, each there once and each known.
#[derive(Debug, Default)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// # Errors
    /// 400 for what is unknown, repeated or of the wrong kind; 422 for what is not UTF-8.
    pub fn parse(raw: &str, route: &Route) -> Result<Self, ApiError> {
        Self::read(raw, &route.query)
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
                let message = format!("the parameter `{}` is given more than once", param.name);
                return Err(
                    ApiError::bad_request("repeated_parameter", message).hint("give it once")
                );
            }
        }
        match known.iter().find(|param| param.required && !found.contains_key(param.name)) {
            None => Ok(Query(found)),
            Some(Param { name, about, .. }) => {
                let message = format!("the parameter `{name}` is missing");
                let hint = format!("add `?{name}=…`: {about}");
                Err(ApiError::bad_request("missing_parameter", message).hint(hint))
            }
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// A parameter that was checked to be a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// # Errors
    /// 400 if it is there and not of this type.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.text(name).map(|text| text.parse().map_err(|_| invalid(name))).transpose()
    }
}

fn unknown(name: &str, known: &[Param]) -> ApiError {
    let shown: String = name.chars().take(40).flat_map(char::escape_default).collect();
    let names: Vec<&str> = known.iter().map(|param| param.name).collect();
    let hint = if names.is_empty() {
        "this path takes no parameters".to_owned()
    } else {
        format!("this path takes {}", names.join(", "))
    };
    ApiError::bad_request("unknown_parameter", format!("there is no parameter `{shown}`"))
        .hint(hint)
}

fn decode(text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned()).map_err(|_| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        ApiError::new(status, "not_utf8", "the query is not UTF-8").hint("percent-encode UTF-8")
    })
}
