//! Decides whether traces are made, and where they go.

use callbox_gateway::Traces;

#[cfg(feature = "otlp")]
use crate::otlp::Exporter;
use crate::{args::TelemetryArgs, environment, error::CliError};

/// The traces of this process, if flags or the environment ask for them.
#[derive(Default)]
pub(crate) struct Telemetry {
    #[cfg(feature = "otlp")]
    exporter: Option<Exporter>,
    pub(crate) traces: Option<Traces>,
}

impl Telemetry {
    /// Opens the exporter that flags or the environment ask for.
    pub(crate) fn start(args: Option<&TelemetryArgs>) -> Result<Self, CliError> {
        let Some(args) = args else { return Ok(Self::default()) };
        let given = args.otlp.as_deref().map(environment::traces_path);
        match given.or_else(environment::traces_endpoint) {
            Some(endpoint) => Self::to(&endpoint, args),
            None => Ok(Self::default()),
        }
    }

    #[cfg(feature = "otlp")]
    fn to(endpoint: &str, args: &TelemetryArgs) -> Result<Self, CliError> {
        let (exporter, traces) = Exporter::open(endpoint, args.otlp_content)?;
        Ok(Self { exporter: Some(exporter), traces: Some(traces) })
    }

    /// A flag that cannot be obeyed is an error. The environment may be meant for other programs.
    #[cfg(not(feature = "otlp"))]
    fn to(_: &str, args: &TelemetryArgs) -> Result<Self, CliError> {
        if args.otlp.is_some() {
            let refused = CliError::usage("this build of callbox does not support traces");
            return Err(refused.hint("Build it with `--features otlp`."));
        }
        crate::render::tell(
            "note: the environment asks for traces, but this callbox was built without the feature `otlp`\n",
        );
        Ok(Self::default())
    }

    /// Sends what is left, for a bounded time. Blocks, so call it outside the runtime.
    pub(crate) fn finish(self) {
        #[cfg(feature = "otlp")]
        if let Some(exporter) = self.exporter {
            exporter.finish();
        }
    }
}
