//! The values that a schema allows, as a small algebra independent of JSON Schema and TypeScript.

mod both;
mod kind;
mod list;

use std::collections::HashSet;

use serde_json::Value;

pub(crate) use kind::Kinds;

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
    /// A single boolean, number or string; compound constants are [`Shape::Object`] or [`Shape::Tuple`].
    Literal(Value),
    Array(Box<Shape>),
    Tuple(Tuple),
    Object(Object),
    Union(Vec<Shape>),
    Intersection(Vec<Shape>),
    /// A definition, by the JSON pointer to it.
    Ref(String),
}

/// An array whose first elements have their own shapes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Tuple {
    pub(crate) items: Vec<Shape>,
    /// How many of `items` are required; at most their number.
    pub(crate) required: usize,
    /// Further elements after `items`; `None` if there are none.
    pub(crate) rest: Option<Box<Shape>>,
}

/// A record, a map, or both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    /// Values under other names: `None` if the schema does not mention them, so that they may be present with any
    /// value; [`Shape::Never`] if it forbids them.
    pub(crate) rest: Option<Box<Shape>>,
}

/// A named member of an [`Object`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) optional: bool,
    pub(crate) doc: Doc,
}

/// The documentation of a value besides its shape. Text as written by the server: untrusted.
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

impl Doc {
    /// Adds another doc of the same value: its text if there is none yet, and its tags.
    pub(crate) fn join(&mut self, other: Doc) {
        self.text = self.text.take().or(other.text);
        let new = other.tags.into_iter().filter(|tag| !self.tags.contains(tag)).collect::<Vec<_>>();
        self.tags.extend(new);
    }
}

impl Shape {
    /// Values of any of the shapes.
    pub(crate) fn union(members: impl IntoIterator<Item = Shape>) -> Shape {
        let mut flat = Vec::new();
        members.into_iter().for_each(|member| member.flatten_union(&mut flat));
        let mut flat = distinct(flat);
        if flat.len() > 1 {
            simplify(&mut flat);
        }
        one_or(flat, Shape::Never, Shape::Union)
    }

    /// Values of both shapes.
    pub(crate) fn and(self, other: Shape) -> Shape {
        Shape::all([self, other])
    }

    /// Values that all the shapes allow; any value if there are no shapes.
    pub(crate) fn all(shapes: impl IntoIterator<Item = Shape>) -> Shape {
        both::all(shapes)
    }

    /// Returns the shape without members of other kinds. References stay, whatever their kind.
    pub(crate) fn only(self, kinds: Kinds) -> Shape {
        if Kinds::of(&self).within(kinds) {
            return self;
        }
        match self {
            Shape::Unknown => kinds.any(),
            Shape::Union(members) => Shape::union(members.into_iter().map(|member| member.only(kinds))),
            Shape::Intersection(members) => {
                let members: Vec<Shape> = members.into_iter().map(|member| member.only(kinds)).collect();
                let none = members.contains(&Shape::Never);
                if none { Shape::Never } else { one_or(members, Shape::Never, Shape::Intersection) }
            }
            Shape::Ref(pointer) => Shape::Ref(pointer),
            other if Kinds::of(&other).meets(kinds) => other,
            _ => Shape::Never,
        }
    }

    /// Whether the shape allows any object because it declares no properties.
    pub(crate) fn declares_nothing(&self) -> bool {
        matches!(self, Shape::Object(Object { fields, rest: None }) if fields.is_empty())
    }

    /// Returns the shapes it directly consists of.
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

    /// Counts the shapes it consists of, including itself, up to `max`.
    pub(crate) fn parts_up_to(&self, max: usize) -> usize {
        let mut open = vec![self];
        let mut count = 0;
        while let Some(shape) = open.pop().filter(|_| count < max) {
            count += 1;
            open.extend(shape.parts());
        }
        count
    }

    /// Returns the same shape with its parts changed.
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
            Shape::Intersection(members) => Shape::all(members.into_iter().map(change)),
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

/// Removes members of a union that other members evidently cover.
fn simplify(members: &mut Vec<Shape>) {
    let [no, yes] = [false, true].map(|value| Shape::Literal(Value::Bool(value)));
    if members.contains(&no) && members.contains(&yes) {
        members.iter_mut().filter(|member| **member == yes).for_each(|member| *member = Shape::Boolean);
        members.retain(|member| *member != no);
        let mut seen = false;
        members.retain(|member| *member != Shape::Boolean || !std::mem::replace(&mut seen, true));
    }
    if members.contains(&Shape::Number) {
        members.retain(|member| *member != Shape::Integer);
    }
    let whole = |members: &[Shape]| Kinds::ALL.each().all(|kind| members.contains(&kind.any()));
    if members.contains(&Shape::Unknown) || (members.contains(&Shape::Null) && whole(members)) {
        *members = vec![Shape::Unknown];
    }
}

impl Object {
    /// An unconstrained object.
    pub(crate) fn any() -> Object {
        Object { fields: Vec::new(), rest: Some(Box::new(Shape::Unknown)) }
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

/// Returns the members without duplicates, in order.
fn distinct(members: impl IntoIterator<Item = Shape>) -> Vec<Shape> {
    let mut seen = HashSet::new();
    members.into_iter().filter(|member| seen.insert(member.clone())).collect()
}
