//! What a schema says in words, and the constraints that types do not hold.

use serde_json::{Map, Value};

use crate::shape::Doc;
use crate::words::letters;

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

/// A tag without `@`, and its text.
type Tag = (&'static str, String);

/// Parts of one schema whose constraints are said; more help no one.
const PARTS_MAX: usize = 20;

/// Defaults and examples are cut off here.
const JSON_BYTES_MAX: usize = 1_000;

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

fn tags(keywords: &Map<String, Value>) -> Vec<Tag> {
    let integer = keywords.get("type").and_then(Value::as_str) == Some("integer");
    let mut tags: Vec<Tag> = integer.then(|| ("integer", String::new())).into_iter().collect();
    tags.extend(TAGS.iter().filter_map(|tag| Some((*tag, tag_text(tag, keywords.get(*tag)?)?))));
    tags.extend(parts(keywords));
    tags.extend(options(keywords).map(|option| ("option", option)));
    let same_value = only_alternative(keywords).into_iter().chain(all_of(keywords));
    for tag in same_value.flat_map(tags_of_alternative) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// What is said of elements, of properties under any name, and of the names themselves.
fn parts(keywords: &Map<String, Value>) -> Vec<Tag> {
    let mut said = Vec::new();
    let object = |key: &str| keywords.get(key).and_then(Value::as_object);
    let items = object("items");
    said.extend(items.and_then(words).map(|words| ("items", words.to_owned())));
    said.extend(items.and_then(constraints).map(|text| ("items", text)));
    for (index, item) in
        ["prefixItems", "items"].iter().filter_map(|key| keywords.get(*key)?.as_array()).flatten().enumerate()
    {
        said.extend(item.as_object().and_then(constraints).map(|text| ("items", format!("{index}: {text}"))));
    }
    said.extend(object("additionalProperties").and_then(constraints).map(|text| ("values", text)));
    for (pattern, schema) in object("patternProperties").into_iter().flatten().take(PARTS_MAX) {
        let constraints = schema.as_object().and_then(constraints).map(|text| format!(": {text}"));
        said.push(("values", format!("of names like {pattern}{}", constraints.unwrap_or_default())));
    }
    said.extend(object("propertyNames").and_then(constraints).map(|text| ("names", text)));
    said.truncate(PARTS_MAX);
    said
}

/// The constraints of a part, for one tag.
fn constraints(keywords: &Map<String, Value>) -> Option<String> {
    let plain = |(tag, text): Tag| if text.is_empty() { tag.to_owned() } else { format!("{tag} {text}") };
    let own =
        tags_of_alternative(keywords).into_iter().filter(|(tag, _)| !matches!(*tag, "items" | "values" | "names"));
    let all: Vec<String> = own.map(plain).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The constraints among tags, for one tag of what they are part of.
pub(super) fn constraints_of(doc: &Doc) -> Option<String> {
    let own = doc.tags.iter().filter(|(tag, _)| is_constraint(tag) && !matches!(*tag, "items" | "values" | "names"));
    let all: Vec<String> = own.map(|(tag, text)| format!("{tag} {text}").trim_end().to_owned()).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Whether a tag is about the values allowed, and not about one schema of them.
pub(super) fn is_constraint(tag: &str) -> bool {
    !matches!(tag, "default" | "examples" | "deprecated" | "option")
}

/// Branches that all hold, which speak of the same value.
fn all_of(keywords: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let branches = keywords.get("allOf").and_then(Value::as_array);
    let plain = |branch: &&Map<String, Value>| ["anyOf", "oneOf", "allOf"].iter().all(|key| !branch.contains_key(*key));
    branches.into_iter().flatten().take(PARTS_MAX).filter_map(Value::as_object).filter(plain)
}

/// Constraints only: what else an alternative says is not about the whole.
fn tags_of_alternative(keywords: &Map<String, Value>) -> Vec<Tag> {
    let mut tags = tags(keywords);
    tags.retain(|(tag, _)| is_constraint(tag));
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
        ("default" | "examples", value) => Some(bounded_json(value)),
        (_, Value::Bool(true)) => Some(String::new()),
        (_, Value::Bool(false)) => None,
        (_, Value::String(text)) => Some(text.clone()),
        (_, Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// What is said of each constant among alternatives, and the constraints of the others.
fn options(keywords: &Map<String, Value>) -> impl Iterator<Item = String> {
    let sole = only_alternative(keywords).is_some();
    let branches = ["anyOf", "oneOf"].into_iter().filter_map(|key| keywords.get(key)?.as_array());
    branches.flatten().filter_map(move |branch| {
        let keywords = branch.as_object()?;
        match (keywords.get("const"), keywords.get("type").and_then(Value::as_str)) {
            (Some(value), _) => Some(format!("{}: {}", bounded_json(value), words(keywords)?)),
            (None, Some(kind)) if !sole && !keywords.contains_key("anyOf") && !keywords.contains_key("oneOf") => {
                let said = constraints(keywords)?;
                let beside = said.strip_prefix(kind).map(|rest| rest.trim_start_matches(", "));
                Some(beside.unwrap_or(&said)).filter(|said| !said.is_empty()).map(|said| format!("{kind}: {said}"))
            }
            _ => None,
        }
    })
}

/// A value as JSON, cut off where it is long.
fn bounded_json(value: &Value) -> String {
    let mut text = Bounded(Vec::new());
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => String::from_utf8_lossy(&text.0).into_owned(),
        Err(_) => format!("{}…", String::from_utf8_lossy(&text.0).trim_end_matches('\u{fffd}')),
    }
}

/// Takes so many bytes and then refuses, so that a value that nests without end is left in time.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(JSON_BYTES_MAX.saturating_sub(self.0.len()));
        self.0.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
