//! Decides from the head of a request, before any route sees it, whether it may come in.
//!
//! A page on the web can make a browser send requests to this server, under a name of its own
//! choosing. So a request must name this server, come from a page of this server or from no page
//! at all, and, where it changes something, be of a kind that pages elsewhere cannot send.

use warp::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use warp::http::request::Parts;
use warp::http::{HeaderMap, Method, StatusCode};

use super::api;
use super::auth::Token;
use super::errors::ApiError;

/// What this server lets in.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// `name:port` in lower case, as browsers write it; the server's own names.
    pub own: Vec<String>,
    /// Further names, given with `--allow-host`: a tunnel, or a proxy that adds TLS.
    pub allowed: Vec<String>,
    pub token: Option<Token>,
    /// Refuse whatever is not a question.
    pub read_only: bool,
}

type Check = fn(&Policy, &Parts) -> Result<(), ApiError>;

/// The checks by name, in the order in which they are made.
const CHECKS: [(&str, Check); 8] = [
    ("target", target),
    ("duplicates", duplicates),
    ("host", host),
    ("origin", origin),
    ("site", site),
    ("content-type", content_type),
    ("token", token),
    ("read-only", read_only),
];

/// The policy with the checks that enforce it.
#[derive(Debug, Clone)]
pub struct Guard {
    policy: Policy,
    checks: Vec<(&'static str, Check)>,
}

impl Guard {
    pub fn new(policy: Policy) -> Self {
        Guard { policy, checks: CHECKS.to_vec() }
    }

    /// Whether the request may come in.
    ///
    /// # Errors
    /// The refusal of the first check that it fails.
    pub fn check(&self, request: &Parts) -> Result<(), ApiError> {
        self.checks.iter().try_for_each(|(_, check)| check(&self.policy, request))
    }

    /// Whether the request may see what only those with the token may see.
    pub fn trusts(&self, headers: &HeaderMap) -> bool {
        self.policy.token.as_ref().is_none_or(|token| token.shown_in(headers))
    }

    /// Whether clients have to show a token.
    pub fn needs_token(&self) -> bool {
        self.policy.token.is_some()
    }

    /// Whether clients may only ask.
    pub fn is_read_only(&self) -> bool {
        self.policy.read_only
    }

    /// The names of all checks, so that a test can take each away in turn.
    #[cfg(test)]
    pub fn names() -> impl Iterator<Item = &'static str> {
        CHECKS.iter().map(|(name, _)| *name)
    }

    /// The guard as it would be had this check been forgotten.
    #[cfg(test)]
    pub fn without(policy: Policy, forgotten: &str) -> Self {
        let mut guard = Guard::new(policy);
        guard.checks.retain(|(name, _)| *name != forgotten);
        guard
    }
}

/// The target is a path on this server.
fn target(_: &Policy, request: &Parts) -> Result<(), ApiError> {
    let path = request.uri.path_and_query().map_or("", |path| path.as_str());
    if !path.starts_with('/') {
        return Err(ApiError::bad_request("bad_target", "the request's target is not a path")
            .hint("this server is not a proxy; ask for a path that starts with `/`"));
    }
    Ok(())
}

/// Headers that decide something are there once, so that no two readers see different ones.
fn duplicates(_: &Policy, request: &Parts) -> Result<(), ApiError> {
    const ONCE: [HeaderName; 5] =
        [HOST, ORIGIN, CONTENT_TYPE, AUTHORIZATION, HeaderName::from_static("sec-fetch-site")];
    for name in ONCE {
        if request.headers.get_all(&name).iter().nth(1).is_some() {
            let message = format!("the header `{name}` is given more than once");
            return Err(ApiError::bad_request("duplicate_header", message).hint("send it once"));
        }
    }
    Ok(())
}

/// The request names this server. A page whose name was made to point here names its own.
fn host(policy: &Policy, request: &Parts) -> Result<(), ApiError> {
    let malformed = |message: &str| {
        ApiError::bad_request("bad_host", message).hint("send one `Host: name:port`")
    };
    let Some(value) = request.headers.get(HOST) else {
        return Err(malformed("the header `Host` is missing"));
    };
    let host = value.to_str().ok().filter(|host| is_authority(host));
    let host = host.ok_or_else(|| malformed("the header `Host` is not a name and a port"))?;
    if request.uri.authority().is_some_and(|named| !named.as_str().eq_ignore_ascii_case(host)) {
        return Err(malformed("the target and the header `Host` name different servers"));
    }
    let known = |name: &String| name.eq_ignore_ascii_case(host);
    if policy.own.iter().chain(&policy.allowed).any(known) {
        return Ok(());
    }
    Err(ApiError::forbidden("host_not_allowed", "the name in `Host` is not one of this server's")
        .hint(format!(
            "open http://{}/, or start the server with --allow-host NAME:PORT",
            names(policy)
        )))
}

