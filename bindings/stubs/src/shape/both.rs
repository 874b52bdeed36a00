//! Intersects shapes, kind by kind: what is said about objects says nothing about strings.
//!
//! Nothing is expanded: the intersection of alternatives with alternatives stays a [`Shape::Intersection`], so that the
//! result is no longer than its parts.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Doc, Field, Kinds, Object, Shape, Tuple, distinct, one_or};

/// Returns the values that all the shapes allow.
pub(super) fn all(shapes: impl IntoIterator<Item = Shape>) -> Shape {
    let mut flat = Vec::new();
    shapes.into_iter().for_each(|shape| shape.flatten_intersection(&mut flat));
    flat.retain(|shape| *shape != Shape::Unknown);
    let mut flat = distinct(flat);
    if flat.len() < 2 {
        return flat.pop().unwrap_or(Shape::Unknown);
    }
    let common = flat.iter().fold(Kinds::ALL, |kinds, shape| kinds.and(Kinds::of(shape)));
    let flat: Vec<Shape> = flat.into_iter().map(|shape| shape.only(common)).collect();
    if flat.contains(&Shape::Never) {
        return Shape::Never;
    }
    let (referring, plain): (Vec<Shape>, Vec<Shape>) = flat.into_iter().partition(refers);
    match merged(plain) {
        Shape::Never => Shape::Never,
        Shape::Unknown => one_or(referring, Shape::Unknown, Shape::Intersection),
        shape => one_or(distinct(referring.into_iter().chain([shape])), Shape::Unknown, Shape::Intersection),
    }
}

/// Whether a shape's kinds depend on a definition.
fn refers(shape: &Shape) -> bool {
    match shape {
        Shape::Ref(_) => true,
        Shape::Union(members) | Shape::Intersection(members) => members.iter().any(refers),
        _ => false,
    }
}

fn merged(shapes: Vec<Shape>) -> Shape {
    let mut operands = shapes.into_iter().map(Operand::of);
    let Some(first) = operands.next() else {
        return Shape::Unknown;
    };
    let others: Vec<Operand> = operands.collect();
    if others.is_empty() {
        return first.into_shape();
    }
    let kinds = first.order.clone();
    let scalars: Vec<Scalars<'_>> = others.iter().map(|operand| Scalars::of(&operand.scalars)).collect();
    let mut met = first.scalars.iter().map(|scalar| meet_all(scalar, &scalars)).collect::<Vec<_>>().into_iter();
    let mut objects = Some(first.objects);
    let mut arrays = Some(first.arrays);
    let (other_objects, other_arrays): (Vec<_>, Vec<_>) =
        others.iter().map(|operand| (operand.objects.clone(), operand.arrays.clone())).unzip();
    let part = |slot: &Slot| match slot {
        Slot::Scalar => met.next().unwrap_or_default(),
        Slot::Objects => {
            objects.take().map(|first| structures(Kinds::OBJECT, first, other_objects.clone())).into_iter().collect()
        }
        Slot::Arrays => {
            arrays.take().map(|first| structures(Kinds::ARRAY, first, other_arrays.clone())).into_iter().collect()
        }
    };
    Shape::union(kinds.iter().flat_map(part).collect::<Vec<_>>())
}

/// A shape without references, its members grouped by kind.
#[derive(Default)]
struct Operand {
    scalars: Vec<Shape>,
    objects: Vec<Shape>,
    arrays: Vec<Shape>,
    /// The order of the members; objects and arrays have one slot each.
    order: Vec<Slot>,
}

#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Scalar,
    Objects,
    Arrays,
}

impl Operand {
    fn of(shape: Shape) -> Operand {
        let mut operand = Operand::default();
        match shape {
            Shape::Union(members) => members.into_iter().for_each(|member| operand.add(member)),
            Shape::Unknown => operand = Operand::of(Shape::Union(Kinds::ALL.each().map(Kinds::any).collect())),
            single => operand.add(single),
        }
        operand
    }

