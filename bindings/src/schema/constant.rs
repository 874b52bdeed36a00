//! `const` and `enum`.

use serde_json::{Map, Value};

use super::Reader;
use super::place::Place;
use crate::shape::{Doc, Field, Object, Shape, Tuple};

impl Reader<'_> {
    /// The values that `const` or `enum` list and `type` allows; `None` where nothing is listed.
    pub(super) fn constants(&mut self, keywords: &Map<String, Value>, at: &Place) -> Option<Shape> {
        let listed = match (keywords.get("const"), keywords.get("enum")) {
            (Some(only), _) => std::slice::from_ref(only),
            (None, Some(Value::Array(values))) => values.as_slice(),
            (None, Some(_)) => return Some(self.unknown(at, "`enum` that is no list")),
            (None, None) => return None,
        };
        if !self.spend(listed.len(), at) {
            return None;
        }
        let allowed = listed.iter().filter(|value| has_kind(value, keywords.get("type")));
        let shapes: Vec<Shape> = allowed.map(|value| self.constant(value, at)).collect();
        Some(Shape::union(shapes))
    }

    fn constant(&mut self, value: &Value, at: &Place) -> Shape {
        match value {
            Value::Null => Shape::Null,
            Value::Array(_) | Value::Object(_) if !self.within_budget(at) => Shape::Unknown,
            Value::Array(items) => self.constant_array(items, &at.down("")),
            Value::Object(fields) => self.constant_object(fields, &at.down("")),
            scalar => Shape::Literal(scalar.clone()),
        }
    }

    fn constant_array(&mut self, items: &[Value], at: &Place) -> Shape {
        let items: Vec<Shape> = items.iter().map(|item| self.constant(item, at)).collect();
        Shape::Tuple(Tuple { required: items.len(), items, rest: None })
    }

    fn constant_object(&mut self, fields: &Map<String, Value>, at: &Place) -> Shape {
        let field = |(name, value): (&String, &Value)| Field {
            name: name.clone(),
            shape: self.constant(value, at),
            optional: false,
            doc: Doc::default(),
        };
        Shape::Object(Object { fields: fields.iter().map(field).collect(), rest: None })
    }
}

fn has_kind(value: &Value, kinds: Option<&Value>) -> bool {
    match kinds {
        Some(Value::String(kind)) => is_kind(value, kind),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(|kind| is_kind(value, kind)),
        _ => true,
    }
}

fn is_kind(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
