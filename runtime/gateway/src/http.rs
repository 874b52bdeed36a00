//! The gateway over HTTP: Streamable HTTP at `/mcp`, and `/healthz`, `/readyz` and `/metrics` for operators. Submodules
//! authenticate requests, accept connections, and manage the sessions of legacy clients (those with a protocol before
//! 2026-07-28).

mod authenticate;
mod body;
mod connection_guard;
mod connections;
mod guarded_body;
mod listen;
mod permits;
mod rejection;
mod sessions;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rmcp::ServerHandler;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;
use tower_http::timeout::RequestBodyTimeoutLayer;

use authenticate::Authenticator;
pub use listen::serve_router;
use sessions::Sessions;
pub use tokens::{TokenError, Tokens};

use crate::{Client, Gateway, Scope};

/// Longest pause between two pieces of a request body before the client is cut off.
const BODY_PAUSE: Duration = Duration::from_secs(10);

/// The settings of a gateway's HTTP side.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Tokens of the principals that may connect. Default none: every client that reaches the address acts as the
    /// scope given to [`Gateway::router`]. An address that is not loopback needs tokens.
    pub tokens: Option<Arc<Tokens>>,
    /// Names by which the server may be addressed (`Host`). Default `localhost`, `127.0.0.1`, `::1`.
    pub hosts: Vec<String>,
    /// Origins whose pages may send requests. Default none: a request with an `Origin` is rejected.
    pub origins: Vec<String>,
    /// Largest body of a request, bytes. Default 8 MiB.
    pub body_bytes_max: usize,
    /// Values in the JSON of a body. Default 200,000: two bytes of text become hundreds.
    pub body_values_max: usize,
    /// Longest time for a body, from the end of the headers, milliseconds. Default 30,000.
    pub body_ms_max: u64,
    /// Connections at once. Default 512. Beyond that, the oldest one without a request makes way for a new one; if all
    /// have one, only `/healthz` and `/readyz` are answered.
    pub connections_max: usize,
    /// Connections per remote address other than loopback (for IPv6, per /64 network). Default 256.
    pub address_connections_max: usize,
    /// Concurrent requests of one principal, including open streams. Default 128. Beyond that, the oldest one that only
    /// waits for its client makes way; if all are at work, further ones are rejected.
    pub principal_requests_max: usize,
    /// Legacy sessions. Default 8,192. Beyond that, the principal with the most sessions loses its oldest idle one.
    pub sessions_max: usize,
    /// Legacy sessions of one principal. Default 1,024. Beyond that, its oldest idle one ends.
    pub principal_sessions_max: usize,
    /// Time after which an idle legacy session is forgotten, milliseconds. Default one hour.
    pub session_idle_ms_max: u64,
    /// How long runs may continue once the server is told to stop, milliseconds. Default 10,000.
    pub drain_ms_max: u64,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            tokens: None,
            hosts: ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            origins: Vec::new(),
            body_bytes_max: 8 * 1024 * 1024,
            body_values_max: 200_000,
            body_ms_max: 30_000,
            connections_max: 512,
            address_connections_max: 256,
            principal_requests_max: 128,
            sessions_max: 8_192,
            principal_sessions_max: 1_024,
            session_idle_ms_max: 3_600_000,
            drain_ms_max: 10_000,
        }
    }
}

impl Gateway {
    /// Returns the HTTP side as a router, which is a tower service. Requests without a principal of their own act as
    /// `scope`. `stop` ends open streams.
    pub fn router(&self, scope: &Arc<Scope>, options: &HttpOptions, stop: CancellationToken) -> Router {
        let (gateway, local) = (self.clone(), Arc::clone(scope));
        let sessions = Sessions::new(options);
        let authenticator = Authenticator::new(options, sessions.clone(), Arc::clone(scope));
        let service = service(move || gateway.client(Arc::clone(&local)), options, sessions, stop.clone());
        let metrics = get(metrics).layer(from_fn_with_state(service.clone(), as_for_mcp));
        Router::new()
            .nest_service("/mcp", service)
            .route("/metrics", metrics)
            .layer(from_fn_with_state(authenticator, authenticate::enter))
            .merge(health())
            .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
            .layer(from_fn(connection_guard::serve))
            .with_state(Operator { gateway: self.clone(), stop })
    }

    /// Returns the router that serves when all connections are taken.
    fn health_router(&self, stop: CancellationToken) -> Router {
        let operator = Operator { gateway: self.clone(), stop };
        health().fallback(busy).layer(from_fn(connection_guard::serve)).with_state(operator)
    }
}

fn health() -> Router<Operator> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

/// Serves any `rmcp` server at `/mcp`, behind the same checks as the gateway. `make` makes the server side of one
/// connection, or of one request where the protocol has no connections.
pub fn router_of<S: ServerHandler>(
    make: impl Fn() -> S + Send + Sync + 'static,
    options: &HttpOptions,
    stop: CancellationToken,
) -> Router {
    let sessions = Sessions::new(options);
    let authenticator = Authenticator::new(options, sessions.clone(), Scope::new("local", vec![], vec![]).into());
    Router::new()
        .nest_service("/mcp", service(make, options, sessions, stop))
        .layer(from_fn_with_state(authenticator, authenticate::enter))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(from_fn(connection_guard::serve))
}

fn service<S: ServerHandler>(
    make: impl Fn() -> S + Send + Sync + 'static,
    options: &HttpOptions,
    sessions: Sessions,
    stop: CancellationToken,
) -> StreamableHttpService<S, Sessions> {
    let mut config = config(options, stop);
    config.session_store = Some(Arc::new(sessions.clone()));
    StreamableHttpService::new(move || Ok(make()), Arc::new(sessions), config)
}

/// State behind the operators' endpoints.
#[derive(Clone)]
struct Operator {
    gateway: Gateway,
    stop: CancellationToken,
}

fn config(options: &HttpOptions, stop: CancellationToken) -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_allowed_hosts(options.hosts.clone())
        .with_allowed_origins(options.origins.clone())
        .enforce_origin_validation()
        .with_max_request_body_bytes(options.body_bytes_max)
        .with_cancellation_token(stop)
}

async fn metrics(State(operator): State<Operator>) -> Response {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], operator.gateway.metrics())
        .into_response()
}

/// Answers "ready" once every server has been tried, reachable or not; never while stopping.
async fn ready(State(operator): State<Operator>) -> Response {
    match operator.stop.is_cancelled() || !operator.gateway.is_ready().await {
        true => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
        false => "ready\n".into_response(),
    }
}

/// Applies the `Host` and `Origin` checks of `/mcp` to another route, by sending `/mcp` a method that it does not
/// support.
async fn as_for_mcp(
    State(mcp): State<StreamableHttpService<Client, Sessions>>,
    request: Request,
    next: Next,
) -> Response {
    let mut asked = Request::new(Body::empty());
    (*asked.method_mut(), *asked.uri_mut()) = (Method::OPTIONS, request.uri().clone());
    for name in [HOST, ORIGIN] {
        if let Some(value) = request.headers().get(&name) {
            asked.headers_mut().insert(name, value.clone());
        }
    }
    let answer = mcp.handle(asked).await;
    match answer.status() {
        StatusCode::METHOD_NOT_ALLOWED => next.run(request).await,
        _ => answer.map(Body::new),
    }
}

/// Answers a request when all connections are taken.
async fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "`connections_max` is reached\n").into_response()
}
