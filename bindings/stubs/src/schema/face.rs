//! A reference as seen from outside, without reading its target: its kinds, the values it lists, and the constants that
//! distinguish its objects.

use serde_json::{Map, Value};

use super::Reader;
use super::constant::literal;
use super::object::{named, required};
use super::place::Place;
use super::resource::Target;
use crate::shape::{Kinds, Object, Shape};

/// Maximum number of schemas examined for the alternatives of one schema.
const STEPS_MAX: usize = 1_000;

/// Maximum nesting of references and alternatives.
const DEPTH_MAX: usize = 8;

/// Maximum number of required properties examined per object.
const MARKS_MAX: usize = 8;

impl Reader<'_> {
    /// Replaces references in the shapes by shapes that cover at least their values.
    pub(super) fn faces(&mut self, shapes: &[Shape]) -> Vec<Shape> {
        let mut steps_left = STEPS_MAX;
        shapes.iter().map(|shape| self.face(shape, &mut steps_left)).collect()
    }

    fn face(&mut self, shape: &Shape, steps_left: &mut usize) -> Shape {
        match shape {
            Shape::Ref(pointer) => self.face_at(pointer, 0, steps_left),
            Shape::Union(members) => {
                let faces: Vec<Shape> = members.iter().map(|member| self.face(member, steps_left)).collect();
                Shape::union(faces)
            }
            other => other.clone(),
        }
    }

    fn face_at(&mut self, pointer: &str, depth: usize, steps_left: &mut usize) -> Shape {
        let schema = self.document.schema.pointer(pointer).unwrap_or(&Value::Bool(true));
        let base = self.resources().base_of(pointer);
        self.face_of(schema, &Place { depth, ..Place::start(pointer, base) }, steps_left)
    }

    fn face_of(&mut self, schema: &Value, at: &Place, steps_left: &mut usize) -> Shape {
        let Some(keywords) = schema.as_object() else { return Shape::Unknown };
        *steps_left = steps_left.saturating_sub(1);
        if at.depth > DEPTH_MAX || *steps_left == 0 {
            return Shape::Unknown;
        }
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            return match self.target(reference, at) {
                Target::Here(pointer) => self.face_at(&pointer, at.depth + 1, steps_left),
                _ => Shape::Unknown,
            };
        }
        if let Some(values) = listed(keywords, at) {
            return Shape::union(values.iter().map(literal));
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(branches) = keywords.get(key).and_then(Value::as_array) {
                let faces = branches.iter().map(|branch| self.face_of(branch, &at.down(key), steps_left));
                return Shape::union(faces.collect::<Vec<_>>());
            }
        }
        let kinds = self.kinds_in(schema, at);
        if kinds == Kinds::OBJECT { Shape::Object(self.marks(keywords, at, steps_left)) } else { kinds.any() }
    }

    /// Returns an object of the required properties that list their values.
    fn marks(&mut self, keywords: &Map<String, Value>, at: &Place, steps_left: &mut usize) -> Object {
        let mut fields = Vec::new();
        for name in required(keywords).into_iter().take(MARKS_MAX) {
            let schema = keywords.get("properties").and_then(|properties| properties.get(name));
            let face = schema.map(|schema| self.face_of(schema, &at.inside("properties", name), steps_left));
            fields.push(named(name, face.unwrap_or(Shape::Unknown), false));
        }
        Object { fields, rest: None }
    }
}

/// Returns the values that a schema lists, if they are all scalars.
fn listed<'a>(keywords: &'a Map<String, Value>, at: &Place) -> Option<&'a [Value]> {
    let only = keywords.get("const").filter(|_| at.base.dialect.has("const")).map(std::slice::from_ref);
    let values = only.or_else(|| keywords.get("enum")?.as_array().map(Vec::as_slice))?;
    values.iter().all(|value| !value.is_array() && !value.is_object()).then_some(values)
}
