//! Names of servers and tools before any server is started, and how names on the command line are resolved.

use callbox::{Catalog, internal::ToolNames};
use callbox_bindings::{identifiers, nearest, wit_interfaces};
use callbox_mcp::Config;

use crate::error::CliError;

/// Number of suggestions for an unknown name.
const NEAREST_MAX: usize = 3;

/// Names of the listed servers, as the configuration and as scripts write them.
pub(crate) struct ServerNames {
    wires: Vec<String>,
    identifiers: Vec<String>,
    interfaces: Vec<String>,
}

impl ServerNames {
    pub(crate) fn of_config(config: &Config) -> Self {
        Self::new(config.servers.iter().map(|server| server.name.clone()).collect())
    }

    pub(crate) fn new(wires: Vec<String>) -> Self {
        Self { identifiers: identifiers(&wires), interfaces: wit_interfaces(&wires), wires }
    }

    /// Returns the listed name of the server that a script calls `written`.
    pub(crate) fn wire(&self, written: &str) -> Option<&str> {
        let by_wire = self.wires.iter().position(|wire| wire == written);
        let at = by_wire.or_else(|| self.identifiers.iter().position(|identifier| identifier == written));
        at.and_then(|at| self.wires.get(at)).map(String::as_str)
    }

    /// Returns the listed name of the server whose WIT interface is `interface`.
    pub(crate) fn of_interface(&self, interface: &str) -> Option<&str> {
        let at = self.interfaces.iter().position(|it| it == interface)?;
        self.wires.get(at).map(String::as_str)
    }

    /// Returns the servers that `SERVER` or `SERVER.TOOL` may refer to; several only if names contain dots.
    pub(crate) fn meant_by(&self, text: &str) -> Result<Vec<String>, CliError> {
        let heads = text.match_indices('.').filter_map(|(dot, _)| text.get(..dot)).chain([text]);
        let mut meant: Vec<String> = heads.filter_map(|head| self.wire(head)).map(str::to_owned).collect();
        meant.dedup();
        if meant.is_empty() { Err(self.unknown(text)) } else { Ok(meant) }
    }

    fn unknown(&self, text: &str) -> CliError {
        let server = text.split('.').next().unwrap_or(text);
        unknown(&format!("unknown server `{server}`"), server, self.wires.iter().map(String::as_str))
    }
}

/// Returns the wire names of the server and tool that `SERVER.TOOL` refers to.
pub(crate) fn resolve_tool(catalog: &Catalog, text: &str) -> Result<(String, String), CliError> {
    let splits = text.match_indices('.').filter_map(|(dot, _)| Some((text.get(..dot)?, text.get(dot + 1..)?)));
    let mut known = None;
    for (server, tool) in splits {
        let Some(server) = catalog.server(server) else { continue };
        if let Some(tool) = server.tool(tool) {
            return Ok((server.server.name.clone(), tool.name.clone()));
        }
        known = known.or(Some((server, tool)));
    }
    match known {
        Some((server, tool)) => {
            let name = &server.server.name;
            let tools = server.server.tools.iter().map(|tool| tool.name.as_str());
            Err(unknown(&format!("unknown tool `{tool}` on server `{name}`"), tool, tools))
        }
        None if text.contains('.') => {
            let names = catalog.servers().iter().map(|server| server.server.name.clone());
            Err(ServerNames::new(names.collect()).unknown(text))
        }
        None => {
            let error = CliError::usage(format!("expected SERVER.TOOL, found `{text}`"));
            Err(error.hint("Run `callbox tools` to list the tools."))
        }
    }
}

fn unknown<'a>(message: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> CliError {
    let near = nearest(name, known, NEAREST_MAX);
    let hint = match near.as_slice() {
        [] => "Run `callbox tools` to list the tools.".to_owned(),
        near => format!("Did you mean one of these: `{}`?", near.join("`, `")),
    };
    CliError::unknown_tool(message).hint(hint)
}

/// The names known before any server is started: the servers', but not their tools'.
pub(crate) struct ConfiguredNames<'a> {
    /// `None` if there is no list of servers; then any name may be right.
    pub(crate) servers: Option<&'a ServerNames>,
}

impl ToolNames for ConfiguredNames<'_> {
    fn has_server(&self, server: &str) -> bool {
        self.servers.is_none_or(|names| names.wire(server).is_some())
    }

    fn has_tool(&self, server: &str, _tool: &str) -> bool {
        self.has_server(server)
    }

    fn servers(&self) -> Vec<&str> {
        self.servers.map(|names| names.identifiers.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    fn tools(&self, _server: &str) -> Vec<&str> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use callbox::ToolError;
    use serde_json::Value;

    use super::*;

    fn names() -> ServerNames {
        ServerNames::new(["github", "my-server", "a", "a.b"].map(str::to_owned).to_vec())
    }

    #[test]
    fn a_server_is_known_by_both_names() {
        assert_eq!(names().wire("my-server"), Some("my-server"));
        assert_eq!(names().wire("my_server"), Some("my-server"));
        assert_eq!(names().wire("mine"), None);
    }

    #[test]
    fn dots_belong_to_any_name() {
        assert_eq!(names().meant_by("github.list.all").expect("known"), ["github"]);
        assert_eq!(names().meant_by("a.b.c").expect("known"), ["a", "a.b"]);
        assert_eq!(names().meant_by("github").expect("known"), ["github"]);
    }

    #[test]
    fn an_unknown_server_brings_the_nearest() {
        let error = names().meant_by("githb.list").expect_err("unknown");
        assert_eq!(error.hint.as_deref(), Some("Did you mean one of these: `github`?"));
    }

    #[test]
    fn a_tool_is_found_by_either_name_or_told_the_nearest() {
        let function = |name: &'static str| move |_: Value| async move { Ok::<_, ToolError>(name) };
        let builder = Catalog::builder().function("my-server", "list-items", "", function("a"));
        let catalog = builder.function("my-server", "v1.get", "", function("b")).build();
        let found = |text| resolve_tool(&catalog, text).map(|(server, tool)| format!("{server} {tool}"));
        assert_eq!(found("my_server.list_items").expect("known"), "my-server list-items");
        assert_eq!(found("my-server.v1.get").expect("known"), "my-server v1.get");
        let hint = found("my-server.list-item").expect_err("unknown").hint;
        assert_eq!(hint.as_deref(), Some("Did you mean one of these: `list-items`?"));
        assert!(found("nowhere.x").expect_err("unknown").message.contains("unknown server `nowhere`"));
        assert_eq!(found("nodot").expect_err("no tool").code, "usage");
    }
}
