//! What a schema says in words, and the constraints that types do not hold.

use serde_json::{Map, Value};

use crate::shape::Doc;

/// Constraints and remarks worth a line, in the order they are printed.
const TAGS: &[&str] = &[
    "default",
    "format",
    "pattern",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "examples",
    "deprecated",
];

/// The doc of the schema of what is called `name`; a title that only repeats the name is left out.
pub(super) fn doc(name: &str, schema: &Value) -> Doc {
    let Some(keywords) = schema.as_object() else {
        return Doc::default();
    };
    let words = words(keywords).filter(|words| letters(words) != letters(name));
    Doc { text: words.map(str::to_owned), tags: tags(keywords) }
}

/// Description, or title where there is none.
fn words(keywords: &Map<String, Value>) -> Option<&str> {
    let text = |key| keywords.get(key).and_then(Value::as_str).filter(|text: &&str| !text.trim().is_empty());
    text("description").or_else(|| text("title"))
}

fn tags(keywords: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let integer = keywords.get("type").and_then(Value::as_str) == Some("integer");
    let mut tags: Vec<_> = integer.then(|| ("integer", String::new())).into_iter().collect();
    tags.extend(TAGS.iter().filter_map(|tag| Some((*tag, tag_text(tag, keywords.get(*tag)?)?))));
    let items = keywords.get("items").and_then(Value::as_object).and_then(words);
    tags.extend(items.map(|words| ("items", words.to_owned())));
    tags.extend(options(keywords).map(|option| ("option", option)));
    tags.extend(only_alternative(keywords).into_iter().flat_map(tags_of_alternative));
    tags
}

/// Constraints only: what else an alternative says is not about the whole.
fn tags_of_alternative(keywords: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let mut tags = tags(keywords);
    tags.retain(|(tag, _)| !matches!(*tag, "default" | "examples" | "deprecated" | "option"));
    tags
}

/// The one alternative to `null`, which is how many write an optional value.
fn only_alternative(keywords: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let branches = keywords.get("anyOf").or_else(|| keywords.get("oneOf"))?.as_array()?;
    let mut others = branches.iter().filter_map(Value::as_object).filter(|branch| !is_null(branch));
    let only = others.next().filter(|_| branches.len() == 2)?;
    // Alternatives in alternatives are said by the type alone, and could nest without end.
    let plain = !only.contains_key("anyOf") && !only.contains_key("oneOf");
    (plain && others.next().is_none()).then_some(only)
}

fn is_null(branch: &Map<String, Value>) -> bool {
    branch.get("type").and_then(Value::as_str) == Some("null")
}

fn tag_text(tag: &str, value: &Value) -> Option<String> {
    match (tag, value) {
        ("default" | "examples", value) => Some(value.to_string()),
        (_, Value::Bool(true)) => Some(String::new()),
        (_, Value::Bool(false)) => None,
        (_, Value::String(text)) => Some(text.clone()),
        (_, other) => Some(other.to_string()),
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is said of each constant among alternatives.
fn options(keywords: &Map<String, Value>) -> impl Iterator<Item = String> {
    let branches = ["anyOf", "oneOf"].into_iter().filter_map(|key| keywords.get(key)?.as_array());
    branches.flatten().filter_map(|branch| {
        let keywords = branch.as_object()?;
        Some(format!("{}: {}", keywords.get("const")?, words(keywords)?))
    })
}
