//! The text in a schema, and the constraints that types cannot express.

mod label;
mod parts;
mod pattern;
mod text;

use serde_json::{Map, Value};

use crate::shape::{Doc, Kinds, Shape};
use crate::words::letters;
pub(super) use label::of_pointer;
use text::tag_text;

/// Constraints and remarks worth a line, in print order.
const TAGS: &[&str] = &[
    "default",
    "format",
    "contentEncoding",
    "contentMediaType",
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

/// Maximum number of parts of one schema that are described; more help nobody.
const PARTS_MAX: usize = 20;

/// Returns the doc of a schema named `name`; a title that only repeats the name is dropped.
pub(super) fn doc(name: &str, schema: &Value) -> Doc {
    schema.as_object().map(|keywords| doc_with(keywords, &|words| letters(words) != letters(name))).unwrap_or_default()
}

/// Returns the doc of all arguments, or of a result. A one-word title is a class name and is dropped.
pub(super) fn doc_of_whole(schema: &Value) -> Doc {
    schema.as_object().map(|keywords| doc_with(keywords, &is_sentence)).unwrap_or_default()
}

fn doc_with(keywords: &Map<String, Value>, fits: &dyn Fn(&str) -> bool) -> Doc {
    let said = [keywords].into_iter().chain(same_value(keywords)).filter_map(words).find(|words| fits(words));
    Doc { text: said.map(str::to_owned), tags: tags(keywords, said) }
}

/// Drops from a doc what the type next to it already says: the length of tuples.
pub(super) fn beside(mut doc: Doc, shape: &Shape) -> Doc {
    let members = if let Shape::Union(members) = shape { members.as_slice() } else { std::slice::from_ref(shape) };
    let lists: Vec<&Shape> = members.iter().filter(|member| Kinds::of(member).meets(Kinds::ARRAY)).collect();
    let is_said = |(tag, text): &Tag| match (*tag, text.parse::<usize>()) {
        ("minItems", Ok(count)) => lists.iter().all(|list| has_at_least(list, count)),
        ("maxItems", Ok(count)) => lists.iter().all(|list| has_at_most(list, count)),
        _ => false,
    };
    doc.tags.retain(|tag| !is_said(tag));
    doc
}

fn has_at_least(list: &Shape, count: usize) -> bool {
    matches!(list, Shape::Tuple(tuple) if tuple.required >= count)
}

fn has_at_most(list: &Shape, count: usize) -> bool {
    matches!(list, Shape::Tuple(tuple) if tuple.rest.is_none() && tuple.items.len() <= count)
}

/// Returns the description, else the title.
fn words(keywords: &Map<String, Value>) -> Option<&str> {
    text(keywords, "description").or_else(|| text(keywords, "title"))
}

/// Returns the description, else a title that is not a class name.
fn sentence(keywords: &Map<String, Value>) -> Option<&str> {
    text(keywords, "description").or_else(|| text(keywords, "title").filter(|title| is_sentence(title)))
}

fn is_sentence(words: &str) -> bool {
    words.trim().contains(char::is_whitespace)
}

fn text<'a>(keywords: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    keywords.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// Returns all tags; `said` is the text already next to them.
fn tags(keywords: &Map<String, Value>, said: Option<&str>) -> Vec<Tag> {
    let mut tags = own_tags(keywords);
    tags.extend(parts::parts(keywords));
    tags.extend(parts::options(keywords, said).into_iter().map(|option| ("option", option)));
    for same in same_value(keywords) {
        let own = own_tags(same).into_iter().chain(parts::parts(same)).chain(all_of(same).flat_map(own_tags));
        let new: Vec<Tag> = own.filter(|tag| is_constraint(tag.0) && !tags.contains(tag)).collect();
        tags.extend(new);
    }
    tags
}

fn own_tags(keywords: &Map<String, Value>) -> Vec<Tag> {
    let integer = keywords.get("type").and_then(Value::as_str) == Some("integer");
    let tags = TAGS.iter().filter_map(|tag| Some((*tag, tag_text(tag, keywords.get(*tag)?)?)));
    integer.then(|| ("integer", String::new())).into_iter().chain(tags).collect()
}

/// Returns the constraints of a part, joined for one tag.
fn constraints(keywords: &Map<String, Value>) -> Option<String> {
    let mut tags: Vec<Tag> = Vec::new();
    for tag in own_tags(keywords).into_iter().chain(same_value(keywords).into_iter().flat_map(own_tags)) {
        if is_constraint(tag.0) && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    joined(tags.iter())
}

/// Returns the constraints in a part's doc, joined for one tag of the whole.
pub(super) fn constraints_of(doc: &Doc) -> Option<String> {
    joined(doc.tags.iter().filter(|(tag, _)| is_constraint(tag) && !matches!(*tag, "items" | "values" | "names")))
}

fn joined<'a>(tags: impl Iterator<Item = &'a Tag>) -> Option<String> {
    let all: Vec<String> = tags.map(|(tag, text)| format!("{tag} {text}").trim_end().to_owned()).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Whether a tag constrains the allowed values, rather than describing one schema.
pub(super) fn is_constraint(tag: &str) -> bool {
    !matches!(tag, "default" | "examples" | "deprecated" | "option")
}

/// Returns schemas that describe the same value: the only alternative to `null`, and branches that all hold.
fn same_value(keywords: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    only_alternative(keywords).into_iter().chain(all_of(keywords)).collect()
}

fn all_of(keywords: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let branches = keywords.get("allOf").and_then(Value::as_array);
    let plain = |branch: &&Map<String, Value>| ["anyOf", "oneOf", "allOf"].iter().all(|key| !branch.contains_key(*key));
    branches.into_iter().flatten().take(PARTS_MAX).filter_map(Value::as_object).filter(plain)
}

/// Returns the only alternative to `null`, a common way of writing an optional value.
fn only_alternative(keywords: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let branches = keywords.get("anyOf").or_else(|| keywords.get("oneOf"))?.as_array()?;
    let mut others = branches.iter().filter_map(Value::as_object).filter(|branch| !is_null(branch));
    let only = others.next().filter(|_| branches.len() == 2)?;
    // Nested alternatives are only expressed in the type, since they could nest without end.
    let plain = !only.contains_key("anyOf") && !only.contains_key("oneOf");
    (plain && others.next().is_none()).then_some(only)
}

fn is_null(branch: &Map<String, Value>) -> bool {
    branch.get("type").and_then(Value::as_str) == Some("null")
}
