//! What a script threw, read without trusting it: names, messages and stacks may be a script's own traps.

use std::rc::Rc;

use boa_engine::builtins::error::Error;
use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, NativeFunction, js_string};

use crate::frames::{Frame, Thrown};
use crate::frames_text::{self, frames};
use crate::run::{Run, ThrowSite};
use crate::{inspect, json, tool_error};

/// Causes and inner errors told of, at most.
const INNER_MAX: usize = 4;

/// Characters of one message, at most: a message may hold a whole file.
const MESSAGE_MAX: usize = 16 * 1024;

/// Keeps the engine's own `stack` getter before any script can replace it.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().error().prototype();
    let stack = prototype.borrow().properties().get(&PropertyKey::from(js_string!("stack")));
    if let Some(getter) = stack.and_then(|stack| stack.get().and_then(JsValue::as_object)) {
        let _ = Run::of(context).stack_getter.set(getter);
    }
    Ok(())
}

/// The function that compiled code calls in `throw thrown(value, line, column)`.
pub(crate) fn thrown_function(context: &Context) -> JsObject {
    NativeFunction::from_fn_ptr(remember).to_js_function(context.realm()).into()
}

fn remember(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let value = arguments.get_or_undefined(0).clone();
    if as_error(&value).is_none() {
        let line = arguments.get_or_undefined(1).to_u32(context)?;
        let column = arguments.get_or_undefined(2).to_u32(context)?;
        Run::of(context).remember(ThrowSite { value: value.clone(), line, column });
    }
    Ok(value)
}

fn as_error(value: &JsValue) -> Option<JsObject> {
    value.as_object().filter(JsObject::is::<Error>)
}

/// What is told of `error`, an error of the engine included.
pub(crate) fn from_error(error: JsError, context: &mut Context) -> Thrown {
    let text = error.to_string();
    match error.into_opaque(context) {
        Ok(value) => from_value(&value, context),
        Err(_) => Thrown { name: "RangeError".to_owned(), message: text, ..Thrown::default() },
    }
}

/// What is told of an error that keeps the source from compiling.
pub(crate) fn from_compile_error(error: JsError, context: &mut Context) -> Thrown {
    let mut thrown = Thrown { compile: true, ..from_error(error, context) };
    if let Some((message, frame)) = frames_text::place_of_syntax_error(&thrown.message) {
        (thrown.message, thrown.frames) = (message.to_owned(), vec![frame]);
    }
    thrown
}

/// What is told of a thrown value.
pub(crate) fn from_value(value: &JsValue, context: &mut Context) -> Thrown {
    match as_error(value) {
        Some(error) => from_object(&error, context),
        None => from_plain(value, context),
    }
}

fn from_object(error: &JsObject, context: &mut Context) -> Thrown {
    let is_tool_error = tool_error::is_tool_error(error, context);
    Thrown {
        name: name(error, context),
        message: message(error, context) + &inner(error, context),
        frames: stack_or_inner(error, context),
        code: text(error, "code", context),
        value: if is_tool_error { data(error, context) } else { None },
        compile: false,
    }
}

fn from_plain(value: &JsValue, context: &mut Context) -> Thrown {
    let message = match value.as_string() {
        Some(text) => text.to_std_string_lossy(),
        None => inspect::inspect(value, context),
    };
    Thrown {
        message: shortened(message),
        frames: site(value, &Run::of(context)).into_iter().collect(),
        value: plain(value, context),
        ..Thrown::default()
    }
}

/// Where exactly this value was thrown last.
fn site(value: &JsValue, run: &Rc<Run>) -> Option<Frame> {
    let sites = run.sites.borrow();
    let site = sites.iter().rev().find(|site| JsValue::same_value(&site.value, value))?;
    Some(Frame { function: String::new(), line: site.line, column: site.column, author: true })
}

fn name(error: &JsObject, context: &mut Context) -> String {
    text(error, "name", context).unwrap_or_else(|| "Error".to_owned())
}

fn message(error: &JsObject, context: &mut Context) -> String {
    shortened(text(error, "message", context).unwrap_or_default())
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MESSAGE_MAX) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A property that is a string; a getter that throws has none.
fn text(error: &JsObject, key: &str, context: &mut Context) -> Option<String> {
    let value = error.get(js_string!(key), context).ok()?;
    value.as_string().map(|text| text.to_std_string_lossy())
}

/// The frames kept when the error was made, which no script can forge.
pub(crate) fn stack(error: &JsObject, context: &mut Context) -> Vec<Frame> {
    let run = Run::of(context);
    let Some(getter) = run.stack_getter.get() else { return Vec::new() };
    let stack = getter.call(&error.clone().into(), &[], context).ok();
    let text = stack.and_then(|stack| stack.as_string().map(|stack| stack.to_std_string_lossy()));
    text.map_or_else(Vec::new, |text| frames(&text))
}

/// What `Promise.any` throws is made where no script runs, and has no frames but those of its reasons.
fn stack_or_inner(error: &JsObject, context: &mut Context) -> Vec<Frame> {
    let frames = stack(error, context);
    if !frames.is_empty() {
        return frames;
    }
    let errors = error.get(js_string!("errors"), context).ok().and_then(|errors| errors.as_object());
    let first = errors.filter(JsObject::is_array).and_then(|errors| errors.get(0, context).ok());
    let first = first.as_ref().and_then(as_error);
    first.map_or_else(Vec::new, |first| stack(&first, context))
}

/// JSON of a `ToolError`'s data.
fn data(error: &JsObject, context: &mut Context) -> Option<Vec<u8>> {
    let data = error.get(js_string!("data"), context).ok()?;
    if data.is_null_or_undefined() { None } else { plain(&data, context) }
}

fn plain(value: &JsValue, context: &mut Context) -> Option<Vec<u8>> {
    if value.is_undefined() {
        return None;
    }
    json::plain(value, Run::of(context).json_depth_max.get(), context).ok()
}

/// The inner errors of an `AggregateError` and the chain of causes, in words.
fn inner(error: &JsObject, context: &mut Context) -> String {
    let mut told = aggregated(error, context);
    let mut outer = error.clone();
    for _ in 0..INNER_MAX {
        let Ok(cause) = outer.get(js_string!("cause"), context) else { break };
        if cause.is_undefined() {
            break;
        }
        told += &format!("; caused by: {}", one_line(&cause, context));
        let Some(error) = as_error(&cause) else { break };
        outer = error;
    }
    told
}

fn aggregated(error: &JsObject, context: &mut Context) -> String {
    let Ok(errors) = error.get(js_string!("errors"), context) else { return String::new() };
    let Some(errors) = errors.as_object().filter(JsObject::is_array) else { return String::new() };
    let mut told = Vec::new();
    let count = errors.get(js_string!("length"), context).ok().and_then(|count| count.as_number());
    for index in 0..INNER_MAX {
        if count.is_none_or(|count| index as f64 >= count) {
            break;
        }
        match errors.get(index, context) {
            Ok(inner) => told.push(one_line(&inner, context)),
            Err(_) => break,
        }
    }
    if told.is_empty() { String::new() } else { format!(" [{}]", told.join("; ")) }
}

/// `Name: message`, or the text of a value that is no error.
pub(crate) fn one_line(value: &JsValue, context: &mut Context) -> String {
    let Some(error) = as_error(value) else { return shortened(inspect::inspect(value, context)) };
    let (name, message) = (name(&error, context), message(&error, context));
    if message.is_empty() { name } else { format!("{name}: {message}") }
}
