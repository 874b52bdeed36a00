//! Keywords about arrays.

use serde_json::{Map, Value};

use super::Reader;
use super::place::Place;
use crate::shape::{Shape, Tuple};

impl Reader<'_> {
    pub(super) fn sequence(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        match (keywords.get("prefixItems"), keywords.get("items")) {
            (Some(Value::Array(first)), _) => self.tuple(keywords, ("prefixItems", first), "items", at),
            // Draft-07, whatever `$schema` says: later drafts have no lists here.
            (_, Some(Value::Array(first))) => self.tuple(keywords, ("items", first), "additionalItems", at),
            (_, Some(items)) => Shape::Array(Box::new(self.shape(items, &at.only("items")))),
            (_, None) => Shape::Array(Box::new(Shape::Unknown)),
        }
    }

    fn tuple(
        &mut self,
        keywords: &Map<String, Value>,
        (key, first): (&str, &[Value]),
        rest_key: &str,
        at: &Place,
    ) -> Shape {
        let item = |(index, schema)| self.shape(schema, &at.inside(key, &usize::to_string(&index)));
        let items: Vec<Shape> = first.iter().enumerate().map(item).collect();
        let rest = self.tuple_rest(keywords, items.len(), rest_key, at).map(Box::new);
        if items.is_empty() {
            return Shape::Array(rest.unwrap_or_else(|| Box::new(Shape::Never)));
        }
        Shape::Tuple(Tuple { required: count(keywords, "minItems").unwrap_or(0).min(items.len()), items, rest })
    }

    fn tuple_rest(&mut self, keywords: &Map<String, Value>, len: usize, key: &str, at: &Place) -> Option<Shape> {
        if count(keywords, "maxItems").is_some_and(|max| max <= len) {
            return None;
        }
        let rest = match keywords.get(key) {
            Some(schema) => self.shape(schema, &at.only(key)),
            None => Shape::Unknown,
        };
        Some(rest).filter(|rest| *rest != Shape::Never)
    }
}

fn count(keywords: &Map<String, Value>, key: &str) -> Option<usize> {
    let count = keywords.get(key).and_then(Value::as_u64);
    count.and_then(|count| usize::try_from(count).ok())
}
