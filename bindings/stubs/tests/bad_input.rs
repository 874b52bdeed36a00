//! Invalid or excessive schemas from servers: each degrades with a note, within bounds, and does not affect the tools
//! next to it.

use std::time::{Duration, Instant};

use callbox_bindings::{Note, Server, Tool, ToolDefect, declarations, definition_hash};
use serde_json::{Map, Value, json};

/// Far more than any of these takes, so that only a disproportionately slow step fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns the stub and the notes of a bad tool between two good ones, and checks that those are unharmed.
#[track_caller]
fn beside_good_ones(entry: &Value) -> (String, Vec<Note>) {
    let good = |name: &str| {
        json!({ "name": name, "inputSchema": {
            "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"],
        } })
    };
    let entries = [good("first"), entry.clone(), good("last")];
    let tools: Result<Vec<Tool>, ToolDefect> = entries.iter().map(Tool::from_json).collect();
    let start = Instant::now();
    let (text, notes) = declarations(&[Server::new("s", tools.expect("tools"))]);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    for name in ["first", "last"] {
        assert!(text.contains(&format!("    {name}(args: {{ id: string }}): Promise<unknown>;\n")), "{text}");
    }
    assert!(notes.iter().all(|note| note.tool == "s.bad"), "{notes:?}");
    (text, notes)
}

#[track_caller]
fn bad(schema: &Value) -> (String, Vec<Note>) {
    beside_good_ones(&json!({ "name": "bad", "inputSchema": schema }))
}

/// Returns the type and the notes of the property `x`.
#[track_caller]
fn bad_property(schema: &Value) -> (String, Vec<(String, String)>) {
    let (text, notes) = bad(&json!({ "type": "object", "properties": { "x": schema } }));
    let property = text.split_once("bad(args?: { x?: ").and_then(|(_, rest)| rest.split_once(" }): Promise"));
    let property = property.map(|(property, _)| property.to_owned()).unwrap_or(text);
    (property, notes.into_iter().map(|note| (note.pointer, note.what)).collect())
}

#[test]
fn no_input_schema_takes_any_object() {
    for entry in [
        json!({ "name": "bad" }),
        json!({ "name": "bad", "inputSchema": null }),
        json!({ "name": "bad", "inputSchema": "string" }),
        json!({ "name": "bad", "inputSchema": [] }),
    ] {
        let (text, notes) = beside_good_ones(&entry);
        assert!(text.contains("bad(args?: { [key: string]: unknown }): Promise<unknown>"), "{text}");
        assert_eq!((notes[0].pointer.as_str(), notes[0].what.as_str()), ("/inputSchema", "no schema"));
    }
    let (text, notes) = bad(&json!(true));
    assert!(text.contains("bad(args?: unknown)"), "{text}");
    assert_eq!(notes[0].what, "a schema that does not describe an object");
}

#[test]
fn an_output_schema_that_is_none_is_left_out() {
    for output in [json!(true), json!("x"), json!(null), json!([])] {
        let (text, _) =
            beside_good_ones(&json!({ "name": "bad", "inputSchema": { "type": "object" }, "outputSchema": output }));
        assert!(text.contains("bad(args?: { [key: string]: unknown }): Promise<unknown>"), "{text}");
    }
}

#[test]
fn references_are_never_fetched() {
    for reference in [
        "http://127.0.0.1:9/schema.json",
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-07/schema#",
        "file:///etc/passwd",
        "other.json#/$defs/a",
        "//host/a",
        "not a uri",
    ] {
        let (property, notes) = bad_property(&json!({ "$ref": reference }));
        assert_eq!(property, "unknown");
        let what = format!("reference {} outside the schema", json!(reference));
        assert_eq!(notes, [("/inputSchema/properties/x".to_owned(), what)]);
    }
}

