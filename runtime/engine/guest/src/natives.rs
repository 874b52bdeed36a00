//! The native functions that a script can call; each is implemented in its own module.

use crate::engine::{Engine, Result};
use crate::{console, errors, functions, random, timers, tool_call};

/// A native function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Native {
    /// A tool, by the numbers of its server and of itself.
    Tool(u32, u32),
    /// A host function, by its number.
    HostFunction(u32),
    /// A method of `console` that prints at this level.
    Print(u32),
    /// A method of `console` that does nothing.
    Silent,
    /// `console.assert`.
    Assert,
    /// `setTimeout`.
    SetTimeout,
    /// `clearTimeout`.
    ClearTimeout,
    /// `Math.random`.
    Random,
    /// The function that compiled code calls in `throw thrown(value, line, column)`.
    Thrown,
}

/// Calls a native function.
///
/// # Errors
///
/// If script code or the function itself throws.
pub fn call<E: Engine>(engine: &mut E, native: Native, arguments: &[E::Value]) -> Result<E::Value, E> {
    match native {
        Native::Tool(server, tool) => tool_call::call(engine, server, tool, arguments),
        Native::HostFunction(number) => functions::call(engine, number, arguments),
        Native::Print(level) => {
            console::print(engine, level, arguments);
            Ok(engine.undefined())
        }
        Native::Silent => Ok(engine.undefined()),
        Native::Assert => {
            console::assert(engine, arguments);
            Ok(engine.undefined())
        }
        Native::SetTimeout => timers::set(engine, arguments),
        Native::ClearTimeout => timers::clear(engine, arguments),
        Native::Random => {
            let drawn = engine.run().random.next();
            Ok(engine.number(drawn))
        }
        Native::Thrown => errors::remember(engine, arguments),
    }
}

/// Defines the globals that all engines share, in a fresh realm.
///
/// # Errors
///
/// If the engine cannot define one.
pub fn install<E: Engine>(engine: &mut E) -> Result<(), E> {
    random::install(engine)?;
    console::install(engine)?;
    timers::install(engine)
}
