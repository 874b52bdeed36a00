//! A report on a catalogue's tools: fully typed, partly typed or left out. For humans and programs; declarations do not
//! depend on it.

use std::fmt;

use serde_json::{Value, json};

use crate::note::Note;
use crate::render::Stubs;
use crate::tool::ToolDefect;
use crate::typescript::one_line;

/// A report on a catalogue's tools.
///
/// Its text is a line of counts, then each degraded tool with what was lost, then each entry that was left out. Names
/// and text from servers contain no control characters or line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Tools whose declarations express everything in their schemas, or everything that types can.
    pub registered: Vec<ToolEntry>,
    /// Tools that can be called, but whose declarations say less.
    pub degraded: Vec<Degraded>,
    /// Entries of servers' lists that are not tools.
    pub left_out: Vec<LeftOut>,
}

/// A tool by its wire names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolEntry {
    /// Wire name of the server.
    pub server: String,
    /// Wire name of the tool.
    pub tool: String,
}

/// A tool whose declaration says less than its schemas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    /// The tool.
    pub entry: ToolEntry,
    /// What was lost; at least one note.
    pub notes: Vec<Note>,
}

/// An entry of a server's list that is not a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Wire name of the server.
    pub server: String,
    /// What is wrong with the entry.
    pub defect: ToolDefect,
}

impl Report {
    /// Reports on a parsed catalogue, and on the entries that could not be parsed.
    pub fn of(stubs: &Stubs<'_>, left_out: Vec<LeftOut>) -> Report {
        let mut report = Report { registered: Vec::new(), degraded: Vec::new(), left_out };
        for (server, tool, notes) in stubs.read_tools() {
            let entry = ToolEntry { server: server.to_owned(), tool: tool.to_owned() };
            match notes {
                [] => report.registered.push(entry),
                notes => report.degraded.push(Degraded { entry, notes: notes.to_vec() }),
            }
        }
        report
    }

    /// The same as JSON: `registered` (`server`, `tool`), `degraded` (with `notes` of `pointer`, `what`, `instead`) and
    /// `left_out` (`server`, `tool` or `null`, `reason`).
    pub fn to_json(&self) -> Value {
        let registered = self.registered.iter().map(|entry| json!({ "server": entry.server, "tool": entry.tool }));
        let left_out = self.left_out.iter().map(
            |LeftOut { server, defect }| json!({ "server": server, "tool": defect.name, "reason": defect.reason }),
        );
        json!({
            "registered": registered.collect::<Value>(),
            "degraded": self.degraded.iter().map(degraded_json).collect::<Value>(),
            "left_out": left_out.collect::<Value>(),
        })
    }
}

fn degraded_json(degraded: &Degraded) -> Value {
    let Degraded { entry, notes } = degraded;
    let note = |note: &Note| json!({ "pointer": note.pointer, "what": note.what, "instead": note.instead });
    json!({ "server": entry.server, "tool": entry.tool, "notes": notes.iter().map(note).collect::<Value>() })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { registered, degraded, left_out } = self;
        let all = registered.len() + degraded.len() + left_out.len();
        let counts = [registered.len(), degraded.len(), left_out.len()];
        let [registered, degraded, left_out] = counts;
        writeln!(f, "{all} tools: {registered} typed fully, {degraded} degraded, {left_out} left out")?;
        self.degraded.iter().try_for_each(|degraded| write_degraded(f, degraded))?;
        self.left_out.iter().try_for_each(|left_out| write_left_out(f, left_out))
    }
}

fn write_degraded(f: &mut fmt::Formatter<'_>, degraded: &Degraded) -> fmt::Result {
    let ToolEntry { server, tool } = &degraded.entry;
    writeln!(f, "\ndegraded: {}", one_line(&format!("{server}.{tool}")))?;
    degraded.notes.iter().try_for_each(|Note { pointer, what, instead, .. }| {
        writeln!(f, "  {}", one_line(&format!("{pointer}: {what}; declared as {instead}")))
    })
}

fn write_left_out(f: &mut fmt::Formatter<'_>, LeftOut { server, defect }: &LeftOut) -> fmt::Result {
    let name = defect.name.as_deref().unwrap_or("(no name)");
    writeln!(f, "\nleft out: {}\n  {}", one_line(&format!("{server}.{name}")), one_line(&defect.reason))
}
