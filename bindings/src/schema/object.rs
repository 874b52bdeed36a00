//! Keywords about objects.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::place::Place;
use super::{Reader, doc, is_bare_object};
use crate::shape::{Doc, Field, Object, Shape};

impl Reader<'_> {
    pub(super) fn object(&mut self, keywords: &Map<String, Value>, at: &Place) -> Object {
        if is_bare_object(keywords) {
            return Object::any();
        }
        self.note_names(keywords, at);
        let required = required(keywords);
        let mut fields = self.fields(keywords, &required, at);
        let declared: HashSet<String> = fields.iter().map(|field| field.name.clone()).collect();
        let undeclared = required.iter().filter(|name| !declared.contains(**name));
        fields.extend(undeclared.map(|name| undeclared_field(name)));
        Object { fields, rest: self.rest(keywords, at).map(Box::new) }
    }

    fn fields(&mut self, keywords: &Map<String, Value>, required: &[&str], at: &Place) -> Vec<Field> {
        let required: HashSet<&str> = required.iter().copied().collect();
        let field = |(name, schema): (&String, &Value)| Field {
            name: name.clone(),
            shape: self.shape(schema, &at.inside("properties", name)),
            optional: !required.contains(name.as_str()),
            doc: doc(name, schema),
        };
        let properties = keywords.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(field).collect()
    }

    /// What other properties may hold. `None` where the schema does not speak of them, and where it
    /// forbids them, which TypeScript does by not declaring them.
    fn rest(&mut self, keywords: &Map<String, Value>, at: &Place) -> Option<Shape> {
        let patterns = self.pattern_shapes(keywords, at);
        let others = keywords.get("additionalProperties");
        if patterns.is_empty() && matches!(others, None | Some(Value::Bool(false))) {
            return None;
        }
        let others = match others {
            Some(others) => self.shape(others, &at.only("additionalProperties")),
            None => Shape::Unknown,
        };
        Some(Shape::union(patterns.into_iter().chain([others])))
    }

    fn pattern_shapes(&mut self, keywords: &Map<String, Value>, at: &Place) -> Vec<Shape> {
        let patterns = keywords.get("patternProperties").and_then(Value::as_object);
        let shape = |(name, schema): (&String, &Value)| self.shape(schema, &at.inside("patternProperties", name));
        patterns.into_iter().flatten().map(shape).collect()
    }

    fn note_names(&mut self, keywords: &Map<String, Value>, at: &Place) {
        let names = keywords.get("propertyNames");
        let says_something = names.is_some_and(|names| *names != serde_json::json!({ "type": "string" }));
        if says_something {
            self.note(&at.down("propertyNames"), "`propertyNames`", "any property name");
        }
    }
}

/// The required names, each once, in the order they came.
fn required(keywords: &Map<String, Value>) -> Vec<&str> {
    let names = keywords.get("required").and_then(Value::as_array);
    let mut seen = HashSet::new();
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.filter(|name| seen.insert(*name)).collect()
}

fn undeclared_field(name: &str) -> Field {
    Field { name: name.to_owned(), shape: Shape::Unknown, optional: false, doc: Doc::default() }
}
