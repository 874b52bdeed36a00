//! A principal's rules for what it may see, and the resulting view of the tools.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::search::Index;
use callbox::Catalog;
use callbox_bindings::{Rendering, Selection, Server, SomeTools, Stubs, Tool};

use crate::latest::Latest;
use crate::offload::{Offload, OffloadFailed, Serial};
use crate::pattern::ToolPattern;
use crate::supervised::Snapshot;
use crate::texts::Texts;
use callbox_mcp::ReplyShare;

/// A principal with its rules. Requests of one principal share the view.
#[derive(Debug)]
pub struct Scope {
    name: String,
    allow: Vec<ToolPattern>,
    hide: Vec<ToolPattern>,
    view: Arc<Latest<View>>,
    /// Final once every server has been tried, so that what a model sees stays the same while servers come and go.
    texts: Arc<Latest<Texts>>,
    /// Its turn for finding tools.
    pub(crate) search_offload: Serial,
    /// Its turn for reading results.
    pub(crate) value_offload: Serial,
    /// Its share of the memory for large replies of servers.
    pub(crate) replies: ReplyShare,
}

/// The tools that a scope may see, at one moment.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) generation: u64,
    pub(crate) catalog: Catalog,
    pub(crate) index: Index,
    pub(crate) down: Vec<DownServer>,
    /// Servers that have not been tried yet.
    pub(crate) starting: Vec<String>,
}

/// A server that cannot be reached now.
#[derive(Debug, Clone)]
pub(crate) struct DownServer {
    pub(crate) server: String,
    pub(crate) why: String,
}

impl Scope {
    /// Returns a principal called `name` that sees the tools named by `allow` (all, if it is empty) and not by `hide`.
    #[must_use]
    pub fn new(name: impl Into<String>, allow: Vec<ToolPattern>, hide: Vec<ToolPattern>) -> Self {
        Self {
            name: name.into(),
            allow,
            hide,
            view: Arc::default(),
            texts: Arc::default(),
            search_offload: Serial::default(),
            value_offload: Serial::default(),
            replies: ReplyShare::default(),
        }
    }

    /// Returns the principal's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Warns the operator of patterns that name no tool: a mistyped one hides nothing. Called once every server has
    /// been tried. The tools of a server that is down are unknown, so a pattern that may match them counts as used.
    pub(crate) fn warn_of_idle_patterns(&self, catalog: &Catalog, direct: &[ToolPattern]) {
        for (rule, pattern) in self.idle_patterns(catalog, direct) {
            tracing::warn!(of = self.name, rule, %pattern, "a pattern matches no tool of any server");
        }
    }

