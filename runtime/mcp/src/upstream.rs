//! The upstream servers of a run: started together, each with its own status, stopped together.

mod bounded_transport;
mod callers;
mod child;
mod connect;
mod connect_failure;
mod connection;
mod events;
mod expected_replies;
mod freshness;
mod host;
mod http;
mod http_failure;
mod json_size;
mod large_replies;
mod listen;
mod listing;
mod options;
mod peer_requests;
mod pipe;
mod post;
mod question;
mod questions;
mod read_rate;
mod redact;
mod reply;
mod rounds;
mod status;
mod stderr_tail;
mod upstream_client;
mod wire;

use std::sync::Arc;

use callbox::{Catalog, CatalogBuilder};
use callbox_bindings::{Server, Tool, nearest};
use futures::StreamExt as _;
use futures::future::join_all;
use futures::stream::FuturesUnordered;

use connection::Connection;
pub(crate) use events::Events;
pub(crate) use expected_replies::OpenCalls;
pub use host::ServerHost;
pub(crate) use http::client as http_client;
pub use large_replies::ReplyShare;
pub(crate) use listen::listen;
use listing::Listing;
pub use options::{ConnectOptions, base_environment};
pub(crate) use post::{Headers, HttpError, Outgoing, post};
pub use question::params as question_params;
pub(crate) use read_rate::ReadRate;
pub(crate) use redact::Redactor;
pub use status::{Era, Ready, Status};

use crate::config::{Config, ServerConfig};
use crate::error::{FailureCode, UpstreamError};

/// Maximum suggestions for an unknown name.
const NEAREST_MAX: usize = 3;

/// Start of a note that says why a changed list is not the one shown.
const NOT_FETCHED: &str = "the changed list of tools could not be fetched";

/// The requested servers, in the order of the configuration.
///
/// [`Upstreams::shutdown`] stops them gracefully. Once this and every [`ServerHost`] made from it are dropped, what
/// still runs is killed.
#[derive(Debug)]
pub struct Upstreams {
    upstreams: Vec<Upstream>,
}

/// One requested server.
#[derive(Debug)]
pub struct Upstream {
    name: String,
    call_ms_max: Option<u64>,
    status: Status,
    connection: Option<Arc<Connection>>,
}

impl Upstreams {
    /// Starts the servers `wanted` by name, or all that are not disabled, concurrently. One that fails is included with
    /// its [`Status`] and does not stop the others.
    pub async fn connect(config: &Config, wanted: Option<&[&str]>, options: &ConnectOptions) -> Self {
        let upstreams = match wanted {
            Some(names) => join_all(names.iter().map(|name| connect_named(config, name, options))).await,
            None => {
                let enabled = config.servers.iter().filter(|server| !server.disabled);
                join_all(enabled.map(|server| Upstream::connect(server, options))).await
            }
        };
        Self { upstreams }
    }

    /// Returns the servers.
    pub fn iter(&self) -> impl Iterator<Item = &Upstream> {
        self.upstreams.iter()
    }

    /// Returns the server of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Upstream> {
        self.upstreams.iter().find(|upstream| upstream.name == name)
    }

    /// Returns the servers that are ready, with their tools.
    #[must_use]
    pub fn servers(&self) -> Vec<Server> {
        self.upstreams.iter().filter_map(Upstream::server).collect()
    }

    /// Returns the tools of the servers that are ready, as a catalogue of their own.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        self.add_to(Catalog::builder()).build()
    }

    /// Adds the tools of the servers that are ready to a catalogue.
    #[must_use]
    pub fn add_to(&self, builder: CatalogBuilder) -> CatalogBuilder {
        self.upstreams.iter().fold(builder, |builder, upstream| match upstream.host() {
            Some(host) => builder.server(&upstream.name, upstream.tools().iter().cloned(), host),
            None => builder,
        })
    }

    /// Waits until a server reports that its tools changed. Servers report this independently of their replies: one
    /// that a call changed may say so after the reply. Never returns if no server does.
    pub async fn changed(&self) {
        let mut changed: FuturesUnordered<_> = self.upstreams.iter().map(Upstream::changed).collect();
        if changed.next().await.is_none() {
            std::future::pending().await
        }
    }

    /// Fetches the tools of each server that reported a change, or whose list is older than its lifetime (`ttlMs`).
    /// Returns the names of those whose tools now differ.
    pub async fn refresh_if_changed(&mut self) -> Vec<String> {
        let refreshed = join_all(self.upstreams.iter_mut().map(Upstream::refresh_if_changed)).await;
        refreshed.into_iter().flatten().collect()
    }

    /// Closes the connections, and ends the processes that were started with everything they started.
    pub async fn shutdown(self) {
        let open = self.upstreams.iter().filter_map(|upstream| upstream.connection.as_ref());
        join_all(open.map(|connection| connection.stop())).await;
    }
}

