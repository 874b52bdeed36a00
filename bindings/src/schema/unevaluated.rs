//! `unevaluatedProperties` and `unevaluatedItems`: about what no other keyword may have looked at.
//!
//! A property is only taken for unevaluated where no branch at all speaks of it, whether that branch
//! holds or not; so the result allows at least what the schema allows.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Reader;
use super::condition::of_objects;
use super::object::named;
use super::place::Place;
use super::resource::Target;
use crate::shape::{Kinds, Object, Shape, Tuple};

/// References count as so many steps down: they may lead in circles.
const REFERENCE_DEPTH: usize = 4;

/// Positions that are written out one by one.
const POSITIONS_MAX: usize = 100;

/// What keywords about the same value may look at.
#[derive(Default)]
struct Evaluated {
    names: Vec<String>,
    known: HashSet<String>,
    /// Whether it may be any property.
    any_name: bool,
    positions: usize,
    /// Whether it may be any element.
    any_position: bool,
}

impl Evaluated {
    fn add_name(&mut self, name: &str) {
        if self.known.insert(name.to_owned()) {
            self.names.push(name.to_owned());
        }
    }

    fn add_anything(&mut self) {
        (self.any_name, self.any_position) = (true, true);
    }
}

impl Reader<'_> {
    pub(super) fn unevaluated(&mut self, keywords: &Map<String, Value>, shape: &Shape, at: &Place) -> Vec<Shape> {
        let wanted = |key: &str| keywords.contains_key(key) && at.base.dialect.has(key);
        if !wanted("unevaluatedProperties") && !wanted("unevaluatedItems") {
            return Vec::new();
        }
        let mut evaluated = Evaluated::default();
        self.gather(keywords, true, at, &mut evaluated);
        let mut shapes = Vec::new();
        if wanted("unevaluatedProperties") {
            shapes.extend(self.other_properties(keywords.get("unevaluatedProperties"), shape, &evaluated, at));
        }
        if wanted("unevaluatedItems") {
            shapes.extend(self.other_items(keywords.get("unevaluatedItems"), &evaluated, at));
        }
        shapes
    }

    fn other_properties(
        &mut self,
        others: Option<&Value>,
        shape: &Shape,
        evaluated: &Evaluated,
        at: &Place,
    ) -> Option<Shape> {
        let at = at.down("unevaluatedProperties");
        let rest = self.shape(others?, &at);
        if rest == Shape::Unknown {
            return None;
        }
        // Beside branches a list of names would only repeat what they declare.
        let apart = rest == Shape::Never && !is_one_object(shape) && !evaluated.names.is_empty();
        if evaluated.any_name || apart {
            self.note(&at, "`unevaluatedProperties`", "other properties");
            return None;
        }
        let fields = evaluated.names.iter().map(|name| named(name, Shape::Unknown, true)).collect();
        Some(of_objects([Shape::Object(Object { fields, rest: Some(Box::new(rest)) })]))
    }

    fn other_items(&mut self, others: Option<&Value>, evaluated: &Evaluated, at: &Place) -> Option<Shape> {
        let at = at.down("unevaluatedItems");
        let rest = self.shape(others?, &at);
        if rest == Shape::Unknown {
            return None;
        }
        if evaluated.any_position || evaluated.positions > POSITIONS_MAX {
            self.note(&at, "`unevaluatedItems`", "other elements");
            return None;
        }
        let items = vec![Shape::Unknown; evaluated.positions];
        let list = Tuple { items, required: 0, rest: Some(Box::new(rest)) }.into_shape();
        Some(Shape::union([list, Kinds::ALL.without(Kinds::ARRAY).any()]))
    }

    /// `own` where the unevaluated keywords of this very schema are asked for.
    fn gather(&mut self, keywords: &Map<String, Value>, own: bool, at: &Place, found: &mut Evaluated) {
        let all = |key: &str| keywords.contains_key(key) && !(own && key.starts_with("unevaluated"));
        let names = keywords.get("properties").and_then(Value::as_object);
        names.into_iter().flatten().for_each(|(name, _)| found.add_name(name));
        let patterns = keywords.get("patternProperties").and_then(Value::as_object).is_some_and(|map| !map.is_empty());
        found.any_name |= patterns || all("additionalProperties") || all("unevaluatedProperties");
        found.any_position |= all("contains") || all("unevaluatedItems") || all("additionalItems");
        self.gather_items(keywords, found);
        if ["$dynamicRef", "$recursiveRef"].iter().any(|key| keywords.contains_key(*key)) {
            found.add_anything();
        }
        self.gather_branches(keywords, at, found);
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            self.gather_reference(reference, at, found);
        }
    }

    fn gather_items(&mut self, keywords: &Map<String, Value>, found: &mut Evaluated) {
        for key in ["items", "prefixItems"] {
            match keywords.get(key) {
                Some(Value::Array(first)) => found.positions = found.positions.max(first.len()),
                Some(_) => found.any_position = true,
                None => {}
            }
        }
    }

    fn gather_branches(&mut self, keywords: &Map<String, Value>, at: &Place, found: &mut Evaluated) {
        for key in ["if", "then", "else"] {
            keywords.get(key).into_iter().for_each(|schema| self.gather_in(schema, &at.down(key), found));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let branches = keywords.get(key).and_then(Value::as_array);
            branches.into_iter().flatten().for_each(|schema| self.gather_in(schema, &at.down(key), found));
        }
        for key in ["dependentSchemas", "dependencies"] {
            let branches = keywords.get(key).and_then(Value::as_object);
            branches.into_iter().flatten().for_each(|(_, schema)| self.gather_in(schema, &at.down(key), found));
        }
    }

    fn gather_in(&mut self, schema: &Value, at: &Place, found: &mut Evaluated) {
        let Some(keywords) = schema.as_object() else { return };
        if at.depth > super::DEPTH_MAX || !self.spend(1, at) {
            found.add_anything();
            return;
        }
        let base = self.resources().embedded(&at.pointer);
        let at = Place { base: base.unwrap_or_else(|| at.base.clone()), ..at.clone() };
        self.gather(keywords, false, &at, found);
    }

    fn gather_reference(&mut self, reference: &str, at: &Place, found: &mut Evaluated) {
        let Target::Here(pointer) = self.target(reference, at) else {
            found.add_anything();
            return;
        };
        let target = self.document.schema.pointer(&pointer).unwrap_or(&Value::Bool(true));
        let base = self.resources().base_of(&pointer);
        let place = Place { depth: at.depth + REFERENCE_DEPTH, ..Place::start(&pointer, base) };
        self.gather_in(target, &place, found);
    }
}

/// Whether the objects of a shape are of one form, so that more can be said of all their properties.
fn is_one_object(shape: &Shape) -> bool {
    match shape {
        Shape::Union(members) => {
            let mut objects = members.iter().filter(|member| Kinds::of(member).meets(Kinds::OBJECT));
            objects.next().is_none_or(is_one_object) && objects.next().is_none()
        }
        Shape::Unknown | Shape::Object(_) => true,
        _ => false,
    }
}
