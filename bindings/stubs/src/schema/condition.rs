//! Keywords that make one constraint depend on another: `if`, `dependent…`, `not`, exclusive `oneOf`.
//!
//! "If A then B" is read as "A and B, or not A", with "not A" as computed by [`Reader::refused`].

use std::rc::Rc;

use serde_json::{Map, Value};

use super::Reader;
use super::apart::apart;
use super::object::named;
use super::place::Place;
use super::sequence::is_anything;
use crate::shape::{Kinds, Object, Shape};

/// Each dependency doubles the alternatives; further ones in a schema are ignored.
const DEPENDENCIES_MAX: usize = 4;

/// Maximum number of `oneOf` branches made exclusive, and of parts in what distinguishes them. Beyond these, the type
/// would be much longer than the schema.
const EXCLUSIVE_MAX: usize = 4;
const REFUSED_PARTS_MAX: usize = 8;

impl Reader<'_> {
    /// Returns what a schema's conditions leave of the values that its other keywords allow.
    pub(super) fn conditions(&mut self, keywords: &Map<String, Value>, within: &Shape, at: &Place) -> Vec<Shape> {
        let mut shapes = self.dependencies(keywords, at);
        if !keywords.contains_key("if") && !keywords.contains_key("not") {
            return shapes;
        }
        let within = &Rc::new(self.with_around(vec![within.clone()], at));
        if let Some(condition) = keywords.get("if").filter(|_| at.base.dialect.has("if")) {
            shapes.extend(self.conditional(condition, keywords, within, at));
        }
        if let Some(refused) = keywords.get("not") {
            let at = at.down("not");
            self.widened = false;
            shapes.push(self.refused(refused, within, &at));
            if self.widened {
                self.note(&at, "`not`", "a type that allows more");
            }
        }
        shapes
    }

    fn conditional(
        &mut self,
        condition: &Value,
        keywords: &Map<String, Value>,
        within: &Rc<Shape>,
        at: &Place,
    ) -> Option<Shape> {
        if !keywords.contains_key("then") && !keywords.contains_key("else") {
            return None;
        }
        let place = |key: &str| at.down(key).within(Some(Rc::clone(within)));
        let mut branch = |key: &str| keywords.get(key).map_or(Shape::Unknown, |schema| self.shape(schema, &place(key)));
        let (then, otherwise) = (branch("then"), branch("else"));
        let holds = self.shape(condition, &at.down("if"));
        self.widened = false;
        let fails = self.refused(condition, within, &at.down("if"));
        if self.widened {
            self.note(&at.down("if"), "where `if` does not hold", "a type that allows more");
        }
        let holds = self.both(vec![holds, then]);
        let fails = self.both(vec![fails, otherwise]);
        Some(Shape::union([holds, fails]))
    }

    fn dependencies(&mut self, keywords: &Map<String, Value>, at: &Place) -> Vec<Shape> {
        let map = |key: &'static str| {
            let map = keywords.get(key).filter(|_| at.base.dialect.has(key)).and_then(Value::as_object);
            map.into_iter().flatten().map(move |(name, asked)| (key, name, asked))
        };
        let all: Vec<_> = ["dependentRequired", "dependentSchemas", "dependencies"].into_iter().flat_map(map).collect();
        if all.len() > DEPENDENCIES_MAX {
            let what = format!("more than {DEPENDENCIES_MAX} properties that others depend on");
            self.note(at, &what, "the first ones");
        }
        let shape = |(key, name, asked): (&str, &String, &Value)| self.dependency(name, asked, &at.inside(key, name));
        all.into_iter().take(DEPENDENCIES_MAX).map(shape).collect()
    }

    fn dependency(&mut self, name: &str, asked: &Value, at: &Place) -> Shape {
        let asked = match asked {
            Value::Array(names) => {
                let names = names.iter().filter_map(Value::as_str).filter(|other| *other != name);
                let fields: Vec<_> = names.map(|name| named(name, Shape::Unknown, false)).collect();
                if fields.is_empty() {
                    return Shape::Unknown;
                }
                Shape::Object(Object { fields, rest: None })
            }
            schema => match self.shape(schema, at).only(Kinds::OBJECT) {
                said if said == Kinds::OBJECT.any() => {
                    self.note(at, "what other properties depend on", "any object");
                    return Shape::Unknown;
                }
                said => said,
            },
        };
        let there = Object { fields: vec![named(name, Shape::Unknown, false)], rest: None };
        let there = self.both(vec![Shape::Object(there), asked]);
        of_objects([absent(name), there])
    }

    /// Reads `oneOf` as one of its branches; excludes the others if that is short.
    pub(super) fn one_of(&mut self, branches: &[Value], shapes: &[Shape], at: &Place) -> Shape {
        if branches.iter().filter(|branch| is_anything(branch)).count() > 1 {
            return Shape::Never;
        }
        let union = Shape::union(shapes.iter().cloned());
        if branches.len() < 2 || self.nodes_left.is_none() || apart(&self.faces(shapes)) {
            return union;
        }
        self.told_apart(branches, shapes, at).unwrap_or_else(|| {
            self.note(&at.down("oneOf"), "that a value may match only one branch", "any of the branches");
            union
        })
    }

    /// Returns each branch without what the others allow, if that is short.
    fn told_apart(&mut self, branches: &[Value], shapes: &[Shape], at: &Place) -> Option<Shape> {
        if branches.len() > EXCLUSIVE_MAX {
            return None;
        }
        let alone = |(index, shape): (usize, &Shape)| {
            let others = branches.iter().enumerate().filter(|(other, _)| *other != index);
            let refused: Option<Vec<Shape>> =
                others.map(|(_, other)| self.briefly_refused(other, shape, &at.down("oneOf"))).collect();
            Some(self.both([shape.clone()].into_iter().chain(refused?).collect()))
        };
        let alternatives: Option<Vec<Shape>> = shapes.iter().enumerate().map(alone).collect();
        alternatives.map(Shape::union)
    }

    /// Returns what a schema rejects, if that can be expressed exactly and briefly.
    fn briefly_refused(&mut self, schema: &Value, within: &Shape, at: &Place) -> Option<Shape> {
        let fields = schema.get("properties").and_then(Value::as_object).map_or(0, Map::len);
        if fields > REFUSED_PARTS_MAX {
            return None;
        }
        self.widened = false;
        let refused = self.refused(schema, within, at);
        let brief = refused.parts_up_to(REFUSED_PARTS_MAX + 1) <= REFUSED_PARTS_MAX;
        (brief && !self.widened).then_some(refused)
    }
}

/// An object without the named property.
pub(super) fn absent(name: &str) -> Shape {
    Shape::Object(Object { fields: vec![named(name, Shape::Never, true)], rest: None })
}

/// One of the objects, or any value that is not an object.
pub(super) fn of_objects(objects: impl IntoIterator<Item = Shape>) -> Shape {
    Shape::union(objects.into_iter().chain([Kinds::ALL.without(Kinds::OBJECT).any()]))
}
