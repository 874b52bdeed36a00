//! Keywords about objects.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::place::Place;
use super::{Reader, doc};
use crate::shape::{Doc, Field, Object, Shape};

/// Keywords without which an object is unconstrained.
pub(super) const KEYWORDS: &[&str] =
    &["properties", "required", "additionalProperties", "patternProperties", "propertyNames", "maxProperties"];

/// Maximum number of names from `propertyNames` that are declared one by one.
const NAMES_MAX: usize = 100;

/// Maximum number of undeclared required names for which a compound shape is repeated.
const UNDECLARED_MAX: usize = 8;

impl Reader<'_> {
    pub(super) fn object(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        if !KEYWORDS.iter().any(|key| keywords.contains_key(*key)) {
            return Shape::Object(Object::any());
        }
        let required = required(keywords);
        let names = self.names(keywords, at);
        let fields = self.fields(keywords, &required, at);
        if self.nodes_left.is_none() {
            // Properties that were not read may exist and have any value.
            return settled(Object { fields, rest: None });
        }
        let rest = self.rest(keywords, at);
        if let Some(rest) = rest.as_ref().filter(|_| !keywords.contains_key("patternProperties")) {
            self.note_widened(&fields, rest, &at.down("additionalProperties"));
        }
        let declared: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let undeclared: Vec<&str> = required.into_iter().filter(|name| !declared.contains(name)).collect();
        let undeclared = self.undeclared(&undeclared, rest.as_ref());
        let object = Object { fields: fields.into_iter().chain(undeclared).collect(), rest: rest.map(Box::new) };
        let shape = if object.fields.is_empty() && object.rest.is_none() && !speaks_of_fields(keywords) {
            Shape::Object(Object::any())
        } else {
            settled(object)
        };
        names.into_iter().fold(shape, Shape::and)
    }

    fn fields(&mut self, keywords: &Map<String, Value>, required: &[&str], at: &Place) -> Vec<Field> {
        let required: HashSet<&str> = required.iter().copied().collect();
        let properties = keywords.get("properties").and_then(Value::as_object);
        let mut fields = Vec::new();
        for (name, schema) in properties.into_iter().flatten() {
            let optional = !required.contains(name.as_str());
            if self.nodes_left.is_none() {
                // Without a type, only required properties are worth naming.
                fields.extend((!optional).then(|| named(name, Shape::Unknown, optional)));
                continue;
            }
            let shape = self.shape(schema, &at.inside("properties", name));
            let doc = doc::beside(doc::doc(name, schema), &shape);
            fields.push(Field { name: name.clone(), shape, optional, doc });
        }
        fields
    }

    /// Notes an object that declares properties whose types differ from that of additional ones.
    pub(super) fn note_widened(&mut self, fields: &[Field], rest: &Shape, at: &Place) {
        let fits = |field: &Field| Shape::union([rest.clone(), field.shape.clone()]) == *rest;
        if *rest != Shape::Never && *rest != Shape::Unknown && !fields.iter().all(fits) {
            let what = "the type of only the additional properties";
            let note = self.a_note(&at.pointer, what, "a type that also covers the declared ones");
            self.rest_notes.push(note);
        }
    }

    /// Returns the required names that no keyword declares; they have the type of other properties.
    fn undeclared(&mut self, names: &[&str], rest: Option<&Shape>) -> Vec<Field> {
        let short = |rest: &&Shape| rest.parts().is_empty() || names.len() <= UNDECLARED_MAX;
        let shape = rest.filter(short).unwrap_or(&Shape::Unknown);
        names.iter().map(|name| named(name, shape.clone(), false)).collect()
    }

    /// Returns the type of other properties; `None` if the schema does not mention them.
    fn rest(&mut self, keywords: &Map<String, Value>, at: &Place) -> Option<Shape> {
        if keywords.get("maxProperties").and_then(Value::as_u64) == Some(0) {
            return Some(Shape::Never);
        }
        let patterns = self.pattern_shapes(keywords, at);
        let others = keywords.get("additionalProperties");
        let others = others.map(|others| self.shape(others, &at.down("additionalProperties")));
        if patterns.is_empty() {
            return others;
        }
        Some(Shape::union(patterns.into_iter().chain([others.unwrap_or(Shape::Unknown)])))
    }

    fn pattern_shapes(&mut self, keywords: &Map<String, Value>, at: &Place) -> Vec<Shape> {
        let patterns = keywords.get("patternProperties").and_then(Value::as_object).filter(|map| !map.is_empty());
        let Some(patterns) = patterns else { return Vec::new() };
        let shape = |(name, schema): (&String, &Value)| self.shape(schema, &at.inside("patternProperties", name));
        let shapes = patterns.iter().map(shape).collect();
        self.note(&at.down("patternProperties"), "which names a pattern matches", "values under any other name");
        shapes
    }

    /// Returns what `propertyNames` says, if it lists names.
    fn names(&mut self, keywords: &Map<String, Value>, at: &Place) -> Option<Shape> {
        let names = keywords.get("propertyNames").filter(|_| at.base.dialect.has("propertyNames"))?;
        if let Some(listed) = listed_names(names) {
            let fields = listed.into_iter().map(|name| named(name, Shape::Unknown, true)).collect();
            return Some(Shape::Object(Object { fields, rest: Some(Box::new(Shape::Never)) }));
        }
        if !says_nothing(names) {
            self.note(&at.down("propertyNames"), "`propertyNames`", "any property name");
        }
        None
    }
}

/// Whether the schema says which fields there are, even if there are none.
fn speaks_of_fields(keywords: &Map<String, Value>) -> bool {
    keywords.get("properties").is_some_and(Value::is_object)
}

/// Returns the object, or [`Shape::Never`] if a required field cannot have a value.
pub(super) fn settled(object: Object) -> Shape {
    if object.fields.iter().any(|field| !field.optional && field.shape == Shape::Never) {
        return Shape::Never;
    }
    Shape::Object(object)
}

pub(super) fn named(name: &str, shape: Shape, optional: bool) -> Field {
    Field { name: name.to_owned(), shape, optional, doc: Doc::default() }
}

/// Returns the required names, without duplicates, in order.
pub(super) fn required(keywords: &Map<String, Value>) -> Vec<&str> {
    let names = keywords.get("required").and_then(Value::as_array);
    let mut seen = HashSet::new();
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.filter(|name| seen.insert(*name)).collect()
}

/// Returns the names that a schema for names allows, if it lists them and says nothing else.
fn listed_names(names: &Value) -> Option<Vec<&str>> {
    let keywords = match names {
        Value::Bool(false) => return Some(Vec::new()),
        other => other.as_object()?,
    };
    let plain = |key: &str| matches!(key, "type" | "const" | "enum" | "title" | "description" | "$comment");
    let listed = match (keywords.get("const"), keywords.get("enum")) {
        (Some(only), None) => std::slice::from_ref(only),
        (None, Some(Value::Array(values))) => values.as_slice(),
        _ => return None,
    };
    let simple = keywords.keys().all(|key| plain(key)) && listed.len() <= NAMES_MAX;
    simple.then(|| listed.iter().filter_map(Value::as_str).collect())
}

fn says_nothing(names: &Value) -> bool {
    let plain = |(key, value): (&String, &Value)| match key.as_str() {
        "type" => value == "string",
        "title" | "description" | "$comment" | "minLength" => key != "minLength" || value == 0,
        _ => false,
    };
    *names == Value::Bool(true) || names.as_object().is_some_and(|keywords| keywords.iter().all(plain))
}
