//! What was learned about many tools, and its text form. Reads and writes no files.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use callbox_mcp::secrecy;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::guard::Guard;
use super::{Learned, NODES_MAX};
use callbox_bindings::definition_hash;
use callbox_bindings::{LearnedOutput, Tool};

/// Version of the text form.
const VERSION: u64 = 1;

/// Maximum text of one tool, bytes: enough for 1,000 parts with names of usual length.
const TOOL_BYTES_MAX: usize = 64 << 10;

/// Maximum text of all tools, bytes: enough for about 2,000 usual ones.
const BYTES_MAX: usize = 4 << 20;

/// Maximum number of tools; those that learned longest ago are dropped first.
const TOOLS_MAX: usize = 2_000;

/// Tools beyond that maximum that accumulate before being dropped together.
const TOOLS_OVER_MAX: usize = 200;

/// Definitions kept per tool: the current one, and the previous one in case it comes back.
const DEFINITIONS_MAX: usize = 2;

/// What was learned about tools without an output schema, by server, name and definition.
///
/// ```
/// use callbox_bindings::Tool;
/// use callbox_gateway::Lessons;
/// use serde_json::json;
///
/// let tool = Tool::from_json(&json!({ "name": "now", "inputSchema": { "type": "object" } }))?;
/// let mut lessons = Lessons::new();
/// lessons.observe("time", &tool, &json!({ "hour": 12 }));
/// let kept = lessons.to_text();
/// let learned = Lessons::from_text(&kept)?.of("time", &tool);
/// assert_eq!(learned.map(|learned| learned.results), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lessons {
    entries: BTreeMap<Key, Entry>,
    /// Counts additions.
    turn: u64,
}

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LessonsDefect {
    /// A later version of callbox wrote it, in this version of the form.
    Newer(u64),
    /// The text is malformed.
    Broken(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    server: String,
    tool: String,
    definition: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    learned: Learned,
    /// When it last learned.
    turn: u64,
}

/// An entry as text.
#[derive(Serialize, Deserialize)]
struct Line {
    server: String,
    tool: String,
    definition: String,
    turn: u64,
    learned: Value,
}

#[derive(Deserialize)]
struct Head {
    version: u64,
}

#[derive(Deserialize)]
struct Text {
    turn: u64,
    tools: Vec<Line>,
}

impl Lessons {
    /// Creates an empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was learned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Learns from one successful result, as a script sees it. Ignores tools that have an output schema.
    pub fn observe(&mut self, server: &str, tool: &Tool, value: &Value) {
        if tool.output_schema.is_some() {
            return;
        }
        self.turn += 1;
        let guard = if secrecy::looks_secret(&tool.name) { Guard::Wordless } else { Guard::Open };
        let entry = self.entries.entry(Key::of(server, tool)).or_insert_with(Entry::new);
        entry.learned.observe_as(value, guard);
        entry.turn = self.turn;
        if self.entries.len() > TOOLS_MAX + TOOLS_OVER_MAX {
            self.drop_oldest();
        }
    }

    /// Returns what is known about a tool's results; `None` if it has an output schema or was never seen.
    #[must_use]
    pub fn of(&self, server: &str, tool: &Tool) -> Option<LearnedOutput> {
        if tool.output_schema.is_some() || self.is_empty() {
            return None;
        }
        let entry = self.entries.get(&Key::of(server, tool))?;
        Some(LearnedOutput { schema: entry.learned.schema(), results: entry.learned.results() })
    }

    /// Adds what another collection has learned, as the most recent.
    pub fn merge(&mut self, other: Lessons) {
        let before = self.turn;
        self.turn = before.saturating_add(other.turn);
        for (key, entry) in other.entries {
            let mine = self.entries.entry(key).or_insert_with(Entry::new);
            mine.learned.merge(entry.learned);
            mine.turn = before.saturating_add(entry.turn);
        }
        self.drop_oldest();
    }

    /// Returns the form that may be stored, as text of at most 4 MiB, which [`Lessons::from_text`] reads.
    ///
    /// The text is JSON, one tool per line. If it does not fit, the tools that learned longest ago are left out.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut room = BYTES_MAX.saturating_sub(100);
        let mut lines = Vec::new();
        for (key, entry) in self.latest_first().into_iter().take(TOOLS_MAX) {
            let line = entry.line(key);
            let Some(left) = room.checked_sub(line.len() + 2) else { break };
            room = left;
            lines.push((key, line));
        }
        lines.sort_by_key(|(key, _)| *key);
        let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        format!("{{\"version\":{VERSION},\"turn\":{},\"tools\":[\n{}\n]}}\n", self.turn, lines.join(",\n"))
    }

    /// Reads the output of [`Lessons::to_text`]. Rules and bounds are applied again.
    ///
    /// # Errors
    ///
    /// If a later version wrote it, or it is not such a text.
    pub fn from_text(text: &str) -> Result<Self, LessonsDefect> {
        let head: Head = serde_json::from_str(text).map_err(|error| LessonsDefect::of(&error))?;
        if head.version > VERSION {
            return Err(LessonsDefect::Newer(head.version));
        }
        let text: Text = serde_json::from_str(text).map_err(|error| LessonsDefect::of(&error))?;
        let mut lessons = Lessons { entries: BTreeMap::new(), turn: text.turn };
        for line in text.tools {
            let learned = Learned::from_json(&line.learned);
            let learned = learned.ok_or_else(|| LessonsDefect::Broken(format!("invalid type for `{}`", line.tool)))?;
            let key = Key { server: line.server, tool: line.tool, definition: line.definition };
            lessons.entries.insert(key, Entry { learned, turn: line.turn.min(text.turn) });
        }
        lessons.drop_oldest();
        Ok(lessons)
    }

    fn latest_first(&self) -> Vec<(&Key, &Entry)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(_, entry)| Reverse(entry.turn));
        entries
    }

    fn drop_oldest(&mut self) {
        let mut definitions: HashMap<(&str, &str), usize> = HashMap::new();
        let mut left = TOOLS_MAX;
        let mut old = Vec::new();
        for (key, _) in self.latest_first() {
            let count = definitions.entry((&key.server, &key.tool)).or_default();
            *count += 1;
            if *count > DEFINITIONS_MAX || left == 0 {
                old.push(key.clone());
            } else {
                left -= 1;
            }
        }
        old.iter().for_each(|key| drop(self.entries.remove(key)));
    }
}

