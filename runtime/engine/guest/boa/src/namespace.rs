//! `tools` and its server objects: proxies whose behaviour is in [`tools`].

use boa_engine::object::builtins::{JsArray, JsProxy, JsProxyBuilder};
use boa_engine::object::{JsObject, ObjectInitializer};
use boa_engine::property::Attribute;
use boa_engine::{Context, Finalize, JsArgs, JsData, JsResult, JsValue, Trace, js_string};
use callbox_engine_guest::catalog::Namespace;
use callbox_engine_guest::tools;

use crate::engine::Boa;

/// Native data of a proxy's target.
#[derive(Debug, Clone, Copy, Trace, Finalize, JsData)]
#[boa_gc(empty_trace)]
struct Names(#[unsafe_ignore_trace] Namespace);

/// Creates the proxy for a list of names.
pub(crate) fn proxy(namespace: Namespace, context: &mut Context) -> JsResult<JsProxy> {
    let target = JsObject::from_proto_and_data(None, Names(namespace));
    JsProxyBuilder::new(target)
        .get(get)
        .has(has)
        .own_keys(own_keys)
        .get_own_property_descriptor(get_own_property_descriptor)
        .set(refuse)
        .delete_property(refuse)
        .define_property(refuse)
        .prevent_extensions(refuse)
        .set_prototype_of(refuse)
        .build(context)
}

fn namespace(arguments: &[JsValue]) -> Namespace {
    let target = arguments.get_or_undefined(0).as_object();
    target.and_then(|target| target.downcast_ref::<Names>().map(|names| names.0)).unwrap_or(Namespace::Servers)
}

/// Returns the requested property; `None` for a symbol. A lone surrogate is escaped, and its escape matches no name.
fn key(arguments: &[JsValue]) -> Option<String> {
    arguments.get_or_undefined(1).as_string().map(|key| key.to_std_string_escaped())
}

fn get(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match key(arguments) {
        Some(name) => tools::get(&mut Boa(context), namespace(arguments), &name),
        None => Ok(JsValue::undefined()),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn has(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let has = key(arguments).is_some_and(|name| tools::has(&Boa(context), namespace(arguments), &name));
    Ok(has.into())
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn own_keys(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let names = tools::names(&Boa(context), namespace(arguments));
    let names: Vec<JsValue> = names.iter().map(|name| js_string!(name.as_str()).into()).collect();
    Ok(JsArray::from_iter(names, context).into())
}

fn get_own_property_descriptor(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(name) = key(arguments) else { return Ok(JsValue::undefined()) };
    let Some(value) = tools::own(&mut Boa(context), namespace(arguments), &name)? else {
        return Ok(JsValue::undefined());
    };
    let descriptor = ObjectInitializer::new(context)
        .property(js_string!("value"), value, Attribute::all())
        .property(js_string!("enumerable"), true, Attribute::all())
        // A proxy may not report a non-configurable property that its target does not have.
        .property(js_string!("configurable"), true, Attribute::all())
        .property(js_string!("writable"), false, Attribute::all())
        .build();
    Ok(descriptor.into())
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn refuse(_this: &JsValue, _arguments: &[JsValue], _context: &mut Context) -> JsResult<JsValue> {
    Ok(false.into())
}
