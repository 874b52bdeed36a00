//! Holds the tools a script names against the tools there are. Static only: what a script computes
//! is checked when it is called.

use callbox_bindings::NearestNames;

use super::ToolUse;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Most names offered in place of an unknown one.
const NEAREST_MAX: usize = 3;
/// Most names listed when none is near.
const LISTED_MAX: usize = 8;

/// Comparisons of names for all unknown ones of a script: half a second of work, fifty names among 10,000 tools.
const COMPARISONS_MAX: usize = 500_000;

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
    let mut near = NearestNames::within(COMPARISONS_MAX);
    uses.iter().filter(|named| !named.probed).filter_map(|named| unknown(named, names, &mut near)).collect()
}

/// A use of a tool comes after a use of its server, so an unknown server is reported there alone.
fn unknown(named: &ToolUse, names: &impl ToolNames, near: &mut NearestNames) -> Option<Diagnostic> {
    let server = named.server.as_str();
    let wrong = match named.tool.as_deref() {
        None => unknown_server(server, names, near),
        Some(tool) if names.has_server(server) => unknown_tool(server, tool, names, near),
        Some(_) => None,
    };
    Some(wrong?.at(named.place))
}

/// What is wrong with the name of a tool, if there is none of that name.
pub(crate) fn missing_name(server: &str, tool: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    let mut near = NearestNames::within(COMPARISONS_MAX);
    unknown_server(server, names, &mut near).or_else(|| unknown_tool(server, tool, names, &mut near))
}

fn unknown_server(server: &str, names: &impl ToolNames, near: &mut NearestNames) -> Option<Diagnostic> {
    if names.has_server(server) {
        return None;
    }
    let message = format!("unknown server `{server}`");
    let (known, kind) = (names.servers(), "servers");
    let near = near.of(server, &known, NEAREST_MAX);
    Some(suggest(DiagnosticCode::UnknownServer, message, &near, &known, kind))
}

fn unknown_tool(server: &str, tool: &str, names: &impl ToolNames, near: &mut NearestNames) -> Option<Diagnostic> {
    if names.has_tool(server, tool) {
        return None;
    }
    let message = format!("unknown tool `{tool}` on server `{server}`");
    let (known, kind) = (names.tools(server), "tools");
    let near = near.of(tool, &known, NEAREST_MAX);
    Some(suggest(DiagnosticCode::UnknownTool, message, &near, &known, kind))
}

fn suggest(code: DiagnosticCode, message: String, near: &[&str], known: &[&str], kind: &str) -> Diagnostic {
    if let Some(best) = near.first() {
        let hint = format!("Use `{best}`, if that is what you mean.");
        return Diagnostic::new(code, format!("{message}; nearest: {}", quoted(near))).hint(hint);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    /// One server, `s`.
    struct Many(Vec<String>);

    impl ToolNames for Many {
        fn has_server(&self, _: &str) -> bool {
            true
        }

        fn has_tool(&self, _: &str, _: &str) -> bool {
            false
        }

        fn servers(&self) -> Vec<&str> {
            vec!["s"]
        }

        fn tools(&self, _: &str) -> Vec<&str> {
            self.0.iter().map(String::as_str).collect()
        }
    }

    #[test]
    fn the_work_for_unknown_names_has_an_end() {
        let names = Many((0..COMPARISONS_MAX / 10).map(|at| format!("tool_{at}")).collect());
        let unknown = |at: usize| ToolUse {
            server: "s".to_owned(),
            tool: Some(format!("tol_{at}")),
            place: Place { line: 1, column: 1, end: None },
            probed: false,
        };
        let uses: Vec<ToolUse> = (0..15).map(unknown).collect();
        let wrong = check(&uses, &names);
        let helped: Vec<bool> = wrong.iter().map(|wrong| wrong.message.contains("nearest: `tool_")).collect();
        assert_eq!(helped, [[true; 10].as_slice(), &[false; 5]].concat());
        assert!(wrong.iter().all(|wrong| wrong.hint.is_some()));
    }
}
