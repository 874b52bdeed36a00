//! `ToolError`, the class of what a failed call throws, and how a failure becomes one.

use std::path::Path;

use boa_engine::object::JsObject;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue, Source, js_string};

use crate::frames::Failure;
use crate::json;
use crate::run::Run;

/// Written in JavaScript because scripts subclass and construct it like any class.
const CLASS: &str = "(class ToolError extends Error {
    constructor(message, { code = 'tool_failed', tool = '', retryable = false, data = null, ...options } = {}) {
        super(message, options);
        Object.assign(this, { code, tool, retryable, data });
    }
})";

/// Defines the global.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let class = context.eval(Source::from_bytes(CLASS).with_path(Path::new("callbox:boot")))?;
    let prototype = class.to_object(context)?.get(js_string!("prototype"), context)?.to_object(context)?;
    define_hidden(&prototype, "name", js_string!("ToolError").into(), context)?;
    define_hidden(&context.global_object(), "ToolError", class, context)?;
    let _ = Run::of(context).tool_error.set(prototype);
    Ok(())
}

/// An error object whose stack begins where the script is now.
pub(crate) fn site(context: &mut Context) -> JsResult<JsObject> {
    let error = context.intrinsics().constructors().error().constructor();
    error.construct(&[], None, context)
}

/// Makes `site` the `ToolError` that `failure` tells of.
pub(crate) fn from_failure(site: JsObject, failure: Failure, context: &mut Context) -> JsResult<JsValue> {
    site.set_prototype(Run::of(context).tool_error.get().cloned());
    let data = match &failure.data {
        Some(data) => json::parse(data, context)?,
        None => JsValue::null(),
    };
    let text = |text: String| JsValue::from(js_string!(text));
    define_hidden(&site, "message", text(failure.message), context)?;
    site.create_data_property_or_throw(js_string!("code"), text(failure.code), context)?;
    site.create_data_property_or_throw(js_string!("tool"), text(failure.tool), context)?;
    site.create_data_property_or_throw(js_string!("retryable"), failure.retryable, context)?;
    site.create_data_property_or_throw(js_string!("data"), data, context)?;
    Ok(site.into())
}

/// Whether `error` is a `ToolError` or descends from one.
pub(crate) fn is_tool_error(error: &JsObject, context: &Context) -> bool {
    /// No honest class hierarchy is deeper.
    const ANCESTORS_MAX: usize = 16;
    let run = Run::of(context);
    let Some(wanted) = run.tool_error.get() else { return false };
    let mut ancestors = std::iter::successors(error.prototype(), JsObject::prototype).take(ANCESTORS_MAX);
    ancestors.any(|ancestor| JsObject::equals(&ancestor, wanted))
}

/// A `TypeError` with a stable code.
pub(crate) fn type_error(message: String, code: &str, context: &mut Context) -> JsError {
    let error = JsNativeError::typ().with_message(message).into_opaque(context);
    let code = js_string!(code);
    match error.create_data_property_or_throw(js_string!("code"), code, context) {
        Ok(_) => JsError::from_opaque(error.into()),
        Err(refused) => refused,
    }
}

fn define_hidden(object: &JsObject, key: &str, value: JsValue, context: &mut Context) -> JsResult<()> {
    let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(false).configurable(true);
    object.define_property_or_throw(js_string!(key), property, context)?;
    Ok(())
}
