//! Brings one server up: tries the handshakes in turn, then lists the tools.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use rmcp::model::ServerPeerInfo;
use tokio::time::{Instant, timeout_at};

use super::connect_failure::{self, ConnectFailure};
use super::connection::Connection;
use super::http;
use super::listing::Listing;
use super::options::ConnectOptions;
use super::redact::Redactor;
use super::status::{Era, Ready};
use super::wire::{self, Handshake, Target, Wire};
use crate::auth::{Access, AuthenticatedClient};
use crate::config::{HttpLaunch, Launch, ServerConfig, StdioLaunch};
use crate::error::{FailureCode, UpstreamError};
use crate::trace::ServerPeer;
use callbox::internal::foreign;

/// How long to wait for a modern answer over HTTP, where the server is running already.
const HTTP_PROBE: Duration = Duration::from_secs(5);

/// Maximum bytes of a server's instructions.
const INSTRUCTIONS_BYTES_MAX: usize = 16 * 1024;

/// Names and versions longer than this are shortened.
const NAME_CHARS_MAX: usize = 100;

/// Connects and lists the tools. Redacts the server's secrets from errors, whatever their source.
pub(super) async fn connect(
    server: &ServerConfig,
    options: &ConnectOptions,
) -> Result<(Arc<Connection>, Ready), UpstreamError> {
    let launch = server.launch.as_ref().map_err(UpstreamError::from)?;
    let redactor = Redactor::of(server);
    let deadline = Instant::now() + Duration::from_millis(options.connect_ms_max);
    let target = Target { server: &server.name, options, redactor: &redactor, deadline };
    let connected = connected(&target, launch).await;
    match &connected {
        Ok((_, Ready { era, tools, connect_ms, list_ms, .. })) => {
            let server = &server.name;
            let tools = tools.len();
            let era = era.as_str();
            tracing::info!(server, era, tools, connect_ms, list_ms, "a server is ready");
        }
        Err(error) => tracing::info!(server = server.name, code = error.code.as_str(), "a server cannot be used"),
    }
    connected.map_err(|error| error.redacted(|text| redactor.text(text)))
}

async fn connected(target: &Target<'_>, launch: &Launch) -> Result<(Arc<Connection>, Ready), UpstreamError> {
    let started = Instant::now();
    let wire = match launch {
        Launch::Stdio(launch) => stdio(target, launch).await?,
        Launch::Http(launch) => http(target, launch).await?,
    };
    let connect_ms = elapsed_ms(started);
    let info = wire.service.peer_info();
    let info = info.as_deref();
    let peer = ServerPeer { protocol_version: version(info).to_owned(), address: address(launch) };
    let connection = Connection::new(target.server, wire, era(info), peer, target.redactor.clone(), target.options);
    let listed = Instant::now();
    let listing = list(target, &connection, info).await?;
    let ready = ready(info, listing, connect_ms, elapsed_ms(listed));
    connection.subscribe(info);
    Ok((Arc::new(connection), ready))
}

async fn stdio(target: &Target<'_>, launch: &StdioLaunch) -> Result<Wire, UpstreamError> {
    match wire::stdio(target, launch, Handshake::Either).await {
        Err(ConnectFailure { next: Some(next), .. }) if Instant::now() < target.deadline => {
            wire::stdio(target, launch, next).await.map_err(|refusal| refusal.error)
        }
        other => other.map_err(|refusal| refusal.error),
    }
}

async fn http(target: &Target<'_>, launch: &HttpLaunch) -> Result<Wire, UpstreamError> {
    let client = http::client(target.server, launch)?;
    let tokens = Arc::clone(&target.options.tokens);
    let access = Access::new(target.server, launch, tokens, target.redactor.clone());
    // Gets a token before the time limit of the first request starts; a failure shows up in that request.
    let _ = timeout_at(target.deadline, access.token()).await;
    let client = AuthenticatedClient::new(client, access, target.options.reply_bytes_max);
    let probed = target.deadline.min(Instant::now() + HTTP_PROBE);
    match wire::http(target, client.clone(), launch, Handshake::Either, probed).await {
        Err(ConnectFailure { next: Some(next), .. }) if Instant::now() < target.deadline => {
            let again = wire::http(target, client, launch, next, target.deadline).await;
            again.map_err(|refusal| refusal.error)
        }
        other => other.map_err(|refusal| refusal.error),
    }
}

async fn list(
    target: &Target<'_>,
    connection: &Connection,
    info: Option<&ServerPeerInfo>,
) -> Result<Listing, UpstreamError> {
    if info.is_some_and(|info| info.capabilities.tools.is_none()) {
        return Ok(Listing::none("the server declares that it has no tools"));
    }
    match connection.list().await {
        Ok(listing) => Ok(listing),
        Err(error) => {
            if let Some(auth_failure) = connection.auth_failure(&error) {
                return Err(connect_failure::of_auth_failure(target, &auth_failure));
            }
            let why = connection.explain(error).await;
            let message = format!("server `{}` does not list its tools: {why}", connection.name());
            Err(UpstreamError::new(FailureCode::ListFailed, message).with_stderr(connection.stderr()))
        }
    }
}

fn ready(info: Option<&ServerPeerInfo>, listing: Listing, connect_ms: u64, list_ms: u64) -> Ready {
    let server = info.and_then(|info| info.server_info.as_ref());
    Ready {
        era: era(info),
        protocol_version: foreign::line(version(info), NAME_CHARS_MAX),
        server_name: server.and_then(|server| name(&server.name)),
        server_version: server.and_then(|server| name(&server.version)),
        instructions: info
            .and_then(|info| info.instructions.as_deref())
            .map(|words| foreign::block(words, INSTRUCTIONS_BYTES_MAX)),
        tools: listing.tools,
        notes: listing.notes,
        defects: listing.defects,
        connect_ms,
        list_ms,
    }
}

fn version(info: Option<&ServerPeerInfo>) -> &str {
    info.map(|info| info.protocol_version.as_str()).unwrap_or_default()
}

/// Returns the host and port of an address; the rest of it may be secret.
fn address(launch: &Launch) -> Option<(String, Option<u16>)> {
    let Launch::Http(launch) = launch else { return None };
    let url = Url::parse(launch.url.reveal()).ok()?;
    Some((url.host_str()?.to_owned(), url.port_or_known_default()))
}

fn name(text: &str) -> Option<String> {
    Some(foreign::line(text, NAME_CHARS_MAX)).filter(|name| !name.is_empty())
}

fn era(info: Option<&ServerPeerInfo>) -> Era {
    match info {
        Some(info) if !info.protocol_version.has_initialize() => Era::Modern,
        _ => Era::Legacy,
    }
}

fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
