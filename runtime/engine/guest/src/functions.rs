//! The host's functions beside the tools: put where a script finds them, called as tools are called.

use std::cell::RefCell;
use std::collections::BTreeMap;

use boa_engine::object::builtins::JsArray;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsResult, JsValue, NativeFunction, js_string};

use crate::catalog::place;
use crate::frames::HOST_FUNCTIONS;
use crate::json;
use crate::run::Run;
use crate::tool_call::{self, Refused};

/// The functions of a run: their paths as the host numbers them, and those that hang on `tools`.
#[derive(Default)]
pub(crate) struct Functions {
    paths: RefCell<Vec<String>>,
    of_tools: RefCell<BTreeMap<String, JsObject>>,
}

impl Functions {
    /// What `tools.<name>` is, if it is a function of the host.
    pub(crate) fn of_tools(&self, name: &str) -> Option<JsObject> {
        self.of_tools.borrow().get(name).cloned()
    }

    /// The names of those on `tools`.
    pub(crate) fn names_on_tools(&self) -> Vec<String> {
        self.of_tools.borrow().keys().cloned().collect()
    }

    /// Where a script finds the function with this number.
    pub(crate) fn path(&self, number: u32) -> String {
        self.paths.borrow().get(place(number)).cloned().unwrap_or_default()
    }
}

/// Puts each function where its path says: on `tools`, on an object of its own, or among the globals.
pub(crate) fn install(paths: Vec<String>, context: &mut Context) -> JsResult<()> {
    let run = Run::of(context);
    for (path, number) in paths.iter().zip(0..) {
        let (owner, name) = path.split_once('.').unwrap_or(("", path));
        let function = function(name, number, context);
        match owner {
            "" => define(&context.global_object(), name, function, context)?,
            "tools" => drop(run.functions.of_tools.borrow_mut().insert(name.to_owned(), function)),
            owner => define(&namespace(owner, context)?, name, function, context)?,
        }
    }
    run.functions.paths.replace(paths);
    Ok(())
}

fn function(name: &str, number: u32, context: &Context) -> JsObject {
    let call = NativeFunction::from_copy_closure(move |_this, arguments, context| {
        let json = packed(arguments, context);
        tool_call::promise(HOST_FUNCTIONS, number, json, context)
    });
    FunctionObjectBuilder::new(context.realm(), call).name(js_string!(name)).build().into()
}

/// The arguments as they were given, under the name that the host expects.
fn packed(arguments: &[JsValue], context: &mut Context) -> Result<Vec<u8>, Refused> {
    let list = JsArray::from_iter(arguments.iter().cloned(), context).into();
    let depth_max = Run::of(context).json_depth_max.get();
    let json = json::plain(&list, depth_max, context)?;
    Ok([b"{\"arguments\":", json.as_slice(), b"}"].concat())
}

fn namespace(name: &str, context: &mut Context) -> JsResult<JsObject> {
    let global = context.global_object();
    if let Some(there) = global.get(js_string!(name), context)?.as_object() {
        return Ok(there.clone());
    }
    let made = JsObject::with_object_proto(context.intrinsics());
    define(&global, name, made.clone(), context)?;
    Ok(made)
}

fn define(owner: &JsObject, name: &str, value: JsObject, context: &mut Context) -> JsResult<()> {
    let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(false).configurable(true);
    owner.define_property_or_throw(js_string!(name), property, context)?;
    Ok(())
}
