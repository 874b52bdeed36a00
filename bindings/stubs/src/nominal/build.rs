//! Builds a [`Model`] from a parsed schema; `view` decides about single shapes.

use std::collections::{HashMap, HashSet, VecDeque};

use super::view::{Loss, View, view};
use super::{Body, Kind, Member, Model, Named, Record, Type};
use crate::note::Note;
use crate::schema::{Definition, Reading};
use crate::shape::{Doc, Field, Object, Shape};

/// Where a document comes from.
pub(crate) struct Origin<'a> {
    /// `server.tool`, for notes.
    pub(crate) tool: &'a str,
    /// The key of the `tools/list` entry that holds it.
    pub(crate) key: &'a str,
    /// The parts of the root type's name, with which names of inner types begin.
    pub(crate) path: Vec<String>,
}

/// Maximum number of types per document; as many as a schema of 10,000 parts, the reader's limit, can need.
const TYPES_MAX: usize = 10_000;

/// Maximum nesting of lists and the like within one named type.
const DEPTH_MAX: usize = 64;

/// Pointers in notes are cut to this length.
const POINTER_BYTES_MAX: usize = 1_000;

/// Builds the types of a document. Total: whatever no type can express becomes [`Type::Any`] or a wider type, with a
/// note.
pub(crate) fn model(reading: &Reading, origin: &Origin<'_>) -> Model {
    let mut builder = Builder::of(&reading.definitions, origin);
    let at = At { path: origin.path.clone(), pointer: format!("/{}", origin.key), depth: 0 };
    let root = builder.root(&reading.shape, &at);
    while let Some(open) = builder.open.pop_front() {
        let body = builder.body(open.view, &open.at);
        if let Some(named) = builder.types.get_mut(open.index) {
            named.body = body;
        }
    }
    Model { root, types: builder.types, notes: builder.notes }
}

struct Builder<'a> {
    origin: &'a Origin<'a>,
    definitions: HashMap<&'a str, &'a Definition>,
    types: Vec<Named>,
    /// Types that have an index but no body yet; processed breadth first, so that no chain gets too long.
    open: VecDeque<Open>,
    /// Definitions, and shapes that mention one: meeting them again must terminate.
    known: HashMap<Shape, usize>,
    notes: Vec<Note>,
}

struct Open {
    index: usize,
    view: View,
    at: At,
}

#[derive(Clone)]
struct At {
    path: Vec<String>,
    pointer: String,
    depth: usize,
}

impl At {
    /// Descends one value; `name` is for type names, `key` for the pointer.
    fn inside(&self, name: &str, key: &str) -> At {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        At { path, pointer: pointer(&self.pointer, key), depth: self.depth + 1 }
    }
}

fn pointer(whole: &str, key: &str) -> String {
    if whole.len() + key.len() > POINTER_BYTES_MAX {
        return if whole.ends_with('…') { whole.to_owned() } else { format!("{whole}/…") };
    }
    format!("{whole}{key}")
}

