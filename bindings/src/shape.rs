//! What values a schema allows, as one small algebra; knows neither JSON Schema nor TypeScript.

use std::collections::HashSet;

use serde_json::Value;

/// A set of JSON values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// Any value.
    Unknown,
    /// No value.
    Never,
    Null,
    Boolean,
    Integer,
    Number,
    String,
    /// One boolean, number or string; compound constants are [`Shape::Object`] or [`Shape::Tuple`].
    Literal(Value),
    Array(Box<Shape>),
    Tuple(Tuple),
    Object(Object),
    Union(Vec<Shape>),
    Intersection(Vec<Shape>),
    /// A definition, by the JSON pointer where it stands.
    Ref(String),
}

/// An array whose first elements have shapes of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Tuple {
    pub(crate) items: Vec<Shape>,
    /// How many of `items` must be there.
    pub(crate) required: usize,
    /// Elements after `items`; `None` where there are none.
    pub(crate) rest: Option<Box<Shape>>,
}

/// A record, a map, or both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// Values under other names, where the schema speaks of them.
    pub(crate) rest: Option<Box<Shape>>,
}

/// One named member of an [`Object`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) optional: bool,
    pub(crate) doc: Doc,
}

/// What is said of a value beside its shape. Text as the server wrote it: untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Doc {
    pub(crate) text: Option<String>,
    /// Tag without `@`, and its text.
    pub(crate) tags: Vec<(&'static str, String)>,
}

impl Doc {
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_none() && self.tags.is_empty()
    }
}

impl Shape {
    /// Values of any of the shapes.
    pub(crate) fn union(members: impl IntoIterator<Item = Shape>) -> Shape {
        let mut flat = Vec::new();
        members.into_iter().for_each(|member| member.flatten_union(&mut flat));
        if flat.contains(&Shape::Unknown) {
            return Shape::Unknown;
        }
        if flat.contains(&Shape::Number) {
            flat.retain(|member| *member != Shape::Integer);
        }
        one_or(distinct(flat), Shape::Never, Shape::Union)
    }

    /// Values of both shapes.
    pub(crate) fn and(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Unknown, shape) | (shape, Shape::Unknown) => shape,
            (Shape::Never, _) | (_, Shape::Never) => Shape::Never,
            (Shape::Object(a), Shape::Object(b)) => a.and(b),
            (Shape::Number, Shape::Integer) | (Shape::Integer, Shape::Number) => Shape::Integer,
            (a, b) => intersection(a, b),
        }
    }

    /// The shapes this one is made of, one step down.
    pub(crate) fn parts(&self) -> Vec<&Shape> {
        match self {
            Shape::Array(item) => vec![item],
            Shape::Tuple(tuple) => tuple.items.iter().chain(tuple.rest.as_deref()).collect(),
            Shape::Object(object) => {
                let fields = object.fields.iter().map(|field| &field.shape);
                fields.chain(object.rest.as_deref()).collect()
            }
            Shape::Union(members) | Shape::Intersection(members) => members.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same shape made of other parts.
    pub(crate) fn map_parts(self, change: &mut dyn FnMut(Shape) -> Shape) -> Shape {
        match self {
            Shape::Array(item) => Shape::Array(Box::new(change(*item))),
            Shape::Tuple(tuple) => Shape::Tuple(Tuple {
                items: tuple.items.into_iter().map(&mut *change).collect(),
                rest: tuple.rest.map(|rest| Box::new(change(*rest))),
                required: tuple.required,
            }),
            Shape::Object(object) => Shape::Object(object.map_parts(change)),
            Shape::Union(members) => Shape::union(members.into_iter().map(change)),
            Shape::Intersection(members) => members.into_iter().map(change).fold(Shape::Unknown, Shape::and),
            leaf => leaf,
        }
    }

    fn flatten_union(self, into: &mut Vec<Shape>) {
        match self {
            Shape::Union(members) => into.extend(members),
            Shape::Never => {}
            member => into.push(member),
        }
    }

    fn flatten_intersection(self, into: &mut Vec<Shape>) {
        match self {
            Shape::Intersection(members) => into.extend(members),
            member => into.push(member),
        }
    }
}

impl Object {
    /// An object of which nothing is said.
    pub(crate) fn any() -> Object {
        Object { fields: Vec::new(), rest: Some(Box::new(Shape::Unknown)) }
    }

    fn and(self, other: Object) -> Shape {
        if other == Object::any() {
            return Shape::Object(self);
        }
        if self == Object::any() {
            return Shape::Object(other);
        }
        // The rest of one governs the fields of the other, which only an intersection can say.
        if self.rest.is_some() || other.rest.is_some() {
            return intersection(Shape::Object(self), Shape::Object(other));
        }
        Shape::Object(Object { fields: merged(self.fields, other.fields), rest: None })
    }

    fn map_parts(self, change: &mut dyn FnMut(Shape) -> Shape) -> Object {
        let mut fields = self.fields;
        for field in &mut fields {
            let shape = std::mem::replace(&mut field.shape, Shape::Unknown);
            field.shape = change(shape);
        }
        Object { fields, rest: self.rest.map(|rest| Box::new(change(*rest))) }
    }
}

fn merged(fields: Vec<Field>, others: Vec<Field>) -> Vec<Field> {
    let mut all: indexed::Fields = indexed::Fields::of(fields);
    others.into_iter().for_each(|field| all.add(field));
    all.fields
}

/// Fields found by name, so that merging large objects takes linear time.
mod indexed {
    use std::collections::HashMap;

    use super::{Field, Shape};

    pub(super) struct Fields {
        pub(super) fields: Vec<Field>,
        places: HashMap<String, usize>,
    }

    impl Fields {
        pub(super) fn of(fields: Vec<Field>) -> Fields {
            let places = fields.iter().enumerate().map(|(place, field)| (field.name.clone(), place));
            Fields { places: places.collect(), fields }
        }

        pub(super) fn add(&mut self, field: Field) {
            let place = self.places.get(&field.name).copied();
            match place.and_then(|place| self.fields.get_mut(place)) {
                Some(same) => join(same, field),
                None => {
                    self.places.insert(field.name.clone(), self.fields.len());
                    self.fields.push(field);
                }
            }
        }
    }

    fn join(field: &mut Field, other: Field) {
        let shape = std::mem::replace(&mut field.shape, Shape::Unknown);
        field.shape = shape.and(other.shape);
        field.optional &= other.optional;
        if field.doc.is_empty() {
            field.doc = other.doc;
        }
    }
}

fn intersection(a: Shape, b: Shape) -> Shape {
    let mut flat = Vec::new();
    a.flatten_intersection(&mut flat);
    b.flatten_intersection(&mut flat);
    one_or(distinct(flat), Shape::Unknown, Shape::Intersection)
}

fn one_or(mut members: Vec<Shape>, none: Shape, many: fn(Vec<Shape>) -> Shape) -> Shape {
    match (members.pop(), members.is_empty()) {
        (None, _) => none,
        (Some(only), true) => only,
        (Some(last), false) => {
            members.push(last);
            many(members)
        }
    }
}

/// The members without repeats, in the order they came.
fn distinct(members: Vec<Shape>) -> Vec<Shape> {
    let mut seen = HashSet::new();
    members.into_iter().filter(|member| seen.insert(member.clone())).collect()
}