    fn idle_patterns<'a>(
        &'a self,
        catalog: &'a Catalog,
        direct: &'a [ToolPattern],
    ) -> impl Iterator<Item = (&'static str, &'a ToolPattern)> {
        let rules = [("allow", self.allow.as_slice()), ("hide", self.hide.as_slice()), ("direct", direct)];
        let patterns = rules.into_iter().flat_map(|(rule, patterns)| patterns.iter().map(move |it| (rule, it)));
        let names = |pattern: &ToolPattern| {
            let servers = catalog.servers().iter().map(|server| &server.server);
            servers.into_iter().any(|server| match server.tools.as_slice() {
                [] => pattern.may_match(&server.name),
                tools => tools.iter().any(|tool| pattern.matches(&server.name, &tool.name)),
            })
        };
        patterns.filter(move |(_, pattern)| !names(pattern))
    }

    fn shows(&self, server: &str, tool: &str) -> bool {
        let named = |patterns: &[ToolPattern]| patterns.iter().any(|pattern| pattern.matches(server, tool));
        (self.allow.is_empty() || named(&self.allow)) && !named(&self.hide)
    }

    /// Checks whether the principal may know of a server: one of its tools is in scope, or could be once its tools are
    /// known.
    fn knows(&self, server: &str, tools: usize, shown: usize) -> bool {
        let may_show = self.allow.is_empty() || self.allow.iter().any(|pattern| pattern.may_match(server));
        let hides_all = self.hide.iter().any(|pattern| pattern.matches_all(server));
        shown > 0 || (tools == 0 && may_show && !hides_all)
    }

    /// Returns the view of that snapshot or a later one; the latest view is cached.
    pub(crate) async fn view(
        self: &Arc<Self>,
        snapshot: &Arc<Snapshot>,
        offload: &Offload,
    ) -> Result<Arc<View>, OffloadFailed> {
        let (scope, snapshot, generation) = (Arc::clone(self), Arc::clone(snapshot), snapshot.generation);
        let is_good = move |view: &View| view.generation >= generation;
        self.view
            .get(&offload.within(&self.search_offload), is_good, move |last| View::of(&scope, &snapshot, last))
            .await
    }

    /// Returns the texts shown to its models, once they no longer change.
    pub(crate) fn final_texts(&self) -> Option<Arc<Texts>> {
        self.texts.last(|texts| texts.is_final)
    }

    /// Returns the final texts, or those made from `view` until then.
    pub(crate) async fn texts(
        &self,
        view: Arc<View>,
        offload: &Offload,
        make: impl FnOnce(&View) -> Texts + Send + 'static,
    ) -> Result<Arc<Texts>, OffloadFailed> {
        let generation = view.generation;
        let is_good = move |texts: &Texts| texts.is_final || texts.generation >= generation;
        self.texts.get(&offload.within(&self.search_offload), is_good, move |_| make(&view)).await
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
        let down =
            down.map(|(server, error)| DownServer { server: server.clone(), why: error.message.clone() }).collect();
        let starting = snapshot.starting.iter().filter(|server| known(server)).cloned().collect();
        Self { generation: snapshot.generation, catalog, index, down, starting }
    }

    /// Checks whether nothing is known of that server yet because it is still starting or could not be reached.
    pub(crate) fn is_missing(&self, server: &Server) -> bool {
        let is_away = self.starting.contains(&server.name) || self.down.iter().any(|down| down.server == server.name);
        server.tools.is_empty() && is_away
    }

    /// Returns the tool that `name` means: `server.tool` or `tools.server.tool`, by wire names or identifiers.
    pub(crate) fn tool(&self, name: &str) -> Option<(&Server, &Tool)> {
        let name = name.strip_prefix("tools.").unwrap_or(name);
        name.match_indices('.').find_map(|(dot, _)| {
            let server = self.catalog.server(name.get(..dot)?)?;
            Some((&server.server, server.tool(name.get(dot + 1..)?)?))
        })
    }

    /// Returns every tool as a script writes it, without `tools.`.
    pub(crate) fn names(&self) -> Vec<String> {
        let servers = self.catalog.servers().iter();
        servers
            .flat_map(|server| server.identifiers().map(move |tool| format!("{}.{tool}", server.identifier)))
            .collect()
    }

    /// Renders a text about the chosen tools, `(server, tool)` by wire names, within `tokens_max`. Reads only their
    /// schemas.
    pub(crate) fn render(
        &self,
        chosen: &[(String, String)],
        tokens_max: usize,
        make: impl FnOnce(&Stubs<'_>, Selection<'_>) -> Rendering,
    ) -> Rendering {
        let picked = self.picked(chosen);
        // A name takes at least two tokens, so for this many tools only names are shown.
        let has_names_alone = chosen.len() > tokens_max / 2;
        let names: Vec<Vec<Tool>> = match has_names_alone {
            true => picked.iter().map(|some| some.tools.iter().map(bare).collect()).collect(),
            false => Vec::new(),
        };
        let picked = picked.into_iter().enumerate().map(|(at, some)| match names.get(at) {
            Some(names) => of_tools(some, names),
            None => some,
        });
        make(&Stubs::read_some(picked.collect()), Selection::Tools(chosen))
    }

    /// Returns the chosen tools, by server, with their names in scripts.
    fn picked(&self, chosen: &[(String, String)]) -> Vec<SomeTools<'_>> {
        let mut wanted: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (server, tool) in chosen {
            wanted.entry(server).or_default().insert(tool);
        }
        let picked = self.catalog.servers().iter().filter_map(|listed| {
            let server = listed.server.name.as_str();
            let wanted = wanted.get(server)?;
            let tools = listed.server.tools.iter().map(Arc::as_ref).zip(listed.identifiers());
            let tools = tools.filter(|(tool, _)| wanted.contains(tool.name.as_str()));
            let tools = tools.map(|(tool, identifier)| (tool, identifier.to_owned())).collect();
            Some(SomeTools { server, identifier: listed.identifier.clone(), tools })
        });
        picked.collect()
    }
}

/// Updates the index made for `before` to `now`, rereading only servers whose tools differ.
fn refreshed(mut index: Index, before: Option<&Catalog>, now: &Catalog) -> Index {
    for server in now.servers().iter().map(|server| &server.server) {
        let old = before.and_then(|before| before.server(&server.name));
        if old.is_none_or(|old| old.server.tools != server.tools) {
            index.replace_server(&server.name, server.tools.iter().map(Arc::as_ref));
        }
    }
    index
}

/// Replaces the tools, keeping their identifiers.
fn of_tools<'a>(some: SomeTools<'a>, tools: &'a [Tool]) -> SomeTools<'a> {
    let identifiers = some.tools.into_iter().map(|(_, identifier)| identifier);
    SomeTools { tools: tools.iter().zip(identifiers).collect(), ..some }
}

/// Returns the tool with only its name.
fn bare((tool, _): &(&Tool, String)) -> Tool {
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

#[cfg(test)]
mod tests {
    use callbox::ToolError;

    use super::*;

    #[test]
    fn patterns_that_name_nothing_are_found() {
        let one = |(): ()| async { Ok::<_, ToolError>(1) };
        let catalog = Catalog::builder().function("math", "one", "Gives the number one.", one).build();
        let pattern = |text: &str| text.parse::<ToolPattern>().expect("a pattern");
        let scope = Scope::new("local", vec![pattern("math")], vec![pattern("math.tow"), pattern("*.o*")]);
        let direct = [pattern("maths.one")];
        let idle: Vec<_> = scope.idle_patterns(&catalog, &direct).map(|(rule, it)| (rule, it.to_string())).collect();
        assert_eq!(idle, [("hide", "math.tow".to_owned()), ("direct", "maths.one".to_owned())]);
    }
}
