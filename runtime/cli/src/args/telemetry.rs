//! The flags for traces.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct TelemetryArgs {
    /// Send traces over OTLP (HTTP with protobuf) to the collector at this URL, such as `http://127.0.0.1:4318`.
    /// Default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT; if neither is set, no traces are
    /// made.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp: Option<String>,
    /// Include scripts, arguments and results in the traces, up to 16 KiB each, along with any secrets in them.
    #[arg(long)]
    pub(crate) otlp_content: bool,
    /// Forward the `baggage` of a trace to the servers. It may identify users, and every server that is called receives
    /// it.
    #[arg(long)]
    pub(crate) forward_baggage: bool,
}
