//! The table of everything that can be asked over HTTP. One row serves the request, is its page in
//! the OpenAPI document, and says which parameters there are: no other is taken.

mod enhance;
mod events;
mod export;
mod files;
mod findings;
mod meta;
mod recommendations;
mod validate;
mod validations;
mod workflows;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use warp::http::header::{CONTENT_TYPE, HeaderValue};
use warp::http::{Method, StatusCode};

pub use validate::walk;

use super::body::{self, Shape};
use super::compute::Work;
use super::errors::ApiError;
use super::files as beneath;
use super::{Context, Reply};
use crate::store::WorkflowId;
use crate::store::query::{FindingCursor, MAX_PAGE, Page};

const SMALL_BODY: usize = 64 * 1024;
const LARGE_BODY: usize = 4 * 1024 * 1024;

type Handler = Box<dyn Fn(&Context, &Call) -> Result<Reply, ApiError> + Send + Sync>;
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A parameter in the query.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub about: &'static str,
    pub required: bool,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A whole number within these bounds, and what counts if it is not said.
    Number {
        least: i64,
        most: i64,
        default: Option<i64>,
    },
    /// A file relative to the root.
    Path,
    /// The id of a workflow.
    Workflow,
    /// The end of a page of findings.
    Finding,
    Flag,
    /// One of these words, in any letter case.
    Word(&'static [&'static str]),
}

/// A row: a method and a path such as `/api/workflows/{id}`, and what answers it.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub summary: &'static str,
    pub query: Vec<Param>,
    pub body: Option<SchemaOf>,
    pub answer: Answer,
    pub handler: Handler,
    /// How much answering it asks of the server.
    pub work: Work,
    limit: usize,
}

/// What a row answers with.
pub enum Answer {
    Json(SchemaOf),
    /// Text whose content type depends on the request.
    Text,
}

impl Route {
    /// A question, answered in JSON. Its type is the schema in the OpenAPI document.
    fn get<A: Serialize + JsonSchema + 'static>(
        path: &'static str,
        summary: &'static str,
        handler: fn(&Context, &Call) -> Result<A, ApiError>,
    ) -> Self {
        Route {
            method: Method::GET,
            path,
            summary,
            query: Vec::new(),
            body: None,
            answer: Answer::Json(|generator| generator.subschema_for::<A>()),
            handler: Box::new(move |context, call| json(&handler(context, call)?)),
            work: Work::Light,
            limit: 0,
        }
    }

    /// A question that is answered with something else than JSON of one shape.
    fn text(
        path: &'static str,
        summary: &'static str,
        handler: fn(&Context, &Call) -> Result<Reply, ApiError>,
    ) -> Self {
        let answer = Answer::Text;
        let route = Route::get::<()>(path, summary, |_, _| Ok(()));
        Route { answer, handler: Box::new(handler), ..route }
    }

    /// Something to do, told in JSON and answered in JSON.
    fn post<B: DeserializeOwned + JsonSchema + 'static, A: Serialize + JsonSchema + 'static>(
        path: &'static str,
        summary: &'static str,
        handler: fn(&Context, &Call, B) -> Result<A, ApiError>,
    ) -> Self {
        let shape = LazyLock::new(Shape::of::<B>);
        Route {
            method: Method::POST,
            path,
            summary,
            query: Vec::new(),
            body: Some(|generator| generator.subschema_for::<B>()),
            answer: Answer::Json(|generator| generator.subschema_for::<A>()),
            handler: Box::new(move |context, call| {
                json(&handler(context, call, body::parse(&call.body, &shape)?)?)
            }),
            work: Work::Light,
            limit: SMALL_BODY,
        }
    }

    fn query(mut self, params: &[Param]) -> Self {
        self.query.extend_from_slice(params);
        self
    }

    /// Takes as much as the names of ten thousand files.
    fn large(self) -> Self {
        Route { limit: LARGE_BODY, ..self }
    }

    /// Takes a place among those that compute.
    fn works(self, work: Work) -> Self {
        Route { work, ..self }
    }

    /// What the id in its path is, if there is one.
    pub fn id_kind(&self) -> Kind {
        if self.path.starts_with("/api/workflows/") { Kind::Workflow } else { ID }
    }

    /// The most bytes that its body may have.
    pub fn limit(&self) -> usize {
        self.limit
    }
}

/// The body of an action that needs no more words: `{}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A request that has found its row.
pub struct Call {
    /// The parts of the path in braces, in their order.
    pub params: Vec<String>,
    /// What the id in the path is.
    pub kind: Kind,
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
    fn id<T: FromStr>(&self) -> Result<T, ApiError> {
        let text = self.params.first().map(String::as_str).unwrap_or_default();
        let known = self.kind.check("id", text).is_ok().then(|| text.parse().ok()).flatten();
        known.ok_or_else(|| {
            let shown: String = text.chars().take(40).flat_map(char::escape_default).collect();
            let (what, form) = match self.kind {
                Kind::Workflow => ("run", "ids of runs look like wf_1m4t0kq7x2c"),
                _ => ("entry", "ids here are whole numbers from 1, as the lists show them"),
            };
            ApiError::bad_request("malformed_id", format!("{what} `{shown}` not found")).hint(form)
        })
    }

    /// The part of a list that is wanted.
    ///
    /// # Errors
    /// 400 if `after` could not be the end of a page.
    fn page<K: FromStr>(&self) -> Result<Page<K>, ApiError> {
        let limit = self.query.number("limit").and_then(|limit| usize::try_from(limit).ok());
        Ok(Page { after: self.query.parsed("after")?, limit: limit.unwrap_or(PAGE) })
    }
}

