//! The globals that conformance tests expect from the host: `print` and `$262`. Ordinary scripts never see them.

use std::path::Path;

use boa_engine::object::builtins::JsArrayBuffer;
use boa_engine::object::{JsObject, ObjectInitializer};
use boa_engine::property::Attribute;
use boa_engine::script::Script;
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsValue, NativeFunction, Source, js_string};
use callbox_engine_guest::abi;
use callbox_engine_guest::console::{self, level};
use callbox_engine_guest::stack::SCRIPT_PATH;

use crate::engine::Boa;

/// Defines both globals in the current realm.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let print = NativeFunction::from_fn_ptr(print);
    context.register_global_builtin_callable(js_string!("print"), 1, print)?;
    host_object(context).map(drop)
}

fn host_object(context: &mut Context) -> JsResult<JsObject> {
    let global = context.global_object();
    let host = ObjectInitializer::new(context)
        .function(NativeFunction::from_fn_ptr(create_realm), js_string!("createRealm"), 0)
        .function(NativeFunction::from_fn_ptr(detach_array_buffer), js_string!("detachArrayBuffer"), 1)
        .function(NativeFunction::from_fn_ptr(eval_script), js_string!("evalScript"), 1)
        .function(NativeFunction::from_fn_ptr(gc), js_string!("gc"), 0)
        .property(js_string!("global"), global, Attribute::WRITABLE | Attribute::CONFIGURABLE)
        .build();
    let attributes = Attribute::WRITABLE | Attribute::CONFIGURABLE;
    context.register_global_property(js_string!("$262"), host.clone(), attributes)?;
    Ok(host)
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn print(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    abi::log(level::LOG, &console::line(&mut Boa(context), arguments));
    Ok(JsValue::undefined())
}

fn create_realm(_this: &JsValue, _arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let realm = context.create_realm()?;
    let outer = context.enter_realm(realm);
    let host = host_object(context);
    context.enter_realm(outer);
    host.map(Into::into)
}

fn detach_array_buffer(_this: &JsValue, arguments: &[JsValue], _context: &mut Context) -> JsResult<JsValue> {
    let buffer = arguments.get_or_undefined(0).as_object();
    let buffer = buffer.ok_or_else(|| JsNativeError::typ().with_message("an array buffer is needed"))?;
    let key = arguments.get_or_undefined(1);
    JsArrayBuffer::from_object(buffer)?.detach(key)?;
    Ok(JsValue::null())
}

fn eval_script(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let source = arguments.get_or_undefined(0).to_string(context)?.to_vec();
    let source = Source::from_utf16(&source).with_path(Path::new(SCRIPT_PATH));
    Script::parse(source, None, context)?.evaluate(context)
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn gc(_this: &JsValue, _arguments: &[JsValue], _context: &mut Context) -> JsResult<JsValue> {
    boa_engine::gc::force_collect();
    Ok(JsValue::undefined())
}
