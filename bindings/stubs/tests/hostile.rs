//! Text from servers cannot escape its comment or string, and no JSON crashes the reader.

use callbox_bindings::{Server, Tool, declaration, declarations, definition_hash};
use proptest::prelude::*;
use serde_json::{Value, json};

const NASTY: &str = "*/ x(): any; /* **/ *\u{0}/ \u{202e}evil\u{2028}\"; \\ ${`} @ts-ignore\u{200b}\u{e0041}";

#[test]
fn comments_and_strings_hold() {
    let schema = json!({ "type": "object", "properties": {
        NASTY: { "enum": [NASTY], "description": NASTY, "default": NASTY, "pattern": NASTY, "format": NASTY },
    } });
    let tool = Tool {
        name: NASTY.into(),
        title: Some(NASTY.into()),
        description: Some(NASTY.into()),
        input_schema: schema,
        output_schema: None,
        annotations: None,
        learned: None,
    };
    let (text, _) = declarations(&[Server::new(NASTY, vec![tool])]);
    for hidden in ['\u{0}', '\u{202e}', '\u{2028}', '\u{200b}', '\u{e0041}'] {
        assert!(!text.contains(hidden), "{hidden:?}");
    }
    let code = without_comments_and_strings(&text);
    assert!(!code.contains("x()") && !code.contains("; /"), "{code}");
    assert!(!text.contains("@ts-ignore */") && text.contains("@ ts-ignore"), "{text}");
}

#[test]
fn strings_keep_their_value() -> Result<(), serde_json::Error> {
    let schema = json!({ "type": "object", "properties": { "a": { "const": NASTY } } });
    let text = stub(&schema);
    let literal = text.split_once("a?: ").and_then(|(_, rest)| rest.split_once(";\n"));
    let literal = literal.map(|(literal, _)| literal);
    assert_eq!(serde_json::from_str::<String>(literal.unwrap_or_default())?, NASTY);
    Ok(())
}

#[test]
fn defects_say_what_is_wrong() {
    for (entry, reason) in [
        (json!(5), "expected an object, found a number"),
        (json!({ "inputSchema": {} }), "`name` is missing, expected a string"),
        (json!({ "name": 5 }), "`name`: expected a string, found a number"),
    ] {
        let defect = Tool::from_json(&entry).expect_err("a defect");
        assert_eq!(defect.reason, reason);
        assert_eq!(defect.name.as_deref(), entry["name"].as_str());
    }
}

#[test]
fn small_defects_leave_the_tool() -> Result<(), Box<dyn std::error::Error>> {
    let entry =
        json!({ "name": "", "title": 1, "description": [], "inputSchema": {}, "outputSchema": "x", "annotations": 3 });
    let tool = Tool::from_json(&entry)?;
    assert_eq!((tool.name.as_str(), tool.title.clone(), tool.description.clone()), ("", None, None));
    assert_eq!((tool.output_schema.clone(), tool.annotations.clone()), (None, None));
    assert!(!tool.wraps_result());
    Ok(())
}

#[test]
fn the_hash_follows_the_definition_only() -> Result<(), Box<dyn std::error::Error>> {
    let hash = |text: &str| -> Result<String, Box<dyn std::error::Error>> {
        Ok(definition_hash("s", &Tool::from_json(&serde_json::from_str(text)?)?))
    };
    let base = hash(r#"{"name":"a","description":"d","inputSchema":{"type":"object","x":{"b":1,"c":[1,2]}}}"#)?;
    assert_eq!(base.len(), 64);
    assert_eq!(base, hash(r#"{"inputSchema":{"x":{"c":[1,2],"b":1},"type":"object"},"description":"d","name":"a"}"#)?);
    for other in [
        r#"{"name":"a","description":"d","inputSchema":{"type":"object","x":{"b":1,"c":[2,1]}}}"#,
        r#"{"name":"a","description":"D","inputSchema":{"type":"object","x":{"b":1,"c":[1,2]}}}"#,
        r#"{"name":"a","description":"d","inputSchema":{"type":"object","x":{"b":1,"c":[1,2]}},"outputSchema":{}}"#,
    ] {
        assert_ne!(base, hash(other)?);
    }
    Ok(())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "string",
            "object",
            "array",
            "null",
            "#",
            "#/$defs/a",
            "#/properties/a",
            "#a",
            "a",
            "http://json-schema.org/draft-04/schema#",
            "https://json-schema.org/draft/2019-09/schema",
            "*/",
            "\u{2028}"
        ])
        .prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let keyword = prop::sample::select(vec![
        "type",
        "properties",
        "items",
        "prefixItems",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "$defs",
        "a",
        "enum",
        "const",
        "required",
        "additionalProperties",
        "patternProperties",
        "description",
        "title",
        "default",
        "minItems",
        "maxItems",
        "not",
        "nullable",
        "$schema",
        "$id",
        "*/",
        "additionalItems",
        "x-fastmcp-wrap-result",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "contains",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "$recursiveRef",
        "maxProperties",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let fields = prop::collection::vec((keyword.clone(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            fields.prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_as_a_schema_gives_balanced_code(input in any_json(), output in any_json(), words in ".{0,40}") {
        let tool = Tool {
            name: words.clone(), title: None, description: Some(words.clone()),
            input_schema: input, output_schema: Some(output), annotations: None,
 learned: None,
        };
        let server = Server::new(words, vec![tool]);
        let (text, notes) = declarations(std::slice::from_ref(&server));
        prop_assert_eq!(&text, &declarations(&[server]).0);
        let code = without_comments_and_strings(&text);
        for (open, close) in ["{}", "()", "[]"].map(|pair| pair.split_at(1)) {
            prop_assert_eq!(code.matches(open).count(), code.matches(close).count(), "{}", text);
        }
        prop_assert!(code.chars().all(|char| char.is_ascii() && (char == '\n' || !char.is_control())), "{}", text);
        prop_assert!(notes.iter().all(|note| note.pointer.starts_with('/')));
    }
}

fn stub(input_schema: &Value) -> String {
    let entry = json!({ "name": "t", "inputSchema": input_schema });
    let tool = Tool::from_json(&entry).expect("a tool");
    declaration(&Server::new("s", vec![tool.clone()]), &tool).0
}

/// Returns the code as seen by a scanner that knows comments and strings.
fn without_comments_and_strings(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(start) = rest.find(['"', '/']) {
        code.push_str(&rest[..start]);
        rest = &rest[start..];
        rest = match rest.strip_prefix("/*") {
            Some(comment) => comment.split_once("*/").expect("a comment that ends").1,
            None => after_string(rest),
        };
    }
    code + rest
}

fn after_string(text: &str) -> &str {
    assert!(text.starts_with('"'), "a stray slash at {text}");
    let mut escaped = false;
    for (index, char) in text.char_indices().skip(1) {
        match char {
            '"' if !escaped => return &text[index + 1..],
            '\n' => break,
            _ => escaped = char == '\\' && !escaped,
        }
    }
    panic!("a string that does not end: {text}")
}