/// Rows of a page, if nothing is said.
const PAGE: usize = 100;

/// The greatest number that every reader of JSON has exactly.
pub const MAX_NUMBER: i64 = (1 << 53) - 1;
/// A number from 0, such as that of an event.
const COUNT: Kind = Kind::Number { least: 0, most: MAX_NUMBER, default: None };
/// The id of a validation or a recommendation.
pub const ID: Kind = Kind::Number { least: 1, most: MAX_NUMBER, default: None };

const LIMIT: Param = param(
    "limit",
    Kind::Number { least: 1, most: MAX_PAGE as i64, default: Some(PAGE as i64) },
    "rows of a page",
);

/// Where a page begins, in a list whose rows are known by this.
const fn after(kind: Kind) -> Param {
    param("after", kind, "the `next` of the page before")
}

macro_rules! path {
    () => {
        concat!(
            r"^(?:[^/\\\x00.](?:[^/\\\x00:][^/\\\x00]*)?|\.[^/\\\x00.:][^/\\\x00]*|\.\.[^/\\\x00]+)",
            r"(?:/(?:[^/\\\x00.][^/\\\x00]*|\.[^/\\\x00.][^/\\\x00]*|\.\.[^/\\\x00]+))*/?$",
        )
    };
}

/// A path as requests name it: names separated by `/`, none of them `.` or `..`.
pub const PATH: &str = path!();
/// The same of a folder; `.` is the root.
pub const FOLDER_PATH: &str = concat!(r"^\.$|", path!());
/// Characters of a path.
pub const LONGEST_PATH: u32 = 1000;
/// A day, such as 2027-01-31.
pub const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

const WORKFLOW: Kind = Kind::Workflow;

const fn param(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, about, required: false }
}

impl Param {
    /// Without it the request means nothing.
    const fn required(self) -> Self {
        Param { required: true, ..self }
    }
}

const fn text(name: &'static str, about: &'static str) -> Param {
    param(name, Kind::Text, about)
}

const fn number(name: &'static str, about: &'static str) -> Param {
    param(name, COUNT, about)
}

const fn flag(name: &'static str, about: &'static str) -> Param {
    param(name, Kind::Flag, about)
}

const fn word(name: &'static str, words: &'static [&'static str], about: &'static str) -> Param {
    param(name, Kind::Word(words), about)
}

/// All rows.
pub fn table() -> impl Iterator<Item = &'static Route> {
    static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
        [
            meta::routes(),
            files::routes(),
            validate::routes(),
            workflows::routes(),
            export::routes(),
            validations::routes(),
            findings::routes(),
            recommendations::routes(),
            enhance::routes(),
            events::routes(),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    ROUTES.iter()
}

/// The row for this method and path with the path's parameters; none if no row has this path.
///
/// # Errors
/// 405 if there are rows of this path, but of other methods.
pub fn find(
    method: &Method,
    path: &str,
) -> Result<Option<(&'static Route, Vec<String>)>, ApiError> {
    let mut others = Vec::new();
    // `/api/recommendations/approve` is no recommendation of that id.
    let is_literal = table().any(|route| route.path == path);
    for route in table().filter(|route| !is_literal || route.path == path) {
        let Some(params) = matches(route.path, path) else { continue };
        if route.method == *method {
            return Ok(Some((route, params)));
        }
        others.push(route.method.as_str());
        if route.method == Method::GET {
            others.push("HEAD");
        }
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
                let message = format!("the parameter `{}` stands more than once", param.name);
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

    fn owned(&self, name: &str) -> Option<String> {
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
    fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.text(name).map(|text| text.parse().map_err(|_| invalid(name))).transpose()
    }
}

/// Parameters of every WebSocket.
pub const SOCKET_PARAMS: [Param; 2] = [
    number("since", "the last event that the client has"),
    text("epoch", "the log that `since` is from"),
];

impl Kind {
    fn check(self, name: &str, value: &str) -> Result<(), ApiError> {
        let (fits, expected) = match self {
            Kind::Text => return Ok(()),
            Kind::Path => {
                beneath::check_name(value)?;
                let is_odd = ["//", "/./"].iter().any(|odd| value.contains(odd));
                let is_long = value.chars().count() > LONGEST_PATH as usize;
                let fits = !is_odd && !value.ends_with("/.") && !is_long;
                (fits, "a path such as `docs/page.md`".to_owned())
            }
            Kind::Number { least, most, .. } => {
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                let fits = value.parse().is_ok_and(|number: i64| (least..=most).contains(&number));
                (digits && fits, format!("a whole number from {least} to {most}"))
            }
            Kind::Workflow => (
                value.parse::<WorkflowId>().is_ok(),
                "the id of a run: GET /api/workflows".to_owned(),
            ),
            Kind::Finding => {
                (value.parse::<FindingCursor>().is_ok(), "the `next` of the page before".to_owned())
            }
            Kind::Flag => (matches!(value, "true" | "false"), "true or false".to_owned()),
            Kind::Word(words) => {
                let known = words.iter().any(|word| word.eq_ignore_ascii_case(value));
                (known, format!("one of {}", words.join(", ")))
            }
        };
        if fits { Ok(()) } else { Err(invalid(name).hint(format!("it takes {expected}"))) }
    }
}

fn invalid(name: &str) -> ApiError {
    ApiError::bad_request("invalid_parameter", format!("`{name}` has a value that it cannot have"))
        .hint("GET /api/openapi.json says what each parameter takes")
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

/// A value as the answer.
fn json(value: &impl Serialize) -> Result<Reply, ApiError> {
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
