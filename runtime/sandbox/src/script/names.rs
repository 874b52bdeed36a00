//! Holds the tools a script names against the tools there are. Static only: what a script computes
//! is checked when it is called.

use callbox_bindings::nearest;

use super::ToolUse;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Most names offered in place of an unknown one.
const NEAREST_MAX: usize = 3;
/// Most names listed when none is near.
const LISTED_MAX: usize = 8;

/// The servers and tools that a script can name, by identifier or by wire name.
pub trait ToolNames {
    /// Whether `tools.<server>` exists.
    fn has_server(&self, server: &str) -> bool;
    /// Whether `tools.<server>.<tool>` exists. Say yes for every tool of a server whose tools are
    /// not known, and the run will tell.
    fn has_tool(&self, server: &str, tool: &str) -> bool;
    /// Every server, as it is best written.
    fn servers(&self) -> Vec<&str>;
    /// Every tool of a server, as it is best written.
    fn tools(&self, server: &str) -> Vec<&str>;
}

pub(super) fn check(uses: &[ToolUse], names: &impl ToolNames) -> Vec<Diagnostic> {
    uses.iter().filter(|named| !named.probed).filter_map(|named| unknown(named, names)).collect()
}

/// A use of a tool comes after a use of its server, so an unknown server is reported there alone.
fn unknown(named: &ToolUse, names: &impl ToolNames) -> Option<Diagnostic> {
    let server = named.server.as_str();
    let wrong = match named.tool.as_deref() {
        None => unknown_server(server, names),
        Some(tool) if names.has_server(server) => unknown_tool(server, tool, names),
        Some(_) => None,
    };
    Some(wrong?.at(named.place))
}

/// What is wrong with the name of a tool, if there is none of that name.
pub(crate) fn missing_name(server: &str, tool: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    unknown_server(server, names).or_else(|| unknown_tool(server, tool, names))
}

fn unknown_server(server: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    if names.has_server(server) {
        return None;
    }
    let message = format!("unknown server `{server}`");
    Some(suggest(DiagnosticCode::UnknownServer, message, server, &names.servers(), "servers"))
}

fn unknown_tool(server: &str, tool: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    if names.has_tool(server, tool) {
        return None;
    }
    let message = format!("unknown tool `{tool}` on server `{server}`");
    Some(suggest(DiagnosticCode::UnknownTool, message, tool, &names.tools(server), "tools"))
}

fn suggest(code: DiagnosticCode, message: String, unknown: &str, known: &[&str], kind: &str) -> Diagnostic {
    let near = nearest(unknown, known.iter().copied(), NEAREST_MAX);
    if let Some(best) = near.first() {
        let hint = format!("Use `{best}`, if that is what you mean.");
        return Diagnostic::new(code, format!("{message}; nearest: {}", quoted(&near))).hint(hint);
    }
    let listed: Vec<&str> = known.iter().copied().take(LISTED_MAX).collect();
    let hint = match known.len() {
        0 => format!("There are no {kind} here."),
        count if count > LISTED_MAX => format!("Use one of the {count} {kind}, among them {}.", quoted(&listed)),
        _ => format!("Use one of {}.", quoted(&listed)),
    };
    Diagnostic::new(code, message).hint(hint)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
