//! `unevaluatedProperties` and `unevaluatedItems`: about whatever no other keyword may have evaluated.
//!
//! A property counts as unevaluated only if no branch mentions it, whether or not that branch holds; so the result
//! allows at least what the schema allows.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Reader;
use super::condition::of_objects;
use super::object::named;
use super::place::Place;
use super::resource::Target;
use crate::shape::{Kinds, Object, Shape, Tuple};

/// References count as this many steps down, since they may be circular.
const REFERENCE_DEPTH: usize = 4;

/// Maximum number of positions written out one by one.
const POSITIONS_MAX: usize = 100;

/// What keywords about the same value evaluate, or may evaluate.
#[derive(Default)]
struct Evaluated {
    names: Vec<String>,
    known: HashSet<String>,
    /// Whether some of the names come from branches that may not hold.
    doubtful: bool,
    any_name: Sight,
    positions: usize,
    any_position: Sight,
}

/// Whether keywords evaluate every property, or every element.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    #[default]
    No,
    /// Some that cannot be named, or only if a branch holds.
    Maybe,
    Yes,
}

impl Sight {
    fn add(&mut self, other: Sight) {
        *self = (*self).max(other);
    }

    /// As seen by a keyword whose schema always holds (`sure`), or may not hold.
    fn if_there(there: bool, sure: bool) -> Sight {
        match (there, sure) {
            (false, _) => Sight::No,
            (true, false) => Sight::Maybe,
            (true, true) => Sight::Yes,
        }
    }
}

impl Evaluated {
    fn add_name(&mut self, name: &str, sure: bool) {
        if self.known.insert(name.to_owned()) {
            self.names.push(name.to_owned());
            self.doubtful |= !sure;
        }
    }

    fn add_anything(&mut self) {
        self.any_name.add(Sight::Maybe);
        self.any_position.add(Sight::Maybe);
    }
}

