//! A tool call: writes the arguments as JSON, queues the call, and gives the script a promise.

use crate::engine::{Engine, Resolvers, Result, Type};
use crate::frames::{Call, Failure, HOST_FUNCTIONS};
use crate::json::{self, Refusal};
use crate::run::Pending;
use crate::tool_error;

pub(crate) fn call<E: Engine>(engine: &mut E, server: u32, tool: u32, arguments: &[E::Value]) -> Result<E::Value, E> {
    let json = self::arguments(engine, arguments);
    promise(engine, server, tool, json)
}

/// Queues a call unless its arguments were rejected, and returns its promise.
pub(crate) fn promise<E: Engine>(
    engine: &mut E,
    server: u32,
    tool: u32,
    arguments: std::result::Result<Vec<u8>, Refused<E::Error>>,
) -> Result<E::Value, E> {
    let site = tool_error::site(engine)?;
    let (promise, resolvers) = engine.promise()?;
    match arguments {
        Ok(json) => queue(engine, server, tool, json, resolvers, site),
        Err(Refused::Threw(error)) => reject(engine, &resolvers, error)?,
        Err(Refused::Invalid(message)) => {
            let error = invalid(engine, server, tool, message, site)?;
            reject(engine, &resolvers, error)?;
        }
    }
    Ok(promise)
}

/// Why arguments cannot be sent.
pub(crate) enum Refused<E> {
    /// Script code threw while they were read.
    Threw(E),
    /// They are not valid arguments of a call.
    Invalid(String),
}

/// Returns the JSON of the one object that a call takes; without an argument, an empty object.
fn arguments<E: Engine>(engine: &mut E, arguments: &[E::Value]) -> std::result::Result<Vec<u8>, Refused<E::Error>> {
    let given = match arguments {
        [] => return Ok(b"{}".to_vec()),
        [given] => given,
        _ => {
            let found = arguments.len();
            return Err(Refused::Invalid(format!("arguments must be one object, found {found} arguments")));
        }
    };
    match engine.type_of(given) {
        Type::Undefined => return Ok(b"{}".to_vec()),
        Type::Object(_) => {}
        other => return Err(not_one_object(type_name(other))),
    }
    let depth_max = engine.run().json_depth_max.get();
    let json = json::plain(engine, given, depth_max)?;
    // Otherwise it is an array, or an object whose `toJSON` returns something else.
    if json.first() == Some(&b'{') { Ok(json) } else { Err(not_one_object("something else")) }
}

fn type_name(primitive: Type) -> &'static str {
    match primitive {
        Type::Undefined => "undefined",
        Type::Null => "null",
        Type::Object(_) => "object",
        Type::Boolean(_) => "boolean",
        Type::Number(_) => "number",
        Type::Text => "string",
        Type::BigInt => "bigint",
        Type::Symbol => "symbol",
    }
}

fn not_one_object<E>(found: &str) -> Refused<E> {
    Refused::Invalid(format!("arguments must be one object, found {found}"))
}

impl<E> From<Refusal<E>> for Refused<E> {
    fn from(refusal: Refusal<E>) -> Self {
        match refusal {
            Refusal::Threw(error) => Self::Threw(error),
            Refusal::NotJson(refusal) => Self::Invalid(format!(
                "arguments must be plain JSON, found {} at `{}`; {}",
                refusal.found, refusal.path, refusal.hint
            )),
        }
    }
}

fn queue<E: Engine>(
    engine: &E,
    server: u32,
    tool: u32,
    arguments: Vec<u8>,
    promise: Resolvers<E::Value>,
    site: E::Value,
) {
    let run = engine.run();
    let id = run.next_id();
    run.calls.borrow_mut().push(Call { id, server, tool, arguments });
    run.pending.borrow_mut().insert(id, Pending::Call { promise, site });
}

fn invalid<E: Engine>(engine: &mut E, server: u32, tool: u32, message: String, site: E::Value) -> Result<E::Error, E> {
    let failure = Failure {
        code: "invalid_arguments".to_owned(),
        tool: full_name(engine, server, tool),
        message,
        retryable: false,
        data: None,
    };
    let error = tool_error::from_failure(engine, site, &failure)?;
    Ok(engine.throw(error))
}

/// Rejects the promise. An engine limit cannot become a rejection and is passed on as an error.
fn reject<E: Engine>(engine: &mut E, promise: &Resolvers<E::Value>, error: E::Error) -> Result<(), E> {
    let reason = engine.caught(error)?;
    let this = engine.undefined();
    engine.call(&promise.reject, &this, &[reason]).map(drop)
}

fn full_name<E: Engine>(engine: &E, server: u32, tool: u32) -> String {
    let run = engine.run();
    match server {
        HOST_FUNCTIONS => run.functions.path(tool),
        server => run.catalog.full_name(server, tool),
    }
}
