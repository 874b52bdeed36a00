//! Generates Rust types with serde from stubs, for scripts written in Rust, and functions that call the tools.

mod calls;
mod items;
mod text;
mod types;

use std::collections::HashSet;

use crate::names::named;
use crate::names::words::{CAMEL, SNAKE};
use crate::nominal::{Model, Origin, function_lines, model, type_names, wire_line};
use crate::note::Note;
use crate::schema::Reading;
use crate::stub::{self, Stub};
use crate::tool::Server;
use types::Types;

/// A catalogue as Rust types: one module per server with the types of its tools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustTypes {
    /// The modules, one after the other; they need the crates `serde` (with `derive`) and `serde_json`.
    pub text: String,
    /// The contents of the text, in the catalogue's order.
    pub servers: Vec<RustServer>,
    /// What the types, or the stubs, could not express.
    pub notes: Vec<Note>,
}

/// A server's module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustServer {
    /// Identifier, with `r#` if needed.
    pub module: String,
    /// The server's name in the configuration.
    pub wire: String,
    /// In the server's order.
    pub tools: Vec<RustTool>,
}

/// The parts of a function that calls a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustTool {
    /// Identifier for the function, with `r#` if needed; no other item of the module has it.
    pub function: String,
    /// The tool's name.
    pub wire: String,
    /// Type of the arguments, as code within the module.
    pub arguments: String,
    /// Type of the result, as code within the module.
    pub result: String,
    /// Lines for the function's doc comment, made inert.
    pub doc: Vec<String>,
}

/// Generates a catalogue's types in Rust. Total: a schema that Rust cannot express becomes `serde_json::Value` and
/// leaves a note.
///
/// # How JSON and values correspond
///
/// Whatever a schema allows can be deserialised, with the exceptions below, and serialises to the same JSON, possibly
/// with object members in a different order.
///
/// | JSON | Rust |
/// |---|---|
/// | property that may be absent | `Option<T>`, not written where it is `None` |
/// | value that may be `null` | `Option<T>`, `None` is `null` |
/// | property that may be absent or `null` | `Option<Option<T>>`, `Some(None)` is `null`; `Option<Value>` keeps them apart as well |
/// | integer, number | `i64`, `f64` |
/// | one of some strings | enum |
/// | object | struct; undeclared properties are ignored and dropped |
/// | object with other properties of one type `T` | a last field, flattened, `BTreeMap<String, T>` |
/// | object of only such properties | `BTreeMap<String, T>` |
/// | alternatives of different kinds of JSON value | untagged enum |
/// | objects that must each hold a different constant string under one name | enum tagged by that name |
/// | anything else | `serde_json::Value` |
///
/// Exceptions: an integer outside `i64`, or written with a fraction (`1.0`), is rejected; a number that `f64` does not
/// represent exactly is rounded, and one written without a fraction comes back with one (`1` as `1.0`). Alternatives
/// that are objects without such a constant become one struct with the properties of all, which leaves a note: a
/// property that only one of them declares has its type in the others too, although they may allow anything there.
/// Furthermore, serde sometimes accepts more than the schema: a list in place of a struct whose fields it fits, and the
/// absence of a property that may be `null`.
///
/// A struct whose fields are all optional implements `Default`; one with both kinds of fields has `new`, which takes
/// the required ones: `ListIssues { state, ..ListIssues::new(owner, repo) }`.
pub fn rust(servers: &[Server]) -> RustTypes {
    modules(servers, |_| String::new())
}

/// Generates the types of [`rust()`], plus, in each module, an async function per tool that calls it through the crate
/// `callbox-guest`, whose library is `callbox`: `tracker::get_issue(GetIssue { number: 7 }).await?`.
pub fn rust_calls(servers: &[Server]) -> RustTypes {
    modules(servers, calls::functions)
}

/// `further` returns what a server's module contains besides the types.
fn modules(servers: &[Server], further: fn(&RustServer) -> String) -> RustTypes {
    let wires: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
    let modules = named(&wires, &SNAKE, &HashSet::new());
    let mut types = RustTypes { text: text::prelude(), servers: Vec::new(), notes: Vec::new() };
    for (server, module) in servers.iter().zip(modules) {
        types.add(server, &module, further);
    }
    types
}

impl RustTypes {
    fn add(&mut self, server: &Server, module: &str, further: fn(&RustServer) -> String) {
        let wires: Vec<&str> = server.tools.iter().map(|tool| tool.name.as_str()).collect();
        let functions = named(&wires, &SNAKE, &HashSet::new());
        let stubs = server.tools.iter().zip(functions).map(|(tool, name)| Stub::read(&server.name, tool, name));
        let stubs: Vec<Stub<'_>> = stubs.collect();
        self.notes.extend(stubs.iter().flat_map(Stub::notes).cloned());
        self.notes.extend(stub::repeats(&server.name, &stubs));
        let models: Vec<Model> = stubs.iter().flat_map(|stub| models(server, stub)).collect();
        self.notes.extend(models.iter().flat_map(|model| model.notes.iter().cloned()));
        let taken = text::USED.iter().map(|name| (*name).to_owned()).collect();
        let names = type_names(&models.iter().collect::<Vec<_>>(), &CAMEL, taken);
        let types: Vec<Types<'_>> = models.iter().zip(&names).map(|(model, names)| Types::of(model, names)).collect();
        let body: String = types.iter().map(items::items).collect();
        let wire: Vec<String> = wire_line(module, &server.name).into_iter().collect();
        let module = text::identifier(module);
        let server = RustServer { module, wire: server.name.clone(), tools: tools(&stubs, &types) };
        self.text.push_str(&text::module(&server.module, &wire, &(body + &further(&server))));
        self.servers.push(server);
    }
}

/// Returns the types of a tool's arguments and, if the server describes it, of its result.
fn models(server: &Server, stub: &Stub<'_>) -> Vec<Model> {
    let tool = format!("{}.{}", server.name, stub.tool.name);
    let of = |reading: &Reading, key: &str, path: &[&str]| {
        let path = path.iter().map(|&part| part.to_owned()).collect();
        model(reading, &Origin { tool: &tool, key, path })
    };
    let result =
        stub.given_result().into_iter().map(|result| of(result, "outputSchema", &[&stub.identifier, "result"]));
    [of(&stub.arguments, "inputSchema", &[&stub.identifier])].into_iter().chain(result).collect()
}

fn tools(stubs: &[Stub<'_>], types: &[Types<'_>]) -> Vec<RustTool> {
    let mut roots = types.iter().map(Types::root);
    let tool = |stub: &Stub<'_>| {
        let arguments = roots.next();
        let result = stub.given_result().and_then(|_| roots.next());
        RustTool {
            function: text::identifier(&stub.identifier),
            wire: stub.tool.name.clone(),
            arguments: arguments.unwrap_or_else(|| text::VALUE.to_owned()),
            result: result.unwrap_or_else(|| text::VALUE.to_owned()),
            doc: function_lines(stub),
        }
    };
    stubs.iter().map(tool).collect()
}
