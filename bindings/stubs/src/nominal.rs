//! Shapes as a language of named types says them: records, enums, and choices that a JSON value
//! decides. Knows neither WIT nor Rust; both are printed from it.

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
    /// What [`Type::Named`] counts.
    pub(crate) types: Vec<Named>,
    pub(crate) notes: Vec<Note>,
}

/// The type of a value where it is mentioned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    String,
    List(Box<Type>),
    /// An object of any names, all with values of one type.
    Map(Box<Type>),
    /// Exactly these.
    Tuple(Vec<Type>),
    Nullable(Box<Type>),
    Named(usize),
}

/// A type that needs a name, or that the schema names.
pub(crate) struct Named {
    /// What its name is made of: the tool, then what leads from it to the type.
    pub(crate) path: Vec<String>,
    /// Pointer to where the schema says it, for notes.
    pub(crate) pointer: String,
    pub(crate) doc: Doc,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Alias(Type),
    Record(Record),
    /// One of some texts.
    Enum(Vec<String>),
    /// Alternatives that differ in their kind of JSON value; each kind comes once.
    ByKind(Vec<(Kind, Type)>),
    /// Objects told apart by the text under one name, which is no member of theirs.
    ByTag {
        tag: String,
        cases: Vec<(String, Option<Type>)>,
    },
}

pub(crate) struct Record {
    pub(crate) members: Vec<Member>,
    /// What other names hold, where the schema speaks of them and allows any.
    pub(crate) rest: Option<Type>,
}

pub(crate) struct Member {
    pub(crate) wire: String,
    pub(crate) value: Type,
    pub(crate) optional: bool,
    pub(crate) doc: Doc,
}

/// A kind of JSON value, `null` apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Boolean,
    Number,
    List,
    Object,
    String,
}

impl Model {
    /// Whether the document is about an object that declares nothing.
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
    /// The named types it mentions; `direct` leaves out those behind a list or map.
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
    /// The types it is made of.
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
    /// A word for the kind, of the values' own world.
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
