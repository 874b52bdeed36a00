//! `setTimeout` and `clearTimeout`: a timer is a sleep that the host is asked for; none outlives the run.

use boa_engine::value::IntegerOrInfinity;
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsValue, NativeFunction, js_string};

use crate::frames::Sleep;
use crate::run::{Pending, Run};

/// Defines both globals.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let set = NativeFunction::from_fn_ptr(set_timeout);
    context.register_global_builtin_callable(js_string!("setTimeout"), 2, set)?;
    let clear = NativeFunction::from_fn_ptr(clear_timeout);
    context.register_global_builtin_callable(js_string!("clearTimeout"), 1, clear)
}

fn set_timeout(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(callback) = arguments.get_or_undefined(0).as_callable() else {
        let refusal = JsNativeError::typ().with_message("the first argument of `setTimeout` must be a function");
        return Err(refusal.into());
    };
    let ms = delay(arguments.get_or_undefined(1), context)?;
    let run = Run::of(context);
    let id = run.next_id();
    let arguments = arguments.iter().skip(2).cloned().collect();
    run.sleeps.borrow_mut().push(Sleep { id, ms });
    run.pending.borrow_mut().insert(id, Pending::Timer { callback, arguments });
    Ok(id.into())
}

/// Milliseconds, at least 0; what is no number waits not at all, as everywhere.
fn delay(value: &JsValue, context: &mut Context) -> JsResult<f64> {
    let ms = value.to_number(context)?;
    Ok(if ms > 0.0 { ms.min(f64::from(i32::MAX)) } else { 0.0 })
}

fn clear_timeout(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let id = arguments.get_or_undefined(0).to_integer_or_infinity(context)?;
    if let IntegerOrInfinity::Integer(id) = id
        && let Ok(id) = u32::try_from(id)
    {
        clear(&Run::of(context), id);
    }
    Ok(JsValue::undefined())
}

/// An id of a tool call is no timer's, and stays.
fn clear(run: &Run, id: u32) {
    let mut pending = run.pending.borrow_mut();
    if !matches!(pending.get(&id), Some(Pending::Timer { .. })) {
        return;
    }
    pending.remove(&id);
    let mut sleeps = run.sleeps.borrow_mut();
    match sleeps.iter().position(|sleep| sleep.id == id) {
        Some(fresh) => drop(sleeps.remove(fresh)),
        None => run.cleared.borrow_mut().push(id),
    }
}
