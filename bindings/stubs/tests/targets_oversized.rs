//! Schemas that are too large or too deep also degrade in WIT and Rust, without affecting their neighbours.

use callbox_bindings::{Server, Tool, WitCalls, rust, wit};
use serde_json::{Map, Value, json};

/// Checks that each text contains the tool next to the oversized one.
fn assert_neighbour_is_there(schema: &Value) {
    let tool = |name: &str, schema: &Value| {
        Tool::from_json(&json!({ "name": name, "inputSchema": schema, "outputSchema": schema })).expect("a tool")
    };
    let small = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    let servers = [Server::new("s", vec![tool("large", schema), tool("small", &small)])];
    assert!(wit(&servers).text(WitCalls::Plain).contains("record small-args {\n        city: option<string>,"));
    assert!(rust(&servers).text.contains("pub struct Small {"));
}

#[test]
fn many_alternatives() {
    let branch = |index: usize| json!({ "type": "object", "properties": { "a": { "type": "string" }, format!("b{index}"): { "type": "integer" } } });
    let branches: Vec<Value> = (0..10_000).map(branch).collect();
    assert_neighbour_is_there(&json!({ "type": "object", "properties": { "x": { "anyOf": branches } } }));
    assert_neighbour_is_there(&json!({ "type": "object", "properties": { "x": { "allOf": branches } } }));
    let tagged = |index: usize| json!({ "type": "object", "properties": { "kind": { "const": format!("k{index}") } }, "required": ["kind"] });
    let tagged: Vec<Value> = (0..3_000).map(tagged).collect();
    assert_neighbour_is_there(&json!({ "type": "object", "properties": { "x": { "oneOf": tagged } } }));
}

#[test]
fn long_chains_and_circles() {
    let chain = |last: &str| -> Map<String, Value> {
        let next = |index: usize| if index == 2_999 { last.to_owned() } else { format!("#/$defs/d{}", index + 1) };
        let definition = |index: usize| json!({ "type": "object", "properties": { "a": { "$ref": next(index) }, "b": { "$ref": next(index) } } });
        (0..3_000).map(|index| (format!("d{index}"), definition(index))).collect()
    };
    for last in ["#/$defs/d0", "#/$defs/none"] {
        let mut schema = json!({ "type": "object", "properties": { "x": { "$ref": "#/$defs/d0" } } });
        schema["$defs"] = chain(last).into();
        assert_neighbour_is_there(&schema);
    }
}

#[test]
fn alternatives_within_alternatives() {
    let pair = |index: usize| json!({ "anyOf": [{ "$ref": format!("#/$defs/d{}", index + 1) }, { "$ref": format!("#/$defs/d{}", index + 1) }, { "type": "object", "properties": { "x": { "$ref": format!("#/$defs/d{index}") } } }] });
    let mut definitions: Map<String, Value> = (0..60).map(|index| (format!("d{index}"), pair(index))).collect();
    definitions.insert("d60".into(), json!({ "type": "object" }));
    assert_neighbour_is_there(
        &json!({ "type": "object", "properties": { "x": { "$ref": "#/$defs/d0" } }, "$defs": definitions }),
    );
}

#[test]
fn deep_nesting() {
    let mut schema = json!({ "type": "string" });
    for _ in 0..100 {
        schema = json!({ "type": "array", "items": { "anyOf": [schema, { "type": "object", "properties": { "a": { "type": "null" } } }] } });
    }
    assert_neighbour_is_there(&json!({ "type": "object", "properties": { "x": schema } }));
}
