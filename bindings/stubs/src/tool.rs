//! A tool as its server describes it, not how it is called.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};

/// A tool, as described by an entry of a `tools/list` result.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Wire name; any string, including the empty one.
    pub name: String,
    /// Display name.
    pub title: Option<String>,
    /// What the tool does, in the server's words: untrusted text.
    pub description: Option<String>,
    /// JSON Schema of the arguments, as the server sent it; `null` if it sent none, or one nested too deeply. If it is
    /// not a JSON object, it describes nothing, and the stub accepts any arguments.
    pub input_schema: Value,
    /// JSON Schema of the structured result; always a JSON object when read by [`Tool::from_json`].
    pub output_schema: Option<Value>,
    /// The server's hints (`readOnlyHint`, …): untrusted.
    pub annotations: Option<Value>,
    /// What its results have looked like so far, if there is no output schema. Printed but never enforced, and not part
    /// of the definition: [`definition_hash`](crate::definition_hash) leaves it out.
    pub learned: Option<LearnedOutput>,
}

/// What a tool's results looked like, as `callbox_gateway::Lessons` learned it.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnedOutput {
    /// JSON Schema of the results; a later result may violate it.
    pub schema: Value,
    /// How many results it was learned from.
    pub results: u64,
}

impl LearnedOutput {
    /// Returns the remark printed with a learned type.
    pub(crate) fn remark(&self) -> String {
        let plural = if self.results == 1 { "" } else { "s" };
        format!("Result type learned from {} result{plural}, may be incomplete.", self.results)
    }
}

impl Tool {
    /// Reads one entry of a `tools/list` result.
    ///
    /// Only a name is required. Any other part of the wrong type is dropped, including an `outputSchema`: the tool can
    /// be called without it. It can also be called without a usable `inputSchema`, which is kept as it is, so that the
    /// stub's notes say what is wrong with it.
    ///
    /// # Errors
    ///
    /// [`ToolDefect`] says what is wrong with the entry; other entries are unaffected.
    pub fn from_json(entry: &Value) -> Result<Tool, ToolDefect> {
        let entry = entry.as_object().ok_or_else(|| not_an_entry(entry))?;
        let name = name(entry)?;
        Ok(Tool {
            input_schema: part(entry, "inputSchema").cloned().unwrap_or_default(),
            title: text(entry, "title"),
            description: text(entry, "description"),
            output_schema: object(entry, "outputSchema"),
            annotations: object(entry, "annotations"),
            learned: None,
            name,
        })
    }

    /// Returns what is known about the result only from earlier ones, if the server does not describe it.
    pub fn learned_result(&self) -> Option<&LearnedOutput> {
        self.learned.as_ref().filter(|_| self.output_schema.is_none())
    }

    /// Whether the server wraps non-object results as `{ "result": … }` (`x-fastmcp-wrap-result` in the output schema),
    /// which stubs and calls unwrap.
    pub fn wraps_result(&self) -> bool {
        let schema = self.output_schema.as_ref();
        let mark = schema.and_then(|schema| schema.get("x-fastmcp-wrap-result"));
        mark.and_then(Value::as_bool).unwrap_or(false)
    }
}

/// An entry of a `tools/list` result that is not a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolDefect {
    /// The entry's name, if it has one.
    pub name: Option<String>,
    /// What was expected and what was found.
    pub reason: String,
}

impl fmt::Display for ToolDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "tool `{name}`: {}", self.reason),
            None => write!(f, "tool without a name: {}", self.reason),
        }
    }
}

impl std::error::Error for ToolDefect {}

/// A server and the tools it offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Its name in the configuration.
    pub name: String,
    /// Its tools, in the server's order. A definition is shared by all who read it.
    pub tools: Vec<Arc<Tool>>,
}

impl Server {
    /// Puts a server together.
    pub fn new(name: impl Into<String>, tools: impl IntoIterator<Item = impl Into<Arc<Tool>>>) -> Self {
        Self { name: name.into(), tools: tools.into_iter().map(Into::into).collect() }
    }
}

fn not_an_entry(entry: &Value) -> ToolDefect {
    ToolDefect { name: None, reason: format!("expected an object, found {}", json_type(entry)) }
}

fn name(entry: &Map<String, Value>) -> Result<String, ToolDefect> {
    match entry.get("name") {
        Some(Value::String(name)) => Ok(name.clone()),
        found => Err(ToolDefect { name: None, reason: mismatch("name", "a string", found) }),
    }
}

/// JSON parsers stop at about half of this depth, so only a program can nest values more deeply; such values cannot be
/// copied or dropped without a correspondingly large stack.
const DEPTH_MAX: usize = 256;

fn part<'a>(entry: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    entry.get(key).filter(|part| !deeper_than(part, DEPTH_MAX))
}

fn deeper_than(value: &Value, depth_max: usize) -> bool {
    let mut open = vec![(value, 0)];
    while let Some((value, depth)) = open.pop() {
        match value {
            _ if depth > depth_max => return true,
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => open.extend(fields.values().map(|field| (field, depth + 1))),
            _ => {}
        }
    }
    false
}

fn mismatch(key: &str, expected: &str, found: Option<&Value>) -> String {
    match found {
        Some(found) => format!("`{key}`: expected {expected}, found {}", json_type(found)),
        None => format!("`{key}` is missing, expected {expected}"),
    }
}

fn text(entry: &Map<String, Value>, key: &str) -> Option<String> {
    entry.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn object(entry: &Map<String, Value>, key: &str) -> Option<Value> {
    part(entry, key).filter(|value| value.is_object()).cloned()
}

/// Names the type of a JSON value, for messages.
pub fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
