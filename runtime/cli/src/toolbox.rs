//! The tools a command can call, with the servers behind them. Only wanted servers are started.

mod names;

use std::sync::Arc;

use callbox::{CancellationToken, Catalog, Tool, ToolError, ToolErrorCode, ToolHost, ToolReply, ToolRequest};
use callbox_bindings::LeftOut;
use callbox_mcp::{Config, ConnectOptions, Status, Upstream, Upstreams};
use futures::future::BoxFuture;

pub(crate) use names::{ConfiguredNames, ServerNames, resolve_tool};

use crate::{demo, environment, error::CliError, learned::Learning, server_failure::ServerFailure, tokens};

/// A catalogue and what is needed to shut it down properly.
#[derive(Default)]
pub(crate) struct Toolbox {
    pub(crate) catalog: Catalog,
    /// Wanted servers that cannot be used.
    pub(crate) failures: Vec<ServerFailure>,
    /// Notes on what was left out of the servers' tool lists.
    pub(crate) notes: Vec<String>,
    /// List entries that are not tools.
    pub(crate) left_out: Vec<LeftOut>,
    upstreams: Option<Upstreams>,
    learning: Learning,
}

/// Which servers a command wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    /// Those with these names from the configuration.
    Named(Vec<String>),
}

impl Toolbox {
    /// Opens the built-in demo.
    pub(crate) fn demo() -> Self {
        Self { catalog: demo::catalog(), ..Self::default() }
    }

    /// Starts servers and lists their tools. `cancel` stops waiting and ends what was started.
    pub(crate) async fn open(
        config: &Config,
        wanted: &Wanted,
        learning: Learning,
        cancel: &CancellationToken,
    ) -> Result<Self, CliError> {
        let upstreams = tokio::select! {
            upstreams = connect(config, wanted) => upstreams,
            () = cancel.cancelled() => return Err(CliError::cancelled()),
        };
        Ok(Self {
            catalog: catalog(config, &upstreams, &learning),
            failures: failures(&upstreams),
            notes: notes(&upstreams),
            left_out: left_out(&upstreams),
            upstreams: Some(upstreams),
            learning,
        })
    }

    /// Fails if any of the servers `needed` has failed.
    pub(crate) async fn with_needed(self, needed: &[String]) -> Result<Self, CliError> {
        let is_needed = |failure: &&ServerFailure| needed.contains(&failure.name);
        let missing: Vec<_> = self.failures.iter().filter(is_needed).cloned().collect();
        if missing.is_empty() {
            return Ok(self);
        }
        self.close().await;
        Err(CliError::unreachable(missing))
    }

    /// Shuts the servers down and saves what was learned.
    pub(crate) async fn close(self) {
        if let Some(upstreams) = self.upstreams {
            tokio::join!(upstreams.shutdown(), self.learning.save());
        }
    }
}

/// Starts the wanted servers concurrently.
pub(crate) async fn connect(config: &Config, wanted: &Wanted) -> Upstreams {
    let options = connect_options(config);
    match wanted {
        Wanted::All => Upstreams::connect(config, None, &options).await,
        Wanted::Named(names) => {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            Upstreams::connect(config, Some(&names), &options).await
        }
    }
}

/// Returns the options for starting and signing in to a list's servers.
pub(crate) fn connect_options(config: &Config) -> ConnectOptions {
    let mut options = ConnectOptions::new(environment::for_servers());
    options.tokens = tokens::for_servers();
    options.login_command = environment::login_command(config);
    options
}

/// Includes every listed server, so that names do not depend on which ones were started; those not started, or failed,
/// have no tools.
fn catalog(config: &Config, upstreams: &Upstreams, learning: &Learning) -> Catalog {
    let learner = learning.learner();
    let listed = config.servers.iter().filter(|server| !server.disabled);
    let builder = listed.fold(learner.observe(Catalog::builder()), |builder, server| {
        let upstream = upstreams.get(&server.name);
        match upstream.and_then(|upstream| Some((upstream.tools(), upstream.host()?))) {
            Some((tools, host)) => {
                let tools = tools.iter().map(|tool| learner.taught(&server.name, tool));
                builder.server(&server.name, tools, host)
            }
            None => builder.server(&server.name, Vec::<Tool>::new(), Arc::new(Absent)),
        }
    });
    builder.build()
}

fn failures(upstreams: &Upstreams) -> Vec<ServerFailure> {
    let failed = upstreams.iter().filter_map(|upstream| match upstream.status() {
        Status::Failed(error) => Some(ServerFailure::new(upstream.name(), error)),
        Status::Ready(_) => None,
    });
    failed.collect()
}

fn notes(upstreams: &Upstreams) -> Vec<String> {
    let ready = upstreams.iter().filter_map(|upstream| match upstream.status() {
        Status::Ready(ready) => Some((upstream.name(), &ready.notes)),
        Status::Failed(_) => None,
    });
    ready.flat_map(|(name, notes)| notes.iter().map(move |note| format!("server `{name}`: {note}"))).collect()
}

fn left_out(upstreams: &Upstreams) -> Vec<LeftOut> {
    let of_server = |upstream: &Upstream| match upstream.status() {
        Status::Ready(ready) => ready.defects.clone(),
        Status::Failed(_) => Vec::new(),
    };
    let named = upstreams.iter().flat_map(|upstream| {
        of_server(upstream).into_iter().map(|defect| LeftOut { server: upstream.name().to_owned(), defect })
    });
    named.collect()
}

/// Host of a server that was not started. It has no tools, so nothing calls it.
struct Absent;

impl ToolHost for Absent {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        let message = format!("the server of `{}` was not started", request.tool);
        Box::pin(async { Err(ToolError::new(ToolErrorCode::Unreachable, message)) })
    }
}
