//! The tools a run may call: metadata together with the host that runs them. A catalogue is immutable; refreshing makes
//! a new one.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, OnceLock},
};

use callbox_bindings::{Note, Server, Tool, WitInterface, identifiers, wit_functions, wit_interface, wit_interfaces};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{function::Function, host::ToolHost, schema::LazySchema, script::ToolNames, tool_error::ToolError};

/// An immutable set of servers with their tools; cheap to clone.
///
/// ```
/// use callbox::{Catalog, ToolError};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Add { a: i64, b: i64 }
///
/// let catalog = Catalog::builder()
///     .function("math", "add", "Adds two integers.", |add: Add| async move {
///         Ok::<_, ToolError>(add.a + add.b)
///     })
///     .build();
/// assert_eq!(catalog.tool_count(), 1);
/// ```
#[derive(Clone, Default)]
pub struct Catalog(Arc<Inner>);

#[derive(Default)]
struct Inner {
    servers: Vec<CatalogServer>,
}

/// Sees the result of each successful call: the server's name, the tool, and the value as a script gets it. Called on
/// the task that makes the call, so it must be quick.
pub type ResultObserver = Arc<dyn Fn(&str, &Tool, &Value) + Send + Sync>;

/// One server of a catalogue.
pub struct CatalogServer {
    /// Name and tools.
    pub server: Server,
    /// The server's identifier in scripts.
    pub identifier: String,
    /// The server's identifier in WIT.
    pub(crate) wit_name: String,
    wit: OnceLock<WitInterface>,
    pub(crate) tools: Vec<Arc<CatalogTool>>,
    index: HashMap<String, usize>,
    result_observer: Option<ResultObserver>,
}

/// One tool of a catalogue, with everything needed to call it.
pub(crate) struct CatalogTool {
    pub(crate) tool: Tool,
    pub(crate) identifier: String,
    pub(crate) wit_name: String,
    pub(crate) host: Arc<dyn ToolHost>,
    pub(crate) input: LazySchema,
    pub(crate) output: LazySchema,
}

impl Catalog {
    /// Starts an empty catalogue.
    #[must_use]
    pub fn builder() -> CatalogBuilder {
        CatalogBuilder::default()
    }

    /// Returns the servers, in the order they were added.
    #[must_use]
    pub fn servers(&self) -> &[CatalogServer] {
        &self.0.servers
    }

    /// Returns the number of tools on all servers.
    #[must_use]
    pub fn tool_count(&self) -> usize {
        self.0.servers.iter().map(|server| server.tools.len()).sum()
    }

    /// Returns the server with this wire name or identifier.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&CatalogServer> {
        let by_wire = self.0.servers.iter().find(|server| server.server.name == name);
        by_wire.or_else(|| self.0.servers.iter().find(|server| server.identifier == name))
    }

    /// Returns the positions of a server and its tool, each given by wire name or identifier.
    pub(crate) fn position(&self, server: &str, tool: &str) -> Option<(u32, u32)> {
        let found = self.server(server)?;
        let server_at = self.0.servers.iter().position(|server| std::ptr::eq(server, found))?;
        Some((u32::try_from(server_at).ok()?, u32::try_from(*found.index.get(tool)?).ok()?))
    }

    /// Checks whether this is a clone of `other`.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Keeps only the tools for which `keep`, given the wire names of server and tool, returns true. Identifiers do not
    /// change, and a server stays even if it is left without tools.
    ///
    /// ```
    /// # use callbox::{Catalog, ToolError};
    /// let catalog = Catalog::builder()
    ///     .function("math", "one", "One.", |(): ()| async { Ok::<_, ToolError>(1) })
    ///     .function("math", "two", "Two.", |(): ()| async { Ok::<_, ToolError>(2) })
    ///     .build();
    /// assert_eq!(catalog.filtered(|_, tool| tool.name == "one").tool_count(), 1);
    /// ```
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&str, &Tool) -> bool) -> Self {
        let servers = self.0.servers.iter().map(|server| {
            let kept = server.tools.iter().filter(|entry| keep(&server.server.name, &entry.tool));
            server.with(kept.cloned().collect())
        });
        Self(Arc::new(Inner { servers: servers.collect() }))
    }

    /// Keeps only the servers for which `keep` returns true, with all their tools. Identifiers do not change.
    #[must_use]
    pub fn filtered_servers(&self, keep: impl Fn(&CatalogServer) -> bool) -> Self {
        let servers =
            self.0.servers.iter().filter(|server| keep(server)).map(|server| server.with(server.tools.clone()));
        Self(Arc::new(Inner { servers: servers.collect() }))
    }

    /// Returns TypeScript declarations of every tool, and notes on what they cannot express.
    #[must_use]
    pub fn declarations(&self) -> (String, Vec<Note>) {
        let servers: Vec<_> = self.0.servers.iter().map(|server| server.server.clone()).collect();
        callbox_bindings::declarations(&servers)
    }
}

impl CatalogServer {
    /// Returns the identifiers of the tools, in the order of `server.tools`.
    pub fn identifiers(&self) -> impl Iterator<Item = &str> {
        self.tools.iter().map(|tool| tool.identifier.as_str())
    }

