//! `callbox call`: calls one tool, with the checks and unwrapping of a script's calls.

use callbox::{Caller, CancellationToken, Limits, ToolError, ToolErrorCode, internal::SCHEMA_VERSION};
use serde_json::{Value, json};

use super::open;
use crate::{
    args::{CallArgs, json_argument},
    error::CliError,
    exit::ExitCode,
    render::{self, Canvas},
    settings::Settings,
    toolbox::{Toolbox, resolve_tool},
};

pub(crate) async fn call(
    args: &CallArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let arguments = json_argument("--args", &args.arguments)?;
    if !arguments.is_object() {
        return Err(CliError::usage("`--args`: expected a JSON object"));
    }
    let toolbox = open(settings, std::slice::from_ref(&args.tool), false, cancel).await?;
    let ended = perform(&toolbox, args, arguments, cancel).await;
    toolbox.close().await;
    match ended? {
        Ok(value) => returned(args, settings, &value),
        Err(error) => failed(args, settings, &error),
    }
}

async fn perform(
    toolbox: &Toolbox,
    args: &CallArgs,
    arguments: Value,
    cancel: &CancellationToken,
) -> Result<Result<Value, ToolError>, CliError> {
    let (server, tool) = resolve_tool(&toolbox.catalog, &args.tool)?;
    let limits = Limits { tool_call_ms_max: args.tool_call_ms, ..Limits::default() };
    tokio::select! {
        ended = toolbox.catalog.call(&server, &tool, arguments, &limits, Caller::default()) => Ok(ended),
        () = cancel.cancelled() => Ok(Err(ToolError::new(ToolErrorCode::Cancelled, "cancelled; the call may have taken effect"))),
    }
}

fn returned(args: &CallArgs, settings: &Settings, value: &Value) -> Result<ExitCode, CliError> {
    if args.json {
        let end = json!({"kind": "returned", "value": value});
        render::print_json(&json!({"schema_version": SCHEMA_VERSION, "end": end}))?;
    } else {
        render::print(&render::value(value, settings.terminal.out))?;
    }
    Ok(ExitCode::Returned)
}

fn failed(args: &CallArgs, settings: &Settings, error: &ToolError) -> Result<ExitCode, CliError> {
    if args.json {
        let error = json!({
            "name": "ToolError",
            "code": error.code,
            "tool": args.tool,
            "message": error.message,
            "retryable": error.retryable,
            "data": error.data,
        });
        let end = json!({"kind": "threw", "error": error});
        render::print_json(&json!({"schema_version": SCHEMA_VERSION, "end": end}))?;
    } else {
        render::tell(&render::tool_error(error, &args.tool, Canvas { colour: settings.terminal.colour }));
    }
    Ok(exit(error.code))
}

fn exit(code: ToolErrorCode) -> ExitCode {
    match code {
        ToolErrorCode::InvalidArguments => ExitCode::Usage,
        ToolErrorCode::Cancelled => ExitCode::Stopped,
        ToolErrorCode::Unreachable | ToolErrorCode::ServerDied => ExitCode::Unreachable,
        _ => ExitCode::Threw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_exit_code() {
        assert_eq!(exit(ToolErrorCode::InvalidArguments), ExitCode::Usage);
        assert_eq!(exit(ToolErrorCode::ToolFailed), ExitCode::Threw);
        assert_eq!(exit(ToolErrorCode::Timeout), ExitCode::Threw);
        assert_eq!(exit(ToolErrorCode::ServerDied), ExitCode::Unreachable);
        assert_eq!(exit(ToolErrorCode::Cancelled), ExitCode::Stopped);
    }
}
