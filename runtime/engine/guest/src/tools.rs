//! The `tools` object: servers and tools by name, made when they are touched; calls are made elsewhere.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use boa_engine::object::builtins::{JsArray, JsProxyBuilder};
use boa_engine::object::{JsObject, ObjectInitializer};
use boa_engine::property::Attribute;
use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, js_string};

use crate::catalog::{Shelf, place};
use crate::run::Run;
use crate::{tool_call, tool_error};

/// The objects made for names that a script has touched.
#[derive(Default)]
pub(crate) struct Objects {
    tools: OnceCell<JsObject>,
    servers: RefCell<BTreeMap<u32, JsObject>>,
    functions: RefCell<BTreeMap<(u32, u32), JsObject>>,
}

impl Objects {
    /// The list that `object` stands for, if it is one of these.
    pub(crate) fn shelf_of(&self, object: &JsObject) -> Option<Shelf> {
        if self.tools.get().is_some_and(|tools| JsObject::equals(tools, object)) {
            return Some(Shelf::Servers);
        }
        let servers = self.servers.borrow();
        let server = servers.iter().find(|(_, server)| JsObject::equals(server, object));
        server.map(|(number, _)| Shelf::Tools(*number))
    }
}

/// What an engine, a logger or an assertion library asks any object for; not a misspelt tool.
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

/// The `tools` object of a run.
pub(crate) fn tools_object(context: &mut Context) -> JsResult<JsObject> {
    let tools = proxy(Shelf::Servers, context)?;
    let _ = Run::of(context).objects.tools.set(tools.clone());
    Ok(tools)
}

fn proxy(shelf: Shelf, context: &mut Context) -> JsResult<JsObject> {
    let target = JsObject::from_proto_and_data(None, shelf);
    let proxy = JsProxyBuilder::new(target)
        .get(get)
        .has(has)
        .own_keys(own_keys)
        .get_own_property_descriptor(get_own_property_descriptor)
        .set(refuse)
        .delete_property(refuse)
        .define_property(refuse)
        .prevent_extensions(refuse)
        .set_prototype_of(refuse)
        .build(context)?;
    Ok(proxy.into())
}

fn shelf(arguments: &[JsValue]) -> Shelf {
    let target = arguments.get_or_undefined(0).as_object();
    target.and_then(|target| target.downcast_ref::<Shelf>().map(|shelf| *shelf)).unwrap_or(Shelf::Servers)
}

fn get(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let shelf = shelf(arguments);
    let Some(name) = key(arguments) else { return Ok(JsValue::undefined()) };
    match Run::of(context).catalog.find(shelf, &name) {
        Some(found) => item(shelf, found, context).map(Into::into),
        None => absent(shelf, &name, context),
    }
}

/// What is no server and no tool: a function of the host, nothing, or a mistake.
fn absent(shelf: Shelf, name: &str, context: &mut Context) -> JsResult<JsValue> {
    let function = match shelf {
        Shelf::Servers => Run::of(context).functions.of_tools(name),
        Shelf::Tools(_) => None,
    };
    match function {
        Some(function) => Ok(function.into()),
        None if PROBES.contains(&name) => Ok(JsValue::undefined()),
        None => Err(unknown(shelf, name, context)),
    }
}

/// The property asked for; `None` is a symbol. A lone surrogate is in no name, nor is what stands for it.
fn key(arguments: &[JsValue]) -> Option<String> {
    arguments.get_or_undefined(1).as_string().map(|key| key.to_std_string_escaped())
}

fn item(shelf: Shelf, found: u32, context: &mut Context) -> JsResult<JsObject> {
    let run = Run::of(context);
    match shelf {
        Shelf::Servers => {
            if let Some(made) = run.objects.servers.borrow().get(&found) {
                return Ok(made.clone());
            }
            let made = proxy(Shelf::Tools(found), context)?;
            run.objects.servers.borrow_mut().insert(found, made.clone());
            Ok(made)
        }
        Shelf::Tools(server) => {
            if let Some(made) = run.objects.functions.borrow().get(&(server, found)) {
                return Ok(made.clone());
            }
            let made = function(&run, server, found, context);
            run.objects.functions.borrow_mut().insert((server, found), made.clone());
            Ok(made)
        }
    }
}

fn function(run: &Run, server: u32, tool: u32, context: &Context) -> JsObject {
    let name = run.catalog.names(Shelf::Tools(server)).nth(place(tool));
    tool_call::function(name.map_or("", |name| &name.wire), server, tool, context)
}

/// A made-up name can be as long as a script likes.
const NAME_SHOWN_MAX: usize = 100;

fn unknown(shelf: Shelf, name: &str, context: &mut Context) -> JsError {
    let run = Run::of(context);
    let (kind, code, of) = match shelf {
        Shelf::Servers => ("server", "unknown_server", String::new()),
        Shelf::Tools(server) => {
            let server = run.catalog.names(Shelf::Servers).nth(place(server));
            let of = server.map_or(String::new(), |server| format!(" of server `{}`", server.wire));
            ("tool", "unknown_tool", of)
        }
    };
    let name: String = name.chars().take(NAME_SHOWN_MAX).collect();
    let others = if matches!(shelf, Shelf::Servers) { run.functions.names_on_tools() } else { Vec::new() };
    let nearest = run.catalog.nearest(shelf, &others, &name);
    tool_error::type_error(format!("unknown {kind} `{name}`{of}{nearest}"), code, context)
}

fn has(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let found = key(arguments).and_then(|name| Run::of(context).catalog.find(shelf(arguments), &name));
    Ok(found.is_some().into())
}

fn own_keys(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let run = Run::of(context);
    let keys: Vec<JsValue> =
        run.catalog.names(shelf(arguments)).map(|name| js_string!(name.identifier.as_str()).into()).collect();
    Ok(JsArray::from_iter(keys, context).into())
}

fn get_own_property_descriptor(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let shelf = shelf(arguments);
    let found = key(arguments).and_then(|name| Run::of(context).catalog.find(shelf, &name));
    let Some(found) = found else { return Ok(JsValue::undefined()) };
    let value = item(shelf, found, context)?;
    let descriptor = ObjectInitializer::new(context)
        .property(js_string!("value"), value, Attribute::all())
        .property(js_string!("enumerable"), true, Attribute::all())
        // A proxy may claim nothing unchangeable that its target does not have.
        .property(js_string!("configurable"), true, Attribute::all())
        .property(js_string!("writable"), false, Attribute::all())
        .build();
    Ok(descriptor.into())
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn refuse(_this: &JsValue, _arguments: &[JsValue], _context: &mut Context) -> JsResult<JsValue> {
    Ok(false.into())
}
