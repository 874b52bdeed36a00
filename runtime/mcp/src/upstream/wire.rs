//! One attempt to connect: opens the transport and does the handshake in a given way. The choice of the next way is
//! made elsewhere.

use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::model::ProtocolVersion;
use rmcp::service::{ClientInitializeError, ClientLifecycleMode, ClientServiceExt as _, RunningService};
use tokio::time::{Instant, timeout_at};

use super::child::{self, Process};
use super::connect_failure::{self, ConnectFailure};
use super::http;
use super::options::ConnectOptions;
use super::pipe::{Health, Pipe};
use super::redact::Redactor;
use super::upstream_client::UpstreamClient;
use crate::auth::{Access, AuthenticatedClient};
use crate::config::{HttpLaunch, StdioLaunch};
use crate::person::QuestionForms;

/// How long to wait for the stream of a legacy session. Some servers do not answer before they have something to
/// send.
const LISTENING: Duration = Duration::from_secs(2);

/// A way to do the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handshake {
    /// Probe for the modern protocol (2026-07-28), fall back on the same connection.
    Either,
    /// Legacy at once, for servers that the probe kills.
    Legacy,
}

impl Handshake {
    fn lifecycle(self) -> ClientLifecycleMode {
        match self {
            Self::Legacy => ClientLifecycleMode::Initialize,
            Self::Either => ClientLifecycleMode::Auto {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
                legacy_version: Some(ProtocolVersion::V_2025_11_25),
            },
        }
    }
}

/// The parameters of an attempt.
pub(super) struct Target<'a> {
    pub(super) server: &'a str,
    pub(super) options: &'a ConnectOptions,
    pub(super) redactor: &'a Redactor,
    pub(super) deadline: Instant,
}

impl Target<'_> {
    fn client_side(&self) -> UpstreamClient {
        let asks = self.options.asks_people;
        UpstreamClient::new(self.server, self.redactor, QuestionForms { fields: asks, address: asks })
    }
}

/// An open connection.
pub(super) struct Wire {
    pub(super) service: RunningService<RoleClient, UpstreamClient>,
    pub(super) changes: UpstreamClient,
    pub(super) local: Option<Local>,
    /// Set for an address.
    pub(super) access: Option<Arc<Access>>,
}

/// The part of a connection that only a child process has.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) process: Process,
    pub(super) health: Arc<Health>,
}

/// Starts the process and does the handshake.
pub(super) async fn stdio(
    target: &Target<'_>,
    launch: &StdioLaunch,
    handshake: Handshake,
) -> Result<Wire, ConnectFailure> {
    let started = child::start(target.server, launch, target.options).await?;
    let local = Local { process: started.process, health: Arc::default() };
    let pipe = Pipe::new(
        started.stdout,
        started.stdin,
        local.process.exit(),
        Arc::clone(&local.health),
        target.options.reply_bytes_max,
        (handshake == Handshake::Either).then_some(target.options.probe_ms_max),
    );
    let changes = target.client_side();
    let served = changes.clone().serve_with_lifecycle(pipe, handshake.lifecycle());
    match timeout_at(target.deadline, served).await {
        Ok(Ok(service)) => Ok(Wire { service, changes, local: Some(local), access: None }),
        Ok(Err(error)) => Err(connect_failure::of_process(target, &local, Some(&error)).await),
        Err(_) => Err(connect_failure::of_process(target, &local, None).await),
    }
}

/// Does the handshake over HTTP, until `deadline` at the latest.
pub(super) async fn http(
    target: &Target<'_>,
    client: AuthenticatedClient,
    launch: &HttpLaunch,
    handshake: Handshake,
    deadline: Instant,
) -> Result<Wire, ConnectFailure> {
    let changes = target.client_side();
    let access = Arc::clone(client.access());
    let wire = http::open(client.clone(), target.server, launch, target.options);
    let served = changes.clone().serve_with_lifecycle(wire, handshake.lifecycle());
    let error: Option<ClientInitializeError> = match timeout_at(deadline, served).await {
        Ok(Ok(service)) => {
            if target.options.asks_people {
                client.listening(LISTENING).await;
            }
            return Ok(Wire { service, changes, local: None, access: Some(access) });
        }
        Ok(Err(error)) => Some(error),
        Err(_) => None,
    };
    Err(connect_failure::of_address(target, launch, &access, error.as_ref()))
}
