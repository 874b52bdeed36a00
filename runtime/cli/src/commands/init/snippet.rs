//! The configuration that the user pastes into each host to make it use callbox as the gateway, in the host's format.
//!
//! Hosts differ in how they pass on the environment. VS Code asks for a value and stores it; Cursor expands
//! `${env:NAME}`; Codex passes on what `env_vars` names; Claude Code passes on everything; Claude Desktop passes on
//! almost nothing and expands nothing. See `place` for the sources.

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::{place::Place, variables::Variable};
use crate::args::Host;

/// A text to paste, and where.
#[derive(Debug)]
pub(super) struct Snippet {
    pub(super) host: Host,
    /// The file it belongs in; `None` for a command.
    pub(super) file: Option<String>,
    pub(super) format: Format,
    pub(super) text: String,
}

/// The language of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Toml,
    Shell,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Toml => "toml",
            Self::Shell => "shell",
        }
    }
}

/// Returns one snippet per host; `config` is the absolute path of the list of servers.
pub(super) fn snippets(config: &str, variables: &[Variable], places: &[Place]) -> Vec<Snippet> {
    let names: Vec<_> = variables.iter().map(|variable| variable.name.as_str()).collect();
    let each = Host::value_variants().iter();
    each.map(|host| Snippet {
        host: *host,
        file: file(*host, places),
        format: format(*host),
        text: text(*host, config, &names),
    })
    .collect()
}

fn format(host: Host) -> Format {
    match host {
        Host::ClaudeDesktop | Host::Cursor | Host::VsCode => Format::Json,
        Host::Codex => Format::Toml,
        Host::ClaudeCode => Format::Shell,
    }
}

/// Returns the host's user-level file: one that exists, else the one it would create.
fn file(host: Host, places: &[Place]) -> Option<String> {
    let own = || places.iter().filter(|place| place.host == host && place.of_user && host != Host::ClaudeCode);
    let place = own().find(|place| place.file.is_file()).or_else(|| own().next())?;
    Some(place.file.display().to_string())
}

fn text(host: Host, config: &str, variables: &[&str]) -> String {
    match host {
        Host::ClaudeDesktop => with_env(json!({}), config, variables, |name| format!("put the value of {name} here")),
        Host::Cursor => with_env(json!({}), config, variables, |name| format!("${{env:{name}}}")),
        Host::VsCode => vscode(config, variables),
        Host::Codex => codex(config, variables),
        Host::ClaudeCode => format!("claude mcp add callbox -- callbox serve --config {}", quoted(config)),
    }
}

fn arguments(config: &str) -> Value {
    json!(["serve", "--config", config])
}

fn with_env(start: Value, config: &str, variables: &[&str], value: impl Fn(&str) -> String) -> String {
    pretty(&json!({ "mcpServers": { "callbox": server(start, config, variables, value) } }))
}

fn server(mut server: Value, config: &str, variables: &[&str], value: impl Fn(&str) -> String) -> Value {
    server["command"] = json!("callbox");
    server["args"] = arguments(config);
    if !variables.is_empty() {
        let env: Map<_, _> = variables.iter().map(|name| ((*name).to_owned(), json!(value(name)))).collect();
        server["env"] = Value::Object(env);
    }
    server
}

fn vscode(config: &str, variables: &[&str]) -> String {
    let server = server(json!({ "type": "stdio" }), config, variables, |name| format!("${{input:{name}}}"));
    let mut root = json!({ "servers": { "callbox": server } });
    if !variables.is_empty() {
        let ask = |name: &&str| json!({"type": "promptString", "id": name, "description": name, "password": true});
        root["inputs"] = variables.iter().map(ask).collect();
    }
    pretty(&root)
}

fn codex(config: &str, variables: &[&str]) -> String {
    let mut server = json!({ "command": "callbox", "args": arguments(config) });
    if !variables.is_empty() {
        server["env_vars"] = json!(variables);
    }
    let root = json!({ "mcp_servers": { "callbox": server } });
    // Strings and arrays of strings always serialise to TOML.
    toml::to_string(&root).unwrap_or_default().trim_end().to_owned()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Quotes the path as one shell word.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:".contains(c);
    if path.chars().all(plain) {
        return path.to_owned();
    }
    if cfg!(windows) {
        return format!("\"{path}\"");
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_one_word() {
        assert_eq!(quoted("/a/b.json"), "/a/b.json");
        #[cfg(unix)]
        assert_eq!(quoted("/it's here"), r"'/it'\''s here'");
    }

    #[test]
    fn codex_gets_one_table() {
        let expected = "[mcp_servers.callbox]\ncommand = \"callbox\"\nargs = [\"serve\", \"--config\", \"/a \\\"b\"]\nenv_vars = [\"T\"]";
        assert_eq!(codex("/a \"b", &["T"]), expected.replace("\"/a \\\"b\"", "'/a \"b'"));
    }
}
