//! `ToolError`, the class of errors that failed calls throw.

use crate::engine::{Engine, Enumerable, ErrorKind, Result};
use crate::frames::Failure;

/// Written in JavaScript, because scripts subclass and construct it like any class. The engine evaluates it at boot.
pub const CLASS: &str = "(class ToolError extends Error {
    constructor(message, { code = 'tool_failed', tool = '', retryable = false, data = null, ...options } = {}) {
        super(message, options);
        Object.assign(this, { code, tool, retryable, data });
    }
})";

/// Defines the global `ToolError`; `class` is the value of [`CLASS`].
///
/// # Errors
///
/// If the engine cannot define it.
pub fn install<E: Engine>(engine: &mut E, class: E::Value) -> Result<(), E> {
    let prototype = engine.get(&class, "prototype")?;
    let name = engine.text("ToolError");
    engine.define(&prototype, "name", name, Enumerable::No)?;
    let global = engine.global();
    engine.define(&global, "ToolError", class, Enumerable::No)?;
    let _ = engine.run().tool_error.set(prototype);
    Ok(())
}

/// Creates an error object whose stack begins at the script's current position.
pub(crate) fn site<E: Engine>(engine: &mut E) -> Result<E::Value, E> {
    engine.error(ErrorKind::Error, "")
}

/// Turns `site` into a `ToolError` for `failure`.
pub(crate) fn from_failure<E: Engine>(engine: &mut E, site: E::Value, failure: &Failure) -> Result<E::Value, E> {
    if let Some(prototype) = engine.run().tool_error.get() {
        engine.set_prototype(&site, prototype);
    }
    let data = match &failure.data {
        Some(data) => engine.parse(data)?,
        None => engine.null(),
    };
    let message = engine.text(&failure.message);
    engine.define(&site, "message", message, Enumerable::No)?;
    let code = engine.text(&failure.code);
    engine.define(&site, "code", code, Enumerable::Yes)?;
    let tool = engine.text(&failure.tool);
    engine.define(&site, "tool", tool, Enumerable::Yes)?;
    let retryable = engine.boolean(failure.retryable);
    engine.define(&site, "retryable", retryable, Enumerable::Yes)?;
    engine.define(&site, "data", data, Enumerable::Yes)?;
    Ok(site)
}

/// Checks whether `error` is an instance of `ToolError` or of a subclass.
pub(crate) fn is_tool_error<E: Engine>(engine: &mut E, error: &E::Value) -> bool {
    /// Deeper than any real class hierarchy.
    const ANCESTORS_MAX: usize = 16;
    let run = engine.run();
    let Some(wanted) = run.tool_error.get() else { return false };
    let mut ancestor = engine.prototype(error);
    for _ in 0..ANCESTORS_MAX {
        match ancestor {
            Some(found) if engine.same(&found, wanted) => return true,
            Some(found) => ancestor = engine.prototype(&found),
            None => return false,
        }
    }
    false
}

/// Throws a `TypeError` with a stable code.
pub(crate) fn type_error<E: Engine>(engine: &mut E, message: &str, code: &str) -> E::Error {
    let coded = engine.error(ErrorKind::Type, message).and_then(|error| {
        let code = engine.text(code);
        engine.define(&error, "code", code, Enumerable::Yes)?;
        Ok(error)
    });
    match coded {
        Ok(error) => engine.throw(error),
        Err(refused) => refused,
    }
}
