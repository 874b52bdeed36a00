//! Sends traces to a collector over OTLP, in the background. `callbox_gateway::Traces` decides what they contain.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use callbox_gateway::Traces;
use callbox_mcp::choose_tls_provider;
use opentelemetry::{InstrumentationScope, KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    resource::{EnvResourceDetector, TelemetryResourceDetector},
    trace::{SdkTracerProvider, SpanData},
};
use reqwest::{blocking::Client, redirect};

use crate::{environment, error::CliError};

/// Time for the collector to accept one batch.
const ANSWER: Duration = Duration::from_secs(5);

/// Time to send the last spans when the program ends.
const LAST_SPANS: Duration = Duration::from_secs(3);

/// An open OTLP export pipeline.
pub(crate) struct Exporter {
    provider: SdkTracerProvider,
}

impl Exporter {
    /// Opens an exporter to this endpoint; `content` includes scripts, arguments and results. Does not wait for the
    /// collector.
    pub(crate) fn open(endpoint: &str, content: bool) -> Result<(Self, Traces), CliError> {
        let exporter = Collector { exporter: exporter(endpoint)?, is_down: AtomicBool::new(false) };
        let provider = SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter).build();
        let scope = InstrumentationScope::builder("callbox").with_version(env!("CARGO_PKG_VERSION"));
        let tracer = provider.tracer_with_scope(scope.build());
        let traces = if content { Traces::with_content(tracer) } else { Traces::new(tracer) };
        Ok((Self { provider }, traces))
    }

    /// Sends what is left, for a bounded time. Blocks, so call it outside the runtime.
    pub(crate) fn finish(self) {
        if self.provider.shutdown_with_timeout(LAST_SPANS).is_err() {
            tracing::warn!("the last traces were not delivered in time");
        }
    }
}

/// Builds the exporter, which also reads `OTEL_EXPORTER_OTLP_HEADERS`.
fn exporter(endpoint: &str) -> Result<SpanExporter, CliError> {
    let builder = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let builder = builder.with_endpoint(endpoint).with_timeout(ANSWER).with_http_client(client()?);
    builder.build().map_err(|error| {
        CliError::usage(format!("cannot send traces: {error}"))
            .hint("Give the URL of an OTLP collector, such as http://127.0.0.1:4318.")
    })
}

/// Builds a client that follows no redirects, since its headers may be secret.
fn client() -> Result<Client, CliError> {
    choose_tls_provider();
    let build = || Client::builder().timeout(ANSWER).redirect(redirect::Policy::none()).build();
    build().map_err(|error| CliError::internal(format!("cannot create the HTTP client for traces: {error}")))
}

/// The sender: named `callbox`, unless the standard variables name it.
fn resource() -> Resource {
    let callbox =
        [KeyValue::new("service.name", "callbox"), KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))];
    let builder = Resource::builder_empty().with_attributes(callbox);
    let builder = builder.with_detector(Box::new(TelemetryResourceDetector));
    let builder = builder.with_detector(Box::new(EnvResourceDetector::new()));
    match environment::service_name() {
        Some(name) => builder.with_service_name(name).build(),
        None => builder.build(),
    }
}

/// An exporter that logs once when the collector becomes unreachable, and once when it is back.
#[derive(Debug)]
struct Collector {
    exporter: SpanExporter,
    is_down: AtomicBool,
}

impl opentelemetry_sdk::trace::SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exported = self.exporter.export(batch).await;
        let was_down = self.is_down.swap(exported.is_err(), Relaxed);
        match &exported {
            Err(error) if !was_down => tracing::warn!(%error, "traces cannot be delivered; callbox keeps trying"),
            Ok(()) if was_down => tracing::info!("traces are delivered again"),
            _ => {}
        }
        exported
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
