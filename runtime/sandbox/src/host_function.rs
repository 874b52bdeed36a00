//! Functions that a run's host gives the script in addition to tools: where scripts find them, and how they are called.
//! They follow the same path as tools and count as tool calls.

use std::{fmt, future::Future, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use serde_json::Value;

use crate::{script::ToolNames, tool_error::ToolError};

type Call = dyn Fn(Vec<Value>) -> BoxFuture<'static, Result<Value, ToolError>> + Send + Sync;

/// A function, and where a script finds it.
#[derive(Clone)]
pub(crate) struct HostFunction {
    /// `emit`, `results.get` or `tools.$search`.
    pub(crate) path: String,
    call: Arc<Call>,
}

impl HostFunction {
    pub(crate) fn new<F, Fut>(path: String, function: F) -> Self
    where
        F: Fn(Vec<Value>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Value, ToolError>> + Send + 'static,
    {
        Self { path, call: Arc::new(move |arguments| function(arguments).boxed()) }
    }

    /// Calls it with arguments as packed by the engine.
    pub(crate) fn call(&self, packed: Value) -> BoxFuture<'static, Result<Value, ToolError>> {
        let arguments = match packed {
            Value::Object(mut packed) => packed.remove("arguments"),
            _ => None,
        };
        match arguments {
            Some(Value::Array(arguments)) => (self.call)(arguments),
            _ => (self.call)(Vec::new()),
        }
    }
}

impl fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostFunction").field(&self.path).finish()
    }
}

/// The names in a catalogue, plus the functions that are properties of `tools`.
pub(crate) struct NamesWith<'a, N> {
    pub(crate) names: &'a N,
    pub(crate) functions: &'a [HostFunction],
}

impl<N: ToolNames> ToolNames for NamesWith<'_, N> {
    fn has_server(&self, server: &str) -> bool {
        self.names.has_server(server) || self.on_tools().any(|name| name == server)
    }

    fn has_tool(&self, server: &str, tool: &str) -> bool {
        self.names.has_tool(server, tool)
    }

    fn servers(&self) -> Vec<&str> {
        self.names.servers().into_iter().chain(self.on_tools()).collect()
    }

    fn tools(&self, server: &str) -> Vec<&str> {
        self.names.tools(server)
    }
}

impl<N> NamesWith<'_, N> {
    fn on_tools(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().filter_map(|function| function.path.strip_prefix("tools."))
    }
}
