//! What one principal of a gateway may see: the rules, and the view of the tools that follows from them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use callbox::Catalog;
use callbox_bindings::search::Index;
use callbox_bindings::{Rendering, Selection, Server, Stubs, Tool};

use super::fleet::Snapshot;
use super::pattern::ToolPattern;
use super::texts::Texts;

/// A principal with its rules. Two requests of one principal share the view.
#[derive(Debug)]
pub struct Scope {
    name: String,
    allow: Vec<ToolPattern>,
    hide: Vec<ToolPattern>,
    view: Mutex<Option<Arc<View>>>,
    /// Made once, so that what a model is shown stays the same while servers come and go.
    texts: OnceLock<Texts>,
}

/// The tools that a scope may see, at one moment.
#[derive(Debug)]
pub(super) struct View {
    generation: u64,
    pub(super) catalog: Catalog,
    pub(super) index: Index,
    pub(super) down: Vec<Down>,
    /// Servers that were not tried yet.
    pub(super) starting: Vec<String>,
}

/// A server that cannot be reached now.
#[derive(Debug, Clone)]
pub(super) struct Down {
    pub(super) server: String,
    pub(super) why: String,
}

impl Scope {
    /// A principal called `name`, who sees what one of `allow` names (all, if there is none) and none of
    /// `hide` does.
    #[must_use]
    pub fn new(name: impl Into<String>, allow: Vec<ToolPattern>, hide: Vec<ToolPattern>) -> Self {
        Self { name: name.into(), allow, hide, view: Mutex::default(), texts: OnceLock::new() }
    }

    /// Whose it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn shows(&self, server: &str, tool: &str) -> bool {
        let named = |patterns: &[ToolPattern]| patterns.iter().any(|pattern| pattern.matches(server, tool));
        (self.allow.is_empty() || named(&self.allow)) && !named(&self.hide)
    }

    /// Whether a server may be known to the principal: it shows one of the tools in scope, or its tools are not known yet and one could be.
    fn knows(&self, server: &str, tools: usize, shown: usize) -> bool {
        let may_show = self.allow.is_empty() || self.allow.iter().any(|pattern| pattern.may_match(server));
        let hides_all = self.hide.iter().any(|pattern| pattern.matches_all(server));
        shown > 0 || (tools == 0 && may_show && !hides_all)
    }

    /// The view of that snapshot; the last one is kept.
    pub(super) fn view(&self, snapshot: &Snapshot) -> Arc<View> {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        match view.as_ref() {
            Some(view) if view.generation == snapshot.generation => Arc::clone(view),
            last => {
                let next = View::of(self, snapshot, last.map(Arc::as_ref));
                Arc::clone(view.insert(Arc::new(next)))
            }
        }
    }

    /// What its models are shown first, made from the first view that is asked for.
    pub(super) fn texts(&self, make: impl FnOnce() -> Texts) -> &Texts {
        self.texts.get_or_init(make)
    }
}

impl View {
    fn of(scope: &Scope, snapshot: &Snapshot, last: Option<&View>) -> Self {
        let shown = snapshot.catalog.filtered(|server, tool| scope.shows(server, &tool.name));
        let known = |server: &str| {
            let tools = |catalog: &Catalog| catalog.server(server).map_or(0, |it| it.server.tools.len());
            scope.knows(server, tools(&snapshot.catalog), tools(&shown))
        };
        let catalog = shown.filtered_servers(|server| known(&server.server.name));
        let index = last.map_or_else(Index::default, |last| last.index.clone());
        let index = refreshed(index, last.map(|last| &last.catalog), &catalog);
        let down = snapshot.down.iter().filter(|(server, _)| known(server));
        let down = down.map(|(server, error)| Down { server: server.clone(), why: error.message.clone() }).collect();
        let starting = snapshot.starting.iter().filter(|server| known(server)).cloned().collect();
        Self { generation: snapshot.generation, catalog, index, down, starting }
    }

    /// Whether nothing is known of that server yet, because it is still starting or could not be reached.
    pub(super) fn is_missing(&self, server: &Server) -> bool {
        let is_away = self.starting.contains(&server.name) || self.down.iter().any(|down| down.server == server.name);
        server.tools.is_empty() && is_away
    }

    /// The tool that `name` means: `server.tool`, or `tools.server.tool`, by wire names or identifiers.
    pub(super) fn tool(&self, name: &str) -> Option<(&Server, &Tool)> {
        let name = name.strip_prefix("tools.").unwrap_or(name);
        name.match_indices('.').find_map(|(dot, _)| {
            let server = self.catalog.server(name.get(..dot)?)?;
            Some((&server.server, server.tool(name.get(dot + 1..)?)?))
        })
    }

    /// Every tool as a script writes it, without `tools.`.
    pub(super) fn names(&self) -> Vec<String> {
        let servers = self.catalog.servers().iter();
        servers
            .flat_map(|server| server.identifiers().map(move |tool| format!("{}.{tool}", server.identifier)))
            .collect()
    }

    /// A text on the chosen tools, `(server, tool)` by wire names. Only their schemas are read.
    pub(super) fn render(
        &self,
        chosen: &[(String, String)],
        make: impl FnOnce(&Stubs<'_>, Selection<'_>) -> Rendering,
    ) -> Rendering {
        let servers: Vec<Server> =
            self.catalog.servers().iter().map(|server| lightened(&server.server, chosen)).collect();
        make(&Stubs::read(&servers), Selection::Tools(chosen))
    }
}

/// The index of `now`, made from that of `before`: only servers whose tools differ are read again.
fn refreshed(mut index: Index, before: Option<&Catalog>, now: &Catalog) -> Index {
    for server in now.servers().iter().map(|server| &server.server) {
        let old = before.and_then(|before| before.server(&server.name));
        if old.is_none_or(|old| old.server.tools != server.tools) {
            index.replace_server(&server.name, &server.tools);
        }
    }
    index
}

/// The server with every name in its place, and with schemas for the chosen tools alone.
fn lightened(server: &Server, chosen: &[(String, String)]) -> Server {
    let is_chosen = |tool: &Tool| chosen.iter().any(|(name, chosen)| *name == server.name && *chosen == tool.name);
    let tools = server.tools.iter().map(|tool| if is_chosen(tool) { tool.clone() } else { bare(tool) });
    Server { name: server.name.clone(), tools: tools.collect() }
}

fn bare(tool: &Tool) -> Tool {
    Tool {
        name: tool.name.clone(),
        title: None,
        description: None,
        input_schema: serde_json::json!({}),
        output_schema: None,
        annotations: None,
        learned: None,
    }
}
