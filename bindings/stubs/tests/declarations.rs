//! Each schema construct next to its TypeScript.

use callbox_bindings::{Note, Server, Tool, declaration, declarations};
use serde_json::{Value, json};

#[test]
fn plain_types() {
    check(json!({ "type": "string" }), "string");
    check(json!({ "type": "integer" }), "number");
    check(json!({ "type": ["string", "null"] }), "string | null");
    check(json!({ "type": "boolean", "nullable": true }), "boolean | null");
    check(json!({ "type": ["integer", "number"] }), "number");
    check(json!(true), "unknown");
    check(json!({}), "unknown");
    check(json!(false), "never");
}

#[test]
fn objects() {
    let fields = json!({ "a": { "type": "string" }, "b": { "type": "number" } });
    check(json!({ "type": "object", "properties": fields, "required": ["b"] }), "{ a?: string; b: number }");
    check(json!({ "type": "object" }), "{ [key: string]: unknown }");
    check(json!({ "type": "object", "properties": {}, "additionalProperties": false }), "{ [key: string]: never }");
    check(json!({ "type": "object", "required": ["x"] }), "{ x: unknown }");
    check(
        json!({ "type": "object", "properties": { "my-key": {}, "new": {}, "": {} } }),
        r#"{ "my-key"?: unknown; new?: unknown; ""?: unknown }"#,
    );
}

#[test]
fn index_signatures_only_where_the_schema_speaks_of_them() {
    let string = json!({ "type": "string" });
    check(json!({ "type": "object", "additionalProperties": string }), "{ [key: string]: string }");
    check(
        json!({ "type": "object", "patternProperties": { "^x": string }, "additionalProperties": false }),
        "{ [key: string]: string }",
    );
    check(
        json!({ "type": "object", "properties": { "a": { "type": "number" } }, "additionalProperties": string }),
        "{ a?: number; [key: string]: number | string | undefined }",
    );
    check(
        json!({ "type": "object", "properties": { "a": {} }, "additionalProperties": true }),
        "{ a?: unknown; [key: string]: unknown }",
    );
}

#[test]
fn arrays_and_tuples() {
    let (a, b) = (json!({ "type": "string" }), json!({ "type": "number" }));
    check(json!({ "type": "array" }), "unknown[]");
    check(json!({ "type": "array", "items": { "anyOf": [a, b] } }), "(string | number)[]");
    check(json!({ "type": "array", "prefixItems": [a, b], "minItems": 1 }), "[string, number?, ...unknown[]]");
    check(json!({ "type": "array", "prefixItems": [a, b], "minItems": 2, "items": false }), "[string, number]");
    check(json!({ "type": "array", "items": [a], "additionalItems": b }), "[string?, ...number[]]");
}

