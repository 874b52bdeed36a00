//! Stubs to WIT, for scripts that are WebAssembly components; not what links them.
//!
//! The text is printed from [`Wit`], and values are converted by it, so both follow one decision.

mod lower;
mod text;
mod types;

use std::sync::Arc;

use crate::note::Note;
use crate::tool::Server;

/// A catalogue as WIT: one interface for each server, one function for each tool.
///
/// # How JSON and component values correspond
///
/// Whatever a schema allows has a component value, with the exceptions below, and gives the same JSON
/// back. Objects may come back with their members in another order.
///
/// | JSON | component value |
/// |---|---|
/// | property that may be absent | `option<t>`, absent is `none` |
/// | value that may be `null` | `option<t>`, `null` is `none` |
/// | property that may be absent or `null` | `option<option<t>>`: absent is `none`, `null` is `some(none)` |
/// | integer | `s64` |
/// | number | `f64` |
/// | one of some strings | `enum` |
/// | object | `record`; properties that the schema does not speak of are left out |
/// | object with other properties of one type `t` | a last field of the record, `list<tuple<string, t>>` |
/// | object of such properties alone | `list<tuple<string, t>>` |
/// | alternatives of different kinds of JSON value | `variant`, decided by the kind |
/// | objects that must each hold another constant string under one name | `variant`, decided by that string, which is not repeated in the case's record |
/// | whatever else | `json`, JSON text; an absent property is `none`, `null` is `some("null")` |
///
/// Exceptions: an integer outside `s64` has no value (it is a failed call, not another number), and a
/// number that `f64` does not hold exactly is rounded, as JavaScript does. Integers are exact up to
/// 2^63, where a script in JavaScript has 2^53. Alternatives that are objects and have no such constant
/// become one record with the properties of all, which leaves a note: a property that only one of them
/// declares has its type in the others too, although they may allow anything there.
///
/// Recursive types, objects without properties, objects of any properties, and `null` alone have no
/// WIT type and are `json`; each leaves a [`Note`]. So do types past the component model's limits on
/// nesting and size.
#[derive(Debug, Clone, PartialEq)]
pub struct Wit {
    /// One for each server, in the catalogue's order.
    pub interfaces: Vec<WitInterface>,
    /// What WIT could not say, and what the stubs could not.
    pub notes: Vec<Note>,
}

/// A server as an interface.
#[derive(Debug, Clone, PartialEq)]
pub struct WitInterface {
    /// Kebab-case identifier, here and below without the `%` that the text puts before keywords.
    pub name: String,
    /// The server's name in the configuration.
    pub wire: String,
    /// Named types, each after those it mentions.
    pub types: Vec<Arc<WitNamed>>,
    /// One for each tool, in the server's order.
    pub functions: Vec<WitFunction>,
}

/// A tool as a function.
#[derive(Debug, Clone, PartialEq)]
pub struct WitFunction {
    /// Identifier.
    pub name: String,
    /// The tool's name.
    pub wire: String,
    /// Lines of its comment, inert.
    pub doc: Vec<String>,
    /// `None` where the schema names no argument: the function has none, and `{}` is sent.
    pub arguments: Option<WitType>,
    /// What it gives where it does not fail.
    pub result: WitType,
}

/// A type where it is mentioned.
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
    /// `list<tuple<string, t>>`, an object of any names.
    Map(Box<WitType>),
    /// `tuple<…>`, an array of this length.
    Tuple(Vec<WitType>),
    /// `option<t>`, a value that may be `null`.
    Option(Box<WitType>),
    /// By name.
    Named(Arc<WitNamed>),
}

/// A type with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct WitNamed {
    /// Identifier.
    pub name: String,
    /// Lines of its comment, inert.
    pub doc: Vec<String>,
    /// What it is.
    pub body: WitBody,
}

