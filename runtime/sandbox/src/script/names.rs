//! Checks the tools that a script names against those that exist. Static only: computed names are checked when they are
//! called.

use std::{borrow::Cow, collections::HashMap};

use callbox_bindings::NearestNames;

use super::ToolUse;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Maximum number of names suggested for an unknown one.
const NEAREST_MAX: usize = 3;
/// Maximum number of names listed when none is similar.
const LISTED_MAX: usize = 8;
/// Longest unknown name shown in full, characters; real names are shorter.
const NAME_CHARS_MAX: usize = 128;

/// Maximum number of name comparisons for all unknown names of a script: half a second of work, fifty names among
/// 10,000 tools.
pub(super) const COMPARISONS_MAX: usize = 500_000;

/// The servers and tools that a script can name, by identifier or by wire name.
pub trait ToolNames {
    /// Checks whether `tools.<server>` exists.
    fn has_server(&self, server: &str) -> bool;
    /// Checks whether `tools.<server>.<tool>` exists. Return true for every tool of a server whose tools are not known;
    /// the run finds out.
    fn has_tool(&self, server: &str, tool: &str) -> bool;
    /// Returns every server, in its preferred spelling.
    fn servers(&self) -> Vec<&str>;
    /// Returns every tool of a server, in its preferred spelling.
    fn tools(&self, server: &str) -> Vec<&str>;
}

/// Returns the uses of names that do not exist, in text order. A use of a tool follows a use of its server, so an
/// unknown server is reported only there.
pub(super) fn wrong<'u>(uses: &'u [ToolUse], names: &impl ToolNames) -> Vec<&'u ToolUse> {
    let mut known = Known { names, servers: HashMap::new(), tools: HashMap::new() };
    let mut wrong: Vec<&ToolUse> = uses.iter().filter(|used| !used.probed && !known.has(used)).collect();
    wrong.sort_by_key(|used| used.place);
    wrong
}

/// Describes what is wrong with a use.
pub(super) fn unknown(used: &ToolUse, names: &impl ToolNames, near: &mut NearestNames) -> Option<Diagnostic> {
    let wrong = match used.tool.as_deref() {
        None => unknown_server(&used.server, names, near),
        Some(tool) => unknown_tool(&used.server, tool, names, near),
    };
    Some(wrong?.at(used.place))
}

/// Caches name look-ups: a name may be as long as the script, and be used very often.
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

/// Describes what is wrong with the name of a tool, if it does not exist.
pub(crate) fn missing_name(server: &str, tool: &str, names: &impl ToolNames) -> Option<Diagnostic> {
    let mut near = NearestNames::within(COMPARISONS_MAX);
    unknown_server(server, names, &mut near).or_else(|| unknown_tool(server, tool, names, &mut near))
}

fn unknown_server(server: &str, names: &impl ToolNames, near: &mut NearestNames) -> Option<Diagnostic> {
    if names.has_server(server) {
        return None;
    }
    let message = format!("unknown server `{}`", shortened(server));
    let (known, kind) = (names.servers(), "servers");
    let near = near.of(server, &known, NEAREST_MAX);
    Some(suggest(DiagnosticCode::UnknownServer, message, &near, &known, kind))
}

fn unknown_tool(server: &str, tool: &str, names: &impl ToolNames, near: &mut NearestNames) -> Option<Diagnostic> {
    if names.has_tool(server, tool) {
        return None;
    }
    let message = format!("unknown tool `{}` on server `{}`", shortened(tool), shortened(server));
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

/// Shortens a name for display: an unknown one may be as long as the script.
fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(NAME_CHARS_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    /// One server, `s`, with many tools.
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
            server: "s".into(),
            tool: Some(format!("tol_{at}").into()),
            place: Place { line: 1, column: 1, end: None },
            probed: false,
        };
        let uses: Vec<ToolUse> = (0..15).map(unknown).collect();
        let mut near = NearestNames::within(COMPARISONS_MAX);
        let wrong: Vec<Diagnostic> =
            wrong(&uses, &names).into_iter().filter_map(|used| super::unknown(used, &names, &mut near)).collect();
        let helped: Vec<bool> = wrong.iter().map(|wrong| wrong.message.contains("nearest: `tool_")).collect();
        assert_eq!(helped, [[true; 10].as_slice(), &[false; 5]].concat());
        assert!(wrong.iter().all(|wrong| wrong.hint.is_some()));
    }
}
