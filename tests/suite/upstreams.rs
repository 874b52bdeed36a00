//! Configured servers, started for one test and ended after it.

use std::{path::Path, time::Duration};

use callbox::{Catalog, End, Outcome, RunRequest};
use callbox_mcp::{Config, ConnectOptions, Ready, Status, Upstream, UpstreamError, Upstreams, base_environment};
use callbox_tests::stage;
use serde_json::{Value, json};

/// Started servers.
pub struct Running(Option<Upstreams>);

/// Far longer than anything that works takes, even on a busy machine; only a bug makes a test wait this long.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The options of the tests: servers get as much time to start as a busy machine needs.
pub fn patient() -> ConnectOptions {
    let mut options = ConnectOptions::new(base_environment(std::env::vars_os()));
    options.connect_ms_max = 60_000;
    options.probe_ms_max = 10_000;
    options.list_page_ms_max = 60_000;
    options
}

/// The options for a server that will not answer, for tests about waiting for it.
pub fn impatient(connect_ms_max: u64) -> ConnectOptions {
    let mut options = patient();
    options.connect_ms_max = connect_ms_max;
    options.probe_ms_max = connect_ms_max / 4;
    options
}

/// Retries with increasing timeouts: for behaviour that shows only after waiting for a silent server, while another
/// process must have done something within that time.
#[track_caller]
pub fn in_time<T>(attempt: impl Fn(&ConnectOptions) -> Result<T, String>) -> T {
    let mut last = String::new();
    for connect_ms_max in [500, 3_000, 15_000, 60_000] {
        match attempt(&impatient(connect_ms_max)) {
            Ok(seen) => return seen,
            Err(why) => last = why,
        }
    }
    panic!("{last}")
}

/// Starts the servers of an `mcpServers` object.
pub fn started(servers: &Value, options: &ConnectOptions) -> Running {
    let text = json!({ "mcpServers": servers }).to_string();
    let config = Config::parse(&text, Path::new("/test/.mcp.json"), &|name| std::env::var(name).ok());
    let config = config.expect("the configuration is read");
    Running(Some(stage::wait(Upstreams::connect(&config, None, options))))
}

/// Starts `fault-server` as the server `s`.
pub fn faulty(arguments: &[&str]) -> Running {
    started(&json!({ "s": { "command": fault_server(), "args": arguments } }), &patient())
}

/// Returns the path of the misbehaving server.
pub fn fault_server() -> &'static str {
    env!("CARGO_BIN_EXE_fault-server")
}

impl Running {
    /// Returns the server of that name.
    pub fn server(&self, name: &str) -> &Upstream {
        let upstreams = self.0.as_ref().expect("servers run until the test ends");
        upstreams.get(name).unwrap_or_else(|| panic!("server `{name}` was not started"))
    }

    #[track_caller]
    pub fn ready(&self, name: &str) -> &Ready {
        match self.server(name).status() {
            Status::Ready(ready) => ready,
            Status::Failed(error) => panic!("server `{name}` is not ready: {error}; {:?}", error.stderr),
        }
    }

    #[track_caller]
    pub fn failure(&self, name: &str) -> &UpstreamError {
        match self.server(name).status() {
            Status::Failed(error) => error,
            Status::Ready(_) => panic!("server `{name}` is ready"),
        }
    }

    /// Returns a catalogue of all servers that are ready.
    pub fn catalog(&self) -> Catalog {
        let upstreams = self.0.as_ref().expect("servers run until the test ends");
        upstreams
            .iter()
            .fold(Catalog::builder(), |builder, upstream| match upstream.host() {
                Some(host) => builder.server(upstream.name(), upstream.tools().to_vec(), host),
                None => builder,
            })
            .build()
    }

    /// Runs a script against them.
    pub fn run(&self, request: RunRequest) -> Outcome {
        stage::run(&self.catalog(), request)
    }

    /// Returns the value that a script returns.
    #[track_caller]
    pub fn returned(&self, script: &str) -> Value {
        let outcome = self.run(RunRequest::new(script));
        match &outcome.end {
            End::Returned(returned) => returned.value.clone(),
            _ => panic!("{}", outcome.transcript()),
        }
    }

    /// Waits until a server has said that its tools changed.
    #[track_caller]
    pub fn changed(&self) {
        let upstreams = self.0.as_ref().expect("servers run until the test ends");
        let told = stage::wait(async { tokio::time::timeout(PATIENCE, upstreams.changed()).await });
        told.expect("a server says that its tools changed");
    }

    /// Fetches the tools again from each server that said they changed.
    pub fn refresh_if_changed(&mut self) -> Vec<String> {
        stage::wait(self.0.as_mut().expect("servers run until the test ends").refresh_if_changed())
    }

    /// Shuts the servers down in an orderly way.
    pub fn shut_down(mut self) {
        self.0.take().into_iter().for_each(|upstreams| stage::wait(upstreams.shutdown()));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(|upstreams| stage::wait(upstreams.shutdown()));
    }
}
