//! Host functions other than tools: installs them at their paths, and calls them like tools.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::catalog::place;
use crate::engine::{Engine, Enumerable, Result, Type};
use crate::frames::HOST_FUNCTIONS;
use crate::json;
use crate::natives::Native;
use crate::tool_call::{self, Refused};

/// The host functions of a run: their paths in the order of the host's numbers, and the functions on `tools`.
pub(crate) struct Functions<V> {
    paths: RefCell<Vec<String>>,
    of_tools: RefCell<BTreeMap<String, V>>,
}

impl<V> Default for Functions<V> {
    fn default() -> Self {
        Self { paths: RefCell::default(), of_tools: RefCell::default() }
    }
}

impl<V: Clone> Functions<V> {
    /// Returns `tools.<name>` if it is a host function.
    pub(crate) fn of_tools(&self, name: &str) -> Option<V> {
        self.of_tools.borrow().get(name).cloned()
    }

    /// Returns the names of the host functions on `tools`.
    pub(crate) fn names_on_tools(&self) -> Vec<String> {
        self.of_tools.borrow().keys().cloned().collect()
    }

    /// Returns the path at which a script finds the function with this number.
    pub(crate) fn path(&self, number: u32) -> String {
        self.paths.borrow().get(place(number)).cloned().unwrap_or_default()
    }
}

/// Installs each function at its path: on `tools`, on another object, or as a global.
pub(crate) fn install<E: Engine>(engine: &mut E, paths: Vec<String>) -> Result<(), E> {
    let run = engine.run();
    for (path, number) in paths.iter().zip(0..) {
        let (owner, name) = path.split_once('.').unwrap_or(("", path));
        let function = engine.function(Native::HostFunction(number), name, 0);
        if owner == "tools" {
            run.functions.of_tools.borrow_mut().insert(name.to_owned(), function);
            continue;
        }
        let owner = if owner.is_empty() { engine.global() } else { namespace(engine, owner)? };
        engine.define(&owner, name, function, Enumerable::No)?;
    }
    run.functions.paths.replace(paths);
    Ok(())
}

/// Calls a host function.
pub(crate) fn call<E: Engine>(engine: &mut E, number: u32, arguments: &[E::Value]) -> Result<E::Value, E> {
    let json = packed(engine, arguments);
    tool_call::promise(engine, HOST_FUNCTIONS, number, json)
}

/// Wraps the arguments, unchanged, in the object that the host expects.
fn packed<E: Engine>(engine: &mut E, arguments: &[E::Value]) -> std::result::Result<Vec<u8>, Refused<E::Error>> {
    let list = engine.array(arguments.to_vec());
    let depth_max = engine.run().json_depth_max.get();
    let json = json::plain(engine, &list, depth_max)?;
    Ok([b"{\"arguments\":", json.as_slice(), b"}"].concat())
}

fn namespace<E: Engine>(engine: &mut E, name: &str) -> Result<E::Value, E> {
    let global = engine.global();
    let there = engine.get(&global, name)?;
    if let Type::Object(_) = engine.type_of(&there) {
        return Ok(there);
    }
    let made = engine.object();
    engine.define(&global, name, made.clone(), Enumerable::No)?;
    Ok(made)
}
