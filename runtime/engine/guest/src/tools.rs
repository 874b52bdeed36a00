//! The `tools` object: creates server objects and tool functions when they are first used. Calls are in `tool_call`.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::catalog::{Namespace, place};
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
    fn namespace_of(&self, is_it: impl Fn(&V) -> bool) -> Option<Namespace> {
        if self.tools.get().is_some_and(&is_it) {
            return Some(Namespace::Servers);
        }
        let servers = self.servers.borrow();
        let server = servers.iter().find(|(_, server)| is_it(server));
        server.map(|(number, _)| Namespace::Tools(*number))
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
    let tools = engine.namespace(Namespace::Servers)?;
    let _ = engine.run().objects.tools.set(tools.clone());
    Ok(tools)
}

/// Returns the list of names behind an object, if it is `tools` or a server.
pub(crate) fn namespace_of<E: Engine>(engine: &E, object: &E::Value) -> Option<Namespace> {
    engine.run().objects.namespace_of(|made| engine.same(made, object))
}

/// Reads a property of `tools` or of a server.
///
/// # Errors
///
/// A `TypeError` with the nearest names if the name is unknown.
pub fn get<E: Engine>(engine: &mut E, namespace: Namespace, name: &str) -> Result<E::Value, E> {
    let run = engine.run();
    match run.catalog.find(namespace, name) {
        Some(found) => item(engine, &run, namespace, found),
        None => absent(engine, &run, namespace, name),
    }
}

/// Returns an own property of `tools` or of a server; an unknown name is not an error.
///
/// # Errors
///
/// If the engine cannot create the object.
pub fn own<E: Engine>(engine: &mut E, namespace: Namespace, name: &str) -> Result<Option<E::Value>, E> {
    let run = engine.run();
    let found = run.catalog.find(namespace, name);
    found.map(|found| item(engine, &run, namespace, found)).transpose()
}

/// Checks whether `tools` or a server has a name.
pub fn has<E: Engine>(engine: &E, namespace: Namespace, name: &str) -> bool {
    engine.run().catalog.find(namespace, name).is_some()
}

/// Returns the identifiers of `tools` or of a server.
pub fn names<E: Engine>(engine: &E, namespace: Namespace) -> Vec<String> {
    engine.run().catalog.names(namespace).map(|name| name.identifier.clone()).collect()
}

/// Handles a name that is neither a server nor a tool: a host function, `undefined`, or an error.
fn absent<E: Engine>(engine: &mut E, run: &Run<E::Value>, namespace: Namespace, name: &str) -> Result<E::Value, E> {
    let function = match namespace {
        Namespace::Servers => run.functions.of_tools(name),
        Namespace::Tools(_) => None,
    };
    match function {
        Some(function) => Ok(function),
        None if PROBES.contains(&name) => Ok(engine.undefined()),
        None => Err(unknown(engine, run, namespace, name)),
    }
}

fn item<E: Engine>(engine: &mut E, run: &Run<E::Value>, namespace: Namespace, found: u32) -> Result<E::Value, E> {
    match namespace {
        Namespace::Servers => {
            if let Some(made) = run.objects.servers.borrow().get(&found) {
                return Ok(made.clone());
            }
            let made = engine.namespace(Namespace::Tools(found))?;
            run.objects.servers.borrow_mut().insert(found, made.clone());
            Ok(made)
        }
        Namespace::Tools(server) => {
            if let Some(made) = run.objects.functions.borrow().get(&(server, found)) {
                return Ok(made.clone());
            }
            let name = run.catalog.names(namespace).nth(place(found));
            let made = engine.function(Native::Tool(server, found), name.map_or("", |name| &name.wire), 1);
            run.objects.functions.borrow_mut().insert((server, found), made.clone());
            Ok(made)
        }
    }
}

/// Longest unknown name shown, characters: a script can use a name of any length.
const NAME_SHOWN_MAX: usize = 100;

fn unknown<E: Engine>(engine: &mut E, run: &Run<E::Value>, namespace: Namespace, name: &str) -> E::Error {
    let (kind, code, of) = match namespace {
        Namespace::Servers => ("server", "unknown_server", String::new()),
        Namespace::Tools(server) => {
            let server = run.catalog.names(Namespace::Servers).nth(place(server));
            let of = server.map_or(String::new(), |server| format!(" of server `{}`", server.wire));
            ("tool", "unknown_tool", of)
        }
    };
    let name: String = name.chars().take(NAME_SHOWN_MAX).collect();
    let others = if namespace == Namespace::Servers { run.functions.names_on_tools() } else { Vec::new() };
    let nearest = run.catalog.nearest(namespace, &others, &name);
    tool_error::type_error(engine, &format!("unknown {kind} `{name}`{of}{nearest}"), code)
}
