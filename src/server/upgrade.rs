//! Turns a request into a WebSocket.
//!
//! warp's own filter leaves tungstenite's buffers at 128 KiB a client and its message limit at
//! 64 MiB; taking the connection from hyper costs a few lines and lets both be small.

use futures_util::future::BoxFuture;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use warp::http::header::{
    CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use warp::http::{HeaderMap, StatusCode};

use super::Reply;
use super::auth::{SUBPROTOCOL, protocols};
use super::errors::ApiError;

pub type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Room for a page of events beyond the buffer that is being written; tungstenite insists.
const MAX_WRITE_BUFFER: usize = 1024 * 1024;
const WRITE_BUFFER: usize = 16 * 1024;
const READ_BUFFER: usize = 4 * 1024;
/// Clients have nothing to say but ping, pong and close.
const MAX_FRAME: usize = 4 * 1024;

/// The key of a request that asks for a WebSocket as RFC 6455 wants it.
///
/// # Errors
/// 400 if something is missing, 426 if it is no such request at all or of another version.
pub fn key(headers: &HeaderMap) -> Result<HeaderValue, ApiError> {
    if !has_token(headers, &CONNECTION, "upgrade") || !has_token(headers, &UPGRADE, "websocket") {
        let message = "this path speaks WebSocket only";
        return Err(ApiError::new(StatusCode::UPGRADE_REQUIRED, "websocket_expected", message)
            .hint("connect with a WebSocket client: ws://HOST:PORT and this path"));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        let message = "this WebSocket version is not spoken here";
        return Err(ApiError::bad_request("websocket_version", message).hint("use version 13"));
    }
    match headers.get(SEC_WEBSOCKET_KEY) {
        Some(key) if key.len() == 24 => Ok(key.clone()),
        _ => {
            Err(ApiError::bad_request("websocket_key", "the WebSocket key is missing or malformed")
                .hint("send `Sec-WebSocket-Key` with 16 random bytes in base64"))
        }
    }
}

/// The answer to such a request. `then` gets the socket once the answer is out.
pub fn accept(
    upgrade: OnUpgrade,
    key: &HeaderValue,
    headers: &HeaderMap,
    then: impl FnOnce(Socket) -> BoxFuture<'static, ()> + Send + 'static,
) -> Reply {
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let config = WebSocketConfig::default()
                .read_buffer_size(READ_BUFFER)
                .write_buffer_size(WRITE_BUFFER)
                .max_write_buffer_size(MAX_WRITE_BUFFER)
                .max_message_size(Some(MAX_FRAME))
                .max_frame_size(Some(MAX_FRAME));
            let io = TokioIo::new(upgraded);
            then(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await).await;
        }
    });
    let mut response = Reply::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let answer = response.headers_mut();
    answer.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    answer.insert(UPGRADE, HeaderValue::from_static("websocket"));
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()));
    answer.insert(SEC_WEBSOCKET_ACCEPT, accept.expect("base64 is a header value"));
    // A browser that offers protocols fails the connection unless one of them is answered.
    if protocols(headers).any(|name| name == SUBPROTOCOL) {
        answer.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    response
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}
