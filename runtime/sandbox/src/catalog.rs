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
pub struct Catalog(Arc<Servers>);

#[derive(Default)]
struct Servers {
    /// Shared by the catalogues made from one another, with what was prepared for them.
    list: Vec<Arc<CatalogServer>>,
}

/// Sees the result of each successful call: the server's name, the tool, and the value as a script gets it. Called on
/// the task that makes the call, so it must be quick.
pub type ResultObserver = Arc<dyn Fn(&str, &Arc<Tool>, &Value) + Send + Sync>;

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
    pub(crate) tool: Arc<Tool>,
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
    pub fn servers(&self) -> &[Arc<CatalogServer>] {
        &self.0.list
    }

    /// Returns the number of tools on all servers.
    #[must_use]
    pub fn tool_count(&self) -> usize {
        self.0.list.iter().map(|server| server.tools.len()).sum()
    }

    /// Returns the server with this wire name or identifier.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&CatalogServer> {
        self.position_of(name).and_then(|at| self.0.list.get(at)).map(Arc::as_ref)
    }

    /// Returns the positions of a server and its tool, each given by wire name or identifier.
    pub(crate) fn position(&self, server: &str, tool: &str) -> Option<(u32, u32)> {
        let server_at = self.position_of(server)?;
        let tool_at = *self.0.list.get(server_at)?.index.get(tool)?;
        Some((u32::try_from(server_at).ok()?, u32::try_from(tool_at).ok()?))
    }

    fn position_of(&self, server: &str) -> Option<usize> {
        let by_wire = self.0.list.iter().position(|listed| listed.server.name == server);
        by_wire.or_else(|| self.0.list.iter().position(|listed| listed.identifier == server))
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
        let servers = self.0.list.iter().map(|server| {
            let shown: Vec<_> =
                server.tools.iter().filter(|entry| keep(&server.server.name, &entry.tool)).cloned().collect();
            match shown.len() == server.tools.len() {
                true => Arc::clone(server),
                false => Arc::new(server.with(shown)),
            }
        });
        Self::of(servers.collect())
    }

    /// Keeps only the servers for which `keep` returns true, with all their tools. Identifiers do not change.
    #[must_use]
    pub fn filtered_servers(&self, keep: impl Fn(&CatalogServer) -> bool) -> Self {
        Self::of(self.0.list.iter().filter(|server| keep(server)).cloned().collect())
    }

    /// Replaces the tools of the server with this wire name; returns `None` if there is no such server.
    ///
    /// The other servers are shared with this catalogue, together with what was prepared for them, such as compiled
    /// validators. The same holds for those tools of the server whose definition, host and identifiers stay the same; if
    /// nothing differs, this catalogue is returned.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use callbox::{Catalog, Tool, ToolError, ToolHost, ToolReply, ToolRequest, BoxFuture};
    /// # struct Echo;
    /// # impl ToolHost for Echo {
    /// #     fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
    /// #         Box::pin(async move { Ok(ToolReply::new(Some(request.arguments), Vec::new())) })
    /// #     }
    /// # }
    /// let host: Arc<dyn ToolHost> = Arc::new(Echo);
    /// let catalog = Catalog::builder().server("notes", Vec::<Tool>::new(), Arc::clone(&host)).build();
    /// let list = Tool::from_json(&serde_json::json!({ "name": "list" }))?;
    /// let catalog = catalog.with_tools("notes", [list], &host).ok_or("no such server")?;
    /// assert_eq!(catalog.tool_count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_tools(
        &self,
        server: &str,
        tools: impl IntoIterator<Item = impl Into<Arc<Tool>>>,
        host: &Arc<dyn ToolHost>,
    ) -> Option<Self> {
        let at = self.0.list.iter().position(|listed| listed.server.name == server)?;
        let before = self.0.list.get(at)?;
        let entries = tools.into_iter().map(|tool| (tool.into(), Arc::clone(host))).collect();
        let now = catalog_tools(entries).map(|tool| before.same(&tool).unwrap_or_else(|| Arc::new(tool)));
        let now: Vec<_> = now.collect();
        if now.len() == before.tools.len()
            && now.iter().zip(&before.tools).all(|(now, before)| Arc::ptr_eq(now, before))
        {
            return Some(self.clone());
        }
        let mut servers = self.0.list.clone();
        servers.splice(at..=at, [Arc::new(before.with(now))]);
        Some(Self::of(servers))
    }

    fn of(list: Vec<Arc<CatalogServer>>) -> Self {
        Self(Arc::new(Servers { list }))
    }

    /// Returns TypeScript declarations of every tool, and notes on what they cannot express.
    #[must_use]
    pub fn declarations(&self) -> (String, Vec<Note>) {
        let servers: Vec<_> = self.0.list.iter().map(|server| server.server.clone()).collect();
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
        self.entry(name).map(|entry| entry.tool.as_ref())
    }

    /// Returns the same server with only these tools.
    fn with(&self, tools: Vec<Arc<CatalogTool>>) -> Self {
        let identifiers = (self.identifier.clone(), self.wit_name.clone());
        Self {
            result_observer: self.result_observer.clone(),
            ..with_tools(self.server.name.clone(), identifiers, tools)
        }
    }

    /// Returns the tool of that name if nothing about it differs from `tool`.
    fn same(&self, tool: &CatalogTool) -> Option<Arc<CatalogTool>> {
        let known = self.tools.get(*self.index.get(&tool.tool.name)?)?;
        let is_same = Arc::ptr_eq(&known.host, &tool.host)
            && (&known.identifier, &known.wit_name) == (&tool.identifier, &tool.wit_name)
            && (Arc::ptr_eq(&known.tool, &tool.tool) || known.tool == tool.tool);
        is_same.then(|| Arc::clone(known))
    }

    /// Shows a result to the observer, if there is one.
    pub(crate) fn show_result(&self, tool: &Arc<Tool>, value: &Value) {
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
        self.0.list.iter().map(|server| server.identifier.as_str()).collect()
    }

    fn tools(&self, server: &str) -> Vec<&str> {
        self.server(server).map(|server| server.identifiers().collect()).unwrap_or_default()
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.list.iter().map(|server| (&server.server.name, server.tools.len()));
        f.debug_map().entries(names).finish()
    }
}

