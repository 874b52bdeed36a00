//! The functions of ours that a script can call, by kind; what each does stands in its module.

use crate::engine::{Engine, Result};
use crate::{console, errors, functions, random, timers, tool_call};

/// A function of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Native {
    /// A tool, by the numbers of its server and its own.
    Tool(u32, u32),
    /// A function of the host, by its number.
    HostFunction(u32),
    /// A method of `console` that prints at this level.
    Print(u32),
    /// A method of `console` that has nothing to say here.
    Silent,
    /// `console.assert`
    Assert,
    /// `setTimeout`
    SetTimeout,
    /// `clearTimeout`
    ClearTimeout,
    /// `Math.random`
    Random,
    /// What compiled code calls in `throw thrown(value, line, column)`.
    Thrown,
}

/// Calls it.
///
/// # Errors
///
/// What the script's code threw, or the function itself.
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

/// Defines the globals that are the same in every engine, in a fresh realm.
///
/// # Errors
///
/// What the engine says when it refuses one.
pub fn install<E: Engine>(engine: &mut E) -> Result<(), E> {
    random::install(engine)?;
    console::install(engine)?;
    timers::install(engine)
}
