//! The gateway: an MCP server that sits between a host and its upstream servers and offers a few tools of its
//! own: find tools, read their types, run a script that calls them.

mod answer;
mod aside;
mod client;
mod desk;
mod direct;
mod emitted;
mod find;
mod fleet;
mod http;
mod journal;
mod keeper;
mod kept;
mod latest;
mod learner;
mod metrics;
mod open_requests;
mod options;
mod owner;
mod parked;
mod pattern;
mod program;
mod progress;
mod resources;
mod rounds;
mod scope;
mod script;
mod settling;
mod shares;
mod slot;
mod tasks;
mod texts;
mod traced;
mod underway;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use callbox::{CancellationToken, Catalog, Sandbox};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rmcp::RoleServer;
use rmcp::service::{QuitReason, ServiceExt as _};
use rmcp::transport::async_rw::TransportAdapterAsyncRW;
use rmcp::transport::{IntoTransport, Transport};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};

use aside::Aside;
pub use client::Client;
use fleet::Fleet;
pub use http::{HttpOptions, TokenError, Tokens, router_of, serve_router};
use kept::Kept;
pub use kept::KeptLimits;
pub use learner::Learner;
use metrics::Metrics;
use open_requests::{Counted, OpenRequests};
pub use options::GatewayOptions;
use parked::Parked;
pub use pattern::{MalformedPattern, ToolPattern};
pub use scope::Scope;
use shares::Shares;
use tasks::Tasks;

use crate::config::Config;
use crate::upstream::ConnectOptions;

/// Grace period for cancelled runs to report their progress.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A gateway. Cheap to clone; clones share the upstream servers and the stored results.
///
/// A Rust host can mount it in two ways: [`Gateway::client`] is an `rmcp::ServerHandler` for one connection,
/// and for HTTP the factory of a `StreamableHttpService`, which is a tower service.
///
/// ```
/// use callbox::{Catalog, Sandbox, ToolError};
/// use callbox_mcp::{Gateway, GatewayOptions, Scope};
///
/// # fn main() -> Result<(), callbox::Error> {
/// let catalog = Catalog::builder()
///     .function("math", "one", "The number one.", |(): ()| async { Ok::<_, ToolError>(1) })
///     .build();
/// let gateway = Gateway::over(Sandbox::new()?, catalog, GatewayOptions::default());
/// let client = gateway.client(Scope::new("local", vec![], vec![]).into());
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    sandbox: Sandbox,
    fleet: Fleet,
    options: GatewayOptions,
    kept: Kept,
    parked: Parked,
    tasks: Tasks,
    shares: Shares,
    metrics: Metrics,
    /// Worker slots for searching the catalogue and for texts made from all of it.
    finding: Aside,
    /// Worker slots for values of scripts, so that they do not wait behind searches.
    reading: Aside,
    /// Cancels the work in progress, which then reports how far it got.
    ending: CancellationToken,
    /// Until when a request waits for servers that have not been tried yet.
    waits_until: Instant,
}

/// The reason why a connection ended early.
#[derive(Debug, thiserror::Error)]
#[error("the client's connection failed: {0}")]
pub struct ServeError(String);

impl Gateway {
    /// Returns a gateway over a catalogue that never changes.
    #[must_use]
    pub fn over(sandbox: Sandbox, catalog: Catalog, options: GatewayOptions) -> Self {
        Self::new(sandbox, Fleet::fixed(catalog), options)
    }