/// A tool and the host that runs it.
type Hosted = (Arc<Tool>, Arc<dyn ToolHost>);

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
    pub fn server(
        mut self,
        name: &str,
        tools: impl IntoIterator<Item = impl Into<Arc<Tool>>>,
        host: Arc<dyn ToolHost>,
    ) -> Self {
        self.add(name, tools.into_iter().map(Into::into).zip(std::iter::repeat(host)));
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
        self.add(server, std::iter::once((Arc::new(tool), host)));
        self
    }

    /// Calls `observer` with the result of each successful call, checked and unwrapped, made by a script or by
    /// [`Catalog::call`]. Default: no observer.
    ///
    /// The gateway learns output types this way (`callbox_gateway::Lessons`); storing them is up to the embedder.
    #[must_use]
    pub fn on_result(mut self, observer: impl Fn(&str, &Arc<Tool>, &Value) + Send + Sync + 'static) -> Self {
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
            ..with_tools(name, identifiers, catalog_tools(tools).map(Arc::new).collect())
        });
        Catalog::of(servers.map(Arc::new).collect())
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

/// Names the tools of one server. Of two with the same name the first stays.
fn catalog_tools(mut entries: Vec<Hosted>) -> impl Iterator<Item = CatalogTool> {
    let mut seen = std::collections::HashSet::new();
    entries.retain(|(tool, _)| seen.insert(tool.name.clone()));
    let names: Vec<_> = entries.iter().map(|(tool, _)| tool.name.clone()).collect();
    let each = identifiers(&names).into_iter().zip(wit_functions(&names));
    each.zip(entries).map(catalog_tool)
}

fn with_tools(name: String, (identifier, wit_name): Identifiers, tools: Vec<Arc<CatalogTool>>) -> CatalogServer {
    let identifiers = tools.iter().map(|entry| &entry.identifier);
    let names = tools.iter().map(|entry| &entry.tool.name);
    // Wire names take precedence over identifiers, so they are inserted last.
    let index = identifiers.chain(names).cloned().zip((0..tools.len()).cycle()).collect();
    let server = Server::new(name, tools.iter().map(|entry| Arc::clone(&entry.tool)));
    CatalogServer { server, identifier, wit_name, wit: OnceLock::new(), tools, index, result_observer: None }
}

fn catalog_tool(((identifier, wit_name), (tool, host)): (Identifiers, Hosted)) -> CatalogTool {
    CatalogTool { tool, identifier, wit_name, host, input: LazySchema::default(), output: LazySchema::default() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{BoxFuture, ToolReply, ToolRequest};

    struct Silent;

    impl ToolHost for Silent {
        fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
            Box::pin(async move { Ok(ToolReply::new(Some(request.arguments), Vec::new())) })
        }
    }

    fn tool(name: &str, description: &str) -> Arc<Tool> {
        let entry = json!({ "name": name, "description": description, "inputSchema": { "type": "object" } });
        Arc::new(Tool::from_json(&entry).expect("a tool"))
    }

    fn entry<'a>(catalog: &'a Catalog, server: &str, tool: &str) -> &'a CatalogTool {
        catalog.server(server).and_then(|server| server.entry(tool)).expect("the tool is there")
    }

    #[test]
    fn a_changed_server_leaves_what_others_prepared() {
        let host: Arc<dyn ToolHost> = Arc::new(Silent);
        let (same, old) = (tool("same", "Stays."), tool("other", "Before."));
        let builder = Catalog::builder().server("a", [same, old], Arc::clone(&host));
        let before = builder.server("b", [tool("x", "Stays.")], Arc::clone(&host)).build();
        // Read from a new list: equal, and not shared.
        let tools = [tool("same", "Stays."), tool("other", "After.")];
        let after = before.with_tools("a", tools, &host).expect("the server is there");
        assert!(std::ptr::eq(entry(&before, "b", "x"), entry(&after, "b", "x")), "another server");
        assert!(std::ptr::eq(entry(&before, "a", "same"), entry(&after, "a", "same")), "an equal tool");
        assert_eq!(entry(&after, "a", "other").tool.description.as_deref(), Some("After."));
        assert_eq!(entry(&before, "a", "other").tool.description.as_deref(), Some("Before."));
    }

    #[test]
    fn an_unchanged_server_leaves_the_catalogue() {
        let host: Arc<dyn ToolHost> = Arc::new(Silent);
        let before = Catalog::builder().server("a", [tool("x", "Stays.")], Arc::clone(&host)).build();
        let again = before.with_tools("a", [tool("x", "Stays.")], &host).expect("the server is there");
        assert!(before.is(&again));
        assert!(before.with_tools("b", [tool("x", "Stays.")], &host).is_none());
        let empty = before.with_tools("a", Vec::<Tool>::new(), &host).expect("the server is there");
        assert_eq!(empty.tool_count(), 0);
        let whole = before.filtered(|_, _| true);
        assert!(std::ptr::eq(entry(&before, "a", "x"), entry(&whole, "a", "x")));
    }
}
