//! The flags of `callbox serve`.

use std::{net::SocketAddr, path::PathBuf};

use callbox::Capacity;
use callbox_gateway::{GatewayOptions, ToolPattern, Traces};
use clap::Args;

use super::{EngineArgs, LimitArgs, TelemetryArgs, addresses, units::Bytes};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Serve Streamable HTTP at this address, under `/mcp`, instead of standard input and output. A non-loopback
    /// address requires --token-file.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = addresses::listening)]
    pub(crate) http: Option<SocketAddr>,
    /// File of tokens that grant access over HTTP, one per line: `name token [server.tool …]`; the patterns limit which
    /// tools the bearer may use.
    #[arg(long, value_name = "FILE", requires = "http")]
    pub(crate) token_file: Option<PathBuf>,
    /// A host name by which clients may address the HTTP server; may be repeated. Default: loopback names and the
    /// address itself.
    #[arg(long, value_name = "HOST", requires = "http", value_parser = addresses::host)]
    pub(crate) allow_host: Vec<String>,
    /// An origin whose pages may send requests, such as `https://app.example.com:443`; may be repeated.
    #[arg(long, value_name = "ORIGIN", requires = "http", value_parser = addresses::origin)]
    pub(crate) allow_origin: Vec<String>,
    /// Allow only tools that match this pattern to be found and called: `server.tool`, `*` for any text; may be
    /// repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) allow: Vec<ToolPattern>,
    /// Hide tools that match this pattern: they can be neither found nor called; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) hide: Vec<ToolPattern>,
    /// Expose tools that match this pattern directly, as `server__tool`, beside the gateway's own tools; may be
    /// repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) direct: Vec<ToolPattern>,
    /// Let clients run WebAssembly components as well as JavaScript, as `component` of `run_script`.
    #[arg(long)]
    pub(crate) allow_wasm: bool,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Maximum number of o200k tokens that one run returns to the model; the whole result is stored.
    #[arg(long, value_name = "TOKENS", default_value_t = GatewayOptions::default().result_tokens_max)]
    pub(crate) result_tokens: usize,
    /// Maximum number of o200k tokens that one search or description returns to the model.
    #[arg(long, value_name = "TOKENS", default_value_t = GatewayOptions::default().describe_tokens_max)]
    pub(crate) describe_tokens: usize,
    /// Size of the model's context window, the base of --inline-percent.
    #[arg(long, value_name = "TOKENS", default_value_t = GatewayOptions::default().window_tokens)]
    pub(crate) window_tokens: usize,
    /// Show all declarations up front, without search, if they take at most this share of the context window.
    #[arg(long, value_name = "PERCENT", default_value_t = GatewayOptions::default().inline_percent_max,
        value_parser = clap::value_parser!(u8).range(..=100))]
    pub(crate) inline_percent: u8,
    /// Time per run for asking the user what servers want to know, in milliseconds; the run's other clocks stop
    /// meanwhile. 0: never ask.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().person_ms_max)]
    pub(crate) person_ms: u64,
    /// Turn a run that takes longer than this into a task, for clients that support tasks, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().task_after_ms)]
    pub(crate) task_after_ms: u64,
    /// Time after which an unfinished task is ended; the result of a finished one is kept for as long again, in
    /// milliseconds.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().task_ttl_ms)]
    pub(crate) task_ttl_ms: u64,
    /// Time after start-up during which requests wait for servers that are still starting, in milliseconds. Each server
    /// gets at least this long to start, and at least 20,000. Hosts give up on a gateway that takes longer than their
    /// own limit to answer.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().start_ms_max)]
    pub(crate) start_ms: u64,
    /// Time for runs still in progress when the server is told to stop, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = callbox_gateway::HttpOptions::default().drain_ms_max)]
    pub(crate) shutdown_ms: u64,
    /// Runs at once; further runs wait.
    #[arg(long, value_name = "N", default_value_t = Capacity::RUNS_AT_ONCE_MAX,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs_at_once: u32,
    /// Runs that may wait for their turn; further runs are rejected.
    #[arg(long, value_name = "N", default_value_t = Capacity::RUNS_WAITING_MAX)]
    pub(crate) runs_waiting: u32,
    /// Memory of all runs together; runs that would exceed it wait. Default: half of the machine's memory, or of the
    /// process's control group limit.
    #[arg(long, value_name = "BYTES")]
    pub(crate) runs_memory_bytes: Option<Bytes>,
    #[command(flatten)]
    pub(crate) telemetry: TelemetryArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

impl ServeArgs {
    /// Returns the limits on all runs together.
    pub(crate) fn capacity(&self) -> Capacity {
        let mut capacity = Capacity::default();
        capacity.runs_at_once_max = self.runs_at_once;
        capacity.runs_waiting_max = self.runs_waiting;
        if let Some(bytes) = self.runs_memory_bytes {
            capacity.runs_memory_bytes_max = bytes.0;
        }
        capacity
    }

    /// Returns the gateway's settings.
    pub(crate) fn options(&self, traces: Option<Traces>) -> GatewayOptions {
        GatewayOptions {
            limits: self.limits.limits(),
            result_tokens_max: self.result_tokens,
            describe_tokens_max: self.describe_tokens,
            window_tokens: self.window_tokens,
            inline_percent_max: self.inline_percent,
            start_ms_max: self.start_ms,
            direct: self.direct.clone(),
            traces,
            forward_baggage: self.telemetry.forward_baggage,
            components: self.allow_wasm,
            person_ms_max: self.person_ms,
            task_after_ms: self.task_after_ms,
            task_ttl_ms: self.task_ttl_ms,
            ..GatewayOptions::default()
        }
    }
}