    fn add(&mut self, member: Shape) {
        match Kinds::of(&member) {
            Kinds::OBJECT => {
                if self.objects.is_empty() {
                    self.order.push(Slot::Objects);
                }
                self.objects.push(member);
            }
            Kinds::ARRAY => {
                if self.arrays.is_empty() {
                    self.order.push(Slot::Arrays);
                }
                self.arrays.push(member);
            }
            _ => {
                self.order.push(Slot::Scalar);
                self.scalars.push(member);
            }
        }
    }

    fn into_shape(self) -> Shape {
        Shape::union(self.objects.into_iter().chain(self.scalars).chain(self.arrays))
    }
}

/// The scalar members of a shape, prepared for lookups.
struct Scalars<'a> {
    members: HashSet<&'a Shape>,
    literals: Vec<&'a Value>,
}

impl<'a> Scalars<'a> {
    fn of(members: &'a [Shape]) -> Scalars<'a> {
        let literal = |shape: &'a Shape| match shape {
            Shape::Literal(value) => Some(value),
            _ => None,
        };
        Scalars { members: members.iter().collect(), literals: members.iter().filter_map(literal).collect() }
    }

    fn has(&self, shape: &Shape) -> bool {
        self.members.contains(shape)
    }

    fn literals(&self, fits: impl Fn(&Value) -> bool) -> Vec<Shape> {
        self.literals.iter().filter(|value| fits(value)).map(|value| Shape::Literal((*value).clone())).collect()
    }

    /// Returns what is left of one member of another shape.
    fn meet(&self, scalar: Shape) -> Vec<Shape> {
        let whole = match &scalar {
            Shape::Literal(value) => self.has_literal(&scalar, value),
            Shape::Integer => self.has(&Shape::Integer) || self.has(&Shape::Number),
            other => self.has(other),
        };
        match scalar {
            scalar if whole => vec![scalar],
            Shape::Number if self.has(&Shape::Integer) => {
                [Shape::Integer].into_iter().chain(self.literals(Value::is_number)).collect()
            }
            Shape::Number => self.literals(Value::is_number),
            Shape::Integer => self.literals(is_integer),
            Shape::String => self.literals(Value::is_string),
            Shape::Boolean => self.literals(Value::is_boolean),
            _ => Vec::new(),
        }
    }

    fn has_literal(&self, literal: &Shape, value: &Value) -> bool {
        let wider = match value {
            Value::String(_) => self.has(&Shape::String),
            Value::Number(_) => self.has(&Shape::Number) || (is_integer(value) && self.has(&Shape::Integer)),
            Value::Bool(_) => self.has(&Shape::Boolean),
            _ => false,
        };
        wider || self.has(literal)
    }
}

