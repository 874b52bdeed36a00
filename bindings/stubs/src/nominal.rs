//! Shapes as a language of named types expresses them: records, enums, and choices decided by the JSON value.
//! Independent of WIT and Rust, which are both printed from it.

mod atoms;
mod build;
mod graph;
mod remark;
mod type_names;
mod view;

use crate::note::Note;
use crate::shape::Doc;

pub(crate) use build::{Origin, model, property};
pub(crate) use graph::{Walk, walk};
pub(crate) use remark::{doc_lines, function_lines, wire_line};
pub(crate) use type_names::type_names;

/// The types of one document.
pub(crate) struct Model {
    pub(crate) root: Type,
    /// Indexed by [`Type::Named`].
    pub(crate) types: Vec<Named>,
    pub(crate) notes: Vec<Note>,
}

/// The type of a value at its point of use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    String,
    List(Box<Type>),
    /// An object with arbitrary names whose values all have one type.
    Map(Box<Type>),
    /// Exactly these items.
    Tuple(Vec<Type>),
    Nullable(Box<Type>),
    Named(usize),
}

/// A type that needs a name, or that the schema names.
pub(crate) struct Named {
    /// The parts of its name: the tool, then the path from it to the type.
    pub(crate) path: Vec<String>,
    /// Pointer to its place in the schema, for notes.
    pub(crate) pointer: String,
    pub(crate) doc: Doc,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Alias(Type),
    Record(Record),
    /// One of these strings.
    Enum(Vec<String>),
    /// Alternatives of different kinds of JSON value; each kind occurs once.
    ByKind(Vec<(Kind, Type)>),
    /// Objects distinguished by the string under one name, which is not one of their members.
    ByTag {
        tag: String,
        cases: Vec<(String, Option<Type>)>,
    },
}

pub(crate) struct Record {
    pub(crate) members: Vec<Member>,
    /// Type of additional members, if the schema describes them and allows any.
    pub(crate) rest: Option<Type>,
}

pub(crate) struct Member {
    pub(crate) wire: String,
    pub(crate) value: Type,
    pub(crate) optional: bool,
    pub(crate) doc: Doc,
}

/// A kind of JSON value other than `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Boolean,
    Number,
    List,
    Object,
    String,
}

impl Model {
    /// Whether the document describes an object without declared members.
    pub(crate) fn is_empty_object(&self) -> bool {
        let root = self.types.first().filter(|_| self.root == Type::Named(0));
        root.is_some_and(|root| matches!(&root.body, Body::Record(record) if record.is_empty()))
    }
}

impl Record {
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.rest.is_none()
    }
}

impl Type {
    /// Returns the named types it mentions; `direct` omits those behind a list or map.
    pub(crate) fn mentions(&self, direct: bool) -> Vec<usize> {
        match self {
            Type::Named(index) => vec![*index],
            Type::List(_) | Type::Map(_) if direct => Vec::new(),
            Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.mentions(direct),
            Type::Tuple(items) => items.iter().flat_map(|item| item.mentions(direct)).collect(),
            _ => Vec::new(),
        }
    }
}

impl Body {
    /// Returns the types it is made of.
    pub(crate) fn parts(&self) -> Vec<&Type> {
        match self {
            Body::Alias(only) => vec![only],
            Body::Record(record) => record.members.iter().map(|member| &member.value).chain(&record.rest).collect(),
            Body::Enum(_) => Vec::new(),
            Body::ByKind(cases) => cases.iter().map(|(_, case)| case).collect(),
            Body::ByTag { cases, .. } => cases.iter().filter_map(|(_, case)| case.as_ref()).collect(),
        }
    }

    pub(crate) fn mentions(&self, direct: bool) -> Vec<usize> {
        self.parts().into_iter().flat_map(|part| part.mentions(direct)).collect()
    }
}

impl Kind {
    /// A word for the kind in terms of JSON.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Number => "number",
            Kind::List => "list",
            Kind::Object => "object",
            Kind::String => "text",
        }
    }
}
