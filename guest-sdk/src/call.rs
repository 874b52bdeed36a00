//! Tool calls with the script's own types.

use serde::{Serialize, de::DeserializeOwned};

use crate::{ToolError, bindings::callbox::script::tools, executor::Awaited};

/// Calls one tool by the exact names of server and tool. `arguments` must serialise to a JSON object; the result is
/// deserialised as a `T`, for example [`Value`](crate::Value) for any result.
///
/// Nothing is sent before the future is polled. Dropping it after that stops waiting: the call continues and is
/// reported with the run.
///
/// # Errors
/// A [`ToolError`]; its code is also `invalid_arguments` if `arguments` does not serialise to JSON, and
/// `invalid_result` if the result is not a `T`.
pub async fn call<T: DeserializeOwned>(
    server: &str,
    tool: &str,
    arguments: &(impl Serialize + ?Sized),
) -> Result<T, ToolError> {
    let name = || if server.is_empty() { tool.to_owned() } else { format!("{server}.{tool}") };
    let arguments = serde_json::to_string(arguments).map_err(|error| {
        ToolError::unfit("invalid_arguments", name(), format!("the arguments are not JSON: {error}"))
    })?;
    let result = Awaited::new(tools::start_call(server, tool, &arguments)).await?;
    serde_json::from_str(&result)
        .map_err(|error| ToolError::unfit("invalid_result", name(), format!("the result has another type: {error}")))
}

/// Calls a function of the host other than a tool, such as `results.get` under the gateway. `arguments` must serialise
/// to a JSON array, as a tuple does. Otherwise like [`call`].
///
/// # Errors
/// Like [`call`]; the code is `unknown_tool` if the host does not have the function.
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
