//! One call of a tool: arguments become JSON, the call is queued, the script gets a promise.

use boa_engine::builtins::promise::ResolvingFunctions;
use boa_engine::object::builtins::JsPromise;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::{Context, JsArgs, JsError, JsResult, JsValue, NativeFunction, js_string};

use crate::frames::{Call, Failure, HOST_FUNCTIONS};
use crate::json::{self, Refusal};
use crate::run::{Pending, Run};
use crate::tool_error;

/// The function object of a tool.
pub(crate) fn function(name: &str, server: u32, tool: u32, context: &Context) -> JsObject {
    let call =
        NativeFunction::from_copy_closure(move |_this, arguments, context| call(server, tool, arguments, context));
    let function = FunctionObjectBuilder::new(context.realm(), call).name(js_string!(name)).length(1);
    function.build().into()
}

fn call(server: u32, tool: u32, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let json = self::arguments(arguments, context);
    promise(server, tool, json, context)
}

/// The promise of a call with these arguments, which is queued unless they were refused.
pub(crate) fn promise(
    server: u32,
    tool: u32,
    arguments: Result<Vec<u8>, Refused>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let site = tool_error::site(context)?;
    let (promise, resolvers) = JsPromise::new_pending(context);
    match arguments {
        Ok(json) => queue(server, tool, json, resolvers, site, context),
        Err(Refused::Threw(error)) => reject(&resolvers, error, context)?,
        Err(Refused::Invalid(message)) => {
            let error = invalid(server, tool, message, site, context)?;
            reject(&resolvers, error, context)?;
        }
    }
    Ok(promise.into())
}

/// Why arguments cannot be sent.
pub(crate) enum Refused {
    /// Script code that makes them threw.
    Threw(JsError),
    /// They are not what a call takes.
    Invalid(String),
}

/// JSON of the one object that a call takes; no argument is the empty object.
fn arguments(arguments: &[JsValue], context: &mut Context) -> Result<Vec<u8>, Refused> {
    let given = arguments.get_or_undefined(0);
    if given.is_undefined() && arguments.len() <= 1 {
        return Ok(b"{}".to_vec());
    }
    if arguments.len() > 1 {
        return Err(Refused::Invalid(format!("arguments must be one object, found {} arguments", arguments.len())));
    }
    if !given.is_object() {
        return Err(not_one_object(given.type_of()));
    }
    let json = json::plain(given, Run::of(context).json_depth_max.get(), context)?;
    // An array, or an object whose `toJSON` answers with something else.
    if json.first() == Some(&b'{') { Ok(json) } else { Err(not_one_object("something else")) }
}

fn not_one_object(found: &str) -> Refused {
    Refused::Invalid(format!("arguments must be one object, found {found}"))
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Threw(error) => Self::Threw(error),
            Refusal::NotJson { path, found, hint, .. } => {
                Self::Invalid(format!("arguments must be plain JSON, found {found} at `{path}`; {hint}"))
            }
        }
    }
}

fn queue(server: u32, tool: u32, arguments: Vec<u8>, promise: ResolvingFunctions, site: JsObject, context: &Context) {
    let run = Run::of(context);
    let id = run.next_id();
    run.calls.borrow_mut().push(Call { id, server, tool, arguments });
    run.pending.borrow_mut().insert(id, Pending::Call { promise, site });
}

fn invalid(server: u32, tool: u32, message: String, site: JsObject, context: &mut Context) -> JsResult<JsError> {
    let failure = Failure {
        code: "invalid_arguments".to_owned(),
        tool: full_name(server, tool, context),
        message,
        retryable: false,
        data: None,
    };
    tool_error::from_failure(site, failure, context).map(JsError::from_opaque)
}

/// An error of the engine itself cannot be a rejection, and goes on upwards.
fn reject(promise: &ResolvingFunctions, error: JsError, context: &mut Context) -> JsResult<()> {
    let reason = error.into_opaque(context)?;
    promise.reject.call(&JsValue::undefined(), &[reason], context).map(drop)
}

fn full_name(server: u32, tool: u32, context: &Context) -> String {
    let run = Run::of(context);
    match server {
        HOST_FUNCTIONS => run.functions.path(tool),
        server => run.catalog.full_name(server, tool),
    }
}
