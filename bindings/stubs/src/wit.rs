//! Converts stubs to WIT, for scripts that are WebAssembly components; linking is done elsewhere.
//!
//! Both the printed text and the conversion of values follow [`Wit`], so they always agree.

mod lower;
mod text;
mod types;

use std::sync::Arc;

use crate::note::Note;
use crate::tool::Server;

/// A catalogue as WIT: one interface per server, one function per tool.
///
/// # How JSON and component values correspond
///
/// Whatever a schema allows has a component value, with the exceptions below, which gives back the same JSON, possibly
/// with object members in a different order.
///
/// | JSON | component value |
/// |---|---|
/// | property that may be absent | `option<t>`, absent is `none` |
/// | value that may be `null` | `option<t>`, `null` is `none` |
/// | property that may be absent or `null` | `option<option<t>>`: absent is `none`, `null` is `some(none)` |
/// | integer | `s64` |
/// | number | `f64` |
/// | one of some strings | `enum` |
/// | object | `record`; undeclared properties are dropped |
/// | object with other properties of one type `t` | a last field of the record, `list<tuple<string, t>>` |
/// | object of only such properties | `list<tuple<string, t>>` |
/// | alternatives of different kinds of JSON value | `variant`, decided by the kind |
/// | objects that must each hold a different constant string under one name | `variant`, decided by that string, which is not repeated in the case's record |
/// | anything else | `json`, JSON text; an absent property is `none`, `null` is `some("null")` |
///
/// Exceptions: an integer outside `s64` has no value (the call fails rather than giving another number), and a number
/// that `f64` does not represent exactly is rounded, as in JavaScript. Integers are exact up to 2^63, as opposed to
/// 2^53 in a JavaScript script. Alternatives that are objects without such a constant become one record with the
/// properties of all, which leaves a note: a property that only one of them declares has its type in the others too,
/// although they may allow anything there.
///
/// Recursive types, objects without properties, objects with arbitrary properties, and `null` alone have no WIT type
/// and become `json`; each leaves a [`Note`]. So do types that exceed the component model's limits on nesting and size.
#[derive(Debug, Clone, PartialEq)]
pub struct Wit {
    /// One per server, in the catalogue's order.
    pub interfaces: Vec<WitInterface>,
    /// What WIT, or the stubs, could not express.
    pub notes: Vec<Note>,
}

/// A server as an interface.
#[derive(Debug, Clone, PartialEq)]
pub struct WitInterface {
    /// Kebab-case identifier; here and below without the `%` that the text puts before keywords.
    pub name: String,
    /// The server's name in the configuration.
    pub wire: String,
    /// Named types, each after those it mentions.
    pub types: Vec<Arc<WitNamed>>,
    /// One per tool, in the server's order.
    pub functions: Vec<WitFunction>,
}

/// A tool as a function.
#[derive(Debug, Clone, PartialEq)]
pub struct WitFunction {
    /// Identifier.
    pub name: String,
    /// The tool's name.
    pub wire: String,
    /// Lines of its comment, made inert.
    pub doc: Vec<String>,
    /// `None` if the schema names no arguments: the function has none, and `{}` is sent.
    pub arguments: Option<WitType>,
    /// Its result on success.
    pub result: WitType,
}

/// The type of a value at its point of use.
#[derive(Debug, Clone, PartialEq)]
pub enum WitType {
    /// JSON text, for any value.
    Json,
    /// `bool`.
    Bool,
    /// `s64`.
    S64,
    /// `f64`.
    F64,
    /// `string`.
    String,
    /// `list<t>`, an array.
    List(Box<WitType>),
    /// `list<tuple<string, t>>`, an object with arbitrary names.
    Map(Box<WitType>),
    /// `tuple<…>`, an array of this length.
    Tuple(Vec<WitType>),
    /// `option<t>`, a value that may be `null`.
    Option(Box<WitType>),
    /// A named type.
    Named(Arc<WitNamed>),
}

/// A named type.
#[derive(Debug, Clone, PartialEq)]
pub struct WitNamed {
    /// Identifier.
    pub name: String,
    /// Lines of its comment, made inert.
    pub doc: Vec<String>,
    /// Its definition.
    pub body: WitBody,
}

/// The definition of a named type.
#[derive(Debug, Clone, PartialEq)]
pub enum WitBody {
    /// An object.
    Record {
        /// Its properties; at least one if there is a `rest`.
        fields: Vec<WitField>,
        /// Properties under other names.
        rest: Option<WitRest>,
    },
    /// One of some strings.
    Enum(Vec<WitEnumCase>),
    /// Alternatives of different kinds of JSON value, at least two.
    ByKind(Vec<WitKindCase>),
    /// Objects distinguished by a string, at least two.
    ByTag {
        /// The property that holds the string.
        tag: String,
        /// One per string.
        cases: Vec<WitTagCase>,
    },
}