impl Upstream {
    /// Returns the server's name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether it is ready, or why not.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Returns its tools; none if it is not ready.
    #[must_use]
    pub fn tools(&self) -> &[Arc<Tool>] {
        match &self.status {
            Status::Ready(ready) => &ready.tools,
            Status::Failed(_) => &[],
        }
    }

    /// Returns its name and tools, if it is ready.
    #[must_use]
    pub fn server(&self) -> Option<Server> {
        match &self.status {
            Status::Ready(ready) => Some(Server::new(self.name.clone(), ready.tools.clone())),
            Status::Failed(_) => None,
        }
    }

    /// Returns the host that runs its calls, if it is ready.
    #[must_use]
    pub fn host(&self) -> Option<Arc<ServerHost>> {
        let connection = Arc::clone(self.connection.as_ref()?);
        Some(Arc::new(ServerHost::new(connection, self.call_ms_max)))
    }

    /// Returns the last lines of its standard error, oldest first.
    #[must_use]
    pub fn stderr(&self) -> Vec<String> {
        match (&self.status, &self.connection) {
            (Status::Failed(error), _) => error.stderr.clone(),
            (_, Some(connection)) => connection.stderr(),
            _ => Vec::new(),
        }
    }

    /// Starts one server, even if it is `disabled`, and lists its tools.
    pub async fn connect(server: &ServerConfig, options: &ConnectOptions) -> Self {
        let (status, connection) = match connect::connect(server, options).await {
            Ok((connection, ready)) => (Status::Ready(Box::new(ready)), Some(connection)),
            Err(error) => (Status::Failed(error), None),
        };
        Self { name: server.name.clone(), call_ms_max: server.call_ms_max, status, connection }
    }

    fn failed(name: &str, error: UpstreamError) -> Self {
        let status = Status::Failed(error);
        Self { name: name.to_owned(), call_ms_max: None, status, connection: None }
    }

    /// Waits until the server's list of tools has changed or expired. Never returns if it is not connected.
    pub async fn changed(&self) {
        match &self.connection {
            Some(connection) => connection.changed().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the server is gone.
    pub async fn ended(&self) {
        if let Some(connection) = &self.connection {
            connection.ended().await;
        }
    }

    /// Closes the connection, and ends the process with everything it started.
    pub async fn stop(&self) {
        if let Some(connection) = &self.connection {
            connection.stop().await;
        }
    }

    /// Fetches the list of tools again if it has changed or grown old. Returns the server's name if its tools differ now.
    pub async fn refresh_if_changed(&mut self) -> Option<String> {
        let listing = self.connection.as_ref()?.changed_listing().await?;
        let Status::Ready(ready) = &mut self.status else { return None };
        match listing {
            Ok(Listing { tools, notes, defects, .. }) => {
                let differ = ready.tools != tools;
                (ready.tools, ready.notes, ready.defects) = (tools, notes, defects);
                differ.then(|| self.name.clone())
            }
            Err(why) => {
                // The server's message may differ each time, so keep only the last one.
                ready.notes.retain(|note| !note.starts_with(NOT_FETCHED));
                ready.notes.push(format!("{NOT_FETCHED}: {why}"));
                None
            }
        }
    }
}

async fn connect_named(config: &Config, name: &str, options: &ConnectOptions) -> Upstream {
    match config.server(name) {
        Some(server) if server.disabled => {
            let message = format!("server `{name}` is disabled in `{}`", server.source.display());
            let error = UpstreamError::new(FailureCode::Disabled, message).with_hint("Remove `\"disabled\": true`.");
            Upstream::failed(name, error)
        }
        Some(server) => Upstream::connect(server, options).await,
        None => Upstream::failed(name, unknown(config, name)),
    }
}

fn unknown(config: &Config, name: &str) -> UpstreamError {
    let known = config.servers.iter().map(|server| server.name.as_str());
    let near = nearest(name, known, NEAREST_MAX);
    let error = UpstreamError::new(FailureCode::UnknownServer, format!("there is no server `{name}`"));
    match near.is_empty() {
        true => error,
        false => error.with_hint(format!("Did you mean `{}`?", near.join("`, `"))),
    }
}

#[cfg(all(test, unix))]
mod tests;
