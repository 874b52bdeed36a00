//! Verdicts and messages, on the host and inside the sandbox; the cost of hostile schemas is covered by the suite.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{limits::Limits, run::clock::Clock};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn checked_within(limits: &Limits, schema: &Value, value: &Value) -> (LazySchema, Result<(), Fault>) {
    let lazy = LazySchema::default();
    let bounds = Bounds::of_call(limits, Clock::default());
    let (same, checked) = wait(lazy.check(schema, value.clone(), &bounds));
    assert_eq!(&same, value, "the value comes back");
    (lazy, checked)
}

fn checked(schema: &Value, value: &Value) -> Result<(), Fault> {
    checked_within(&Limits::default(), schema, value).1
}

#[track_caller]
fn refused(schema: Value, value: Value) -> String {
    match checked(&schema, &value) {
        Err(Fault::Wrong(message)) => message,
        other => panic!("the value is refused, not {other:?}"),
    }
}

/// Returns what the same check says inside the sandbox.
fn refused_behind_the_wall(schema: &Value, value: &Value) -> Result<(), Fault> {
    let bounds = Bounds::of_call(&Limits::default(), Clock::default());
    wait(LazySchema::default().check_behind_the_wall(schema, value.clone(), &bounds)).1
}

#[test]
fn an_error_names_path_and_value() {
    let schema = json!({"type": "object", "properties": {"items": {"type": "array", "items": {"type": "integer"}}}});
    let message = refused(schema, json!({"items": [1, "x"]}));
    assert_eq!(message, r#"`$.items[1]`: "x" is not of type "integer""#);
}

#[test]
fn a_huge_value_makes_a_short_message() {
    let message = refused(json!({"type": "integer"}), json!("x".repeat(1 << 20)));
    assert!(message.chars().count() <= 301, "{}", message.len());
}

#[test]
fn nothing_is_fetched_and_nothing_is_checked_with_a_broken_schema() {
    for schema in [json!({"$ref": "http://127.0.0.1:1/schema.json"}), json!({"type": 1}), json!({"pattern": "("})] {
        let (lazy, checked) = checked_within(&Limits::default(), &schema, &json!("a"));
        assert_eq!(checked, Ok(()), "{schema}");
        assert!(lazy.defect().is_some(), "{schema}");
    }
}

#[test]
fn draft_07_items_are_positional() {
    refused(json!({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}), json!([1]));
}

#[test]
fn a_catastrophic_pattern_ends() {
    refused(json!({"pattern": "^(a+)+\\1$"}), json!("a".repeat(40) + "!"));
}

#[test]
fn patterns_that_look_around_are_checked() {
    let schema = json!({"pattern": "^(?!eo:)[a-z:]+(?<=s)$"});
    assert_eq!(checked(&schema, &json!("proj:eps")), Ok(()));
    assert_eq!(refused(schema.clone(), json!("eo:s")), r#"`$`: "eo:s" does not match "^(?!eo:)[a-z:]+(?<=s)$""#);
}

#[test]
fn the_wall_says_what_the_host_says() {
    let kinds =
        json!({"items": {"anyOf": [{"const": 1}, {"required": ["a"], "properties": {"a": {"type": "string"}}}]}});
    let one_of = json!({"oneOf": [{"type": "string"}, {"maximum": 5}], "minimum": 7});
    let cases = [
        (&kinds, json!([1, {"a": "b"}])),
        (&kinds, json!([1, {"a": 2, "c": null}, {}, 2, 3, 4])),
        (&one_of, json!("a")),
        (&one_of, json!(3)),
        (&one_of, json!(9)),
    ];
    for (schema, value) in cases {
        assert_eq!(checked(schema, &value), refused_behind_the_wall(schema, &value), "{schema} {value}");
    }
}

/// A check that takes too long for the current thread runs on a worker thread or inside the sandbox.
#[test]
fn a_large_value_is_checked_as_a_small_one_is() {
    let row = json!({"properties": {"a": {"type": "integer"}}, "additionalProperties": false});
    let plain = json!({"items": row});
    let not_plain = json!({"items": row, "unevaluatedItems": false});
    // The last one has no room inside the sandbox, where all errors are collected.
    for (schema, rows, more) in [(&plain, 50_000, ""), (&not_plain, 50_000, ""), (&plain, 200_000, "; and maybe more")]
    {
        let mut rows = vec![json!({"a": 1}); rows];
        assert_eq!(checked(schema, &json!(rows)), Ok(()));
        rows[40_000] = json!({"a": "x"});
        let expected = format!(r#"`$[40000].a`: "x" is not of type "integer"{more}"#);
        assert_eq!(refused(schema.clone(), json!(rows)), expected);
    }
}

#[test]
fn a_check_leaves_the_script_half_of_its_time() {
    let twice =
        |next: usize| json!({"allOf": [{"$ref": format!("#/$defs/{next}")}, {"$ref": format!("#/$defs/{next}")}]});
    let defs: serde_json::Map<_, _> = (0..40).map(|at| (at.to_string(), twice((at + 1) % 41))).collect();
    let mut schema = json!({"$ref": "#/$defs/0", "$defs": defs});
    schema["$defs"]["40"] = json!({"type": "string"});
    let limits = Limits { cpu_ms_max: 200, ..Limits::default() };
    let bounds = Bounds::of_call(&limits, Clock::default());
    let checked = wait(LazySchema::default().check(&schema, json!("a"), &bounds)).1;
    let expected = "the check takes more than half of the CPU time that was left";
    assert_eq!(checked, Err(Fault::Unchecked(expected.to_owned())));
    assert!((100..200).contains(&bounds.used_cpu_ms()), "{} ms", bounds.used_cpu_ms());
}

#[test]
fn a_check_that_wants_too_much_memory_is_told() {
    let limits = Limits { memory_bytes_max: 16 << 20, ..Limits::default() };
    let schema = json!({"unevaluatedItems": false, "items": true});
    let (_, checked) = checked_within(&limits, &schema, &json!(vec![0; 1 << 20]));
    let expected = "the check needs more than 16777216 bytes of memory";
    assert_eq!(checked, Err(Fault::Unchecked(expected.to_owned())));
}

/// A running check yields to other tasks of its thread.
#[test]
fn a_long_check_lets_others_run() {
    let schema = json!({"not": {"pattern": "^(a|a)*(?=b)c$"}});
    let value = json!(vec!["a".repeat(13); 2_000]);
    let schema = json!({"items": schema});
    let limits = Limits { cpu_ms_max: 600, ..Limits::default() };
    let bounds = Bounds::of_call(&limits, Clock::default());
    let turns = wait(async {
        let check = async { LazySchema::default().check(&schema, value, &bounds).await.1 };
        let mut turns = 0_u32;
        let others = async {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                turns += 1;
            }
        };
        tokio::select! {
            checked = check => assert!(matches!(checked, Err(Fault::Unchecked(_))), "{checked:?}"),
            () = others => {}
        }
        turns
    });
    assert!(turns > 10, "{turns} turns in 300 ms");
}

/// Runs every schema and value of JSON-Schema-Test-Suite, read as 2020-12 and as draft-07: host and sandbox agree on
/// the verdict, and on every message that is complete.
#[test]
fn the_wall_agrees_with_the_host_over_the_suite() {
    let Some(groups) = suite() else { return };
    let (mut compared, mut differences) = (0, Vec::new());
    for group in groups {
        for schema in in_drafts(&group["schema"]) {
            let Some(ready) = Ready::of(&schema) else { continue };
            for test in group["tests"].as_array().expect("tests") {
                let here = match ready.check(&test["data"], STEPS_AT_ONCE_MAX) {
                    Checked::Fits => Ok(()),
                    Checked::Wrong(message) => Err(Fault::Wrong(message)),
                    Checked::Differs(_) | Checked::Dear => continue,
                };
                let there = refused_behind_the_wall(&schema, &test["data"]);
                compared += 1;
                if here != there {
                    differences.push(format!("{schema} {}: {here:?}, behind the wall {there:?}", test["data"]));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(compared > 1_500, "{compared} compared");
}

/// Compares with the suite's own verdicts, wherever a check runs.
#[test]
fn the_suite_is_right() {
    let Some(groups) = suite() else { return };
    let (mut right, mut wrong) = (0, Vec::new());
    // The suite's custom dialects are not supported.
    let known = |group: &Value| group["schema"]["$schema"].as_str().is_none_or(|of| of.contains("//json-schema.org/"));
    for group in groups.into_iter().filter(known) {
        for test in group["tests"].as_array().expect("tests") {
            let (lazy, checked) = checked_within(&Limits::default(), &group["schema"], &test["data"]);
            if lazy.defect().is_none() && checked.is_ok() != (test["valid"] == true) {
                wrong.push(format!("{} {}: {checked:?}", group["schema"], test["data"]));
            }
            right += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right > 1_000, "{right} tests");
}

fn in_drafts(schema: &Value) -> Vec<Value> {
    let mut older = schema.clone();
    if let Some(older) = older.as_object_mut() {
        older.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    }
    vec![schema.clone(), older]
}

fn suite() -> Option<Vec<Value>> {
    let Some(corpora) = std::env::var_os("CALLBOX_CORPORA") else {
        assert!(std::env::var_os("CI").is_none(), "the corpora are missing");
        return None;
    };
    let folder = std::path::Path::new(&corpora).join("json-schema-test-suite/draft2020-12");
    let files = std::fs::read_dir(folder).expect("the suite").flatten().map(|entry| entry.path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let groups = |path| serde_json::from_slice::<Vec<Value>>(&std::fs::read(path).expect("a file")).expect("groups");
    Some(files.flat_map(groups).collect())
}
