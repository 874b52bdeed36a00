//! `const` and `enum`.

use serde_json::{Map, Number, Value};

use super::Reader;
use super::place::Place;
use crate::shape::{Doc, Field, Object, Shape, Tuple};

/// Bytes of a literal that count as one part of a schema.
const BYTES_PER_PART: usize = 64;

/// A longer literal does not help a reader.
const LITERAL_BYTES_MAX: usize = 1_000;

impl Reader<'_> {
    /// Reads the values that `const` and `enum` list.
    pub(super) fn constants(&mut self, keywords: &Map<String, Value>, at: &Place) -> Vec<Shape> {
        let only = keywords.get("const").filter(|_| at.base.dialect.has("const"));
        let only = only.map(|only| self.constants_of(std::slice::from_ref(only), &at.down("const")));
        let listed = keywords.get("enum").map(|listed| match listed {
            Value::Array(values) => self.constants_of(values, &at.down("enum")),
            _ => self.unknown(at, "`enum` that is not a list"),
        });
        only.into_iter().chain(listed).collect()
    }

    fn constants_of(&mut self, values: &[Value], at: &Place) -> Shape {
        if !self.spend(values.len(), at) {
            return Shape::Unknown;
        }
        let shapes: Vec<Shape> = values.iter().map(|value| self.constant(value, at)).collect();
        Shape::union(shapes)
    }

    fn constant(&mut self, value: &Value, at: &Place) -> Shape {
        match value {
            Value::Null => Shape::Null,
            Value::Array(_) | Value::Object(_) if !self.within_budget(at) => Shape::Unknown,
            Value::String(text) if text.len() > LITERAL_BYTES_MAX => {
                self.note(at, &format!("a constant of {} bytes", text.len()), "string");
                Shape::String
            }
            Value::String(text) if !self.spend(text.len() / BYTES_PER_PART, at) => Shape::String,
            Value::Array(items) => self.constant_array(items, &at.down("")),
            Value::Object(fields) => self.constant_object(fields, &at.down("")),
            Value::Number(number) => Shape::Literal(Value::Number(plain(number))),
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
        Shape::Object(Object { fields: fields.iter().map(field).collect(), rest: Some(Box::new(Shape::Never)) })
    }
}

/// Returns the shape of just this scalar.
pub(super) fn literal(value: &Value) -> Shape {
    match value {
        Value::Null => Shape::Null,
        Value::Number(number) => Shape::Literal(Value::Number(plain(number))),
        other => Shape::Literal(other.clone()),
    }
}

/// Normalises a number: `1.0` becomes `1`.
pub(super) fn plain(number: &Number) -> Number {
    let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
    // Up to 2^53, a float represents every whole number exactly.
    let exact = whole.filter(|float| float.abs() <= 9_007_199_254_740_992.0);
    exact.and_then(|float| format!("{float:.0}").parse::<i64>().ok()).map_or_else(|| number.clone(), Number::from)
}