/// What a named type is.
#[derive(Debug, Clone, PartialEq)]
pub enum WitBody {
    /// An object.
    Record {
        /// Its properties; with `rest`, at least one.
        fields: Vec<WitField>,
        /// Properties under other names.
        rest: Option<WitRest>,
    },
    /// One of some strings.
    Enum(Vec<WitEnumCase>),
    /// Alternatives of different kinds of JSON value, at least two.
    ByKind(Vec<WitKindCase>),
    /// Objects told apart by a string, at least two.
    ByTag {
        /// The property that holds the string.
        tag: String,
        /// One for each string.
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
    /// Its type where it is there.
    pub value: WitType,
    /// Whether it may be absent: the field's type is `option` of `value`.
    pub optional: bool,
    /// Lines of its comment, inert.
    pub doc: Vec<String>,
}

/// The field for properties under other names, `list<tuple<string, value>>`.
#[derive(Debug, Clone, PartialEq)]
pub struct WitRest {
    /// Identifier.
    pub name: String,
    /// What each holds.
    pub value: WitType,
}

/// A string among others.
#[derive(Debug, Clone, PartialEq)]
pub struct WitEnumCase {
    /// Identifier.
    pub name: String,
    /// The string.
    pub wire: String,
}

/// An alternative that is known by the kind of JSON value.
#[derive(Debug, Clone, PartialEq)]
pub struct WitKindCase {
    /// Identifier: a word for the kind.
    pub name: String,
    /// The kind of JSON value.
    pub kind: JsonKind,
    /// What it holds.
    pub value: WitType,
}

/// An alternative that is known by a string in it.
#[derive(Debug, Clone, PartialEq)]
pub struct WitTagCase {
    /// Identifier.
    pub name: String,
    /// The string under the tag's name.
    pub wire: String,
    /// The object without its tag; `None` where it declares nothing else.
    pub value: Option<WitType>,
}

/// A kind of JSON value; `null` is said by [`WitType::Option`].
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

/// How the printed functions are called. A component can be linked with either: the host asks what it
/// imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WitCalls {
    /// `func`: a call looks as if it blocked, and the world is `script`.
    #[default]
    Plain,
    /// `async func`, for languages with the component model's async functions: the world is
    /// `script-async`. A component whose own export is no async function cannot wait for these.
    Async,
}

/// A whole catalogue as WIT. Total: a schema that WIT cannot say is `json` and leaves a note.
pub fn wit(servers: &[Server]) -> Wit {
    let names = wit_interfaces(&servers.iter().map(|server| server.name.as_str()).collect::<Vec<_>>());
    let one = |(server, name)| wit_interface(server, name, functions_of(server));
    gathered(servers.iter().zip(names).map(one))
}

/// The tools for which `chosen` says yes, by the names of their servers and their own, with the identifiers
/// that they have in the whole. Servers of which no tool is chosen are left out.
pub fn wit_of(servers: &[Server], chosen: impl Fn(&str, &str) -> bool) -> Wit {
    let names = wit_interfaces(&servers.iter().map(|server| server.name.as_str()).collect::<Vec<_>>());
    let part = |(server, name): (&Server, String)| {
        let tools = server.tools.iter().cloned().zip(functions_of(server));
        let (tools, functions): (Vec<_>, Vec<_>) = tools.filter(|(tool, _)| chosen(&server.name, &tool.name)).unzip();
        let part = Server { name: server.name.clone(), tools };
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

/// Identifiers of interfaces, one for each name of a server; injective and stable as those of
/// [`identifiers`](crate::identifiers).
pub fn wit_interfaces<S: AsRef<str>>(servers: &[S]) -> Vec<String> {
    lower::interface_names(servers)
}

/// Identifiers of functions, one for each name of a tool of one server.
pub fn wit_functions<S: AsRef<str>>(tools: &[S]) -> Vec<String> {
    lower::function_names(tools)
}

/// One server as an interface under given identifiers: its own, and one for each of its tools in their
/// order. For a part of a catalogue, whose names are those of the whole.
pub fn wit_interface(server: &Server, name: String, functions: Vec<String>) -> (WitInterface, Vec<Note>) {
    lower::interface(server, name, functions)
}

impl Wit {
    /// The package `callbox:tools@0.1.0`: the interfaces, and the world `with-tools`, which is the
    /// world `script` or `script-async` of `callbox:script@0.1.0` with all of them imported. That
    /// package, from which it takes `json` and `tool-error`, has to stand among its dependencies.
    ///
    /// Depends on nothing but the servers; whatever stands in their descriptions and names stays
    /// inside comments. Names other than the identifier's stand in comments too, for people.
    pub fn text(&self, calls: WitCalls) -> String {
        text::package(&self.interfaces, calls)
    }
}
