//! The OpenAPI document, made from the table that also serves the requests.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::api::{self, Answer, Kind, Param, Route};

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
            "responses": {
                "200": {"description": "the answer", "content": content(route, &mut generator)},
                "default": {"$ref": "#/components/responses/Error"},
            },
        });
        if let Some(body) = route.body {
            operation["requestBody"] = json!({
                "required": true, "content": {"application/json": {"schema": body(&mut generator)}},
            });
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "validator", "version": env!("CARGO_PKG_VERSION"),
            "description": "Runs, findings and recommendations of a documentation project. \
                Events come over WebSocket: /ws/validation_updates, /ws/{workflow_id}.",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {"Error": {"description": "the refusal", "content": {
                "application/json": {"schema": error_schema()}}}},
        },
    })
}

fn content(route: &Route, generator: &mut schemars::SchemaGenerator) -> Value {
    match &route.answer {
        Answer::Json(schema) => json!({"application/json": {"schema": schema(generator)}}),
        Answer::Text => json!({"*/*": {"schema": {"type": "string"}}}),
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
    let in_path = names.map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    let in_query = route.query.iter().map(|param| {
        let Param { name, about, .. } = param;
        json!({"name": name, "in": "query", "description": about, "schema": schema_of(param.kind)})
    });
    in_path.chain(in_query).collect()
}

fn schema_of(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Number => json!({"type": "integer", "minimum": 0}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Word(words) => json!({"type": "string", "enum": words}),
    }
}

fn error_schema() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "required": ["error"], "properties": {"error": {
        "type": "object", "required": ["code", "message", "hint"],
        "properties": {"code": text, "message": text, "hint": text},
    }}})
}
