//! `setTimeout` and `clearTimeout`: a timer is a sleep requested from the host. No timer outlives the run.

use crate::engine::{Engine, Enumerable, ErrorKind, Result};
use crate::frames::Sleep;
use crate::natives::Native;
use crate::run::{Pending, Run};

/// Defines both globals.
pub(crate) fn install<E: Engine>(engine: &mut E) -> Result<(), E> {
    let global = engine.global();
    for (native, name, length) in [(Native::SetTimeout, "setTimeout", 2), (Native::ClearTimeout, "clearTimeout", 1)] {
        let function = engine.function(native, name, length);
        engine.define(&global, name, function, Enumerable::No)?;
    }
    Ok(())
}

pub(crate) fn set<E: Engine>(engine: &mut E, arguments: &[E::Value]) -> Result<E::Value, E> {
    let Some(callback) = arguments.first().filter(|callback| engine.is_callable(callback)).cloned() else {
        let refusal = engine.error(ErrorKind::Type, "the first argument of `setTimeout` must be a function")?;
        return Err(engine.throw(refusal));
    };
    let ms = delay(engine, arguments.get(1))?;
    let run = engine.run();
    let id = run.next_id();
    let arguments = arguments.iter().skip(2).cloned().collect();
    run.sleeps.borrow_mut().push(Sleep { id, ms });
    run.pending.borrow_mut().insert(id, Pending::Timer { callback, arguments });
    Ok(engine.number(f64::from(id)))
}

/// Returns the delay in milliseconds, at least 0; a value that is not a number gives 0, as in other runtimes.
fn delay<E: Engine>(engine: &mut E, given: Option<&E::Value>) -> Result<f64, E> {
    let Some(given) = given else { return Ok(0.0) };
    let ms = engine.to_number(given)?;
    Ok(if ms > 0.0 { ms.min(f64::from(i32::MAX)) } else { 0.0 })
}

pub(crate) fn clear<E: Engine>(engine: &mut E, arguments: &[E::Value]) -> Result<E::Value, E> {
    let Some(id) = arguments.first() else { return Ok(engine.undefined()) };
    let id = engine.to_number(id)?.trunc();
    if id >= 0.0 && id <= f64::from(u32::MAX) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
        forget(&engine.run(), id as u32);
    }
    Ok(engine.undefined())
}

/// Removes a timer. The id of a tool call is not a timer and is ignored.
fn forget<V>(run: &Run<V>, id: u32) {
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