/// A property.
#[derive(Debug, Clone, PartialEq)]
pub struct WitField {
    /// Identifier.
    pub name: String,
    /// The property's name.
    pub wire: String,
    /// Its type when present.
    pub value: WitType,
    /// Whether it may be absent; if so, the field's type is `option` of `value`.
    pub optional: bool,
    /// Lines of its comment, made inert.
    pub doc: Vec<String>,
}

/// The field for properties under other names, `list<tuple<string, value>>`.
#[derive(Debug, Clone, PartialEq)]
pub struct WitRest {
    /// Identifier.
    pub name: String,
    /// The type of each value.
    pub value: WitType,
}

/// One string of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct WitEnumCase {
    /// Identifier.
    pub name: String,
    /// The string.
    pub wire: String,
}

/// An alternative identified by the kind of JSON value.
#[derive(Debug, Clone, PartialEq)]
pub struct WitKindCase {
    /// Identifier: a word for the kind.
    pub name: String,
    /// The kind of JSON value.
    pub kind: JsonKind,
    /// The type of its value.
    pub value: WitType,
}

/// An alternative identified by a string in it.
#[derive(Debug, Clone, PartialEq)]
pub struct WitTagCase {
    /// Identifier.
    pub name: String,
    /// The string under the tag's name.
    pub wire: String,
    /// The object without its tag; `None` if it declares nothing else.
    pub value: Option<WitType>,
}

/// A kind of JSON value; [`WitType::Option`] expresses `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// `true` or `false`.
    Boolean,
    /// An integer or another number.
    Number,
    /// An array.
    Array,
    /// An object.
    Object,
    /// A string.
    String,
}

/// How the printed functions are called. A component can be linked with either: the host checks what it imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WitCalls {
    /// `func`: a call appears to block; the world is `script`.
    #[default]
    Plain,
    /// `async func`, for languages with the component model's async functions; the world is `script-async`. A component
    /// whose own export is not async cannot wait for these.
    Async,
}

/// Converts a whole catalogue to WIT. Total: a schema that WIT cannot express becomes `json` and leaves a note.
pub fn wit(servers: &[Server]) -> Wit {
    let names = wit_interfaces(&servers.iter().map(|server| server.name.as_str()).collect::<Vec<_>>());
    let one = |(server, name)| wit_interface(server, name, functions_of(server));
    gathered(servers.iter().zip(names).map(one))
}

/// Converts the tools that `chosen` accepts, given server and tool name, with the identifiers that they have in the
/// whole catalogue. Servers without chosen tools are left out.
pub fn wit_of(servers: &[Server], chosen: impl Fn(&str, &str) -> bool) -> Wit {
    let names = wit_interfaces(&servers.iter().map(|server| server.name.as_str()).collect::<Vec<_>>());
    let part = |(server, name): (&Server, String)| {
        let tools = server.tools.iter().cloned().zip(functions_of(server));
        let (tools, functions): (Vec<_>, Vec<_>) = tools.filter(|(tool, _)| chosen(&server.name, &tool.name)).unzip();
        let part = Server::new(server.name.clone(), tools);
        (!part.tools.is_empty()).then(|| wit_interface(&part, name, functions))
    };
    gathered(servers.iter().zip(names).filter_map(part))
}

fn functions_of(server: &Server) -> Vec<String> {
    wit_functions(&server.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>())
}

fn gathered(interfaces: impl Iterator<Item = (WitInterface, Vec<Note>)>) -> Wit {
    let (interfaces, notes): (Vec<_>, Vec<_>) = interfaces.unzip();
    Wit { interfaces, notes: notes.concat() }
}

/// Returns identifiers of interfaces, one for each server name; injective and stable like those of
/// [`identifiers`](crate::identifiers).
pub fn wit_interfaces<S: AsRef<str>>(servers: &[S]) -> Vec<String> {
    lower::interface_names(servers)
}

/// Returns identifiers of functions, one for each tool name of a server.
pub fn wit_functions<S: AsRef<str>>(tools: &[S]) -> Vec<String> {
    lower::function_names(tools)
}

/// Converts one server to an interface under the given identifiers: its own, and one for each tool in order. For part
/// of a catalogue, with the names of the whole.
pub fn wit_interface(server: &Server, name: String, functions: Vec<String>) -> (WitInterface, Vec<Note>) {
    lower::interface(server, name, functions)
}

impl Wit {
    /// Returns the text of the package `callbox:tools@0.1.0`: the interfaces, and the world `with-tools`, which is the
    /// world `script` or `script-async` of `callbox:script@0.1.0` with all the interfaces imported. That package, which
    /// provides `json` and `tool-error`, must be among its dependencies.
    ///
    /// The text depends only on the servers. Their descriptions and names cannot escape its comments; names that differ
    /// from identifiers also appear in comments, for human readers.
    pub fn text(&self, calls: WitCalls) -> String {
        text::package(&self.interfaces, calls)
    }
}
