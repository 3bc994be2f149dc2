//! A row of the table: what serves a request, and what the OpenAPI document says of it.

use std::sync::{Arc, LazyLock};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use warp::http::Method;
use warp::http::header::{CONTENT_TYPE, HeaderValue};

use super::Nothing;
use super::call::Call;
use super::input::{HandlerInput, Parameters};
use super::param::Param;
use super::path_id::PathId;
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
    pub query: Arc<[Param]>,
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
    /// A question, answered in JSON. The types are its parameters and its answer in the OpenAPI
    /// document.
    pub(super) fn get<In: HandlerInput + 'static, A: Serialize + JsonSchema + 'static>(
        path: &'static str,
        summary: &'static str,
        handler: fn(&ServerContext, &Call, In) -> Result<A, ApiError>,
    ) -> Self {
        let query = Parameters::<In>::new();
        Route {
            method: Method::GET,
            path,
            summary,
            query: query.list(),
            body: None,
            answer: Answer::Json(|generator| generator.subschema_for::<A>()),
            handler: Box::new(move |context, call| {
                json(&handler(context, call, query.read(&call.query)?)?)
            }),
            work: Computation::Light,
            limit: 0,
        }
    }

    /// A question that is answered with something else than JSON of one shape.
    pub(super) fn text<In: HandlerInput + 'static>(
        path: &'static str,
        summary: &'static str,
        handler: fn(&ServerContext, &Call, In) -> Result<Reply, ApiError>,
    ) -> Self {
        let query = Parameters::<In>::new();
        let list = query.list();
        let handler: Handler =
            Box::new(move |context, call| handler(context, call, query.read(&call.query)?));
        let route = Route::get(path, summary, |_, _, _: Nothing| Ok(()));
        Route { answer: Answer::Text, query: list, handler, ..route }
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
        let query = Parameters::<Nothing>::new();
        let shape = LazyLock::new(Shape::of::<B>);
        Route {
            method: Method::POST,
            path,
            summary,
            query: query.list(),
            body: Some(|generator| generator.subschema_for::<B>()),
            answer: Answer::Json(|generator| generator.subschema_for::<A>()),
            handler: Box::new(move |context, call| {
                let Nothing {} = query.read(&call.query)?;
                json(&handler(context, call, body::parse(&call.body, &shape)?)?)
            }),
            work: Computation::Light,
            limit: SMALL_BODY,
        }
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
    pub fn id_kind(&self) -> PathId {
        PathId::of(self.path)
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
