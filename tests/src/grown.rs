//! JSON written in short form: large structures for hostile cases are generated rather than written out.
//!
//! | written | result |
//! |---|---|
//! | `{"!times": [n, x]}` | an array with `n` times `x` |
//! | `{"!text": [n, "x"]}` | a string of `n` times `x` |
//! | `{"!each": [n, x]}` | an array with `n` times `x`, where `"!i"`, or `{i}` or `{i+1}` within a string, is the index |
//! | `{"!members": [n, "name{i}", x]}` | an object with `n` members, likewise |
//! | `{"!merge": [a, b]}` | the members of both objects |
//! | `{"!nest": [n, x, frame]}` | `x` in `n` nested frames, each with the next at `"!hole"` |

use serde_json::{Map, Value};

/// Returns the JSON that `written` stands for.
#[must_use]
pub fn grown(written: &Value) -> Value {
    match written {
        Value::Object(object) => grown_object(object),
        Value::Array(items) => items.iter().map(grown).collect(),
        other => other.clone(),
    }
}

fn grown_object(object: &Map<String, Value>) -> Value {
    let only = object.iter().next().filter(|_| object.len() == 1);
    match only.map(|(word, arguments)| (word.as_str(), arguments.as_array())) {
        Some((word, Some(arguments))) if word.starts_with('!') => worded(word, arguments),
        _ => object.iter().map(|(name, value)| (name.clone(), grown(value))).collect(),
    }
}

fn worded(word: &str, arguments: &[Value]) -> Value {
    let count = arguments.first().and_then(Value::as_u64).unwrap_or_default();
    match (word, arguments) {
        ("!times", [_, item]) => vec![grown(item); usize::try_from(count).expect("a small number")].into(),
        ("!text", [_, piece]) => piece.as_str().expect("a text").repeat(usize::try_from(count).expect("small")).into(),
        ("!each", [_, item]) => (0..count).map(|at| grown(&numbered(item, at))).collect(),
        ("!members", [_, name, member]) => (0..count).map(|at| named(name, member, at)).collect(),
        ("!merge", objects) => objects.iter().map(grown).flat_map(members).collect(),
        ("!nest", [_, seed, frame]) => (0..count).fold(grown(seed), |inner, _| framed(frame, &inner)),
        _ => panic!("`{word}` of {} is not known", arguments.len()),
    }
}

fn named(name: &Value, member: &Value, at: u64) -> (String, Value) {
    match grown(&numbered(name, at)) {
        Value::String(name) => (name, grown(&numbered(member, at))),
        other => panic!("{other} is not a name"),
    }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} has no members"),
    }
}

fn numbered(item: &Value, at: u64) -> Value {
    let text = |text: &str| text.replace("{i}", &at.to_string()).replace("{i+1}", &(at + 1).to_string());
    match item {
        Value::String(whole) if whole == "!i" => at.into(),
        Value::String(written) => text(written).into(),
        Value::Array(items) => items.iter().map(|item| numbered(item, at)).collect(),
        Value::Object(object) => object.iter().map(|(name, value)| (text(name), numbered(value, at))).collect(),
        other => other.clone(),
    }
}

fn framed(frame: &Value, inner: &Value) -> Value {
    match frame {
        Value::String(hole) if hole == "!hole" => inner.clone(),
        Value::Array(items) => items.iter().map(|item| framed(item, inner)).collect(),
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), framed(value, inner))).collect(),
        other => other.clone(),
    }
}
