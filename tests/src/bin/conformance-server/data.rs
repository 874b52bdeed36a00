//! What the suite expects to find, as listed in `tests/conformance/fixtures.json`, with a request's arguments filled
//! in.

use std::collections::BTreeMap;

use rmcp::ErrorData;
use rmcp::model::{Prompt, Resource, ResourceTemplate, Tool};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The lists, and the answers by name or URI; `{name}` in a text stands for an argument.
#[derive(Debug, Deserialize)]
pub(crate) struct Data {
    pub(crate) tools: Vec<Tool>,
    pub(crate) prompts: Vec<Prompt>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) templates: Vec<ResourceTemplate>,
    /// Results of tools that only answer.
    pub(crate) answers: BTreeMap<String, Value>,
    /// Requests that tools send to a legacy client before they answer.
    pub(crate) asks: BTreeMap<String, Ask>,
    /// Requests that tools and prompts make of a modern client, round by round.
    pub(crate) rounds: BTreeMap<String, Vec<Map<String, Value>>>,
    /// Those of them that return no state to be passed back.
    pub(crate) stateless_rounds: Vec<String>,
    /// Results of prompts.
    pub(crate) messages: BTreeMap<String, Value>,
    contents: Vec<Map<String, Value>>,
}

/// A request to the client, and the tool's text before the reply.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    pub(crate) says: String,
    pub(crate) request: Value,
}

impl Data {
    pub(crate) fn read() -> serde_json::Result<Self> {
        serde_json::from_str(include_str!("../../../conformance/fixtures.json"))
    }

    /// Returns the contents at a URI.
    pub(crate) fn contents(&self, uri: &str) -> Option<Value> {
        self.contents.iter().find_map(|contents| {
            let known = contents.get("uri")?.as_str()?;
            let arguments = part(known, uri)?;
            Some(fill(&Value::Object(contents.clone()), &arguments))
        })
    }
}

/// Returns the value of `{id}` in a known URI, if the requested URI matches it.
fn part(known: &str, asked: &str) -> Option<Map<String, Value>> {
    if known == asked {
        return Some(Map::new());
    }
    let (before, after) = known.split_once("{id}")?;
    let id = asked.strip_prefix(before)?.strip_suffix(after)?;
    Some(Map::from_iter([("id".to_owned(), id.into())]))
}

/// Returns the value with placeholders replaced by arguments.
pub(crate) fn fill(value: &Value, arguments: &Map<String, Value>) -> Value {
    match value {
        Value::String(text) => arguments.iter().fold(text.clone(), replaced).into(),
        Value::Array(items) => items.iter().map(|item| fill(item, arguments)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), fill(value, arguments))).collect(),
        other => other.clone(),
    }
}

fn replaced(text: String, (name, argument): (&String, &Value)) -> String {
    let argument = argument.as_str().map_or_else(|| argument.to_string(), str::to_owned);
    text.replace(&format!("{{{name}}}"), &argument)
}

/// Marks a result from the file as complete; older revisions lack this mark and are not sent it.
pub(crate) fn complete<T: DeserializeOwned>(mut result: Value) -> Result<T, ErrorData> {
    result["resultType"] = "complete".into();
    typed(result)
}

/// Parses a value from the file as the protocol's type.
pub(crate) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, ErrorData> {
    serde_json::from_value(value).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}
