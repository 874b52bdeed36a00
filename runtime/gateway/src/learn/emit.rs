//! Turns what was seen into a JSON Schema that allows all of it.

use serde_json::{Map, Value, json};

use super::node::Node;
use super::object::{Members, Objects};
use super::strings::Strings;

/// Returns the schema of a place. Kinds appear in a fixed order, `null` last.
pub(super) fn schema(node: &Node) -> Value {
    let mut kinds = kinds(node);
    match (kinds.len(), kinds.pop()) {
        (1, Some(only)) => only,
        (0, _) | (_, None) => json!({}),
        (_, Some(last)) => {
            kinds.push(last);
            many(&kinds)
        }
    }
}

/// Returns the schemas of the kinds seen; none if any value is possible.
fn kinds(node: &Node) -> Vec<Value> {
    let number = match (node.integers > 0, node.fractions > 0) {
        (_, true) => Some(json!({ "type": "number" })),
        (true, false) => Some(json!({ "type": "integer" })),
        (false, false) => None,
    };
    let plain = |count: u64, kind: &str| (count > 0).then(|| json!({ "type": kind }));
    let kinds = [
        plain(node.booleans, "boolean"),
        number,
        node.strings.as_ref().map(string),
        node.arrays.as_ref().map(|arrays| array(&arrays.items)),
        node.objects.as_ref().map(object),
        plain(node.nulls, "null"),
    ];
    kinds.into_iter().flatten().collect()
}

/// Kinds without further keywords share one `type`.
fn many(kinds: &[Value]) -> Value {
    let names: Option<Vec<Value>> = kinds.iter().map(bare).collect();
    match names {
        Some(names) => json!({ "type": names }),
        None => json!({ "anyOf": kinds }),
    }
}

fn bare(kind: &Value) -> Option<Value> {
    let keywords = kind.as_object().filter(|keywords| keywords.len() == 1)?;
    keywords.get("type").cloned()
}

fn string(strings: &Strings) -> Value {
    match (strings.known(), strings.format) {
        (Some(known), _) if known.all => json!({ "type": "string", "enum": known.words }),
        (Some(known), _) => {
            let words: Vec<&str> = known.words.iter().map(String::as_str).collect();
            json!({ "type": "string", "description": format!("Among others: {}.", words.join(", ")) })
        }
        (None, Some(format)) => json!({ "type": "string", "format": format.as_str() }),
        (None, None) => json!({ "type": "string" }),
    }
}

fn array(items: &Node) -> Value {
    match schema(items) {
        Value::Object(items) if items.is_empty() => json!({ "type": "array" }),
        items => json!({ "type": "array", "items": items }),
    }
}

fn object(objects: &Objects) -> Value {
    let mut keywords = Map::from_iter([("type".to_owned(), json!("object"))]);
    match &objects.members {
        Members::Fields(fields) => {
            let required = fields.iter().filter(|(_, field)| field.seen >= objects.seen).map(|(name, _)| name.as_str());
            let required: Vec<&str> = required.collect();
            let properties: Map<String, Value> =
                fields.iter().map(|(name, field)| (name.clone(), schema(field))).collect();
            add(&mut keywords, "properties", properties.into());
            add(&mut keywords, "required", required.into());
        }
        Members::Values(values) => add(&mut keywords, "additionalProperties", schema(values)),
    }
    keywords.into()
}

/// Adds a keyword unless it is empty.
fn add(keywords: &mut Map<String, Value>, keyword: &str, value: Value) {
    let says_nothing = match &value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if !says_nothing {
        keywords.insert(keyword.to_owned(), value);
    }
}
