//! The WebSocket paths: a test, all events, and the events of one workflow.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use hyper::upgrade::OnUpgrade;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_tungstenite::tungstenite::Message;
use warp::http::HeaderMap;

use super::api::{MAX_NUMBER, Parameters};
use super::errors::ApiError;
use super::protocol::Close;
use super::session::{self, Start};
use super::upgrade::{self, Socket};
use super::{Reply, ServerContext};
use crate::store::{WorkflowId, WorkflowIdError};

const GREETING: &str = "Hello from test WebSocket!";
/// A connection that is only there to be tested does not stay.
const TEST_STAYS: Duration = Duration::from_secs(60);

/// From where on a client follows.
#[derive(Deserialize, JsonSchema)]
struct FollowQuery {
    /// The last event that the client has.
    #[schemars(range(min = 0, max = MAX_NUMBER))]
    since: Option<i64>,
    /// The log that `since` is from.
    epoch: Option<String>,
}

static PARAMETERS: LazyLock<Parameters<FollowQuery>> = LazyLock::new(Parameters::new);

/// Answers a request for `/ws/{name}`.
///
/// # Errors
/// 404 if there is no such socket, 400 for a query that makes no sense, 503 if there is no place
/// for one more client, and what [`upgrade::key`] refuses.
pub async fn connect(
    context: &Arc<ServerContext>,
    name: &str,
    headers: &HeaderMap,
    query: &str,
    upgrade: Option<OnUpgrade>,
) -> Result<Reply, ApiError> {
    let query = PARAMETERS.read(query)?;
    let workflow = match name {
        "test" | "validation_updates" => None,
        id => Some(known_workflow(context, id).await?),
    };
    let start = Start {
        since: query.since,
        epoch: query.epoch,
        workflow,
        heartbeat: context.limits.heartbeat,
        server: Arc::clone(&context.server),
    };
    let key = upgrade::key(headers)?;
    let upgrade = upgrade.ok_or_else(|| {
        // hyper offers it to all but those who speak an older HTTP.
        ApiError::bad_request("websocket_http", "WebSocket needs HTTP/1.1")
            .hint("connect over HTTP/1.1")
    })?;
    let seat = context.hub.admit().ok_or_else(full)?;
    let hub = Arc::clone(&context.hub);
    let stop = context.stop.clone();
    let test = name == "test";
    let then = move |socket: Socket| {
        async move {
            if test {
                say_hello(socket, stop).await;
            } else {
                session::run(socket, hub, start, stop).await;
            }
            drop(seat);
        }
        .boxed()
    };
    Ok(upgrade::accept(upgrade, &key, headers, then))
}

async fn known_workflow(context: &Arc<ServerContext>, id: &str) -> Result<WorkflowId, ApiError> {
    let id: WorkflowId = id.parse().map_err(|error: WorkflowIdError| {
        ApiError::bad_request("malformed_id", error.to_string())
            .hint("GET /api/workflows lists them")
    })?;
    let store = context.record.store();
    let known = move || store.read(|reader| reader.workflow(id));
    match tokio::task::spawn_blocking(known).await {
        Ok(known) => Ok(known?.id),
        Err(_) => Err(ApiError::internal("the run history could not be read")),
    }
}

fn full() -> ApiError {
    ApiError::unavailable("too_many_clients", "as many clients as are allowed are connected")
        .hint("close one, or start the server with a larger --max-clients")
}

async fn say_hello(mut socket: Socket, mut stop: tokio::sync::watch::Receiver<bool>) {
    let talk = async {
        socket.send(Message::text(GREETING)).await?;
        while socket.next().await.transpose()?.is_some() {}
        Ok::<_, tokio_tungstenite::tungstenite::Error>(())
    };
    let close = tokio::select! {
        // Who does not take the greeting has left.
        end = tokio::time::timeout(TEST_STAYS, talk) => {
            end.ok().and_then(Result::err).and_then(|error| Close::after(&error))
        }
        _ = stop.wait_for(|stop| *stop) => None,
    };
    let close = socket.close(close.map(Close::frame));
    let _ = tokio::time::timeout(Duration::from_millis(500), close).await;
}
