//! The flags for traces.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct TelemetryArgs {
    /// Send traces over OTLP (HTTP with protobuf) to the collector at this address, such as
    /// `http://127.0.0.1:4318`. Without it they go where OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or
    /// OTEL_EXPORTER_OTLP_ENDPOINT says; without those none are made.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp: Option<String>,
    /// Put scripts, arguments and results into the traces, each up to 16 KiB, with whatever is secret in them.
    #[arg(long)]
    pub(crate) otlp_content: bool,
    /// Hand the `baggage` of a trace on to the servers. It may say who the users are, and every server that is
    /// called gets it.
    #[arg(long)]
    pub(crate) forward_baggage: bool,
}