#[test]
fn constants() {
    check(json!({ "enum": ["a", 1, -2.5, null, true] }), r#""a" | 1 | -2.5 | null | true"#);
    check(json!({ "type": "string", "enum": ["a", 1] }), r#""a""#);
    check(json!({ "const": { "k": [1, "x"] } }), r#"{ k: [1, "x"] }"#);
    check(json!({ "enum": ["say \"hi\"\n\u{2028}\\"] }), r#""say \"hi\"\u000a\u2028\\""#);
}

#[test]
fn combinations_drop_nothing() {
    let fields = json!({ "a": { "type": "string" }, "b": { "type": "number" } });
    check(
        json!({ "type": "object", "properties": fields, "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
        "{ a?: string; b?: number } & ({ a: unknown } | { b: unknown })",
    );
    check(
        json!({ "allOf": [
            { "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] },
            { "type": "object", "properties": { "b": { "type": "number" } } },
        ] }),
        "{ a: string; b?: number }",
    );
    check(json!({ "anyOf": [{ "type": "string" }, { "type": "string" }] }), "string");
    check(json!({ "oneOf": [{ "type": "string" }, { "type": "string" }] }), "never");
    check(json!({ "anyOf": [{ "type": "string" }, {}] }), "unknown");
    check(json!({ "type": "string", "allOf": [{ "enum": ["a", "b"] }] }), r#""a" | "b""#);
}

#[test]
fn references() {
    let user = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
    check(
        json!({ "type": "object", "properties": { "u": { "$ref": "#/$defs/U" } }, "$defs": { "U": user } }),
        "{ u?: { id?: string } }",
    );
    check(
        json!({ "type": "array", "items": { "$ref": "#/definitions/a~1b%20c" }, "definitions": { "a/b c": user } }),
        "{ id?: string }[]",
    );
    check(json!({ "$id": "https://x/s", "$ref": "https://x/s#/$defs/U", "$defs": { "U": user } }), "{ id?: string }");
}

#[test]
fn a_definition_that_moves_to_its_use_keeps_its_words() {
    let definition = json!({ "type": "integer", "description": "Seconds." });
    let (text, _) = stub(
        json!({ "type": "object", "$defs": { "S": definition }, "properties": {
            "wait": { "$ref": "#/$defs/S" },
            "limit": { "$ref": "#/$defs/S", "description": "At most." },
        } }),
        None,
    );
    assert!(text.contains("/** Seconds. @integer */\n      wait?: number;"), "{text}");
    assert!(text.contains("/** At most. @integer */\n      limit?: number;"), "{text}");
}

#[test]
fn long_names_do_not_multiply() {
    let fields: serde_json::Map<String, Value> =
        (0..2_000).map(|index| (index.to_string(), json!({ "type": "?" }))).collect();
    let name = "x".repeat(1_000_000);
    let (_, notes) =
        stub(json!({ "type": "object", "properties": { name: { "type": "object", "properties": fields } } }), None);
    assert_eq!(notes.len(), 2_000);
    assert!(notes.iter().all(|note| note.pointer.len() < 2_000 && note.pointer.ends_with('…')));
}

#[test]
fn beside_a_reference_siblings_count_from_2019_on() {
    let schema = |dialect: &str| {
        json!({
            "$schema": dialect, "$defs": { "U": { "type": "string" } },
            "$ref": "#/$defs/U", "enum": ["a"],
        })
    };
    check(schema("https://json-schema.org/draft/2020-12/schema"), r#""a""#);
    check(schema("http://json-schema.org/draft-07/schema#"), "string");
}

#[test]
fn recursion_has_named_types() {
    let node = json!({ "type": "object", "properties": { "next": { "$ref": "#/$defs/Node" } } });
    let (text, notes) = stub(json!({ "$ref": "#/$defs/Node", "$defs": { "Node": node } }), None);
    assert_eq!(
        text,
        "type s_Node = { next?: s_Node };\n\
         declare const tools: {\n  readonly s: {\n    t(args?: s_Node): Promise<unknown>;\n  };\n};\n"
    );
    assert_eq!(notes, []);
    let (text, _) = stub(
        json!({ "type": "object", "properties": { "children": { "type": "array", "items": { "$ref": "#" } } } }),
        None,
    );
    assert!(text.starts_with("type s_t_arguments = { children?: s_t_arguments[] };\n"), "{text}");
}

#[test]
fn a_definition_used_often_is_printed_once() {
    let big = json!({ "enum": ["a", "b", "c", "d", "e"] });
    let used = json!({ "$ref": "#/$defs/Big" });
    check(
        json!({ "type": "object", "properties": { "x": used, "y": used }, "$defs": { "Big": big } }),
        "{ x?: s_Big; y?: s_Big }",
    );
}

#[test]
fn comments_say_what_types_cannot() {
    let (text, _) = stub(
        json!({ "type": "object", "properties": {
            "query": { "type": "string", "title": "Query" },
            "limit": { "type": "integer", "description": "How many.", "default": 10, "minimum": 1 },
            "when": { "anyOf": [{ "type": "string", "format": "date" }, { "type": "null" }], "title": "Day" },
            "level": { "oneOf": [{ "const": 1, "description": "low" }, { "const": 2, "title": "high" }] },
            "long": { "type": "string", "description": "First.\n\nSecond.", "default": "a" },
        } }),
        None,
    );
    let expected = r"    t(args?: {
      query?: string;
      /** How many. @integer @default 10 @minimum 1 */
      limit?: number;
      /** Day @format date */
      when?: string | null;
      /** @option 1: low @option 2: high */
      level?: 1 | 2;
      /**
       * First.
       *
       * Second.
       * @default 'a'
       */
      long?: string;
    }): Promise<unknown>;
"
    .replace('\'', "\"");
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn a_keyword_without_type_says_nothing_of_other_kinds() {
    let field = json!({ "properties": { "a": { "type": "string" } } });
    let others = "string | number | boolean | null | unknown[]";
    check_result(field.clone(), &format!("{{ a?: string }} | {others}"));
    check_result(json!({ "required": ["a"] }), &format!("{{ a: unknown }} | {others}"));
    check_result(
        json!({ "items": { "type": "string" } }),
        "string[] | { [key: string]: unknown } | string | number | boolean | null",
    );
    // Arguments are an object, and so is what a typed enclosing schema allows.
    check(field.clone(), "{ a?: string }");
    check_result(json!({ "type": "object", "allOf": [field] }), "{ a?: string }");
    check_result(json!({ "type": ["string", "null"], "items": {} }), "string | null");
}

#[test]
fn alternatives_keep_to_their_kinds() {
    check_result(
        json!({ "type": "object", "properties": { "kind": { "enum": ["a", "b"] }, "n": {} }, "oneOf": [
            { "properties": { "kind": { "const": "a" }, "x": { "type": "string" } }, "required": ["x"] },
            { "properties": { "kind": { "const": "b" }, "y": { "type": "string" } }, "required": ["y"] },
        ] }),
        r#"{ kind?: "a" | "b"; n?: unknown } & ({ kind?: "a"; x: string } | { kind?: "b"; y: string })"#,
    );
    check_result(
        json!({ "type": "object", "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
        "{ a: unknown; b?: never } | { b: unknown; a?: never }",
    );
    check_result(json!({ "type": ["string", "number"], "enum": ["a", 1, null] }), r#""a" | 1"#);
    check_result(json!({ "allOf": [{ "type": "number" }, { "type": "integer" }, { "enum": [1.0, 1.5] }] }), "1");
}

#[test]
fn branches_that_may_both_hold_are_noted() {
    let object = |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } } });
    let marked =
        |mark: &str| json!({ "type": "object", "properties": { "kind": { "const": mark } }, "required": ["kind"] });
    for (branches, notes) in [
        (json!([object("a"), object("b")]), 1),
        (json!([marked("a"), marked("b")]), 0),
        (json!([{ "type": "string" }, object("a"), { "type": "null" }]), 0),
        (json!([{ "const": "a" }, { "const": "b" }]), 0),
        (json!([{ "const": "a" }, { "type": "string", "minLength": 3 }]), 1),
    ] {
        let (_, found) = stub(json!({ "type": "object", "properties": { "x": { "oneOf": branches } } }), None);
        assert_eq!(found.len(), notes, "{found:?}");
        assert!(found.iter().all(|note| note.pointer == "/inputSchema/properties/x/oneOf"));
    }
}

#[test]
fn closed_objects() {
    let open = json!({ "properties": { "a": { "type": "string" } } });
    let mut closed = json!({ "type": "object", "properties": { "b": {} }, "unevaluatedProperties": false });
    check_result(closed.clone(), "{ b?: unknown }");
    closed["properties"] = json!({});
    check_result(closed, "{ [key: string]: never }");
    check_result(json!({ "type": "object", "additionalProperties": false, "required": ["a"] }), "never");
    check_result(
        json!({ "type": "object", "additionalProperties": { "type": "number" }, "allOf": [open] }),
        "{ a?: never; [key: string]: number | undefined }",
    );
    check_result(
        json!({ "type": "object", "propertyNames": { "enum": ["x", "y"] }, "additionalProperties": { "type": "number" } }),
        "{ x?: number; y?: number }",
    );
    check_result(json!({ "type": "object", "maxProperties": 0 }), "{ [key: string]: never }");
}

#[test]
fn lengths_of_arrays() {
    let string = json!({ "type": "string" });
    let list = |min: usize, max: usize| json!({ "type": "array", "items": string, "minItems": min, "maxItems": max });
    check_result(list(2, 2), "[string, string]");
    check_result(list(1, 3), "[string, string?, string?]");
    check_result(list(0, 9), "string[]");
    check_result(list(3, 2), "never");
    check_result(list(0, 0), "[]");
    check_result(json!({ "type": "array", "items": false }), "[]");
    check_result(json!({ "type": "array", "contains": string }), "[unknown, ...unknown[]]");
    check_result(json!({ "type": "array", "prefixItems": [string], "unevaluatedItems": false }), "[string?]");
}

#[test]
fn what_is_not_and_what_depends() {
    check_result(json!({ "type": ["string", "null"], "not": { "type": "null" } }), "string");
    check_result(json!({ "enum": ["a", "b", 1], "not": { "enum": ["b", 1] } }), r#""a""#);
    check_result(json!({ "not": {} }), "never");
    check_result(json!({ "type": "object", "not": { "required": ["a"] } }), "{ a?: never }");
    check_result(
        json!({ "type": "object", "properties": { "a": {}, "b": {} }, "dependentRequired": { "a": ["b"] } }),
        "{ a?: unknown; b?: unknown } & ({ a?: never } | { a: unknown; b: unknown })",
    );
    check_result(
        json!({
            "type": "object", "properties": { "kind": { "enum": ["a", "b"] } }, "required": ["kind"],
            "if": { "properties": { "kind": { "const": "a" } } }, "then": { "required": ["x"] },
        }),
        r#"{ kind: "a" | "b" } & ({ kind?: "a"; x: unknown } | { kind: "b" })"#,
    );
}

#[test]
fn references_by_address_and_anchor() {
    let string = json!({ "type": "string" });
    for (reference, definition) in [
        ("#name", json!({ "$anchor": "name", "type": "string" })),
        ("#a", json!({ "$id": "#a", "type": "string" })),
        ("item.json", json!({ "$id": "item.json", "type": "string" })),
        ("https://x.test/item.json#/$defs/s", json!({ "$id": "item.json", "$defs": { "s": string } })),
        ("#/$defs/d/$defs/b%25~0~1", json!({ "$defs": { "b%~/": string } })),
    ] {
        let schema = json!({ "$id": "https://x.test/root", "items": { "$ref": reference }, "type": "array", "$defs": { "d": definition } });
        check_result(schema, "string[]");
    }
    let (text, _) = stub(
        json!({}),
        Some(json!({ "$ref": "#/$defs/a", "$defs": {
            "a": { "type": "object", "properties": { "b": { "$ref": "#/$defs/b" } } },
            "b": { "type": "object", "properties": { "a": { "$ref": "#/$defs/a" } }, "required": ["a"] },
        } })),
    );
    assert!(text.starts_with("type s_a = { b?: s_b };\ntype s_b = { a: s_a };\n"), "{text}");
}

#[test]
fn names_that_every_object_has() {
    check_result(
        json!({ "type": "object", "properties": { "toString": { "type": "string" }, "__proto__": {} } }),
        r#"{ toString?: string | Object["toString"]; __proto__?: unknown }"#,
    );
}

#[test]
fn constraints_of_parts_are_said() {
    let (text, _) = stub(
        json!({ "type": "object", "$defs": { "Id": { "type": "integer", "minimum": 1 } }, "properties": {
            "list": { "type": "array", "items": { "type": "string", "minLength": 1, "pattern": "^a" } },
            "map": { "type": "object", "additionalProperties": { "type": "number", "maximum": 9 } },
            "some": { "type": "object", "patternProperties": { "^x-": { "type": "number", "minimum": 0 } } },
            "either": { "anyOf": [{ "type": "string", "format": "date" }, { "type": "integer", "minimum": 2 }] },
            "both": { "allOf": [{ "type": "string" }, { "maxLength": 3 }] },
            "ids": { "type": "array", "items": { "$ref": "#/$defs/Id" }, "description": "Which." },
        } }),
        None,
    );
    for line in [
        "/** @items pattern ^a, minLength 1 */",
        "/** @values maximum 9 */",
        "/** @values of names like ^x-: minimum 0 */",
        "/** @option string: format date @option integer: minimum 2 */",
        "/** @maxLength 3 */",
        "/** Which. @items integer, minimum 1 */",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn results_are_typed_and_unwrapped() {
    let number = json!({ "type": "number" });
    let output = json!({ "type": "object", "properties": { "result": number }, "required": ["result"] });
    assert_eq!(result(output.clone()), "{ result: number }");
    let mut wrapped = output;
    wrapped["x-fastmcp-wrap-result"] = json!(true);
    assert_eq!(result(wrapped), "number");
    let wrapped_list = json!({
        "type": "object", "x-fastmcp-wrap-result": true, "$defs": { "N": number },
        "properties": { "result": { "type": "array", "items": { "$ref": "#/$defs/N" } } },
    });
    assert_eq!(result(wrapped_list), "number[]");
}

#[test]
fn arguments_can_be_left_out_when_none_is_required() {
    let field = json!({ "a": {} });
    let (text, _) = stub(json!({ "type": "object", "properties": field }), None);
    assert!(text.contains("t(args?: { a?: unknown })"), "{text}");
    let (text, _) = stub(json!({ "type": "object", "properties": field, "required": ["a"] }), None);
    assert!(text.contains("t(args: { a: unknown })"), "{text}");
}

#[test]
fn a_catalogue_names_wire_names_that_differ() {
    let tools = ["list-items", "then", "ok"].map(|name| Tool { name: name.into(), ..tool(json!({}), None) });
    let (text, notes) = declarations(&[Server::new("my server", tools.to_vec()), Server::new("b", Vec::<Tool>::new())]);
    let expected = r#"declare const tools: {
  /** Wire name: "my server" */
  readonly my_server: {
    /** Wire name: "list-items" */
    list_items(args?: unknown): Promise<unknown>;
    ok(args?: unknown): Promise<unknown>;
    /** Wire name: "then" */
    then_(args?: unknown): Promise<unknown>;
  };
};
"#;
    assert!(text.ends_with(expected), "{text}");
    assert!(text.contains("declare class ToolError extends Error {\n  readonly code: string;"));
    assert!(text.contains("declare const input: unknown;"));
    assert_eq!(notes, []);
}

#[test]
fn repeated_tools_are_noted() {
    let twice = Server::new("s", vec![tool(json!({}), None), tool(json!({}), None)]);
    let (text, notes) = declarations(&[twice]);
    assert_eq!(text.matches("(args?: unknown)").count(), 2);
    assert_eq!((notes[0].tool.as_str(), notes[0].pointer.as_str()), ("s.t", "/name"));
}

#[test]
fn what_cannot_be_said_degrades_and_is_noted() {
    let degraded = [
        (json!({ "$ref": "https://example.com/x" }), "", r#"reference "https://example.com/x" outside the schema"#),
        (json!({ "$ref": "file:///etc/passwd" }), "", r#"reference "file:///etc/passwd" outside the schema"#),
        (json!({ "$ref": "#/nowhere" }), "", r##"reference "#/nowhere" to nothing"##),
        (json!({ "$ref": 5 }), "", "`$ref` that is not a string"),
        (json!({ "type": 5 }), "", "`type` that names no type"),
        (json!({ "type": "File" }), "", "`type` with \"File\", which is not a type"),
        (json!({ "enum": "a" }), "", "`enum` that is not a list"),
        (json!({ "anyOf": {} }), "", "`anyOf` that is not a list of schemas"),
        (json!("string"), "", "a schema that is neither an object nor a boolean"),
        (json!({ "not": { "const": 5 } }), "/not", "`not`"),
    ];
    for (schema, pointer, what) in degraded {
        let root = json!({ "type": "object", "properties": { "bad": schema, "good": { "type": "null" } } });
        let (text, notes) = stub(root, None);
        assert!(text.contains("{ bad?: unknown; good?: null }"), "{text}");
        let found: Vec<_> = notes.iter().map(|note| (note.pointer.as_str(), note.what.as_str())).collect();
        assert_eq!(found, [(format!("/inputSchema/properties/bad{pointer}").as_str(), what)]);
    }
}

#[test]
fn endless_definitions_are_cut() {
    let endless = [
        json!({ "A": { "$ref": "#/$defs/A" } }),
        json!({ "A": { "$ref": "#/$defs/B" }, "B": { "$ref": "#/$defs/A" } }),
        json!({ "A": { "anyOf": [{ "$ref": "#/$defs/A" }, { "type": "string" }] } }),
        json!({ "A": { "allOf": [{ "$ref": "#/$defs/A" }, { "type": "string" }] } }),
    ];
    for definitions in endless {
        let (text, notes) = stub(
            json!({ "type": "object", "properties": { "a": { "$ref": "#/$defs/A" } }, "$defs": definitions }),
            None,
        );
        assert!(!text.contains("s_t_A ="), "{text}");
        assert_eq!(notes[0].what, "a definition that refers only to itself");
    }
}

#[test]
fn size_and_depth_are_bounded() {
    let branches: Vec<Value> = (0..20_000).map(|index| json!({ "const": index })).collect();
    let deep = (0..500).fold(json!({}), |inner, _| json!({ "type": "array", "items": inner }));
    let chain: serde_json::Map<String, Value> = (0..4_000)
        .map(|index| (format!("d{index}"), json!({ "anyOf": [{ "$ref": format!("#/$defs/d{}", index + 1) }] })))
        .collect();
    for (schema, what) in [
        (json!({ "type": "object", "properties": { "wide": { "anyOf": branches } } }), "a schema of more than"),
        (json!({ "type": "object", "properties": { "deep": deep } }), "nesting deeper than"),
        (json!({ "$ref": "#/$defs/d0", "$defs": chain }), "reference"),
    ] {
        let (text, notes) = stub(schema, None);
        assert!(text.len() < 1_000_000);
        assert_eq!(notes.len().min(2), 1, "{notes:?}");
        assert!(notes[0].what.starts_with(what), "{notes:?}");
    }
}

/// Checks the text between `args` and the result, without the mark for optional arguments.
#[track_caller]
fn check(schema: Value, expected: &str) {
    let (text, _) = stub(schema, None);
    let argument = text.split_once("(args").and_then(|(_, rest)| rest.split_once("): Promise"));
    let argument = argument.map(|(argument, _)| argument.trim_start_matches(['?', ':', ' ']));
    assert_eq!(argument, Some(expected), "{text}");
}

/// Checks the text of a result's type.
#[track_caller]
fn check_result(schema: Value, expected: &str) {
    assert_eq!(result(schema), expected);
}

fn result(output: Value) -> String {
    let (text, _) = stub(json!({}), Some(output));
    let result = text.split_once("Promise<").and_then(|(_, rest)| rest.rsplit_once(">;"));
    result.map(|(result, _)| result.to_owned()).unwrap_or_default()
}

fn stub(input: Value, output: Option<Value>) -> (String, Vec<Note>) {
    let tool = tool(input, output);
    declaration(&Server::new("s", vec![tool.clone()]), &tool)
}

fn tool(input_schema: Value, output_schema: Option<Value>) -> Tool {
    Tool {
        name: "t".into(),
        title: None,
        description: None,
        input_schema,
        output_schema,
        annotations: None,
        learned: None,
    }
}
