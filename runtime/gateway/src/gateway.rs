//! The gateway as its embedder sees it.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use callbox::{CancellationToken, Catalog, Sandbox};
use rmcp::RoleServer;
use rmcp::service::{QuitReason, ServiceExt as _};
use rmcp::transport::async_rw::TransportAdapterAsyncRW;
use rmcp::transport::{IntoTransport, Transport};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::client::Client;
use crate::learner::Learner;
use crate::open_requests::{Counted, OpenRequests};
use crate::options::GatewayOptions;
use crate::scope::Scope;
use crate::state::GatewayState;
use crate::supervised::SupervisedUpstreams;
use callbox_mcp::{Config, ConnectOptions};

/// Grace period for cancelled runs to report their progress.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A gateway. Cheap to clone; clones share the upstream servers and the stored results.
///
/// A Rust host can mount it in two ways: [`Gateway::client`] is an `rmcp::ServerHandler` for one connection,
/// and for HTTP the factory of a `StreamableHttpService`, which is a tower service.
///
/// ```
/// use callbox::{Catalog, Sandbox, ToolError};
/// use callbox_gateway::{Gateway, GatewayOptions, Scope};
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
pub struct Gateway(pub(crate) Arc<GatewayState>);

/// The reason why a connection ended early.
#[derive(Debug, thiserror::Error)]
#[error("the client's connection failed: {0}")]
pub struct ServeError(String);

impl Gateway {
    /// Returns a gateway over a catalogue that never changes.
    #[must_use]
    pub fn over(sandbox: Sandbox, catalog: Catalog, options: GatewayOptions) -> Self {
        Self::new(sandbox, SupervisedUpstreams::fixed(catalog), options)
    }

    /// Returns a gateway over the servers of a configuration. Starts them now and keeps them up.
    ///
    /// Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(
        sandbox: Sandbox,
        config: &Config,
        mut connect: ConnectOptions,
        learner: &Learner,
        options: GatewayOptions,
    ) -> Self {
        connect.asks_people = options.person_ms_max > 0;
        Self::new(sandbox, SupervisedUpstreams::start(config, connect, learner), options)
    }

    fn new(sandbox: Sandbox, upstreams: SupervisedUpstreams, options: GatewayOptions) -> Self {
        Self(Arc::new(GatewayState::new(sandbox, upstreams, options)))
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
        let snapshot = self.0.upstreams.snapshot();
        let starting = snapshot.starting.iter().map(|name| (name.clone(), "it is still starting".to_owned()));
        let down = snapshot.down.iter().map(|(name, error)| (name.clone(), error.message.clone()));
        let down: Vec<_> = starting.chain(down).collect();
        let names = snapshot.catalog.servers().iter().map(|server| server.server.name.clone());
        let up = names.filter(|name| !down.iter().any(|(lost, _)| lost == name));
        (up.collect(), down)
    }

    /// Returns the metrics as OpenMetrics text, which Prometheus reads.
    #[must_use]
    pub fn metrics(&self) -> String {
        let (up, down) = self.upstreams();
        self.0.metrics.text(up.len(), down.len())
    }

    /// Checks whether every server has been tried once, without waiting.
    pub async fn is_ready(&self) -> bool {
        self.0.upstreams.tried(Duration::ZERO).await
    }

    /// Waits up to `wait` until no request is in progress, then cancels the rest, which gets a second to report how
    /// far it got. Suspended runs end at once.
    pub async fn drained(&self, wait: Duration) {
        self.0.suspended.clear();
        if !self.0.metrics.idle(wait).await {
            self.0.ending.cancel();
            self.0.metrics.idle(LAST_WORDS).await;
        }
    }

    /// Stops the upstream servers.
    pub async fn shutdown(&self) {
        self.0.upstreams.stop().await;
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

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("options", &self.0.options).finish_non_exhaustive()
    }
}
