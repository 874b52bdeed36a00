//! Tests the demo from outside: its script and its error messages, run in the sandbox like any other script.

use callbox::{End, Outcome, RunRequest, Sandbox, outcome::CallState};
use serde_json::json;

use super::{SCRIPT, catalog};

fn run(script: &str) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sandbox = Sandbox::new().expect("an engine");
    runtime.block_on(sandbox.run(&catalog(), RunRequest::new(script))).expect("an outcome")
}

#[track_caller]
fn check(script: &str, expected: &serde_json::Value) {
    let outcome = run(script);
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(&returned.value, expected);
}

/// Checks the code and message of the error that the expression `call` throws.
#[track_caller]
fn check_refused(call: &str, code: &str, part: &str) {
    let script = format!("try {{ await {call}; return 'no error' }} catch (e) {{ return e.code + ': ' + e.message }}");
    let outcome = run(&script);
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    let text = returned.value.as_str().unwrap_or_default();
    assert!(text.starts_with(&format!("{code}: ")) && text.contains(part), "{text}");
}

#[test]
fn the_script_makes_many_calls_and_says_little() {
    let expected = "\
payments: 28 errors, most in 4.8.1 (connection pool exhausted). Ask Chidi Okafor.
  #350 4.9.1 returns them. Still five errors in two hours.
  #321 4.9.0 shares one pool. Watch it for an hour.
notifications: 21 errors, most in 4.5.0 (template `receipt.sv` has no field `total`). Ask Thandi Mbeki.
  #319 Repaired in 4.6.1.
search: 15 errors, most in 9.2.0 (shard 6 timed out after 2 s). Ask Mila Petrov.
  #323 No time-out since 9.3.1.";
    let outcome = run(SCRIPT);
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!(expected));
    assert_eq!(outcome.calls.len(), 54);
    let failed = outcome.calls.iter().filter(|call| matches!(call.state, CallState::Failed { .. }));
    assert_eq!(failed.count(), 1);
    assert!(outcome.usage.tool_calls_at_once > 1, "{:?}", outcome.usage);
}

#[test]
fn there_are_twelve_tools_and_each_says_what_it_takes_and_gives() {
    assert_eq!(catalog().tool_count(), 12);
    for tool in catalog().servers().iter().flat_map(|server| &server.server.tools) {
        let output = tool.output_schema.as_ref().expect("an output schema");
        for schema in [&tool.input_schema, output] {
            let fields = schema["properties"].as_object().into_iter().flatten();
            fields.for_each(|(name, field)| assert!(field["description"].is_string(), "{}.{name}", tool.name));
        }
    }
}

#[test]
fn each_tool_answers() {
    check("return (await tools.tracker.list_issues({ label: 'security', limit: 1 })).total", &json!(3));
    check("return (await tools.tracker.get_issue({ number: 319 })).comment_count", &json!(3));
    check("return (await tools.people.search_people({ query: 'LEAD' })).people.length", &json!(5));
    check("return (await tools.deploys.list_services()).services.length", &json!(8));
    check("return (await tools.deploys.get_deployment({ id: 115 })).state", &json!("rolled_back"));
    check(
        "return (await tools.deploys.list_deployments({ service: 'search', state: 'live' })).deployments[0].id",
        &json!(140),
    );
    check("return (await tools.logs.query({ service: 'search', level: 'error', limit: 9 })).truncated", &json!(true));
    let first = json!({ "at": "2026-03-02T08:04:00Z", "service": "checkout", "level": "error", "message": "gift card `null` has no balance" });
    check("return (await tools.logs.query({ service: 'checkout', limit: 1 })).lines[0]", &first);
}

#[test]
fn a_refusal_says_what_is_wrong() {
    check_refused("tools.tracker.get_issue({ number: 9 })", "tool_failed", "there is no issue 9");
    check_refused("tools.tracker.list_issues({ cursor: 'x' })", "tool_failed", "`x` is not a cursor");
    check_refused("tools.tracker.list_issues({ limit: 0 })", "invalid_arguments", "$.limit");
    check_refused("tools.people.get_person({ login: 'x' })", "tool_failed", "`x`");
    check_refused("tools.people.on_call({ team: 'messaging' })", "tool_failed", "no rota");
    check_refused("tools.deploys.list_deployments({ service: 'x' })", "tool_failed", "notifications, payments");
    check_refused(
        "tools.logs.count_errors({ service: 'search', from: 'noon' })",
        "tool_failed",
        "`from` must be a UTC time",
    );
}
