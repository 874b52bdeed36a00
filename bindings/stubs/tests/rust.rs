//! Catalogues as Rust types: they compile, and valid JSON passes through them unchanged.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

mod catalogue_files;
mod hostile_catalogue;
mod package;
mod round_trip;

use std::collections::HashSet;
use std::error::Error;

use callbox_bindings::{RustTypes, Server, Tool, rust, rust_calls};
use catalogue_files::Catalogue;
use package::Package;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use round_trip::{SERDE, plain, through};
use serde_json::{Value, json};

type Done = Result<(), Box<dyn Error>>;

#[test]
fn what_is_said_of_the_whole_stands_with_the_function() -> Done {
    let arguments = json!({ "type": "object", "description": "Which one." });
    let result = json!({ "type": "string", "format": "date", "description": "The day." });
    let tool = Tool::from_json(&json!({ "name": "day", "inputSchema": arguments, "outputSchema": result }))?;
    let types = rust(&[Server::new("s", vec![tool])]);
    let doc = types.servers.iter().flat_map(|server| &server.tools).flat_map(|tool| &tool.doc);
    assert_eq!(doc.collect::<Vec<_>>(), ["Arguments: Which one.", "Returns: The day.", "@format date"]);
    Ok(())
}

/// A library with the parts of `callbox-guest` that a catalogue's functions need.
const GUEST: &str = "\
#![deny(warnings)]
extern crate self as callbox;
pub struct ToolError;
pub async fn call<T: serde::de::DeserializeOwned>(
    _: &str,
    _: &str,
    _: &(impl serde::Serialize + ?Sized),
) -> Result<T, ToolError> {
    Err(ToolError)
}
";

#[test]
fn real_catalogues_compile() -> Done {
    let catalogues = catalogue_files::catalogues()?;
    if catalogues.is_empty() {
        return Ok(());
    }
    let package = Package::new("callbox-real-types", SERDE)?;
    let mut main = GUEST.to_owned();
    for (index, Catalogue { name, servers }) in catalogues.iter().enumerate() {
        let RustTypes { text, notes, .. } = rust_calls(servers);
        eprintln!("{name}: {} bytes, {} notes", text.len(), notes.len());
        package.write(&format!("src/catalogue{index}.rs"), &text)?;
        main.push_str(&format!("pub mod catalogue{index};\n"));
    }
    package.write("src/lib.rs", &main)?;
    package.cargo(&["check"])?;
    Ok(())
}

#[test]
fn hostile_catalogues_compile() -> Done {
    let package = Package::new("callbox-hostile-types", SERDE)?;
    let (mut runner, strategy) = (TestRunner::deterministic(), hostile_catalogue::servers());
    let mut main = GUEST.to_owned();
    for index in 0..60 {
        let RustTypes { text, .. } =
            rust_calls(&strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current());
        package.write(&format!("src/catalogue{index}.rs"), &text)?;
        main.push_str(&format!("pub mod catalogue{index};\n"));
    }
    package.write("src/lib.rs", &main)?;
    package.cargo(&["check"])?;
    Ok(())
}

