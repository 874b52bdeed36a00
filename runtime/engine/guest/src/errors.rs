//! Reads thrown values without trusting them: names, messages and stacks may be getters or proxies of the script.

use crate::engine::{Class, Engine, Fatal, Result, Type};
use crate::frames::{Frame, State, Thrown};
use crate::run::{Run, ThrowSite};
use crate::{abi, inspect, json, number, tool_error};

/// Maximum number of causes and of inner errors reported.
const INNER_MAX: usize = 4;

/// Longest message, characters: a message may contain a whole file.
const MESSAGE_MAX: usize = 16 * 1024;

/// Longest name or code of an error, characters.
const NAME_MAX: usize = 80;

/// Implements the function that compiled code calls in `throw thrown(value, line, column)`.
pub(crate) fn remember<E: Engine>(engine: &mut E, arguments: &[E::Value]) -> Result<E::Value, E> {
    let value = arguments.first().cloned().unwrap_or_else(|| engine.undefined());
    if !is_error(engine, &value) {
        let line = position(engine, arguments.get(1))?;
        let column = position(engine, arguments.get(2))?;
        engine.run().remember(ThrowSite { value: value.clone(), line, column });
    }
    Ok(value)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float casts saturate")]
fn position<E: Engine>(engine: &mut E, given: Option<&E::Value>) -> Result<u32, E> {
    given.map_or(Ok(0), |given| engine.to_number(given).map(|number| number as u32))
}

fn is_error<E: Engine>(engine: &E, value: &E::Value) -> bool {
    engine.type_of(value) == Type::Object(Class::Error)
}

/// Returns the state of a run that ended with `error`.
pub(crate) fn state<E: Engine>(engine: &mut E, error: E::Error) -> State {
    match engine.thrown(error) {
        Ok(value) => {
            let thrown = from_value(engine, &value);
            // A getter of the error may have recursed.
            if engine.stack_exceeded() { State::StackExceeded } else { State::Threw(thrown) }
        }
        Err(Fatal::Stack) => State::StackExceeded,
        Err(Fatal::Bug(bug)) => abi::bug(&bug),
    }
}

/// Returns the state of a run whose source did not compile.
pub(crate) fn compile_state<E: Engine>(engine: &mut E, error: E::Error) -> State {
    match state(engine, error) {
        State::Threw(thrown) => State::Threw(engine.place(Thrown { compile: true, ..thrown })),
        other => other,
    }
}

/// Describes a thrown value for the host.
pub(crate) fn from_value<E: Engine>(engine: &mut E, value: &E::Value) -> Thrown {
    if is_error(engine, value) { from_error(engine, value) } else { from_plain(engine, value) }
}

fn from_error<E: Engine>(engine: &mut E, error: &E::Value) -> Thrown {
    let is_tool_error = tool_error::is_tool_error(engine, error);
    Thrown {
        name: name(engine, error),
        message: message(engine, error) + &inner(engine, error),
        frames: frames_or_inner(engine, error),
        code: code(engine, error).map(|code| shortened(code, NAME_MAX)),
        value: if is_tool_error { data(engine, error) } else { None },
        compile: false,
    }
}

fn from_plain<E: Engine>(engine: &mut E, value: &E::Value) -> Thrown {
    let message = match engine.type_of(value) {
        Type::Text => engine.with_text(value, str::to_owned),
        _ => inspect::inspect(engine, value),
    };
    Thrown {
        message: shortened(message, MESSAGE_MAX),
        frames: site(engine, value, &engine.run()).into_iter().collect(),
        value: plain(engine, value),
        ..Thrown::default()
    }
}

/// Returns the place where this value was last thrown.
fn site<E: Engine>(engine: &E, value: &E::Value, run: &Run<E::Value>) -> Option<Frame> {
    let sites = run.sites.borrow();
    let site = sites.iter().rev().find(|site| engine.same(&site.value, value))?;
    Some(Frame { function: String::new(), line: site.line, column: site.column, author: true })
}

fn name<E: Engine>(engine: &mut E, error: &E::Value) -> String {
    text(engine, error, "name").map_or_else(|| "Error".to_owned(), |name| shortened(name, NAME_MAX))
}

/// Reads `code`, a string or a number such as a status.
fn code<E: Engine>(engine: &mut E, error: &E::Value) -> Option<String> {
    let code = engine.get(error, "code").ok()?;
    match engine.type_of(&code) {
        Type::Text => Some(engine.with_text(&code, str::to_owned)),
        Type::Number(code) => Some(number::text(code)),
        _ => None,
    }
}

fn message<E: Engine>(engine: &mut E, error: &E::Value) -> String {
    shortened(text(engine, error, "message").unwrap_or_default(), MESSAGE_MAX)
}

fn shortened(mut text: String, characters_max: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(characters_max) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Reads a string property; `None` if its getter throws.
fn text<E: Engine>(engine: &mut E, error: &E::Value, key: &str) -> Option<String> {
    let value = engine.get(error, key).ok()?;
    (engine.type_of(&value) == Type::Text).then(|| engine.with_text(&value, str::to_owned))
}

/// Returns the frames of an error, or of its first inner error if it has none: the engine creates the error of
/// `Promise.any` while no script runs.
fn frames_or_inner<E: Engine>(engine: &mut E, error: &E::Value) -> Vec<Frame> {
    let frames = engine.frames(error);
    if !frames.is_empty() {
        return frames;
    }
    let Some(errors) = inner_list(engine, error) else { return frames };
    match engine.item(&errors, 0) {
        Ok(first) if is_error(engine, &first) => engine.frames(&first),
        _ => frames,
    }
}

/// Returns the `errors` array of an `AggregateError`.
fn inner_list<E: Engine>(engine: &mut E, error: &E::Value) -> Option<E::Value> {
    let errors = engine.get(error, "errors").ok()?;
    (engine.type_of(&errors) == Type::Object(Class::Array)).then_some(errors)
}

/// Returns the `data` of a `ToolError` as JSON.
fn data<E: Engine>(engine: &mut E, error: &E::Value) -> Option<Vec<u8>> {
    let data = engine.get(error, "data").ok()?;
    if engine.type_of(&data) == Type::Null { None } else { plain(engine, &data) }
}

fn plain<E: Engine>(engine: &mut E, value: &E::Value) -> Option<Vec<u8>> {
    if engine.type_of(value) == Type::Undefined {
        return None;
    }
    let depth_max = engine.run().json_depth_max.get();
    json::plain(engine, value, depth_max).ok()
}

/// Describes the inner errors of an `AggregateError` and the chain of causes.
fn inner<E: Engine>(engine: &mut E, error: &E::Value) -> String {
    let mut told = aggregated(engine, error);
    let mut outer = error.clone();
    for _ in 0..INNER_MAX {
        let Ok(cause) = engine.get(&outer, "cause") else { break };
        if engine.type_of(&cause) == Type::Undefined {
            break;
        }
        told += &format!("; caused by: {}", one_line(engine, &cause));
        if !is_error(engine, &cause) {
            break;
        }
        outer = cause;
    }
    told
}

fn aggregated<E: Engine>(engine: &mut E, error: &E::Value) -> String {
    let Some(errors) = inner_list(engine, error) else { return String::new() };
    let count = engine.length(&errors).unwrap_or(0);
    let mut told = Vec::new();
    for index in (0..count).take(INNER_MAX) {
        match engine.item(&errors, index) {
            Ok(inner) => told.push(one_line(engine, &inner)),
            Err(_) => break,
        }
    }
    if told.is_empty() { String::new() } else { format!(" [{}]", told.join("; ")) }
}

/// Returns `Name: message`, or the text of a value that is not an error.
pub(crate) fn one_line<E: Engine>(engine: &mut E, value: &E::Value) -> String {
    if !is_error(engine, value) {
        return shortened(inspect::inspect(engine, value), MESSAGE_MAX);
    }
    let (name, message) = (name(engine, value), message(engine, value));
    if message.is_empty() { name } else { format!("{name}: {message}") }
}
