//! Sets of the six kinds of JSON values.

use serde_json::Value;

use super::{Object, Shape};

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NONE: Kinds = Kinds(0);
    pub(crate) const OBJECT: Kinds = Kinds(1);
    pub(crate) const STRING: Kinds = Kinds(2);
    pub(crate) const NUMBER: Kinds = Kinds(4);
    pub(crate) const BOOLEAN: Kinds = Kinds(8);
    pub(crate) const NULL: Kinds = Kinds(16);
    pub(crate) const ARRAY: Kinds = Kinds(32);
    pub(crate) const ALL: Kinds = Kinds(63);

    /// All kinds in print order.
    const EACH: [Kinds; 6] = [Kinds::OBJECT, Kinds::STRING, Kinds::NUMBER, Kinds::BOOLEAN, Kinds::NULL, Kinds::ARRAY];

    pub(crate) fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    pub(crate) fn within(self, other: Kinds) -> bool {
        self.without(other) == Kinds::NONE
    }

    pub(crate) fn meets(self, other: Kinds) -> bool {
        self.and(other) != Kinds::NONE
    }

    /// Returns each kind in the set.
    pub(crate) fn each(self) -> impl Iterator<Item = Kinds> {
        Kinds::EACH.into_iter().filter(move |kind| kind.within(self))
    }

    /// Any value of these kinds.
    pub(crate) fn any(self) -> Shape {
        Shape::union(self.each().map(Kinds::any_of_one))
    }

    fn any_of_one(self) -> Shape {
        match self {
            Kinds::STRING => Shape::String,
            Kinds::NUMBER => Shape::Number,
            Kinds::BOOLEAN => Shape::Boolean,
            Kinds::NULL => Shape::Null,
            Kinds::ARRAY => Shape::Array(Box::new(Shape::Unknown)),
            _ => Shape::Object(Object::any()),
        }
    }

    pub(crate) fn of_value(value: &Value) -> Kinds {
        match value {
            Value::Null => Kinds::NULL,
            Value::Bool(_) => Kinds::BOOLEAN,
            Value::Number(_) => Kinds::NUMBER,
            Value::String(_) => Kinds::STRING,
            Value::Array(_) => Kinds::ARRAY,
            Value::Object(_) => Kinds::OBJECT,
        }
    }

    /// Returns the kinds that a name in `type` means; `None` for any other word.
    pub(crate) fn named(word: &str) -> Option<Kinds> {
        Some(match word {
            "object" => Kinds::OBJECT,
            "string" => Kinds::STRING,
            "number" | "integer" => Kinds::NUMBER,
            "boolean" => Kinds::BOOLEAN,
            "null" => Kinds::NULL,
            "array" => Kinds::ARRAY,
            _ => return None,
        })
    }

    /// Returns the kinds of a shape's values, or more: a reference may be of any kind.
    pub(crate) fn of(shape: &Shape) -> Kinds {
        Kinds::of_with(shape, &mut |_| Kinds::ALL)
    }

    /// Like [`Self::of`], with known kinds for references.
    pub(crate) fn of_with(shape: &Shape, referred: &mut dyn FnMut(&str) -> Kinds) -> Kinds {
        match shape {
            Shape::Unknown => Kinds::ALL,
            Shape::Never => Kinds::NONE,
            Shape::Null => Kinds::NULL,
            Shape::Boolean => Kinds::BOOLEAN,
            Shape::Integer | Shape::Number => Kinds::NUMBER,
            Shape::String => Kinds::STRING,
            Shape::Literal(value) => Kinds::of_value(value),
            Shape::Array(_) | Shape::Tuple(_) => Kinds::ARRAY,
            Shape::Object(_) => Kinds::OBJECT,
            Shape::Ref(pointer) => referred(pointer),
            Shape::Union(members) => {
                members.iter().fold(Kinds::NONE, |kinds, member| kinds.or(Kinds::of_with(member, referred)))
            }
            Shape::Intersection(members) => {
                members.iter().fold(Kinds::ALL, |kinds, member| kinds.and(Kinds::of_with(member, referred)))
            }
        }
    }
}