fn names(policy: &Policy) -> &str {
    policy.own.first().map_or("127.0.0.1", String::as_str)
}

/// `name`, `name:port` or `[address]:port`, without user, path or escapes.
fn is_authority(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if address.bytes().all(is_address) => (address, port),
            _ => return false,
        },
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let digits = port.strip_prefix(':');
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| is_address(byte) || byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && (port.is_empty() || digits.is_some_and(|digits| digits.parse::<u16>().is_ok()))
}

fn is_address(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b':' || byte == b'.'
}

/// If a page sent the request, it is a page of this server, under the name that was asked for.
fn origin(policy: &Policy, request: &Parts) -> Result<(), ApiError> {
    let Some(origin) = request.headers.get(ORIGIN) else { return Ok(()) };
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let origin = origin.to_str().unwrap_or_default();
    let named = |scheme: &str| {
        origin
            .strip_prefix(scheme)
            .is_some_and(|name| !name.is_empty() && name.eq_ignore_ascii_case(host))
    };
    // A proxy that adds TLS in front of this server has to be named with --allow-host.
    let proxied = || policy.allowed.iter().any(|name| name.eq_ignore_ascii_case(host));
    if named("http://") || (named("https://") && proxied()) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "origin_not_allowed",
        "the request comes from a page of another origin",
    )
    .hint("only pages that this server itself serves may use it"))
}

/// The browser itself says that the request comes from a page of this server; following a link
/// from elsewhere to one of the dashboard's pages is fine.
fn site(_: &Policy, request: &Parts) -> Result<(), ApiError> {
    let field =
        |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let question = matches!(request.method, Method::GET | Method::HEAD);
    let link = question
        && is_page(request.uri.path())
        && field("sec-fetch-mode") == Some("navigate")
        && field("sec-fetch-dest") == Some("document");
    match field("sec-fetch-site") {
        None | Some("same-origin") => Ok(()),
        Some("none") if question => Ok(()),
        Some(_) if link => Ok(()),
        Some(_) => Err(ApiError::forbidden(
            "cross_site",
            "the browser says that another site asks for this",
        )
        .hint("only pages that this server itself serves may use it")),
    }
}

/// What may change something is JSON and says so: pages elsewhere cannot send that unasked.
fn content_type(_: &Policy, request: &Parts) -> Result<(), ApiError> {
    // What no row takes is refused by the table, whatever it carries.
    if !matches!(api::find(&request.method, request.uri.path()), Ok(Some((route, _))) if route.body.is_some())
    {
        return Ok(());
    }
    let value = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(ApiError::new(status, "json_expected", "the request's content type is not JSON")
        .hint("send `Content-Type: application/json`; with nothing to say, the body is `{}`"))
}

/// Where a token is needed, it is shown; what holds no data is open to all.
fn token(policy: &Policy, request: &Parts) -> Result<(), ApiError> {
    let Some(token) = &policy.token else { return Ok(()) };
    if is_open(request.uri.path()) || token.shown_in(&request.headers) {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::UNAUTHORIZED, "token_required", "this server asks for its token")
        .hint("open the address that `validator serve` printed, or send `Authorization: Bearer TOKEN`"))
}

/// A server that others on the network can reach changes nothing unless it was told that it may.
fn read_only(policy: &Policy, request: &Parts) -> Result<(), ApiError> {
    if !policy.read_only || matches!(request.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    Err(ApiError::forbidden("read_only", "this server only answers questions")
        .hint("start it with --allow-write to let clients change something"))
}

/// Whether a page of the dashboard stands at this path.
fn is_page(path: &str) -> bool {
    path == "/" || path == "/dashboard" || path.starts_with("/dashboard/")
}

fn is_open(path: &str) -> bool {
    is_page(path) || path == "/health" || path == "/favicon.ico" || path.starts_with("/assets/")
}
