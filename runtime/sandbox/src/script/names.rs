//! Holds the tools a script names against the tools there are. Static only: what a script computes
//! is checked when it is called.

use std::{borrow::Cow, collections::HashMap};

use callbox_bindings::nearest;

use super::ToolUse;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Most names offered in place of an unknown one.
const NEAREST_MAX: usize = 3;
/// Most names listed when none is near.
const LISTED_MAX: usize = 8;
/// Longest unknown name that is shown whole, characters; real names end before this.
const NAME_CHARS_MAX: usize = 128;

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

/// The uses of what is not there, in the order of the text. A use of a tool comes after a use of its server, so an
/// unknown server counts there alone.
pub(super) fn wrong<'u>(uses: &'u [ToolUse], names: &impl ToolNames) -> Vec<&'u ToolUse> {
    let mut known = Known { names, servers: HashMap::new(), tools: HashMap::new() };
    let mut wrong: Vec<&ToolUse> = uses.iter().filter(|used| !used.probed && !known.has(used)).collect();
    wrong.sort_by_key(|used| used.place);
    wrong
}

/// What is wrong with a use.
pub(super) fn unknown(used: &ToolUse, names: &impl ToolNames) -> Option<Diagnostic> {
    let wrong = match used.tool.as_deref() {
        None => unknown_server(&used.server, names),
        Some(tool) => unknown_tool(&used.server, tool, names),
    };
    Some(wrong?.at(used.place))
}

/// What is known of names, each looked up once: they may be as long as the script and stand in it as often.
struct Known<'n, N> {
    names: &'n N,
    servers: HashMap<*const str, bool>,
    tools: HashMap<(*const str, *const str), bool>,
}

impl<N: ToolNames> Known<'_, N> {
    fn has(&mut self, used: &ToolUse) -> bool {
        let server: *const str = &raw const *used.server;
        let has_server = *self.servers.entry(server).or_insert_with(|| self.names.has_server(&used.server));
        match used.tool.as_deref() {
            None => has_server,
            Some(_) if !has_server => true,
            Some(tool) => {
                let has_tool = || self.names.has_tool(&used.server, tool);
                *self.tools.entry((server, &raw const *tool)).or_insert_with(has_tool)
            }
        }
    }
}

/// What is wrong with the name of a tool, if there is none of that name.
pub(crate) fn missing_name(server: &str, tool: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    unknown_server(server, names).or_else(|| unknown_tool(server, tool, names))
}

fn unknown_server(server: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    if names.has_server(server) {
        return None;
    }
    let message = format!("unknown server `{}`", shortened(server));
    Some(suggest(DiagnosticCode::UnknownServer, message, server, &names.servers(), "servers"))
}

fn unknown_tool(server: &str, tool: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    if names.has_tool(server, tool) {
        return None;
    }
    let message = format!("unknown tool `{}` on server `{}`", shortened(tool), shortened(server));
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

/// A name as it is shown: an unknown one may be as long as the script.
fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(NAME_CHARS_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
