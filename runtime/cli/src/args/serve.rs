//! The flags of `callbox serve`.

use std::{net::SocketAddr, path::PathBuf};

use callbox::Capacity;
use callbox_gateway::{GatewayOptions, ToolPattern, Traces};
use clap::Args;

use super::{EngineArgs, LimitArgs, TelemetryArgs, addresses, units::Bytes};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Serve Streamable HTTP at this address, path `/mcp`, instead of standard input and output. An
    /// address that is not loopback needs --token-file.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = addresses::listening)]
    pub(crate) http: Option<SocketAddr>,
    /// Tokens that open the HTTP side, one a line: `name token [server.tool …]`, with patterns for the
    /// tools its bearer may use.
    #[arg(long, value_name = "FILE", requires = "http")]
    pub(crate) token_file: Option<PathBuf>,
    /// A name by which the HTTP server may be addressed; may be repeated. Default: loopback names, and
    /// the address itself.
    #[arg(long, value_name = "HOST", requires = "http", value_parser = addresses::host)]
    pub(crate) allow_host: Vec<String>,
    /// An origin whose pages may send requests, such as `https://app.example.com:443`; may be repeated.
    #[arg(long, value_name = "ORIGIN", requires = "http", value_parser = addresses::origin)]
    pub(crate) allow_origin: Vec<String>,
    /// Only tools that this names can be found and called: `server.tool`, `*` for any text; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) allow: Vec<ToolPattern>,
    /// Tools that this names can be neither found nor called; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) hide: Vec<ToolPattern>,
    /// Tools that clients see beside the gateway's own, as `server__tool`; may be repeated.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) direct: Vec<ToolPattern>,
    /// Let clients run WebAssembly components beside JavaScript, as `component` of `run_script`.
    #[arg(long)]
    pub(crate) allow_wasm: bool,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Most o200k tokens that one run gives to the model; the whole is kept.
    #[arg(long, value_name = "TOKENS", default_value_t = GatewayOptions::default().result_tokens_max)]
    pub(crate) result_tokens: usize,
    /// Most o200k tokens that one search or description gives to the model.
    #[arg(long, value_name = "TOKENS", default_value_t = GatewayOptions::default().describe_tokens_max)]
    pub(crate) describe_tokens: usize,
    /// The model's context window, which --inline-percent is a part of.
    #[arg(long, value_name = "TOKENS", default_value_t = GatewayOptions::default().window_tokens)]
    pub(crate) window_tokens: usize,
    /// Show all declarations at once, and no search, where they take no more of the window than this.
    #[arg(long, value_name = "PERCENT", default_value_t = GatewayOptions::default().inline_percent_max,
        value_parser = clap::value_parser!(u8).range(..=100))]
    pub(crate) inline_percent: u8,
    /// Time for which persons are asked what servers want to know, in one run; its other clocks stand still
    /// meanwhile, milliseconds. 0: nobody is asked.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().person_ms_max)]
    pub(crate) person_ms: u64,
    /// A run that takes longer becomes a task for clients that know tasks, milliseconds.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().task_after_ms)]
    pub(crate) task_after_ms: u64,
    /// A task that takes longer is ended; the result of one that does not is kept as long, milliseconds.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().task_ttl_ms)]
    pub(crate) task_ttl_ms: u64,
    /// How long after the start a question waits for servers that are still starting, milliseconds; they get at
    /// least so long, and 20,000. Hosts give up on a gateway that takes longer than theirs to answer.
    #[arg(long, value_name = "MS", default_value_t = GatewayOptions::default().start_ms_max)]
    pub(crate) start_ms: u64,
    /// Time for runs that are under way when the server is told to stop, milliseconds.
    #[arg(long, value_name = "MS", default_value_t = callbox_gateway::HttpOptions::default().drain_ms_max)]
    pub(crate) shutdown_ms: u64,
    /// Runs alive at once; further ones wait.
    #[arg(long, value_name = "N", default_value_t = Capacity::RUNS_AT_ONCE_MAX,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs_at_once: u32,
    /// Runs that wait for their turn; further ones are refused.
    #[arg(long, value_name = "N", default_value_t = Capacity::RUNS_WAITING_MAX)]
    pub(crate) runs_waiting: u32,
    /// Memory of all runs together; runs that would pass it wait. Default: half of the machine's, or of what the
    /// control group of the process has.
    #[arg(long, value_name = "BYTES")]
    pub(crate) runs_memory_bytes: Option<Bytes>,
    #[command(flatten)]
    pub(crate) telemetry: TelemetryArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

impl ServeArgs {
    /// What all runs may take together.
    pub(crate) fn capacity(&self) -> Capacity {
        let mut capacity = Capacity::default();
        capacity.runs_at_once_max = self.runs_at_once;
        capacity.runs_waiting_max = self.runs_waiting;
        if let Some(bytes) = self.runs_memory_bytes {
            capacity.runs_memory_bytes_max = bytes.0;
        }
        capacity
    }

    /// The settings of the gateway.
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
