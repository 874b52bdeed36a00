//! The gateway over HTTP: Streamable HTTP at `/mcp`, and what operators ask: `/healthz`, `/readyz`,
//! `/metrics`. Who asks is `door`'s; how connections are taken is `listen`'s.

mod door;
mod listen;
mod sessions;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;
use tower_http::timeout::RequestBodyTimeoutLayer;

use door::Door;
pub use listen::serve_router;
pub use tokens::{TokenError, Tokens};

use super::{Gateway, Scope};

/// A client that sends its body more slowly than that between two pieces is cut off.
const BODY_PAUSE: Duration = Duration::from_secs(10);

/// The settings of a gateway's HTTP side.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Who may come in. Default nobody in particular: whoever reaches the address acts as the scope given
    /// to [`Gateway::router`]. An address that is not loopback needs tokens.
    pub tokens: Option<Arc<Tokens>>,
    /// Names by which the server may be addressed (`Host`). Default `localhost`, `127.0.0.1`, `::1`.
    pub hosts: Vec<String>,
    /// Origins whose pages may send requests. Default none: a request with an `Origin` is refused.
    pub origins: Vec<String>,
    /// Largest body of a request, bytes. Default 8 MiB.
    pub body_bytes_max: usize,
    /// Connections at once; further ones wait to be taken. Default 512.
    pub connections_max: usize,
    /// How long runs may go on once the server is told to stop, milliseconds. Default 10,000.
    pub drain_ms_max: u64,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            tokens: None,
            hosts: ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            origins: Vec::new(),
            body_bytes_max: 8 * 1024 * 1024,
            connections_max: 512,
            drain_ms_max: 10_000,
        }
    }
}

impl Gateway {
    /// The HTTP side as a router, which is a tower service. Requests without a principal of their own act as
    /// `scope`. `stop` ends the streams that are open.
    pub fn router(&self, scope: &Arc<Scope>, options: &HttpOptions, stop: CancellationToken) -> Router {
        let (gateway, local) = (self.clone(), Arc::clone(scope));
        let service = service(move || gateway.client(Arc::clone(&local)), options, stop.clone());
        let door = Door::new(options.tokens.clone(), Arc::clone(scope));
        Router::new()
            .nest_service("/mcp", service)
            .route("/metrics", get(metrics))
            .layer(from_fn_with_state(door, door::enter))
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(ready))
            .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
            .with_state(Operator { gateway: self.clone(), stop })
    }
}

/// Any `rmcp` server at `/mcp`, behind the same checks as the gateway. `make` makes the server side of one
/// connection, or of one request where the protocol has no connections.
pub fn router_of<S: ServerHandler>(
    make: impl Fn() -> S + Send + Sync + 'static,
    options: &HttpOptions,
    stop: CancellationToken,
) -> Router {
    let door = Door::new(options.tokens.clone(), Scope::new("local", vec![], vec![]).into());
    Router::new()
        .nest_service("/mcp", service(make, options, stop))
        .layer(from_fn_with_state(door, door::enter))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
}

fn service<S: ServerHandler>(
    make: impl Fn() -> S + Send + Sync + 'static,
    options: &HttpOptions,
    stop: CancellationToken,
) -> StreamableHttpService<S, LocalSessionManager> {
    StreamableHttpService::new(move || Ok(make()), Arc::new(LocalSessionManager::default()), config(options, stop))
}

/// What the operators' questions are answered from.
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
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], operator.gateway.metrics()).into_response()
}

/// Ready once every server was tried, whether or not it could be reached; not while stopping.
async fn ready(State(operator): State<Operator>) -> Response {
    match operator.stop.is_cancelled() || !operator.gateway.is_ready().await {
        true => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
        false => "ready\n".into_response(),
    }
}
