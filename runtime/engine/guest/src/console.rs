//! The `console` object: sends lines to the log of the run at once. They are not part of the result.

use std::fmt::Write as _;

use crate::engine::{Engine, Enumerable, Result, Type};
use crate::natives::Native;
use crate::{abi, inspect, number};

/// Log levels, as the host numbers them.
pub mod level {
    pub(super) const DEBUG: u32 = 0;
    /// Level of `console.log`.
    pub const LOG: u32 = 1;
    pub(super) const INFO: u32 = 2;
    pub(super) const WARN: u32 = 3;
    pub(super) const ERROR: u32 = 4;
}

/// Methods that print their arguments.
const PRINTING: [(&str, u32); 10] = [
    ("debug", level::DEBUG),
    ("log", level::LOG),
    ("info", level::INFO),
    ("warn", level::WARN),
    ("error", level::ERROR),
    ("dir", level::LOG),
    ("trace", level::DEBUG),
    ("table", level::LOG),
    ("group", level::LOG),
    ("groupCollapsed", level::LOG),
];

/// Methods that scripts call out of habit and that do nothing here.
const SILENT: [&str; 7] = ["groupEnd", "time", "timeEnd", "timeLog", "count", "countReset", "clear"];

/// Defines the global.
pub(crate) fn install<E: Engine>(engine: &mut E) -> Result<(), E> {
    let console = engine.object();
    let printing = PRINTING.iter().map(|&(name, level)| (name, Native::Print(level)));
    let silent = SILENT.iter().map(|&name| (name, Native::Silent));
    for (name, native) in printing.chain(silent).chain([("assert", Native::Assert)]) {
        let method = engine.function(native, name, 0);
        engine.define(&console, name, method, Enumerable::No)?;
    }
    let global = engine.global();
    engine.define(&global, "console", console, Enumerable::No)
}

pub(crate) fn print<E: Engine>(engine: &mut E, level: u32, arguments: &[E::Value]) {
    abi::log(level, &line(engine, arguments));
}

pub(crate) fn assert<E: Engine>(engine: &mut E, arguments: &[E::Value]) {
    if arguments.first().is_some_and(|condition| engine.truthy(condition)) {
        return;
    }
    let rest = line(engine, arguments.get(1..).unwrap_or_default());
    let line = if rest.is_empty() { "Assertion failed".to_owned() } else { format!("Assertion failed: {rest}") };
    abi::log(level::ERROR, &line);
}

/// Formats the arguments as one line, and fills in placeholders such as `%s` in the first.
pub fn line<E: Engine>(engine: &mut E, arguments: &[E::Value]) -> String {
    let Some((first, rest)) = arguments.split_first() else { return String::new() };
    let (mut line, rest) = if engine.type_of(first) == Type::Text {
        let pattern = engine.with_text(first, str::to_owned);
        filled(engine, &pattern, rest)
    } else {
        (inspect::inspect(engine, first), rest)
    };
    for argument in rest {
        let _ = write!(line, " {}", shown(engine, argument));
    }
    line
}

fn shown<E: Engine>(engine: &mut E, value: &E::Value) -> String {
    match engine.type_of(value) {
        Type::Text => engine.with_text(value, str::to_owned),
        _ => inspect::inspect(engine, value),
    }
}

/// Fills the placeholders of `pattern`, and returns the line and the unused arguments.
fn filled<'a, E: Engine>(engine: &mut E, pattern: &str, mut rest: &'a [E::Value]) -> (String, &'a [E::Value]) {
    let mut line = String::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let kind = characters.peek().copied().filter(|_| character == '%');
        match (kind, rest.split_first()) {
            (Some('%'), Some(_)) => line.push('%'),
            (Some(kind @ ('s' | 'd' | 'i' | 'f' | 'j' | 'o' | 'O' | 'c')), Some((argument, others))) => {
                line += &placed(engine, kind, argument);
                rest = others;
            }
            _ => {
                line.push(character);
                continue;
            }
        }
        characters.next();
    }
    (line, rest)
}

fn placed<E: Engine>(engine: &mut E, kind: char, argument: &E::Value) -> String {
    match (kind, engine.type_of(argument)) {
        ('c', _) => String::new(),
        ('d' | 'f', Type::Number(number)) => number::text(number),
        ('i', Type::Number(number)) => number::text(number.trunc()),
        ('d' | 'f' | 'i', _) => "NaN".to_owned(),
        _ => shown(engine, argument),
    }
}