/// Returns the pointer segments from an object's schema to a property's.
pub(crate) fn property(name: &str) -> String {
    format!("/properties/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl<'a> Builder<'a> {
    fn of(definitions: &'a [Definition], origin: &'a Origin<'a>) -> Builder<'a> {
        let definitions = definitions.iter().map(|definition| (definition.pointer.as_str(), definition)).collect();
        Builder {
            origin,
            definitions,
            types: Vec::new(),
            open: VecDeque::new(),
            known: HashMap::new(),
            notes: Vec::new(),
        }
    }

    /// A root that is only a reference keeps its own name.
    fn root(&mut self, shape: &Shape, at: &At) -> Type {
        match shape {
            Shape::Ref(pointer) => self.definition_at(pointer, at.clone()),
            shape => self.type_of(shape, at),
        }
    }

    fn type_of(&mut self, shape: &Shape, at: &At) -> Type {
        if at.depth > DEPTH_MAX {
            self.note(at, "nesting too deep for a type", "any JSON");
            return Type::Any;
        }
        if let Shape::Ref(pointer) = shape {
            return self.definition(pointer);
        }
        let seen = view(shape, &self.definitions);
        seen.losses.iter().for_each(|loss| self.note_loss(at, loss));
        let value = self.viewed(seen.view, shape, at);
        if seen.nullable { nullable(value) } else { value }
    }

    fn viewed(&mut self, view: View, shape: &Shape, at: &At) -> Type {
        match view {
            View::Any => Type::Any,
            View::Null => Type::Null,
            View::Boolean => Type::Boolean,
            View::Integer => Type::Integer,
            View::Number => Type::Number,
            View::String => Type::String,
            View::Named(pointer) => self.definition(&pointer),
            View::List(item) => Type::List(Box::new(self.type_of(&item, &at.inside("item", "/items")))),
            View::Tuple(items) => {
                let item = |(index, item): (usize, &Shape)| {
                    let index = index.to_string();
                    self.type_of(item, &at.inside(&index, &format!("/prefixItems/{index}")))
                };
                Type::Tuple(items.iter().enumerate().map(item).collect())
            }
            View::Object(Object { fields, rest: Some(rest) }) if fields.is_empty() && *rest != Shape::Never => {
                Type::Map(Box::new(self.type_of(&rest, &at.inside("value", "/additionalProperties"))))
            }
            view => self.place(view, shape, at),
        }
    }

    /// Gives the view its own named type, to be built later.
    fn place(&mut self, view: View, shape: &Shape, at: &At) -> Type {
        if let Some(index) = self.known.get(shape) {
            return Type::Named(*index);
        }
        let Some(index) = self.new_type(at, Doc::default()) else {
            return Type::Any;
        };
        if mentions_definition(shape) {
            self.known.insert(shape.clone(), index);
        }
        self.open.push_back(Open { index, view, at: At { depth: 0, ..at.clone() } });
        Type::Named(index)
    }

    fn definition(&mut self, pointer: &str) -> Type {
        let segment = pointer.rsplit('/').next().unwrap_or_default();
        let mut path = self.origin.path.clone();
        path.push(segment.to_owned());
        let pointer_shown = self::pointer(&format!("/{}", self.origin.key), pointer);
        self.definition_at(pointer, At { path, pointer: pointer_shown, depth: 0 })
    }

    fn definition_at(&mut self, pointer: &str, at: At) -> Type {
        let reference = Shape::Ref(pointer.to_owned());
        if let Some(index) = self.known.get(&reference) {
            return Type::Named(*index);
        }
        let Some(definition) = self.definitions.get(pointer).copied() else {
            return Type::Any;
        };
        let Some(index) = self.new_type(&at, definition.doc.clone()) else {
            return Type::Any;
        };
        self.known.insert(reference, index);
        let open = self.open_definition(index, definition, at);
        self.open.push_back(open);
        Type::Named(index)
    }

    fn open_definition(&mut self, index: usize, definition: &Definition, at: At) -> Open {
        let seen = view(&definition.shape, &self.definitions);
        seen.losses.iter().for_each(|loss| self.note_loss(&at, loss));
        // A nullable definition is an alias for its nullable content.
        let view = if seen.nullable { View::Nullable(Box::new(definition.shape.clone())) } else { seen.view };
        Open { index, view, at }
    }

    fn new_type(&mut self, at: &At, doc: Doc) -> Option<usize> {
        if self.types.len() >= TYPES_MAX {
            self.note(at, "too many types", "any JSON");
            return None;
        }
        let body = Body::Alias(Type::Any);
        self.types.push(Named { path: at.path.clone(), pointer: at.pointer.clone(), doc, body });
        Some(self.types.len() - 1)
    }

    fn body(&mut self, view: View, at: &At) -> Body {
        match view {
            View::Object(object) if !is_map(&object) => Body::Record(self.record(&object, at)),
            View::Strings(texts) => Body::Enum(texts),
            View::Kinds(cases) => {
                let case = |(kind, shape): &(Kind, Shape)| (*kind, self.type_of(shape, &at.inside(kind.word(), "")));
                Body::ByKind(cases.iter().map(case).collect())
            }
            View::Tags { tag, cases } => {
                let cases = cases.into_iter().map(|(text, object)| self.tagged(text, object, at)).collect();
                Body::ByTag { tag, cases }
            }
            View::Nullable(shape) => Body::Alias(self.type_of(&shape, &at.inside("value", ""))),
            view => {
                // An unnamed view needs no shape to be found by.
                Body::Alias(self.viewed(view, &Shape::Unknown, at))
            }
        }
    }

    fn tagged(&mut self, text: String, object: Object, at: &At) -> (String, Option<Type>) {
        let bare = object.fields.is_empty() && object.rest.as_deref().is_none_or(|rest| *rest == Shape::Never);
        let shape = Shape::Object(object);
        let value = (!bare).then(|| self.type_of(&shape, &at.inside(&text, "")));
        (text, value)
    }

    fn record(&mut self, object: &Object, at: &At) -> Record {
        let mut seen = HashSet::new();
        let forbidden = |field: &&Field| field.optional && field.shape == Shape::Never;
        let members = object.fields.iter().filter(|field| !forbidden(field) && seen.insert(&field.name));
        let members = members.map(|field| Member {
            wire: field.name.clone(),
            value: self.type_of(&field.shape, &at.inside(&field.name, &property(&field.name))),
            optional: field.optional,
            doc: field.doc.clone(),
        });
        let members = members.collect();
        let rest = object.rest.as_deref().filter(|rest| **rest != Shape::Never);
        let rest = rest.map(|rest| self.type_of(rest, &at.inside("rest", "/additionalProperties")));
        Record { members, rest }
    }

    fn note_loss(&mut self, at: &At, loss: &Loss) {
        self.note(at, loss.what, loss.instead);
    }

    fn note(&mut self, at: &At, what: &str, instead: &str) {
        self.notes.push(Note {
            tool: self.origin.tool.to_owned(),
            pointer: at.pointer.clone(),
            what: what.to_owned(),
            instead: instead.to_owned(),
        });
    }
}

fn is_map(object: &Object) -> bool {
    object.fields.is_empty() && object.rest.as_deref().is_some_and(|rest| *rest != Shape::Never)
}

fn nullable(value: Type) -> Type {
    match value {
        Type::Any | Type::Null | Type::Nullable(_) => value,
        value => Type::Nullable(Box::new(value)),
    }
}

fn mentions_definition(shape: &Shape) -> bool {
    matches!(shape, Shape::Ref(_)) || shape.parts().into_iter().any(mentions_definition)
}