impl Key {
    fn of(server: &str, tool: &Tool) -> Key {
        Key { server: server.to_owned(), tool: tool.name.clone(), definition: definition_hash(server, tool) }
    }
}

impl Entry {
    fn new() -> Entry {
        Entry { learned: Learned::new(), turn: 0 }
    }

    fn line(&self, key: &Key) -> String {
        let mut learned = self.learned.clone();
        let mut nodes_max = NODES_MAX;
        loop {
            let Key { server, tool, definition } = key.clone();
            let line = Line { server, tool, definition, turn: self.turn, learned: learned.to_json() };
            let line = serde_json::to_string(&line).unwrap_or_default();
            if line.len() <= TOOL_BYTES_MAX || nodes_max == 0 {
                return line;
            }
            nodes_max /= 2;
            learned.shrink_to(nodes_max);
        }
    }
}

impl LessonsDefect {
    /// Names the position of the error without quoting the text.
    fn of(error: &serde_json::Error) -> LessonsDefect {
        LessonsDefect::Broken(format!("line {}, column {} is malformed", error.line(), error.column()))
    }
}

impl std::fmt::Display for LessonsDefect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LessonsDefect::Newer(version) => write!(f, "a later callbox wrote it, in format version {version}"),
            LessonsDefect::Broken(reason) => write!(f, "{reason}"),
        }
    }
}

impl std::error::Error for LessonsDefect {}
