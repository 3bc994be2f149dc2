//! The text of pages, for those who look at findings.

use schemars::JsonSchema;
use serde::Serialize;
use warp::http::Method;

use super::{Answer, Call, Kind, Param, Route, json};
use crate::server::errors::ApiError;
use crate::server::{Context, Reply};

pub fn routes() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        path: "/api/file",
        summary: "The text of a file beneath the root",
        query: &[Param { name: "path", kind: Kind::Text, about: "relative to the root, with `/`" }],
        body: None,
        answer: Answer::Json(|generator| generator.subschema_for::<Source>()),
        handler: show,
        large: false,
    }]
}

#[derive(Serialize, JsonSchema)]
struct Source {
    path: String,
    text: String,
}

fn show(context: &Context, call: &Call) -> Result<Reply, ApiError> {
    let path = call.query.text("path").unwrap_or_default();
    json(&Source { path: path.to_owned(), text: context.root.read_text(path)? })
}
