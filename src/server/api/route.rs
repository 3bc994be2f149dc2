//! A row of the table: what serves a request, and what the OpenAPI document says of it.

use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use warp::http::Method;
use warp::http::header::{CONTENT_TYPE, HeaderValue};

use super::call::Call;
use super::param::{ID, Param, ParamKind};
use crate::server::body::{self, Shape};
use crate::server::compute::Computation;
use crate::server::errors::ApiError;
use crate::server::{Reply, ServerContext};

const SMALL_BODY: usize = 64 * 1024;
const LARGE_BODY: usize = 4 * 1024 * 1024;

type Handler = Box<dyn Fn(&ServerContext, &Call) -> Result<Reply, ApiError> + Send + Sync>;
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

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
    pub work: Computation,
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
    pub(super) fn get<A: Serialize + JsonSchema + 'static>(
        path: &'static str,
        summary: &'static str,
        handler: fn(&ServerContext, &Call) -> Result<A, ApiError>,
    ) -> Self {
        Route {
            method: Method::GET,
            path,
            summary,
            query: Vec::new(),
            body: None,
            answer: Answer::Json(|generator| generator.subschema_for::<A>()),
            handler: Box::new(move |context, call| json(&handler(context, call)?)),
            work: Computation::Light,
            limit: 0,
        }
    }

    /// A question that is answered with something else than JSON of one shape.
    pub(super) fn text(
        path: &'static str,
        summary: &'static str,
        handler: fn(&ServerContext, &Call) -> Result<Reply, ApiError>,
    ) -> Self {
        let answer = Answer::Text;
        let route = Route::get::<()>(path, summary, |_, _| Ok(()));
        Route { answer, handler: Box::new(handler), ..route }
    }

    /// Something to do, told in JSON and answered in JSON.
    pub(super) fn post<
        B: DeserializeOwned + JsonSchema + 'static,
        A: Serialize + JsonSchema + 'static,
    >(
        path: &'static str,
        summary: &'static str,
        handler: fn(&ServerContext, &Call, B) -> Result<A, ApiError>,
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
            work: Computation::Light,
            limit: SMALL_BODY,
        }
    }

    pub(super) fn query(mut self, params: &[Param]) -> Self {
        self.query.extend_from_slice(params);
        self
    }

    /// Takes as much as the names of ten thousand files.
    pub(super) fn large(self) -> Self {
        Route { limit: LARGE_BODY, ..self }
    }

    /// Takes a place among those that compute.
    pub(super) fn works(self, work: Computation) -> Self {
        Route { work, ..self }
    }

    /// What the id in its path is, if there is one.
    pub fn id_kind(&self) -> ParamKind {
        match self.path {
            path if path.starts_with("/api/workflows/") => ParamKind::Workflow,
            path if path.starts_with("/api/findings/") => ParamKind::Fingerprint,
            path if path.starts_with("/api/rules/") => ParamKind::Rule,
            _ => ID,
        }
    }

    /// The most bytes that its body may have.
    pub fn limit(&self) -> usize {
        self.limit
    }
}

/// A value as the answer.
pub(super) fn json(value: &impl Serialize) -> Result<Reply, ApiError> {
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
