//! Splits a shape into alternatives of one kind each: no unions, intersections or references.

use std::collections::HashMap;

use crate::schema::Definition;
use crate::shape::{Field, Object, Shape};

pub(super) type Definitions<'a> = HashMap<&'a str, &'a Definition>;

/// One alternative.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Atom {
    pub(super) shape: Shape,
    /// The definition that consists of just this alternative, if any.
    pub(super) name: Option<String>,
}

impl Atom {
    fn new(shape: Shape) -> Atom {
        Atom { shape, name: None }
    }

    /// Returns the shape to continue with, by reference if there is a definition.
    pub(super) fn mention(&self) -> Shape {
        self.name.clone().map_or_else(|| self.shape.clone(), Shape::Ref)
    }
}

/// Maximum steps to find alternatives; enough for the longest enum that the reader accepts.
const STEPS_MAX: usize = 20_000;

/// Maximum nesting of references, unions and intersections.
const DEPTH_MAX: usize = 32;

/// Returns a shape's alternatives in order; `None` if there are too many to list.
pub(super) fn atoms(shape: &Shape, definitions: &Definitions<'_>) -> Option<Vec<Atom>> {
    Atoms { definitions, steps_left: STEPS_MAX }.of(shape, 0)
}

struct Atoms<'a> {
    definitions: &'a Definitions<'a>,
    steps_left: usize,
}

impl Atoms<'_> {
    fn of(&mut self, shape: &Shape, depth: usize) -> Option<Vec<Atom>> {
        self.spend(1)?;
        if depth > DEPTH_MAX {
            return None;
        }
        match shape {
            Shape::Never => Some(Vec::new()),
            Shape::Ref(pointer) => self.referred(pointer, depth),
            Shape::Union(members) => {
                let mut all = Vec::new();
                for member in members {
                    all.extend(self.of(member, depth + 1)?);
                }
                Some(all)
            }
            Shape::Intersection(members) => {
                let mut all = vec![Atom::new(Shape::Unknown)];
                for member in members {
                    let others = self.of(member, depth + 1)?;
                    self.spend(all.len().saturating_mul(others.len()))?;
                    all = pairs(&all, &others);
                }
                Some(all)
            }
            shape => Some(vec![Atom::new(shape.clone())]),
        }
    }

    fn referred(&mut self, pointer: &str, depth: usize) -> Option<Vec<Atom>> {
        let Some(definition) = self.definitions.get(pointer) else {
            return Some(vec![Atom::new(Shape::Unknown)]);
        };
        let mut atoms = self.of(&definition.shape, depth + 1)?;
        if let [only] = atoms.as_mut_slice() {
            only.name.get_or_insert_with(|| pointer.to_owned());
        }
        Some(atoms)
    }

    fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps_left = self.steps_left.checked_sub(steps)?;
        Some(())
    }
}

fn pairs(all: &[Atom], others: &[Atom]) -> Vec<Atom> {
    all.iter().flat_map(|atom| others.iter().filter_map(|other| both(atom, other))).collect()
}

/// Returns an alternative that allows at least what both allow; `None` if no value matches both.
fn both(a: &Atom, b: &Atom) -> Option<Atom> {
    match (&a.shape, &b.shape) {
        (Shape::Unknown, _) => Some(b.clone()),
        (_, Shape::Unknown) => Some(a.clone()),
        (one, other) if one == other => Some(if a.name.is_some() { a.clone() } else { b.clone() }),
        (Shape::Literal(_), Shape::Literal(_)) => None,
        (literal @ Shape::Literal(_), kind) | (kind, literal @ Shape::Literal(_)) => {
            fits(literal, kind).then(|| Atom::new(literal.clone()))
        }
        (Shape::Integer, Shape::Number) | (Shape::Number, Shape::Integer) => Some(Atom::new(Shape::Integer)),
        (Shape::Array(a), Shape::Array(b)) => {
            Some(Atom::new(Shape::Array(Box::new(Shape::clone(a).and(Shape::clone(b))))))
        }
        // Either one allows everything that both do; working out which tuples fit which lists is not worth the code.
        (tuple @ Shape::Tuple(_), Shape::Array(_) | Shape::Tuple(_)) | (Shape::Array(_), tuple @ Shape::Tuple(_)) => {
            Some(Atom::new(tuple.clone()))
        }
        (Shape::Object(a), Shape::Object(b)) => Some(Atom::new(Shape::Object(joined(a, b)))),
        _ => None,
    }
}

fn fits(literal: &Shape, kind: &Shape) -> bool {
    let Shape::Literal(value) = literal else {
        return false;
    };
    match kind {
        Shape::Boolean => value.is_boolean(),
        Shape::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Shape::Number => value.is_number(),
        Shape::String => value.is_string(),
        _ => false,
    }
}

/// Returns an object with the members of both.
fn joined(a: &Object, b: &Object) -> Object {
    let rest = match (a.rest.as_deref(), b.rest.as_deref()) {
        (None | Some(Shape::Unknown), Some(rest)) | (Some(rest), None | Some(Shape::Unknown)) => Some(rest.clone()),
        (Some(a), Some(b)) => Some(a.clone().and(b.clone())),
        (None, None) => None,
    };
    Object { fields: joined_fields(a, b), rest: rest.map(Box::new) }
}

fn joined_fields(a: &Object, b: &Object) -> Vec<Field> {
    let mut others: HashMap<&str, &Field> = b.fields.iter().map(|field| (field.name.as_str(), field)).collect();
    let join = |field: &Field| match others.remove(field.name.as_str()) {
        None => field.clone(),
        Some(other) => Field {
            name: field.name.clone(),
            shape: field.shape.clone().and(other.shape.clone()),
            optional: field.optional && other.optional,
            doc: if field.doc.is_empty() { other.doc.clone() } else { field.doc.clone() },
        },
    };
    let mut fields: Vec<Field> = a.fields.iter().map(join).collect();
    fields.extend(b.fields.iter().filter(|field| others.contains_key(field.name.as_str())).cloned());
    fields
}
