//! One tool call with values of the script's own types.

use serde::{Serialize, de::DeserializeOwned};

use crate::{ToolError, bindings::callbox::script::tools, executor::Awaited};

/// Calls one tool by its exact names. `arguments` must be an object as JSON; the result is read as a `T`,
/// [`Value`](crate::Value) for whatever it is.
///
/// Nothing is sent before the future is polled. Dropping it after that gives up waiting: the call goes on
/// and is reported with the run.
///
/// # Errors
/// A [`ToolError`]; its code is `invalid_arguments` also if `arguments` is no JSON, and `invalid_result` also
/// if the result is no `T`.
pub async fn call<T: DeserializeOwned>(
    server: &str,
    tool: &str,
    arguments: &(impl Serialize + ?Sized),
) -> Result<T, ToolError> {
    let name = || if server.is_empty() { tool.to_owned() } else { format!("{server}.{tool}") };
    let arguments = serde_json::to_string(arguments).map_err(|error| {
        ToolError::unfit("invalid_arguments", name(), format!("the arguments are no JSON: {error}"))
    })?;
    let result = Awaited::new(tools::start_call(server, tool, &arguments)).await?;
    serde_json::from_str(&result)
        .map_err(|error| ToolError::unfit("invalid_result", name(), format!("the result is of another type: {error}")))
}

/// Calls a function that the host gives beside the tools, such as `results.get` under the gateway; `arguments` must be
/// an array as JSON, such as a tuple. All else is as with [`call`].
///
/// # Errors
/// As [`call`]; a host without the function says `unknown_tool`.
///
/// ```no_run
/// # async fn earlier() -> callbox::Result<()> {
/// let rows: Vec<callbox::Value> = callbox::call_host("results.get", &("r1",)).await?;
/// # Ok(())
/// # }
/// ```
pub async fn call_host<T: DeserializeOwned>(
    function: &str,
    arguments: &(impl Serialize + ?Sized),
) -> Result<T, ToolError> {
    #[derive(Serialize)]
    struct Packed<'a, A: ?Sized> {
        arguments: &'a A,
    }
    call("", function, &Packed { arguments }).await
}