#[test]
fn references_to_nothing_and_to_themselves() {
    for reference in ["#/nowhere", "#nowhere", "#/$defs/%ff", "#/$defs/~2"] {
        let (property, notes) = bad_property(&json!({ "$ref": reference }));
        assert_eq!(property, "unknown");
        assert_eq!(notes[0].1, format!("reference {} to nothing", json!(reference)));
    }
    let (text, notes) = bad_property(&json!({ "$ref": "#/properties/x" }));
    assert_eq!((text.as_str(), notes.len()), ("unknown", 1));
    assert_eq!(notes[0].1, "a definition that refers only to itself");
    let (text, notes) = bad(&json!({ "$ref": "#" }));
    assert!(text.contains("bad(args?: unknown)"), "{text}");
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn ten_thousand_branches() {
    let branch =
        |index: usize| json!({ "type": "object", "properties": { "k": { "const": index } }, "required": ["k"] });
    for key in ["anyOf", "oneOf", "allOf"] {
        let branches: Vec<Value> = (0..10_000).map(branch).collect();
        let (text, notes) = bad(&json!({ "type": "object", "properties": { "x": { key: branches } } }));
        assert!(text.len() < 2_000_000, "{}", text.len());
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert_eq!(notes[0].what, "a schema of more than 10000 parts");
    }
}

#[test]
fn alternatives_that_multiply() {
    let one_of_three = |index: usize| {
        let branch = |name: &str| json!({ "required": [format!("{name}{index}")] });
        json!({ "anyOf": [branch("a"), branch("b"), branch("c")] })
    };
    let all: Vec<Value> = (0..40).map(one_of_three).collect();
    let (text, notes) = bad(&json!({ "type": "object", "allOf": all }));
    assert!(text.len() < 5_000, "{text}");
    assert_eq!(notes[0].what, "too many combinations of alternatives");
    let pairs: Map<String, Value> = (0..40).map(|index| (format!("p{index}"), json!([format!("q{index}")]))).collect();
    let (text, notes) = bad(&json!({ "type": "object", "dependentRequired": pairs }));
    assert!(text.len() < 5_000, "{text}");
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn five_megabytes() {
    let words = "word ".repeat(20);
    let fields: Map<String, Value> =
        (0..40_000).map(|index| (format!("p{index}"), json!({ "type": "string", "description": words }))).collect();
    let schema =
        json!({ "type": "object", "properties": fields, "required": ["p39999"], "additionalProperties": false });
    assert!(schema.to_string().len() > 5_000_000);
    let (text, notes) = bad(&schema);
    assert!(text.len() < 2_500_000, "{}", text.len());
    assert!(text.contains("p39999: unknown"));
    assert_eq!((notes.len(), notes[0].what.as_str()), (1, "a schema of more than 10000 parts"));
    let names: Vec<String> = (0..10).map(|index| index.to_string().repeat(500_000)).collect();
    let (property, notes) = bad_property(&json!({ "enum": names }));
    assert_eq!((property.as_str(), notes.len()), ("string", 10), "{notes:?}");
    assert_eq!(notes[0].1, "a constant of 500000 bytes");
}

fn nested(depth: usize, wrap: impl Fn(Value) -> Value) -> Value {
    (0..depth).fold(json!({ "type": "string" }), |inner, _| wrap(inner))
}

#[test]
fn a_hundred_levels_are_cut_where_no_one_reads_any_more() {
    for wrap in [
        (|inner| json!({ "type": "array", "items": inner })) as fn(Value) -> Value,
        |inner| json!({ "anyOf": [inner, { "type": "null" }] }),
        |inner| json!({ "not": inner }),
        |inner| json!({ "type": "object", "properties": { "a": inner } }),
        |inner| json!({ "const": inner }),
    ] {
        let (text, notes) = bad(&json!({ "type": "object", "properties": { "x": nested(110, wrap) } }));
        assert!(text.len() < 100_000, "{}", text.len());
        assert!(notes.iter().any(|note| note.what == "nesting deeper than 64"), "{notes:?}");
    }
}

/// Only a program can nest values this deeply, and only on a large stack; ours must not need one.
#[test]
fn ten_thousand_levels() {
    // `json!` would copy its arguments, level by level.
    let object = |key: &str, value: Value| Value::Object(Map::from_iter([(key.to_owned(), value)]));
    let deep = move || nested(10_000, |inner| object("properties", object("a", inner)));
    let on_a_large_stack = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
        let deep_under = |keys: &[&str]| Value::Object(keys.iter().map(|key| ((*key).to_owned(), deep())).collect());
        let mut entry = deep_under(&["inputSchema", "outputSchema", "annotations"]);
        entry["name"] = json!("bad");
        let mut input_schema = deep_under(&["default", "examples", "const"]);
        input_schema["type"] = json!("object");
        input_schema["properties"] = deep_under(&["x"]);
        let mut output_schema = deep_under(&["not", "items"]);
        output_schema["$ref"] = json!("#/$defs/a");
        output_schema["$defs"] = deep_under(&["a"]);
        let by_hand = Tool {
            name: "bad".into(),
            title: None,
            description: None,
            input_schema,
            output_schema: Some(output_schema),
            annotations: None,
            learned: None,
        };
        (entry, by_hand)
    });
    let (entry, by_hand) = on_a_large_stack.expect("a thread").join().expect("values");
    let read = std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let read = small.spawn_scoped(scope, || {
            let tool = Tool::from_json(&entry).expect("a tool");
            let server = |tool: Tool| Server::new("s", vec![tool]);
            let (text, notes) = declarations(&[server(tool.clone())]);
            assert_eq!(definition_hash("s", &tool).len(), 64);
            let by_hand = server(by_hand);
            let (_, deep_notes) = declarations(std::slice::from_ref(&by_hand));
            (text, notes, deep_notes, by_hand)
        });
        read.expect("a thread").join().expect("an end")
    });
    let (text, notes, deep_notes, by_hand) = read;
    assert!(text.contains("bad(args?: { [key: string]: unknown }): Promise<unknown>"), "{text}");
    assert_eq!(notes[0].what, "no schema");
    assert!(deep_notes.iter().any(|note| note.what == "nesting deeper than 64"), "{deep_notes:?}");
    // Dropping them would need the large stack again.
    std::mem::forget((entry, by_hand));
}