fn meet_all(scalar: &Shape, others: &[Scalars<'_>]) -> Vec<Shape> {
    let meet = |left: Vec<Shape>, other: &Scalars<'_>| left.into_iter().flat_map(|shape| other.meet(shape)).collect();
    others.iter().fold(vec![scalar.clone()], meet)
}

/// Whether a number is whole, in the sense of JSON Schema.
fn is_integer(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// Intersects alternatives of one kind, objects or arrays: single ones are merged, the others stay side by side.
fn structures(kind: Kinds, first: Vec<Shape>, others: Vec<Vec<Shape>>) -> Shape {
    let (mut single, mut several) = (Vec::new(), Vec::new());
    for mut alternatives in [first].into_iter().chain(others) {
        match (alternatives.len(), alternatives.pop()) {
            (_, None) => return Shape::Never,
            (1, Some(Shape::Intersection(members))) => {
                let (alone, unions): (Vec<_>, Vec<_>) =
                    members.into_iter().partition(|member| !matches!(member, Shape::Union(_)));
                single.extend(alone);
                several.extend(unions);
            }
            (1, Some(only)) => single.push(only),
            (_, Some(last)) => several.push(Shape::union(alternatives.into_iter().chain([last]))),
        }
    }
    single.retain(|shape| *shape != kind.any() && (several.is_empty() || !shape.declares_nothing()));
    let merged = merged_structures(single);
    if merged == Some(Shape::Never) {
        return Shape::Never;
    }
    one_or(distinct(merged.into_iter().chain(several)), kind.any(), Shape::Intersection)
}

/// Merges the shapes into one; `None` if there are no shapes.
fn merged_structures(shapes: Vec<Shape>) -> Option<Shape> {
    let (mut objects, mut lists) = (Vec::new(), Vec::new());
    for shape in shapes {
        match shape {
            Shape::Object(object) => objects.push(object),
            other => lists.extend(Tuple::of(other)),
        }
    }
    if !objects.is_empty() {
        return Some(merged_objects(objects));
    }
    lists.into_iter().reduce(Tuple::and).map(Tuple::into_shape)
}

/// Maximum steps for checking fields against other objects' rests; beyond that, those rests are ignored, which allows
/// more.
const REST_STEPS_MAX: usize = 100_000;

/// Merges objects: fields of the same name are merged, and each object's rest constrains the fields that only others
/// declare.
fn merged_objects(objects: Vec<Object>) -> Shape {
    let rests: Vec<Option<Shape>> = objects.iter().map(|object| object.rest.as_deref().cloned()).collect();
    let fields = Fields::of(objects);
    let governing: Vec<(usize, &Shape)> =
        rests.iter().enumerate().filter_map(|(index, rest)| Some((index, rest.as_ref()?))).collect();
    let few = governing.len().saturating_mul(fields.0.len()) <= REST_STEPS_MAX;
    let governing = if few { governing.as_slice() } else { &[] };
    let rest = rests.iter().any(Option::is_some).then(|| Shape::all(rests.iter().flatten().cloned()));
    let closed = rest == Some(Shape::Never);
    let fields: Vec<Field> = fields.0.into_iter().map(|declared| declared.merged(governing)).collect();
    if fields.iter().any(|field| !field.optional && field.shape == Shape::Never) {
        return Shape::Never;
    }
    let kept = fields.into_iter().filter(|field| !(closed && field.shape == Shape::Never));
    Shape::Object(Object { fields: kept.collect(), rest: rest.map(Box::new) })
}

/// Fields of several objects by name, in order.
struct Fields(Vec<Declared>);

/// One name, with what each object that declares it says about it.
struct Declared {
    name: String,
    shapes: Vec<Shape>,
    owners: Vec<usize>,
    optional: bool,
    doc: Doc,
}

impl Fields {
    fn of(objects: Vec<Object>) -> Fields {
        let (mut all, mut places): (Vec<Declared>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
        for (owner, object) in objects.into_iter().enumerate() {
            for field in object.fields {
                let place = places.get(&field.name).copied();
                match place.and_then(|place| all.get_mut(place)) {
                    Some(declared) => declared.add(owner, field),
                    None => {
                        places.insert(field.name.clone(), all.len());
                        all.push(Declared::of(owner, field));
                    }
                }
            }
        }
        Fields(all)
    }
}

impl Declared {
    fn of(owner: usize, field: Field) -> Declared {
        let Field { name, shape, optional, doc } = field;
        Declared { name, shapes: vec![shape], owners: vec![owner], optional, doc }
    }

    fn add(&mut self, owner: usize, field: Field) {
        self.shapes.push(field.shape);
        self.owners.push(owner);
        self.optional &= field.optional;
        self.doc.join(field.doc);
    }

    fn merged(self, rests: &[(usize, &Shape)]) -> Field {
        let owners: HashSet<usize> = self.owners.into_iter().collect();
        let governed = rests.iter().filter(|(index, _)| !owners.contains(index)).map(|(_, rest)| (*rest).clone());
        let shape = Shape::all(self.shapes.into_iter().chain(governed));
        Field { name: self.name, shape, optional: self.optional, doc: self.doc }
    }
}
