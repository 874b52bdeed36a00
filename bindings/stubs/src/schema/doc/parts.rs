//! Describes the parts of a value that have no names of their own: elements, values under arbitrary names, the names
//! themselves, and alternatives.

use serde_json::{Map, Value};

use super::label::label;
use super::pattern::on_one_line;
use super::{PARTS_MAX, Tag, constraints, only_alternative, sentence, words};
use crate::words::letters;

/// Describes elements, properties under arbitrary names, and the names themselves.
pub(super) fn parts(keywords: &Map<String, Value>) -> Vec<Tag> {
    let object = |key: &str| keywords.get(key).and_then(Value::as_object);
    let mut said = Vec::new();
    said.extend(object("items").into_iter().flat_map(part).map(|text| ("items", text)));
    said.extend(elements(keywords).map(|text| ("items", text)));
    said.extend(object("additionalProperties").into_iter().flat_map(part).map(|text| ("values", text)));
    said.extend(patterns(keywords).map(|text| ("values", text)));
    said.extend(object("propertyNames").and_then(constraints).map(|text| ("names", text)));
    said.truncate(PARTS_MAX);
    said
}

/// Returns the text, constraints and alternatives of one part, each for a tag.
fn part(keywords: &Map<String, Value>) -> Vec<String> {
    let said = sentence(keywords);
    let own = said.map(str::to_owned).into_iter().chain(constraints(keywords));
    own.chain(options(keywords, said)).collect()
}

/// Describes elements at fixed positions.
fn elements(keywords: &Map<String, Value>) -> impl Iterator<Item = String> {
    let lists = ["prefixItems", "items"].into_iter().filter_map(|key| keywords.get(key)?.as_array());
    let items = lists.flatten().enumerate().take(PARTS_MAX);
    items.flat_map(|(index, item)| {
        let part = item.as_object().map(part).unwrap_or_default();
        part.into_iter().map(move |text| format!("{index}: {text}"))
    })
}

/// Describes patterns of names, and the values under matching names.
fn patterns(keywords: &Map<String, Value>) -> impl Iterator<Item = String> {
    let patterns = keywords.get("patternProperties").and_then(Value::as_object);
    patterns.into_iter().flatten().take(PARTS_MAX).flat_map(|(pattern, schema)| {
        let named = format!("of names like {}", on_one_line(pattern));
        match schema.as_object().map(part).filter(|said| !said.is_empty()) {
            Some(said) => said.into_iter().map(|text| format!("{named}: {text}")).collect(),
            None => vec![named],
        }
    })
}

/// Describes each alternative; `said` is the text already next to them.
pub(super) fn options(keywords: &Map<String, Value>, said: Option<&str>) -> Vec<String> {
    let sole = only_alternative(keywords).is_some();
    let branches = ["anyOf", "oneOf"].into_iter().filter_map(|key| keywords.get(key)?.as_array());
    let branches = branches.flat_map(|branches| branches.iter().enumerate());
    let branches = branches.filter_map(|(index, branch)| Some((index, branch.as_object()?)));
    branches.flat_map(|(index, branch)| option(index, branch, sole, said)).collect()
}

/// Returns the text and constraints of an alternative. Those of a `sole` one belong to the whole.
fn option(index: usize, branch: &Map<String, Value>, sole: bool, said: Option<&str>) -> Vec<String> {
    if let Some(constant) = branch.get("const") {
        let words = words(branch).map(|words| format!("{}: {words}", super::text::bounded_json(constant)));
        return words.into_iter().collect();
    }
    let label = label(index, branch);
    let words = sentence(branch).filter(|words| Some(*words) != said && letters(words) != letters(&label));
    let typed = branch.get("type").and_then(Value::as_str);
    let typed = typed.filter(|_| !sole && !branch.contains_key("anyOf") && !branch.contains_key("oneOf"));
    let bounds = typed.and_then(|_| constraints(branch)).and_then(|said| {
        let beside = said.strip_prefix(label.as_str()).map(|rest| rest.trim_start_matches(", ").to_owned());
        Some(beside.unwrap_or(said)).filter(|said| !said.is_empty())
    });
    words.map(str::to_owned).into_iter().chain(bounds).map(|text| format!("{label}: {text}")).collect()
}