    /// Returns the tool with this wire name or identifier.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.entry(name).map(|entry| &entry.tool)
    }

    /// Returns the same server with only these tools.
    fn with(&self, tools: Vec<Arc<CatalogTool>>) -> Self {
        let identifiers = (self.identifier.clone(), self.wit_name.clone());
        Self {
            result_observer: self.result_observer.clone(),
            ..with_tools(self.server.name.clone(), identifiers, tools)
        }
    }

    /// Shows a result to the observer, if there is one.
    pub(crate) fn show_result(&self, tool: &Tool, value: &Value) {
        if let Some(observer) = &self.result_observer {
            observer(&self.server.name, tool, value);
        }
    }

    /// Returns the server as a WIT interface, with the identifiers it has in the whole catalogue; built on first use.
    pub(crate) fn wit(&self) -> &WitInterface {
        self.wit.get_or_init(|| {
            let functions = self.tools.iter().map(|entry| entry.wit_name.clone()).collect();
            wit_interface(&self.server, self.wit_name.clone(), functions).0
        })
    }

    pub(crate) fn entry(&self, name: &str) -> Option<&CatalogTool> {
        self.tools.get(*self.index.get(name)?).map(Arc::as_ref)
    }
}

impl ToolNames for Catalog {
    fn has_server(&self, server: &str) -> bool {
        self.server(server).is_some()
    }

    fn has_tool(&self, server: &str, tool: &str) -> bool {
        self.server(server).is_some_and(|server| server.entry(tool).is_some())
    }

    fn servers(&self) -> Vec<&str> {
        self.0.servers.iter().map(|server| server.identifier.as_str()).collect()
    }

    fn tools(&self, server: &str) -> Vec<&str> {
        self.server(server).map(|server| server.identifiers().collect()).unwrap_or_default()
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.servers.iter().map(|server| (&server.server.name, server.tools.len()));
        f.debug_map().entries(names).finish()
    }
}

/// A tool and the host that runs it.
type Hosted = (Tool, Arc<dyn ToolHost>);

/// Collects servers and functions into a [`Catalog`].
#[derive(Default)]
pub struct CatalogBuilder {
    servers: Vec<(String, Vec<Hosted>)>,
    result_observer: Option<ResultObserver>,
}

impl CatalogBuilder {
    /// Adds a server's tools, all run by `host`. If the server already exists, the tools join it; of two tools with the
    /// same name the first stays.
    #[must_use]
    pub fn server(mut self, name: &str, tools: Vec<Tool>, host: Arc<dyn ToolHost>) -> Self {
        let entries = tools.into_iter().zip(std::iter::repeat(host));
        self.add(name, entries);
        self
    }

    /// Adds an async function as a tool; its schemas come from its argument and result types. A function that takes `()`
    /// is called without arguments.
    ///
    /// A result that cannot be serialised fails that call with `invalid_result`.
    #[must_use]
    pub fn function<A, R, F, Fut>(mut self, server: &str, name: &str, description: &str, function: F) -> Self
    where
        A: DeserializeOwned + JsonSchema + Send + 'static,
        R: Serialize + JsonSchema + 'static,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, ToolError>> + Send + 'static,
    {
        let tool = crate::function::describe::<A, R>(name, description);
        let host: Arc<dyn ToolHost> = Arc::new(Function::new(function));
        self.add(server, std::iter::once((tool, host)));
        self
    }

    /// Calls `observer` with the result of each successful call, checked and unwrapped, made by a script or by
    /// [`Catalog::call`]. Default: no observer.
    ///
    /// The gateway learns output types this way (`callbox_gateway::Lessons`); storing them is up to the embedder.
    #[must_use]
    pub fn on_result(mut self, observer: impl Fn(&str, &Tool, &Value) + Send + Sync + 'static) -> Self {
        self.result_observer = Some(Arc::new(observer));
        self
    }

    /// Finishes the catalogue.
    #[must_use]
    pub fn build(self) -> Catalog {
        let names: Vec<_> = self.servers.iter().map(|(name, _)| name.clone()).collect();
        let servers = identifiers(&names).into_iter().zip(wit_interfaces(&names)).zip(self.servers);
        let servers = servers.map(|(identifiers, (name, tools))| CatalogServer {
            result_observer: self.result_observer.clone(),
            ..catalog_server(name, identifiers, tools)
        });
        Catalog(Arc::new(Inner { servers: servers.collect() }))
    }

    fn add(&mut self, server: &str, entries: impl Iterator<Item = Hosted>) {
        match self.servers.iter_mut().find(|(name, _)| name == server) {
            Some((_, tools)) => tools.extend(entries),
            None => self.servers.push((server.to_owned(), entries.collect())),
        }
    }
}

/// Identifiers of a server or a tool: in scripts, and in WIT.
type Identifiers = (String, String);

fn catalog_server(name: String, own: Identifiers, mut entries: Vec<Hosted>) -> CatalogServer {
    let mut seen = std::collections::HashSet::new();
    entries.retain(|(tool, _)| seen.insert(tool.name.clone()));
    let names: Vec<_> = entries.iter().map(|(tool, _)| tool.name.clone()).collect();
    let each = identifiers(&names).into_iter().zip(wit_functions(&names));
    let tools = each.zip(entries).map(catalog_tool);
    with_tools(name, own, tools.map(Arc::new).collect())
}

fn with_tools(name: String, (identifier, wit_name): Identifiers, tools: Vec<Arc<CatalogTool>>) -> CatalogServer {
    let identifiers = tools.iter().map(|entry| &entry.identifier);
    let names = tools.iter().map(|entry| &entry.tool.name);
    // Wire names take precedence over identifiers, so they are inserted last.
    let index = identifiers.chain(names).cloned().zip((0..tools.len()).cycle()).collect();
    let server = Server { name, tools: tools.iter().map(|entry| entry.tool.clone()).collect() };
    CatalogServer { server, identifier, wit_name, wit: OnceLock::new(), tools, index, result_observer: None }
}

fn catalog_tool(((identifier, wit_name), (tool, host)): (Identifiers, Hosted)) -> CatalogTool {
    CatalogTool { tool, identifier, wit_name, host, input: LazySchema::default(), output: LazySchema::default() }
}