impl Reader<'_> {
    pub(super) fn unevaluated(&mut self, keywords: &Map<String, Value>, shape: &Shape, at: &Place) -> Vec<Shape> {
        let wanted = |key: &str| keywords.contains_key(key) && at.base.dialect.has(key);
        if !wanted("unevaluatedProperties") && !wanted("unevaluatedItems") {
            return Vec::new();
        }
        let mut evaluated = Evaluated::default();
        self.gather(keywords, Asked { own: true, sure: true }, at, &mut evaluated);
        let (mut shapes, kinds) = (Vec::new(), self.kinds_of(shape));
        if wanted("unevaluatedProperties") && kinds.meets(Kinds::OBJECT) {
            shapes.extend(self.other_properties(keywords.get("unevaluatedProperties"), shape, &evaluated, at));
        }
        if wanted("unevaluatedItems") && kinds.meets(Kinds::ARRAY) {
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
        if rest == Shape::Unknown || evaluated.any_name == Sight::Yes {
            return None;
        }
        // Next to branches, a list of names would only repeat what they declare.
        let apart = rest == Shape::Never && !is_one_object(shape) && !evaluated.names.is_empty();
        if apart && !evaluated.doubtful && evaluated.any_name == Sight::No {
            return None;
        }
        if evaluated.any_name == Sight::Maybe || apart {
            self.note(&at, "`unevaluatedProperties`", "other properties");
            return None;
        }
        if let Shape::Object(object) = shape {
            self.note_widened(&object.fields, &rest, &at);
        }
        let fields = evaluated.names.iter().map(|name| named(name, Shape::Unknown, true)).collect();
        Some(of_objects([Shape::Object(Object { fields, rest: Some(Box::new(rest)) })]))
    }

    fn other_items(&mut self, others: Option<&Value>, evaluated: &Evaluated, at: &Place) -> Option<Shape> {
        let at = at.down("unevaluatedItems");
        let rest = self.shape(others?, &at);
        if rest == Shape::Unknown || evaluated.any_position == Sight::Yes {
            return None;
        }
        if evaluated.any_position == Sight::Maybe || evaluated.positions > POSITIONS_MAX {
            self.note(&at, "`unevaluatedItems`", "other elements");
            return None;
        }
        let items = vec![Shape::Unknown; evaluated.positions];
        let list = Tuple { items, required: 0, rest: Some(Box::new(rest)) }.into_shape();
        Some(Shape::union([list, Kinds::ALL.without(Kinds::ARRAY).any()]))
    }

    fn gather(&mut self, keywords: &Map<String, Value>, asked: Asked, at: &Place, found: &mut Evaluated) {
        let has = |key: &str| keywords.contains_key(key) && !(asked.own && key.starts_with("unevaluated"));
        let names = keywords.get("properties").and_then(Value::as_object);
        names.into_iter().flatten().for_each(|(name, _)| found.add_name(name, asked.sure));
        let patterns = keywords.get("patternProperties").and_then(Value::as_object).is_some_and(|map| !map.is_empty());
        found.any_name.add(Sight::if_there(patterns, false));
        found.any_name.add(Sight::if_there(has("additionalProperties") || has("unevaluatedProperties"), asked.sure));
        found.any_position.add(Sight::if_there(has("contains") || has("additionalItems"), false));
        found.any_position.add(Sight::if_there(has("unevaluatedItems"), asked.sure));
        self.gather_items(keywords, asked, found);
        if ["$dynamicRef", "$recursiveRef"].iter().any(|key| keywords.contains_key(*key)) {
            found.add_anything();
        }
        self.gather_branches(keywords, asked, at, found);
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            self.gather_reference(reference, asked, at, found);
        }
    }

    fn gather_items(&mut self, keywords: &Map<String, Value>, asked: Asked, found: &mut Evaluated) {
        for key in ["items", "prefixItems"] {
            match keywords.get(key) {
                Some(Value::Array(first)) => found.positions = found.positions.max(first.len()),
                other => found.any_position.add(Sight::if_there(other.is_some(), asked.sure && key == "items")),
            }
        }
    }

    fn gather_branches(&mut self, keywords: &Map<String, Value>, asked: Asked, at: &Place, found: &mut Evaluated) {
        let doubtful = Asked { own: false, sure: false };
        for key in ["if", "then", "else"] {
            keywords.get(key).into_iter().for_each(|schema| self.gather_in(schema, doubtful, &at.down(key), found));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let asked = if key == "allOf" { Asked { own: false, ..asked } } else { doubtful };
            let branches = keywords.get(key).and_then(Value::as_array);
            branches.into_iter().flatten().for_each(|schema| self.gather_in(schema, asked, &at.down(key), found));
        }
        for key in ["dependentSchemas", "dependencies"] {
            let branches = keywords.get(key).and_then(Value::as_object);
            let branches = branches.into_iter().flatten();
            branches.for_each(|(_, schema)| self.gather_in(schema, doubtful, &at.down(key), found));
        }
    }

    fn gather_in(&mut self, schema: &Value, asked: Asked, at: &Place, found: &mut Evaluated) {
        let Some(keywords) = schema.as_object() else { return };
        if at.depth > super::DEPTH_MAX || !self.spend(1, at) {
            found.add_anything();
            return;
        }
        let base = self.resources().embedded(&at.pointer);
        let at = Place { base: base.unwrap_or_else(|| at.base.clone()), ..at.clone() };
        self.gather(keywords, asked, &at, found);
    }

    fn gather_reference(&mut self, reference: &str, asked: Asked, at: &Place, found: &mut Evaluated) {
        let Target::Here(pointer) = self.target(reference, at) else {
            found.add_anything();
            return;
        };
        let target = self.document.schema.pointer(&pointer).unwrap_or(&Value::Bool(true));
        let base = self.resources().base_of(&pointer);
        let place = Place { depth: at.depth + REFERENCE_DEPTH, ..Place::start(&pointer, base) };
        self.gather_in(target, Asked { own: false, ..asked }, &place, found);
    }
}

/// How to ask a schema what it evaluates.
#[derive(Clone, Copy)]
struct Asked {
    /// Whether it is the schema whose unevaluated keywords are in question.
    own: bool,
    /// Whether it holds wherever that one does.
    sure: bool,
}

/// Whether a shape's objects are of one form, so that more can be said about all their properties.
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
