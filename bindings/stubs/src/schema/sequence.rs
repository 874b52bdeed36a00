//! Keywords about arrays.

use serde_json::{Map, Value};

use super::Reader;
use super::place::Place;
use crate::shape::{Shape, Tuple};

/// Keywords without which an array is unconstrained.
pub(super) const KEYWORDS: &[&str] = &["items", "prefixItems", "contains", "minItems", "maxItems"];

impl Reader<'_> {
    pub(super) fn sequence(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        let list = self.elements(keywords, at);
        let contained = self.contained(keywords, at);
        let min = count(keywords, "minItems").unwrap_or(0).max(contained.min);
        let max = [count(keywords, "maxItems"), contained.max].into_iter().flatten().min();
        if max.is_some_and(|max| max < min) {
            return Shape::Never;
        }
        // The first impossible element ends the list, before bounds apply.
        match Tuple::of(list.into_shape()) {
            Some(list) => list.bounded(min, max).0.into_shape(),
            None => Shape::Never,
        }
    }

    fn elements(&mut self, keywords: &Map<String, Value>, at: &Place) -> Tuple {
        let prefix = keywords.get("prefixItems").filter(|_| at.base.dialect.has("prefixItems"));
        match (prefix, keywords.get("items")) {
            (Some(Value::Array(first)), rest) => self.tuple(("prefixItems", first), ("items", rest), at),
            // Draft-07, whatever `$schema` says: in later drafts this is never a list.
            (_, Some(Value::Array(first))) => {
                self.tuple(("items", first), ("additionalItems", keywords.get("additionalItems")), at)
            }
            (_, items) => self.tuple(("items", &[]), ("items", items), at),
        }
    }

    fn tuple(&mut self, (key, first): (&str, &[Value]), (rest_key, rest): (&str, Option<&Value>), at: &Place) -> Tuple {
        let item = |(index, schema)| self.shape(schema, &at.inside(key, &usize::to_string(&index)));
        let items = first.iter().enumerate().map(item).collect();
        let rest = rest.map_or(Shape::Unknown, |rest| self.shape(rest, &at.down(rest_key)));
        Tuple { items, required: 0, rest: Some(Box::new(rest)) }
    }

    /// Returns what `contains` says about the length.
    fn contained(&mut self, keywords: &Map<String, Value>, at: &Place) -> Bounds {
        let Some(schema) = keywords.get("contains").filter(|_| at.base.dialect.has("contains")) else {
            return Bounds { min: 0, max: None };
        };
        let shape = self.shape(schema, &at.down("contains"));
        let bound = |key: &str| count(keywords, key).filter(|_| at.base.dialect.has(key));
        let (min, max) = (bound("minContains").unwrap_or(1), bound("maxContains"));
        match shape {
            Shape::Never if min > 0 => Bounds { min: 1, max: Some(0) },
            Shape::Unknown if is_anything(schema) => Bounds { min, max },
            _ if max.is_some_and(|max| max < min) => Bounds { min: 1, max: Some(0) },
            _ if min == 0 && max.is_none() => Bounds { min, max },
            _ => {
                self.note(&at.down("contains"), "which elements `contains` requires", "elements of any such kind");
                Bounds { min, max: None }
            }
        }
    }
}

/// Bounds on the number of elements; no list fits if the upper bound is below the lower one.
struct Bounds {
    min: usize,
    max: Option<usize>,
}

/// Whether a schema allows any value.
pub(super) fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(anything) => *anything,
        Value::Object(keywords) => keywords.is_empty(),
        _ => false,
    }
}

/// Returns a count; in JSON Schema, `2.0` means 2.
fn count(keywords: &Map<String, Value>, key: &str) -> Option<usize> {
    let number = keywords.get(key)?.as_number()?;
    super::constant::plain(number).as_u64().and_then(|count| usize::try_from(count).ok())
}
