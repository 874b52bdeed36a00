//! Typed functions of WebAssembly scripts: a component's imports match the catalogue, and values come back unchanged.

#![allow(clippy::print_stderr, reason = "reports skipped tests and what properties saw")]

pub(crate) mod component;

#[path = "../../bindings/stubs/tests/soundness/arguments.rs"]
mod arguments;
#[path = "../../bindings/stubs/tests/catalogue_files/mod.rs"]
mod catalogue_files;
#[path = "../../bindings/stubs/tests/hostile_catalogue/mod.rs"]
mod hostile_catalogue;

mod catalogues;
mod failures;
mod mismatch;
mod round_trip;

use std::{
    error::Error,
    sync::{Arc, LazyLock, Mutex},
};

use callbox::{
    Catalog, ComponentSource, Limits, Outcome, RunRequest, Sandbox, Server, Tool, ToolError, ToolHost, ToolReply,
    ToolRequest,
};
use callbox_bindings::{Wit, wit};
use futures::{FutureExt, future::BoxFuture};
use serde_json::Value;

type Done = Result<(), Box<dyn Error>>;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::new().expect("a sandbox"));

/// Returns a tool's answer to the arguments of a call.
type Answer = dyn Fn(&str, &Value) -> Result<Value, ToolError> + Send + Sync;

/// A host that records its calls.
struct Asked {
    answer: Box<Answer>,
    calls: Mutex<Vec<(String, Value)>>,
}

impl ToolHost for Asked {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        let answer = (self.answer)(&request.tool, &request.arguments);
        self.calls.lock().expect("a lock").push((request.tool, request.arguments));
        std::future::ready(answer.map(ToolReply::from)).boxed()
    }
}

/// A catalogue with one host for all tools.
struct Tools {
    servers: Vec<Server>,
    catalog: Catalog,
    host: Arc<Asked>,
}

impl Tools {
    fn new(
        servers: Vec<Server>,
        answer: impl Fn(&str, &Value) -> Result<Value, ToolError> + Send + Sync + 'static,
    ) -> Self {
        let host = Arc::new(Asked { answer: Box::new(answer), calls: Mutex::default() });
        let add = |builder: callbox::CatalogBuilder, server: &Server| {
            builder.server(&server.name, server.tools.clone(), Arc::clone(&host) as Arc<dyn ToolHost>)
        };
        let catalog = servers.iter().fold(Catalog::builder(), add).build();
        Self { servers, catalog, host }
    }

    fn wit(&self) -> Wit {
        wit(&self.servers)
    }

    fn calls(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.host.calls.lock().expect("a lock"))
    }
}

fn tool(name: &str, input: &Value, output: &Value) -> Tool {
    let entry = serde_json::json!({ "name": name, "inputSchema": input, "outputSchema": output });
    Tool::from_json(&entry).expect("a tool")
}

fn run(catalog: &Catalog, component: ComponentSource) -> Result<Outcome, Box<dyn Error>> {
    run_within(catalog, component, Limits { tool_calls_max: 100_000, cpu_ms_max: 60_000, ..Limits::default() })
}

fn run_within(catalog: &Catalog, component: ComponentSource, limits: Limits) -> Result<Outcome, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(SANDBOX.run(catalog, RunRequest::program(component).limits(limits)))?)
}