    /// Returns a gateway over the servers of a configuration. Starts them now and keeps them up.
    ///
    /// Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(
        sandbox: Sandbox,
        config: &Config,
        mut connect: ConnectOptions,
        learner: Learner,
        options: GatewayOptions,
    ) -> Self {
        connect.asks_people = options.person_ms_max > 0;
        Self::new(sandbox, Fleet::start(config, connect, learner), options)
    }

    fn new(sandbox: Sandbox, fleet: Fleet, options: GatewayOptions) -> Self {
        let kept = Kept::new(options.kept);
        let parked = Parked::new(&options);
        let tasks = Tasks::new(&options);
        let shares = Shares::new(options.principal_runs_max, options.principal_waiting_max);
        let waits_until = Instant::now() + Duration::from_millis(options.start_ms_max);
        Self(Arc::new(Inner {
            sandbox,
            fleet,
            options,
            kept,
            parked,
            tasks,
            shares,
            metrics: Metrics::default(),
            finding: Aside::default(),
            reading: Aside::default(),
            ending: CancellationToken::new(),
            waits_until,
        }))
    }

    /// Returns the server side for connections of the principal behind `scope`.
    #[must_use]
    pub fn client(&self, scope: Arc<Scope>) -> Client {
        Client::new(Arc::clone(&self.0), scope)
    }

    /// Serves one client over a pair of streams, such as standard input and output, until it leaves.
    ///
    /// # Errors
    ///
    /// When the client does not speak MCP, or the streams fail.
    pub async fn serve<R, W>(&self, scope: Arc<Scope>, read: R, write: W) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        self.serve_until(scope, read, write, CancellationToken::new(), Duration::ZERO).await
    }

    /// Serves one client like [`Gateway::serve`], but only until `stop`. Work in progress may then continue for
    /// `drain`; what is not done by then is cancelled and reports how far it got.
    ///
    /// # Errors
    ///
    /// See [`Gateway::serve`].
    pub async fn serve_until<R, W>(
        &self,
        scope: Arc<Scope>,
        read: R,
        write: W,
        stop: CancellationToken,
        drain: Duration,
    ) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let open = OpenRequests::default();
        let wire = IntoTransport::<RoleServer, _, TransportAdapterAsyncRW>::into_transport((read, write));
        let mut served = pin!(served(self.client(scope), Counted::new(wire, open.clone(), ())));
        tokio::select! {
            served = &mut served => return served,
            () = stop.cancelled() => {}
        }
        let answered = async {
            self.drained(drain).await;
            // The client may be gone and never take the last answers.
            let _ = timeout(LAST_WORDS, open.answered()).await;
        };
        tokio::select! {
            served = &mut served => served,
            () = answered => Ok(()),
        }
    }

    /// Returns the servers that can be reached now, and those that cannot, with the reason.
    #[must_use]
    pub fn upstreams(&self) -> (Vec<String>, Vec<(String, String)>) {
        let snapshot = self.0.fleet.snapshot();
        let starting = snapshot.starting.iter().map(|name| (name.clone(), "it is still starting".to_owned()));
        let down = snapshot.down.iter().map(|(name, error)| (name.clone(), error.message.clone()));
        let down: Vec<_> = starting.chain(down).collect();
        let names = snapshot.catalog.servers().iter().map(|server| server.server.name.clone());
        let up = names.filter(|name| !down.iter().any(|(lost, _)| lost == name));
        (up.collect(), down)
    }

    /// Returns the metrics as Prometheus text.
    #[must_use]
    pub fn metrics(&self) -> String {
        let (up, down) = self.upstreams();
        self.0.metrics.text(up.len(), down.len())
    }

    /// Checks whether every server has been tried once, without waiting.
    pub async fn is_ready(&self) -> bool {
        self.0.fleet.tried(Duration::ZERO).await
    }

    /// Waits up to `wait` until no request is in progress, then cancels the rest, which gets a second to report how
    /// far it got. Suspended runs end at once.
    pub async fn drained(&self, wait: Duration) {
        self.0.parked.clear();
        if !self.0.metrics.idle(wait).await {
            self.0.ending.cancel();
            self.0.metrics.idle(LAST_WORDS).await;
        }
    }

    /// Stops the upstream servers.
    pub async fn shutdown(&self) {
        self.0.fleet.stop().await;
    }
}

async fn served<T>(client: Client, wire: T) -> Result<(), ServeError>
where
    T: Transport<RoleServer> + 'static,
{
    let served = client.serve(wire).await.map_err(|error| ServeError(error.to_string()))?;
    match served.waiting().await {
        Ok(QuitReason::JoinError(error)) | Err(error) => Err(ServeError(error.to_string())),
        Ok(_) => Ok(()),
    }
}

impl Inner {
    /// Does `work`, and fires `cancel` when the gateway cancels the work in progress.
    fn until_ending<T: Send + 'static>(
        self: &Arc<Self>,
        cancel: CancellationToken,
        work: impl Future<Output = T> + Send + 'static,
    ) -> BoxFuture<'static, T> {
        let gateway = Arc::clone(self);
        let work = async move {
            let _at_work = gateway.metrics.at_work();
            let mut work = pin!(work);
            tokio::select! {
                done = &mut work => return done,
                () = gateway.ending.cancelled() => cancel.cancel(),
            }
            work.await
        };
        work.boxed()
    }

    /// Waits for servers that are still starting, within the time allowed. Returns whether all have been tried.
    async fn tried(&self) -> bool {
        self.fleet.tried(self.waits_until.saturating_duration_since(Instant::now())).await
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("options", &self.0.options).finish_non_exhaustive()
    }
}