#[test]
fn leftovers_of_older_drafts() {
    let draft_04 = |mut schema: Value| {
        schema["$schema"] = json!("http://json-schema.org/draft-04/schema#");
        bad(&schema)
    };
    let (text, notes) = draft_04(json!({
        "id": "http://example.com/root.json", "type": "object",
        "properties": {
            "n": { "type": "number", "minimum": 0, "exclusiveMinimum": true },
            "u": { "$ref": "http://example.com/root.json#/definitions/U", "enum": ["ignored"] },
            "t": { "type": "array", "items": [{ "type": "string" }], "additionalItems": false },
            "r": { "type": "string", "required": true },
            "a": { "type": "any" },
        },
        "definitions": { "U": { "id": "#user", "type": "integer" } },
    }));
    for part in
        ["n?: number", "u?: number", "t?: [string?]", "r?: string", "a?: unknown", "@minimum 0 @exclusiveMinimum"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0].what, "`type` with \"any\", which is not a type");
}

#[test]
fn repeated_tools_keep_their_neighbours() {
    let entry = |kind: &str| json!({ "name": "t", "inputSchema": { "type": "object", "properties": { "a": { "type": kind } } } });
    let tools = [entry("string"), entry("number"), json!({ "name": "u", "inputSchema": {} })];
    let tools = tools.iter().map(|entry| Tool::from_json(entry).expect("a tool"));
    let (text, notes) = declarations(&[Server::new("s", tools)]);
    assert!(text.contains("    t(args?: { a?: string })") && text.contains("    u(args?: unknown)"), "{text}");
    assert_eq!((notes.len(), notes[0].what.as_str()), (1, "another tool with the same name"));
}
