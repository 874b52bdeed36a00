//! The `tools` object: creates server objects and tool functions when they are first used. Calls are in `tool_call`.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::catalog::{Shelf, place};
use crate::engine::{Engine, Result};
use crate::natives::Native;
use crate::run::Run;
use crate::tool_error;

/// The objects made for names that a script has used.
pub(crate) struct Objects<V> {
    tools: OnceCell<V>,
    servers: RefCell<BTreeMap<u32, V>>,
    functions: RefCell<BTreeMap<(u32, u32), V>>,
}

impl<V> Default for Objects<V> {
    fn default() -> Self {
        Self { tools: OnceCell::new(), servers: RefCell::default(), functions: RefCell::default() }
    }
}

impl<V> Objects<V> {
    /// Returns the list of names behind an object, if it is `tools` or a server.
    fn shelf_of(&self, is_it: impl Fn(&V) -> bool) -> Option<Shelf> {
        if self.tools.get().is_some_and(&is_it) {
            return Some(Shelf::Servers);
        }
        let servers = self.servers.borrow();
        let server = servers.iter().find(|(_, server)| is_it(server));
        server.map(|(number, _)| Shelf::Tools(*number))
    }
}

/// Properties that engines, loggers and assertion libraries read on any object; they are not misspelt tools.
const PROBES: [&str; 10] = [
    "then",
    "toJSON",
    "constructor",
    "toString",
    "valueOf",
    "inspect",
    "nodeType",
    "$$typeof",
    "asymmetricMatch",
    "hasOwnProperty",
];

/// Creates the `tools` object of a run.
pub(crate) fn object<E: Engine>(engine: &mut E) -> Result<E::Value, E> {
    let tools = engine.shelf(Shelf::Servers)?;
    let _ = engine.run().objects.tools.set(tools.clone());
    Ok(tools)
}

/// Returns the list of names behind an object, if it is `tools` or a server.
pub(crate) fn shelf_of<E: Engine>(engine: &E, object: &E::Value) -> Option<Shelf> {
    engine.run().objects.shelf_of(|made| engine.same(made, object))
}

/// Reads a property of `tools` or of a server.
///
/// # Errors
///
/// A `TypeError` with the nearest names if the name is unknown.
pub fn get<E: Engine>(engine: &mut E, shelf: Shelf, name: &str) -> Result<E::Value, E> {
    let run = engine.run();
    match run.catalog.find(shelf, name) {
        Some(found) => item(engine, &run, shelf, found),
        None => absent(engine, &run, shelf, name),
    }
}

/// Returns an own property of `tools` or of a server; an unknown name is not an error.
///
/// # Errors
///
/// If the engine cannot create the object.
pub fn own<E: Engine>(engine: &mut E, shelf: Shelf, name: &str) -> Result<Option<E::Value>, E> {
    let run = engine.run();
    let found = run.catalog.find(shelf, name);
    found.map(|found| item(engine, &run, shelf, found)).transpose()
}

/// Checks whether `tools` or a server has a name.
pub fn has<E: Engine>(engine: &E, shelf: Shelf, name: &str) -> bool {
    engine.run().catalog.find(shelf, name).is_some()
}

/// Returns the identifiers of `tools` or of a server.
pub fn names<E: Engine>(engine: &E, shelf: Shelf) -> Vec<String> {
    engine.run().catalog.names(shelf).map(|name| name.identifier.clone()).collect()
}

/// Handles a name that is neither a server nor a tool: a host function, `undefined`, or an error.
fn absent<E: Engine>(engine: &mut E, run: &Run<E::Value>, shelf: Shelf, name: &str) -> Result<E::Value, E> {
    let function = match shelf {
        Shelf::Servers => run.functions.of_tools(name),
        Shelf::Tools(_) => None,
    };
    match function {
        Some(function) => Ok(function),
        None if PROBES.contains(&name) => Ok(engine.undefined()),
        None => Err(unknown(engine, run, shelf, name)),
    }
}

fn item<E: Engine>(engine: &mut E, run: &Run<E::Value>, shelf: Shelf, found: u32) -> Result<E::Value, E> {
    match shelf {
        Shelf::Servers => {
            if let Some(made) = run.objects.servers.borrow().get(&found) {
                return Ok(made.clone());
            }
            let made = engine.shelf(Shelf::Tools(found))?;
            run.objects.servers.borrow_mut().insert(found, made.clone());
            Ok(made)
        }
        Shelf::Tools(server) => {
            if let Some(made) = run.objects.functions.borrow().get(&(server, found)) {
                return Ok(made.clone());
            }
            let name = run.catalog.names(shelf).nth(place(found));
            let made = engine.function(Native::Tool(server, found), name.map_or("", |name| &name.wire), 1);
            run.objects.functions.borrow_mut().insert((server, found), made.clone());
            Ok(made)
        }
    }
}

/// Longest unknown name shown, characters: a script can use a name of any length.
const NAME_SHOWN_MAX: usize = 100;

fn unknown<E: Engine>(engine: &mut E, run: &Run<E::Value>, shelf: Shelf, name: &str) -> E::Error {
    let (kind, code, of) = match shelf {
        Shelf::Servers => ("server", "unknown_server", String::new()),
        Shelf::Tools(server) => {
            let server = run.catalog.names(Shelf::Servers).nth(place(server));
            let of = server.map_or(String::new(), |server| format!(" of server `{}`", server.wire));
            ("tool", "unknown_tool", of)
        }
    };
    let name: String = name.chars().take(NAME_SHOWN_MAX).collect();
    let others = if shelf == Shelf::Servers { run.functions.names_on_tools() } else { Vec::new() };
    let nearest = run.catalog.nearest(shelf, &others, &name);
    tool_error::type_error(engine, &format!("unknown {kind} `{name}`{of}{nearest}"), code)
}
