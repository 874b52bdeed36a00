//! Failed calls of typed functions: what the component is told, and that nothing else is harmed.

use callbox::{End, Limit, Limits, Outcome, Server, Stopped, ToolError, outcome::CallState};
use callbox_bindings::WitCalls;
use serde_json::{Value, json};

use super::{Done, Tools, component, component::Imported, run, run_within, tool};

/// Calls `t` with one number as its arguments; returns the error's code as JSON text, or fails with the message; `null`
/// if the call did not fail.
fn call_with(number: &'static str) -> impl Fn(&[Imported]) -> String {
    move |imported| {
        format!(
            "(local.set $result (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const {bytes})))
             (call $f0 (f64.const {number}) (local.get $result))
             (if (i32.eqz (i32.load8_u (local.get $result))) (then (return (i32.const 16))))
             (local.set $result (i32.add (local.get $result) (i32.const {at})))
             (i32.store (i32.const 128) (i32.const 1))
             (i64.store (i32.const 132) (i64.load offset=16 (local.get $result)))
             (i32.store8 (i32.const 140) (i32.const 1))
             (i64.store (i32.const 144) (i64.load (local.get $result)))
             (i32.store8 (i32.const 152) (i32.const 0))
             (i32.const 128)",
            bytes = imported[0].result_bytes,
            at = imported[0].value_at,
        )
    }
}

fn tools(output: &Value, answer: Result<Value, ToolError>) -> Tools {
    let input =
        json!({ "type": "object", "properties": { "n": { "type": "number", "maximum": 10 } }, "required": ["n"] });
    let tools = vec![tool("t", &input, output)];
    Tools::new(vec![Server::new("s", tools)], move |_, _| answer.clone())
}

/// Returns code and message of the error that the component received.
fn failed(tools: &Tools, number: &'static str) -> Result<(String, String), Box<dyn std::error::Error>> {
    let mut seen = Vec::new();
    for calls in [WitCalls::Plain, WitCalls::Async] {
        let outcome = run(&tools.catalog, component::component(&tools.wit().text(calls), call_with(number))?)?;
        match outcome.end {
            End::Threw(thrown) => seen.push((thrown.code.unwrap_or_default(), thrown.message)),
            _ => return Err(outcome.transcript().into()),
        }
    }
    assert_eq!(seen[0], seen[1], "plain and async functions differ");
    Ok(seen.remove(0))
}

#[test]
fn what_json_cannot_say_is_not_sent() -> Done {
    let tools = tools(&json!({}), Ok(json!(1)));
    for (number, shown) in [("nan", "NaN"), ("inf", "inf"), ("-inf", "-inf")] {
        let message = format!("the arguments cannot be sent as JSON: `$.n`: {shown} is not a JSON number");
        assert_eq!(failed(&tools, number)?, ("invalid_arguments".to_owned(), message));
    }
    assert!(tools.calls().is_empty());
    Ok(())
}

#[test]
fn arguments_are_checked_against_the_schema() -> Done {
    let tools = tools(&json!({}), Ok(json!(1)));
    let (code, message) = failed(&tools, "11")?;
    assert!(code == "invalid_arguments" && message.contains("`$.n`"), "{code}: {message}");
    assert!(tools.calls().is_empty());
    Ok(())
}

#[test]
fn a_failed_tool_is_a_tool_error() -> Done {
    let tools = tools(&json!({}), Err(ToolError::failed("no such thing")));
    assert_eq!(failed(&tools, "1")?, ("tool_failed".to_owned(), "no such thing".to_owned()));
    assert_eq!(tools.calls()[0], ("t".to_owned(), json!({ "n": 1 })));
    Ok(())
}

#[test]
fn an_integer_outside_s64_is_a_failed_call() -> Done {
    let tools = tools(
        &json!({ "type": "object", "properties": { "id": { "type": "integer" } } }),
        Ok(json!({ "id": 9_223_372_036_854_775_808_u64 })),
    );
    let message = "the result does not match the function's type: `$.id`: 9223372036854775808 is not an integer from -2^63 to 2^63-1";
    assert_eq!(failed(&tools, "1")?, ("invalid_result".to_owned(), message.to_owned()));
    Ok(())
}

#[test]
fn calls_are_booked_as_any() -> Done {
    let tools = tools(&json!({}), Ok(json!({ "a": [1] })));
    let component = component::component(&tools.wit().text(WitCalls::Plain), call_with("2.5"))?;
    let outcome = run(&tools.catalog, component)?;
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    let [call] = outcome.calls.as_slice() else { panic!("{}", outcome.transcript()) };
    assert_eq!((call.server.as_str(), call.tool.as_str(), &call.arguments), ("s", "t", &json!({ "n": 2.5 })));
    assert_eq!(call.state, CallState::Finished { result_bytes: 9 });
    Ok(())
}

/// Calls `t` with `{ "text": … }`, a text of that many bytes from address 2,048 on, made of brackets around nothing. It
/// is not sent.
fn bracketed(schema: &Value, bytes: u32, limits: Limits) -> Result<Outcome, Box<dyn std::error::Error>> {
    let input = json!({ "type": "object", "properties": { "text": schema }, "required": ["text"] });
    let tools = vec![tool("t", &input, &json!({ "type": "boolean" }))];
    let tools = Tools::new(vec![Server::new("s", tools)], |_, _| Ok(json!(true)));
    let body = |_: &[Imported]| {
        let half = bytes / 2;
        format!(
            "(memory.fill (i32.const 2048) (i32.const 91) (i32.const {half}))
             (memory.fill (i32.add (i32.const 2048) (i32.const {half})) (i32.const 93) (i32.const {half}))
             (call $f0 (i32.const 2048) (i32.const {bytes}) (i32.const 256))
             (if (i32.eqz (i32.load8_u (i32.const 256))) (then unreachable))
             (i32.const 16)"
        )
    };
    let source = component::component(&tools.wit().text(WitCalls::Plain), body)?;
    let outcome = run_within(&tools.catalog, source, limits)?;
    assert!(tools.calls().is_empty(), "{}", outcome.transcript());
    Ok(outcome)
}

fn stopped(schema: &Value, bytes: u32, limits: Limits) -> Result<Stopped, Box<dyn std::error::Error>> {
    let outcome = bracketed(schema, bytes, limits)?;
    match outcome.end {
        End::Stopped(stopped) => Ok(stopped),
        _ => Err(outcome.transcript().into()),
    }
}

#[test]
fn arguments_past_their_limits_end_the_run() -> Done {
    let limits = Limits { argument_bytes_max: 1_000, ..Limits::default() };
    let ended = stopped(&json!({ "type": "string" }), 60_000, limits.clone())?;
    assert_eq!(ended, Stopped::Limit { limit: Limit::ArgumentBytes, value: 1_000, used: 1_001 });
    // The value's own bytes may stay within the limit while its names and quotes exceed it.
    let ended = stopped(&json!({ "type": "string" }), 990, limits)?;
    assert_eq!(ended, Stopped::Limit { limit: Limit::ArgumentBytes, value: 1_000, used: 1_001 });
    // Arguments nested too deeply are a failed call, as in JavaScript.
    let outcome = bracketed(&json!({}), 220, Limits::default())?;
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    Ok(())
}
