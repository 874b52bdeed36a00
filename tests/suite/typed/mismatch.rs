//! A component built against tools other than the current ones is rejected, with the reasons.

use callbox::{
    End, Server,
    outcome::{Diagnostic, DiagnosticCode},
};
use callbox_bindings::WitCalls;
use serde_json::{Value, json};

use super::{Done, Tools, component, run, tool};

fn tools(server: &str, tools: &[(&str, Value, Value)]) -> Tools {
    let tools = tools.iter().map(|(name, input, output)| tool(name, input, output));
    Tools::new(vec![Server::new(server, tools)], |_, _| unreachable!("nothing is called"))
}

/// Returns the diagnostics for a component built against `then` when the catalogue is `now`.
fn refused(then: &Tools, now: &Tools) -> Result<Vec<Diagnostic>, Box<dyn std::error::Error>> {
    refused_text(&then.wit().text(WitCalls::Plain), now)
}

fn refused_text(wit: &str, now: &Tools) -> Result<Vec<Diagnostic>, Box<dyn std::error::Error>> {
    let outcome = run(&now.catalog, component::component(wit, component::nothing)?)?;
    match outcome.end {
        End::Rejected(wrong) => Ok(wrong),
        _ => Err(outcome.transcript().into()),
    }
}

fn object(properties: &Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(|all| all.keys()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

#[test]
fn all_that_is_wrong_is_said_at_once() -> Done {
    let then = tools(
        "hub",
        &[
            (
                "list_issues",
                object(&json!({ "perPage": { "type": "string" }, "state": { "enum": ["open"] } })),
                json!({}),
            ),
            ("get_isue", object(&json!({ "n": {} })), json!({})),
            ("same", object(&json!({ "n": { "type": "integer" } })), json!({ "type": "string" })),
            (
                "gone",
                object(&json!({ "n": { "type": "integer" } })),
                object(&json!({ "a": { "type": "array", "items": { "type": "boolean" } } })),
            ),
        ],
    );
    let now = tools(
        "hub",
        &[
            (
                "list_issues",
                object(&json!({ "perPage": { "type": "integer" }, "state": { "enum": ["open"] } })),
                json!({}),
            ),
            ("get_issue", object(&json!({ "n": {} })), json!({})),
            ("same", object(&json!({ "n": { "type": "integer" } })), json!({ "type": "string" })),
            (
                "gone",
                object(&json!({ "n": { "type": "integer" } })),
                object(&json!({ "a": { "type": "array", "items": { "enum": ["x", "y"] } } })),
            ),
        ],
    );
    let wrong = refused(&then, &now)?;
    let said: Vec<(DiagnosticCode, &str)> = wrong.iter().map(|one| (one.code, one.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (
                DiagnosticCode::TypeMismatch,
                "`hub.list-issues` has a different type: `args.per-page` is `string` in the component and `s64` in the catalogue"
            ),
            (DiagnosticCode::UnknownTool, "unknown tool `get-isue` on server `hub`; nearest: `get-issue`"),
            (
                DiagnosticCode::TypeMismatch,
                "`hub.gone` has a different type: `result.a` is `bool` in the component and `enum { x, y }` in the catalogue"
            ),
        ]
    );
    assert!(
        wrong.iter().all(|one| one.hint.as_deref().is_some_and(|hint| hint.contains("callbox types --target wit")))
    );
    Ok(())
}

#[test]
fn an_unknown_server_is_named_with_the_nearest() -> Done {
    let one = |server| tools(server, &[("t", object(&json!({ "n": {} })), json!({}))]);
    let wrong = refused(&one("git_hub"), &one("github"))?;
    assert_eq!(wrong[0].code, DiagnosticCode::UnknownServer);
    assert_eq!(wrong[0].message, "unknown server `git-hub`; nearest: `github`");
    Ok(())
}

#[test]
fn arguments_that_came_or_went_are_shown_as_functions() -> Done {
    let then = tools("s", &[("t", json!({ "type": "object", "properties": {} }), json!({ "type": "string" }))]);
    let now = tools("s", &[("t", object(&json!({ "n": { "type": "number" } })), json!({ "type": "string" }))]);
    let error = "record { code: string, tool: string, message: string, retryable: bool, data: option<string> }";
    assert_eq!(
        refused(&then, &now)?[0].message,
        format!(
            "`s.t` has a different type: it is `func() -> result<string, {error}>` in the component and \
             `func(args: record {{ n: f64 }}) -> result<string, {error}>` in the catalogue",
        )
    );
    Ok(())
}

/// Each kind of type against the one most similar to it.
#[test]
fn likenesses_are_told_apart() -> Done {
    let tagged = |tag: &str| {
        json!({ "oneOf": [
        { "type": "object", "properties": { "k": { "const": tag } }, "required": ["k"] },
        { "type": "object", "properties": { "k": { "const": "y" }, "z": {} }, "required": ["k"] },
    ] })
    };
    let pairs = [
        (json!({ "type": "integer" }), json!({ "type": "number" })),
        (json!({ "type": "string" }), json!({ "type": ["string", "null"] })),
        (json!({ "enum": ["a", "b"] }), json!({ "enum": ["b", "a"] })),
        (
            json!({ "type": "array", "items": { "type": "string" } }),
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ),
        (object(&json!({ "a": {} })), json!({ "type": "object", "properties": { "a": {} } })),
        (object(&json!({ "a": {} })), object(&json!({ "a": {}, "b": {} }))),
        (object(&json!({ "a": {} })), object(&json!({ "b": {} }))),
        (json!({ "type": ["string", "integer"] }), json!({ "type": ["string", "boolean"] })),
        (tagged("x"), tagged("w")),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }], "minItems": 1, "items": false }),
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, {}], "minItems": 2, "items": false }),
        ),
    ];
    for (left, right) in pairs {
        let of = |schema: &Value| tools("s", &[("t", object(&json!({ "v": schema })), json!({}))]);
        for (then, now) in [(&left, &right), (&right, &left)] {
            let wrong = refused(&of(then), &of(now))?;
            assert_eq!(
                wrong.iter().map(|one| one.code).collect::<Vec<_>>(),
                [DiagnosticCode::TypeMismatch],
                "{then} {now}"
            );
        }
        refused(&of(&left), &of(&left)).expect_err("the same links");
    }
    Ok(())
}

#[test]
fn another_version_of_the_package_is_refused() -> Done {
    let now = tools("s", &[("t", object(&json!({ "n": {} })), json!({}))]);
    let wit = now.wit().text(WitCalls::Plain).replace("package callbox:tools@0.1.0", "package callbox:tools@0.2.0");
    let wrong = refused_text(&wit, &now)?;
    assert_eq!(wrong[0].message, "`callbox:tools/s@0.2.0` has a version other than 0.1.0");
    Ok(())
}

/// A message about a type with thousands of fields is still readable.
#[test]
fn a_huge_type_makes_a_short_message() -> Done {
    let wide: serde_json::Map<String, Value> = (0..4_000).map(|index| (format!("field{index}"), json!({}))).collect();
    let of = |schema: Value| tools("s", &[("t", object(&json!({ "v": schema })), json!({}))]);
    let wrong = refused(&of(object(&Value::Object(wide))), &of(json!({ "type": "integer" })))?;
    assert!(
        wrong[0].message.len() < 1_000 && wrong[0].message.contains("record { field0: string"),
        "{}",
        wrong[0].message
    );
    Ok(())
}
