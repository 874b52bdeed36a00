//! The `console` object: lines for the log of the run, handed out as they come; they are not the result.

use std::fmt::Write as _;

use boa_engine::object::ObjectInitializer;
use boa_engine::property::Attribute;
use boa_engine::{Context, JsArgs, JsResult, JsValue, NativeFunction, js_string};

use crate::{abi, inspect};

/// What the host calls the levels.
mod level {
    pub(super) const DEBUG: u32 = 0;
    pub(super) const LOG: u32 = 1;
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

/// Methods that scripts call out of habit and that have nothing to say here.
const SILENT: [&str; 7] = ["groupEnd", "time", "timeEnd", "timeLog", "count", "countReset", "clear"];

/// Defines the global.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let mut console = ObjectInitializer::new(context);
    for (name, level) in PRINTING {
        let print = NativeFunction::from_copy_closure(move |_this, arguments, context| {
            print(level, arguments, context);
            Ok(JsValue::undefined())
        });
        console.function(print, js_string!(name), 0);
    }
    for name in SILENT {
        let silent = NativeFunction::from_copy_closure(|_this, _arguments, _context| Ok(JsValue::undefined()));
        console.function(silent, js_string!(name), 0);
    }
    console.function(NativeFunction::from_fn_ptr(assert), js_string!("assert"), 0);
    let console = console.build();
    context.register_global_property(js_string!("console"), console, Attribute::WRITABLE | Attribute::CONFIGURABLE)
}

fn print(level: u32, arguments: &[JsValue], context: &mut Context) {
    abi::log(level, &line(arguments, context));
}

#[allow(clippy::unnecessary_wraps, reason = "the signature is the engine's")]
fn assert(_this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !arguments.get_or_undefined(0).to_boolean() {
        let rest = line(arguments.get(1..).unwrap_or_default(), context);
        let line = if rest.is_empty() { "Assertion failed".to_owned() } else { format!("Assertion failed: {rest}") };
        abi::log(level::ERROR, &line);
    }
    Ok(JsValue::undefined())
}

/// The arguments as one line, `%s` and its like in the first filled in.
pub(crate) fn line(arguments: &[JsValue], context: &mut Context) -> String {
    let (mut line, rest) = match arguments.split_first() {
        Some((first, rest)) => match first.as_string() {
            Some(pattern) => filled(&pattern.to_std_string_lossy(), rest, context),
            None => (shown(first, context), rest),
        },
        None => return String::new(),
    };
    for argument in rest {
        let _ = write!(line, " {}", shown(argument, context));
    }
    line
}

fn shown(value: &JsValue, context: &mut Context) -> String {
    match value.as_string() {
        Some(text) => text.to_std_string_lossy(),
        None => inspect::inspect(value, context),
    }
}

/// Fills the placeholders of `pattern`; the arguments that found none are left over.
fn filled<'a>(pattern: &str, mut rest: &'a [JsValue], context: &mut Context) -> (String, &'a [JsValue]) {
    let mut line = String::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let kind = characters.peek().copied().filter(|_| character == '%');
        match (kind, rest.split_first()) {
            (Some('%'), Some(_)) => line.push('%'),
            (Some(kind @ ('s' | 'd' | 'i' | 'f' | 'j' | 'o' | 'O' | 'c')), Some((argument, others))) => {
                line += &placed(kind, argument, context);
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

fn placed(kind: char, argument: &JsValue, context: &mut Context) -> String {
    match kind {
        'c' => String::new(),
        'd' | 'f' => {
            argument.as_number().map_or("NaN".to_owned(), |number| JsValue::from(number).display().to_string())
        }
        'i' => {
            argument.as_number().map_or("NaN".to_owned(), |number| JsValue::from(number.trunc()).display().to_string())
        }
        _ => shown(argument, context),
    }
}
