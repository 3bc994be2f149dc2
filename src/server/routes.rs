//! What is served at which path: pages, WebSockets, and the table of `api`.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tower_service::Service as _;
use warp::filters::BoxedFilter;
use warp::http::header::{CONTENT_LENGTH, HOST, HeaderName, ORIGIN};
use warp::http::{HeaderMap, Method, Request, Uri};
use warp::path::FullPath;
use warp::{Filter, Rejection};

use super::api::{self, Call, Route};
use super::errors::{self, ApiError};
use super::{Reply, ServerContext, assets, body, headers, listener, sockets};

/// Every request comes in here: the guard, then warp, then the headers that all answers carry.
#[derive(Clone)]
pub struct Service {
    context: Arc<ServerContext>,
    routes: BoxedFilter<(Reply,)>,
    told: Arc<Mutex<Option<Instant>>>,
}

impl Service {
    pub fn new(context: Arc<ServerContext>) -> Self {
        let routes = routes(&context);
        Service { context, routes, told: Arc::default() }
    }
}

impl Service {
    /// Says in the terminal whom the guard refused, once a second at most.
    fn tell(&self, refusal: &ApiError, headers: &HeaderMap) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|told| told.elapsed() < Duration::from_secs(1)) {
            return;
        }
        *told = Some(Instant::now());
        let shown = |name: HeaderName| {
            let bytes = headers.get(name).map_or(&b"-"[..], |value| value.as_bytes());
            bytes[..bytes.len().min(100)].escape_ascii().to_string()
        };
        let (host, origin) = (shown(HOST), shown(ORIGIN));
        (self.context.notice)(&format!(
            "refused: {} (Host {host}, Origin {origin})",
            refusal.message
        ));
    }
}

impl listener::ListenerAnswer for Service {
    async fn answer(&self, request: Request<Incoming>) -> Reply {
        let (mut parts, body) = request.into_parts();
        let mut reply = match self.context.guard.check(&parts) {
            Ok(()) => {
                // hyper leaves the body out of an answer to HEAD.
                if parts.method == Method::HEAD {
                    parts.method = Method::GET;
                }
                parts.uri = origin_form(&parts.uri);
                let request = Request::from_parts(parts, body);
                let Ok(reply) = warp::service(self.routes.clone()).call(request).await;
                reply
            }
            Err(refusal) => {
                self.tell(&refusal, &parts.headers);
                refusal.into_response()
            }
        };
        headers::secure(reply.headers_mut());
        reply
    }
}

/// The target without the authority, which has been compared with `Host`.
fn origin_form(uri: &Uri) -> Uri {
    let mut parts = warp::http::uri::Parts::default();
    parts.path_and_query = uri.path_and_query().cloned();
    Uri::from_parts(parts).unwrap_or_default()
}

fn routes(context: &Arc<ServerContext>) -> BoxedFilter<(Reply,)> {
    let pages = warp::get()
        .and(warp::path::full())
        .and(warp::header::headers_cloned())
        .and_then(page)
        .boxed();
    pages
        .or(live(context))
        .unify()
        .or(table(context))
        .unify()
        .recover(errors::recover)
        .unify()
        .boxed()
}

async fn page(path: FullPath, headers: HeaderMap) -> Result<Reply, Rejection> {
    assets::answer(path.as_str(), &headers).ok_or_else(warp::reject::not_found)
}

/// `/ws/…`: a WebSocket that follows the log.
fn live(context: &Arc<ServerContext>) -> BoxedFilter<(Reply,)> {
    let context = Arc::clone(context);
    warp::path("ws")
        .and(warp::path::param::<String>())
        .and(warp::path::end())
        .and(warp::method())
        .and(warp::header::headers_cloned())
        .and(raw_query())
        .and(warp::ext::optional::<OnUpgrade>())
        .and_then(move |name: String, method, headers: HeaderMap, query: String, upgrade| {
            let context = Arc::clone(&context);
            async move {
                let answer = match method {
                    Method::GET => {
                        sockets::connect(&context, &name, &headers, &query, upgrade).await
                    }
                    _ => Err(ApiError::method_not_allowed("GET")),
                };
                // Not a rejection: that would only make warp try what comes next.
                Ok::<_, Rejection>(answer.unwrap_or_else(ApiError::into_response))
            }
        })
        .boxed()
}

/// Everything that has a row in the table.
fn table(context: &Arc<ServerContext>) -> BoxedFilter<(Reply,)> {
    let context = Arc::clone(context);
    warp::method()
        .and(warp::path::full())
        .and(raw_query())
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .and_then(
            move |method: Method, path: FullPath, query: String, headers: HeaderMap, stream| {
                let context = Arc::clone(&context);
                async move {
                    let found = api::find(&method, path.as_str())?;
                    let (route, params) = found.ok_or_else(|| not_in_the_table(path.as_str()))?;
                    let length = headers.get(CONTENT_LENGTH);
                    let length = length.and_then(|text| text.to_str().ok()?.parse().ok());
                    let body =
                        body::read(stream, length, route.limit(), context.limits.body).await?;
                    let trusted = context.guard.trusts(&headers);
                    Ok::<_, Rejection>(
                        run(
                            context,
                            route,
                            Call { params, kind: route.id_kind(), query, body, trusted },
                        )
                        .await,
                    )
                }
            },
        )
        .boxed()
}

/// A page answers to GET only; elsewhere there is nothing.
fn not_in_the_table(path: &str) -> ApiError {
    match assets::answer(path, &HeaderMap::new()) {
        Some(_) => ApiError::method_not_allowed("GET, HEAD"),
        None => errors::nothing_here(),
    }
}

/// Handlers may block: they read files and the database.
async fn run(context: Arc<ServerContext>, route: &'static Route, call: Call) -> Reply {
    let inner = Arc::clone(&context);
    let answer = context.compute.run(route.work, move || (route.handler)(&inner, &call)).await;
    answer.unwrap_or_else(ApiError::into_response)
}

fn raw_query() -> impl Filter<Extract = (String,), Error = Infallible> + Clone {
    warp::query::raw().or(warp::any().map(String::new)).unify()
}