/// Returns schemas, each with JSON that must come back unchanged and JSON that must be rejected.
fn cases() -> Vec<(&'static str, Value, Vec<Value>, Vec<Value>)> {
    let object = |properties: Value, required: &[&str]| json!({ "type": "object", "properties": properties, "required": required });
    let circle = object(json!({ "kind": { "const": "circle" }, "r": { "type": "number" } }), &["kind", "r"]);
    let dot = object(json!({ "kind": { "const": "dot" } }), &["kind"]);
    vec![
        (
            "scalars",
            object(json!({ "a": { "type": "string" }, "b": { "type": "integer" }, "c": { "type": "boolean" }, "d": { "type": "null" } }), &["a", "b", "c", "d"]),
            vec![json!({ "a": "", "b": -1, "c": true, "d": null }), json!({ "a": "x", "b": i64::MAX, "c": false, "d": null })],
            vec![json!({ "a": "", "b": -1, "c": true, "d": 0 }), json!({ "b": 1, "c": true, "d": null }), json!({ "a": "", "b": "1", "c": true, "d": null })],
        ),
        (
            "absent and null",
            object(json!({ "may": { "type": "string" }, "both": { "type": ["string", "null"] }, "null": { "type": ["integer", "null"] }, "any": {}, "only": { "type": "null" } }), &["null"]),
            vec![
                json!({ "null": null }),
                json!({ "null": 1, "may": "x", "both": "y", "any": 1, "only": null }),
                json!({ "null": null, "both": null, "any": null }),
                json!({ "null": null, "any": { "deep": [null, {}] } }),
            ],
            vec![json!({ "null": "" }), json!({ "null": null, "both": 1 })],
        ),
        (
            "names",
            object(json!({ "type": { "type": "string" }, "self": { "type": "string" }, "a-b": { "type": "integer" }, "a_b": { "type": "integer" }, "": { "type": "integer" }, "\u{202e}\"\\\n": { "type": "integer" }, "Self": { "enum": ["Self", "self", "", "*", "\"", "a b", "a-b"] } }), &["type", "Self"]),
            vec![
                json!({ "type": "t", "self": "s", "a-b": 1, "a_b": 2, "": 3, "\u{202e}\"\\\n": 4, "Self": "\"" }),
                json!({ "type": "", "Self": "Self" }),
                json!({ "type": "", "Self": "self" }),
                json!({ "type": "", "Self": "a-b" }),
            ],
            vec![json!({ "type": "", "Self": "a_b" }), json!({ "type": "" })],
        ),
        (
            "lists and tuples",
            object(json!({ "list": { "type": "array", "items": { "type": ["string", "null"] } }, "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "minItems": 2, "items": false }, "loose": { "type": "array", "prefixItems": [{ "type": "string" }], "items": { "type": "integer" } }, "free": { "type": "array" } }), &[]),
            vec![
                json!({}),
                json!({ "list": [], "free": [] }),
                json!({ "list": ["a", null], "pair": ["a", 1], "loose": ["a", 1, 2], "free": [1, null, {}] }),
                json!({ "loose": [] }),
            ],
            vec![json!({ "list": [1] }), json!({ "pair": ["a"] }), json!({ "pair": ["a", 1, 2] })],
        ),
        (
            "maps",
            json!({ "type": "object", "properties": {
                "map": { "type": "object", "additionalProperties": { "type": "integer" } },
                "both": { "type": "object", "properties": { "a": { "type": "string" }, "rest": { "type": "integer" } }, "required": ["a"], "additionalProperties": { "type": ["integer", "null"] } },
                "any": { "type": "object" },
            }, "additionalProperties": true }),
            vec![
                json!({ "map": {}, "any": {} }),
                json!({ "map": { "": 1, "b": 2 }, "both": { "a": "x", "rest": 1, "c": 2, "d": null }, "any": { "x": [1] }, "further": { "y": null } }),
            ],
            vec![json!({ "map": { "a": "x" } }), json!({ "both": { "a": "x", "b": "y" } })],
        ),
        (
            "alternatives by kind",
            object(json!({ "a": { "anyOf": [
                { "type": "object", "properties": { "x": { "type": "integer" } } }, { "enum": ["x", "y"] },
                { "type": "array", "items": { "type": "integer" } }, { "type": "boolean" }, { "type": "integer" }, { "type": "null" },
            ] } }), &["a"]),
            vec![json!({ "a": { "x": 1 } }), json!({ "a": {} }), json!({ "a": "x" }), json!({ "a": [] }), json!({ "a": [1] }), json!({ "a": true }), json!({ "a": 1 }), json!({ "a": null })],
            vec![json!({ "a": "z" }), json!({ "a": ["x"] }), json!({ "a": { "x": "" } })],
        ),
        (
            "alternatives by tag",
            object(json!({ "a": { "oneOf": [circle.clone(), dot.clone(), { "type": "string" }] }, "b": { "oneOf": [circle, dot] } }), &[]),
            vec![json!({ "a": { "kind": "circle", "r": 1.5 }, "b": { "kind": "dot" } }), json!({ "a": { "kind": "dot" } }), json!({ "a": "dot", "b": { "kind": "circle", "r": 1 } })],
            vec![json!({ "b": { "kind": "square" } }), json!({ "b": { "r": 1.5 } }), json!({ "b": { "kind": "circle" } }), json!({ "a": 1 })],
        ),
        (
            "alternatives that nothing tells apart",
            object(json!({ "a": { "anyOf": [
                object(json!({ "x": { "type": "integer" }, "s": { "type": "integer" } }), &["x", "s"]),
                object(json!({ "y": { "type": "integer" }, "s": { "type": "string" } }), &["y", "s"]),
            ] } }), &[]),
            vec![json!({ "a": { "x": 1, "s": 1 } }), json!({ "a": { "y": 1, "s": "" } }), json!({ "a": { "x": 1, "y": 1, "s": "" } })],
            vec![json!({ "a": { "x": 1 } }), json!({ "a": { "x": "", "s": 1 } })],
        ),
        (
            "all of",
            object(json!({ "a": { "allOf": [object(json!({ "x": { "type": "integer" } }), &["x"]), { "$ref": "#/$defs/y" }] } }), &[])
                .as_object().map(|schema| { let mut schema = schema.clone(); schema.insert("$defs".into(), json!({ "y": object(json!({ "y": { "type": "string" } }), &["y"]) })); Value::from(schema) }).unwrap_or_default(),
            vec![json!({ "a": { "x": 1, "y": "" } })],
            vec![json!({ "a": { "x": 1 } }), json!({ "a": { "y": "" } })],
        ),
        (
            "recursion",
            json!({ "$ref": "#/$defs/Node", "$defs": {
                "Node": { "type": "object", "properties": { "next": { "$ref": "#/$defs/Node" }, "kin": { "type": "array", "items": { "$ref": "#/$defs/Node" } }, "json": { "$ref": "#/$defs/Json" }, "odd": { "anyOf": [{ "$ref": "#/$defs/Node" }, { "$ref": "#/$defs/Other" }, { "type": "null" }] }, "lists": { "$ref": "#/$defs/Lists" } } },
                "Other": { "type": "object", "properties": { "node": { "$ref": "#/$defs/Node" }, "odd": { "$ref": "#/$defs/Other" } }, "required": ["node"] },
                "Json": { "anyOf": [{ "type": "string" }, { "type": "number" }, { "type": "boolean" }, { "type": "null" }, { "type": "array", "items": { "$ref": "#/$defs/Json" } }, { "type": "object", "additionalProperties": { "$ref": "#/$defs/Json" } }] },
                "Lists": { "type": "array", "items": { "$ref": "#/$defs/Lists" } },
            } }),
            vec![
                json!({ "next": { "next": {} }, "kin": [{}, { "kin": [] }], "lists": [[], [[]]] }),
                json!({ "json": { "a": [1, "x", null, { "b": false }] } }),
                json!({ "json": null, "odd": null }),
                json!({ "odd": { "node": { "next": {} }, "odd": { "node": {} } } }),
            ],
            vec![json!({ "next": 1 }), json!({ "lists": [1] }), json!({ "kin": {} })],
        ),
    ]
}

#[test]
fn valid_values_come_back_and_others_do_not() -> Done {
    let tool = |(name, schema, ..): &(&str, Value, Vec<Value>, Vec<Value>)| {
        Tool::from_json(&json!({ "name": name, "inputSchema": {}, "outputSchema": schema }))
    };
    let cases = cases();
    let tools: Result<Vec<Tool>, _> = cases.iter().map(tool).collect();
    let types = rust(&[Server::new("round trips", tools?)]);
    let sent: Vec<(&str, String, bool)> = cases
        .iter()
        .flat_map(|(name, _, valid, invalid)| {
            let valid = valid.iter().map(|value| (*name, value.to_string(), true));
            valid.chain(invalid.iter().map(|value| (*name, value.to_string(), false)))
        })
        .collect();
    let results = through("callbox-round-trips", &types, &sent)?;
    assert_eq!(results.len(), sent.len());
    for ((name, text, valid), result) in sent.iter().zip(&results) {
        match (valid, result) {
            (true, Ok(back)) => {
                assert_eq!(plain(&serde_json::from_str(back)?), plain(&serde_json::from_str(text)?), "{name}")
            }
            (false, Err(_)) => {}
            (_, result) => panic!("{name}: {text} gave {result:?} in\n{}", types.text),
        }
    }
    Ok(())
}

#[test]
fn a_tool_becomes_types() -> Done {
    let tool = Tool::from_json(&json!({
        "name": "list-issues", "description": "Lists.\n```\nwhile true\n```",
        "inputSchema": { "type": "object", "properties": {
            "owner": { "type": "string", "description": "Who." },
            "type": { "enum": ["open", "is closed"] },
            "since": { "type": ["string", "null"] },
        }, "required": ["owner"] },
    }))?;
    let types = rust(&[Server::new("GitHub", vec![tool])]);
    let module = types.text.split_once("pub mod ").map(|(_, module)| module).unwrap_or_default();
    let expected = "\
git_hub {
    #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    pub struct ListIssues {
        /// Who.
        pub owner: String,
        #[serde(default, skip_serializing_if = \"Option::is_none\")]
        pub r#type: Option<ListIssuesType>,
        #[serde(default, deserialize_with = \"super::__present\", skip_serializing_if = \"Option::is_none\")]
        pub since: Option<Option<String>>,
    }

    impl ListIssues {
        /// Takes only the required fields.
        pub fn new(owner: String) -> ListIssues {
            ListIssues {
                owner,
                r#type: None,
                since: None,
            }
        }
    }

    #[derive(Debug, Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize, Copy, Eq, Hash)]
    pub enum ListIssuesType {
        #[serde(rename = \"open\")]
        Open,
        #[serde(rename = \"is closed\")]
        IsClosed,
    }
}
";
    assert_eq!(module, expected);
    let [server] = types.servers.as_slice() else { panic!("{types:?}") };
    let [tool] = server.tools.as_slice() else { panic!("{types:?}") };
    assert_eq!((server.module.as_str(), server.wire.as_str()), ("git_hub", "GitHub"));
    assert_eq!((tool.function.as_str(), tool.wire.as_str()), ("list_issues", "list-issues"));
    assert_eq!((tool.arguments.as_str(), tool.result.as_str()), ("ListIssues", "::serde_json::Value"));
    assert_eq!(tool.doc, ["Lists.", "\\`\\`\\`", "while true", "\\`\\`\\`"]);
    assert!(types.notes.is_empty(), "{:?}", types.notes);
    Ok(())
}

#[test]
fn a_tool_becomes_a_function() -> Done {
    let tool = Tool::from_json(&json!({
        "name": "get \"one\"", "description": "Gets.", "inputSchema": { "type": "object", "properties": { "n": { "type": "integer" } } },
    }))?;
    let server = [Server::new("a-b", vec![tool])];
    let (types, calls) = (rust(&server), rust_calls(&server));
    let function = "
    /// Gets.
    pub async fn get_one(arguments: GetOne) -> Result<::serde_json::Value, ::callbox::ToolError> {
        ::callbox::call(\"a-b\", \"get \\\"one\\\"\", &arguments).await
    }
}
";
    assert_eq!(calls.text, types.text.strip_suffix("}\n").unwrap_or_default().to_owned() + function);
    assert_eq!((calls.servers, calls.notes), (types.servers, types.notes));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_catalogue_gives_types_and_nothing_else(servers in hostile_catalogue::servers()) {
        let types = rust(&servers);
        prop_assert_eq!(&types, &rust(&servers));
        let file = syn::parse_file(&types.text).map_err(|error| TestCaseError::fail(format!("{error} in\n{}", types.text)))?;
        let (helper, modules) = file.items.split_first().ok_or_else(|| TestCaseError::fail("no item"))?;
        prop_assert!(matches!(helper, syn::Item::Fn(_)));
        prop_assert_eq!(modules.len(), types.servers.len());
        for (module, server) in modules.iter().zip(&types.servers) {
            assert_only_types(module, server).map_err(TestCaseError::fail)?;
        }
        prop_assert!(types.text.chars().all(|char| char == '\n' || !char.is_control()), "{}", types.text);
        prop_assert!(!types.text.contains(['\u{202e}', '\u{2028}']), "{}", types.text);
    }
}

fn assert_only_types(module: &syn::Item, server: &callbox_bindings::RustServer) -> Result<(), String> {
    let syn::Item::Mod(module) = module else { return Err("no module".to_owned()) };
    assert_eq!(module.ident.to_string(), server.module);
    assert_known(&module.attrs);
    let items = module.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
    let mut names = HashSet::new();
    for item in items {
        let (name, attributes) = match item {
            syn::Item::Struct(item) => (item.ident.to_string(), &item.attrs),
            syn::Item::Enum(item) => (item.ident.to_string(), &item.attrs),
            syn::Item::Type(item) => (item.ident.to_string(), &item.attrs),
            syn::Item::Impl(item) if item.trait_.is_none() && item.items.len() == 1 => continue,
            _ => return Err(format!("an item that is no type in {}", server.module)),
        };
        assert_known(attributes);
        assert!(names.insert(name), "a name twice in {}", server.module);
    }
    let functions: HashSet<&str> = server.tools.iter().map(|tool| tool.function.as_str()).collect();
    assert_eq!(functions.len(), server.tools.len());
    for tool in &server.tools {
        syn::parse_str::<syn::Type>(&tool.arguments).map_err(|error| error.to_string())?;
        syn::parse_str::<syn::Type>(&tool.result).map_err(|error| error.to_string())?;
        syn::parse_str::<syn::Ident>(&tool.function).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Checks that there are only comments, derives, lints and serde's attributes.
fn assert_known(attributes: &[syn::Attribute]) {
    for attribute in attributes {
        let known = ["doc", "derive", "serde", "allow"].iter().any(|name| attribute.path().is_ident(name));
        assert!(known, "an attribute of {:?}", attribute.path().get_ident());
    }
}
