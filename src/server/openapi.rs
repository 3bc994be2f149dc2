//! The OpenAPI document, made from the table that also serves the requests.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::api::{self, Answer, Param, Route};

/// The document, version 3.1.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(build);
    &DOCUMENT
}

fn build() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for route in api::table() {
        let mut operation = json!({
            "summary": route.summary,
            "operationId": operation_id(route),
            "parameters": parameters(route),
            "responses": responses(route, &mut generator),
        });
        if let Some(body) = route.body {
            operation["requestBody"] = json!({
                "required": true, "content": {"application/json": {"schema": body(&mut generator)}},
            });
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Error".to_owned(), error_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "validator", "version": env!("CARGO_PKG_VERSION"),
            "description": "Runs, findings and recommendations of a documentation project. \
                Events come over WebSocket: /ws/validation_updates, /ws/{workflow_id}.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Error": {"description": "the refusal", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
        },
    })
}

/// What the statuses of refusals mean.
const REFUSALS: [(u16, &str); 13] = [
    (400, "the request is malformed"),
    (401, "the token is missing or wrong"),
    (403, "the request does not come from a page of this server, or nothing may be changed"),
    (404, "what was asked for is not there"),
    (408, "the body did not arrive in time"),
    (409, "the state does not allow it"),
    (413, "the body is too large, or names too many files"),
    (415, "the body is not JSON"),
    (422, "the query is not UTF-8, or the configuration or the file cannot be read"),
    (429, "too many runs were started"),
    (500, "the server or the run history failed"),
    (503, "the server is busy, the run history is locked, or computing took too long"),
    (507, "the disk is full"),
];

/// The answer, and every refusal that there may be.
fn responses(route: &Route, generator: &mut schemars::SchemaGenerator) -> Value {
    let mut responses = json!({
        "200": {"description": "the answer", "content": content(route, generator)},
        "default": {"$ref": "#/components/responses/Error"},
    });
    for (status, about) in REFUSALS {
        let is_about_bodies = matches!(status, 408 | 409 | 413 | 415 | 429 | 507);
        if is_about_bodies && route.body.is_none() {
            continue;
        }
        let mut refusal = json!({"description": about, "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}});
        if matches!(status, 429 | 503) {
            refusal["headers"] = json!({"Retry-After": {
                "description": "seconds after which to try again",
                "schema": {"type": "integer", "minimum": 1},
            }});
        }
        responses[status.to_string()] = refusal;
    }
    responses
}

fn content(route: &Route, generator: &mut schemars::SchemaGenerator) -> Value {
    match &route.answer {
        Answer::Json(schema) => json!({"application/json": {"schema": schema(generator)}}),
        Answer::Text => api::content_types()
            .map(|kind| match kind {
                _ if kind == "application/json" || kind.ends_with("+json") => {
                    (kind.to_owned(), json!({"schema": {}}))
                }
                _ => (kind.to_owned(), json!({"schema": {"type": "string"}})),
            })
            .collect(),
    }
}

/// Such as `get_api_workflows_id`.
fn operation_id(route: &Route) -> String {
    let words = route.path.split(['/', '{', '}', '.']).filter(|word| !word.is_empty());
    let method = route.method.as_str().to_ascii_lowercase();
    words.fold(method, |id, word| format!("{id}_{word}"))
}

fn parameters(route: &Route) -> Vec<Value> {
    let names = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = names.map(|name| {
        json!({
            "name": name, "in": "path", "required": true, "schema": route.id_kind().schema(),
        })
    });
    let in_query = route.query.iter().map(|param| {
        let Param { name, about, required, schema } = param;
        json!({
            "name": name, "in": "query", "description": about, "required": required,
            "schema": schema,
        })
    });
    in_path.chain(in_query).collect()
}

fn error_schema() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "required": ["error"], "properties": {"error": {
        "type": "object", "required": ["code", "message", "hint"],
        "properties": {"code": text, "message": text, "hint": text},
    }}})
}
