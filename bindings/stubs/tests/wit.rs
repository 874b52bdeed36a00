//! Catalogues as WIT: it parses, resolves, binds and compiles, and expresses a schema as it should.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

mod catalogue_files;
mod hostile_catalogue;
mod package;

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::path::Path;
use std::process::Command;

use callbox_bindings::{JsonKind, Server, Tool, Wit, WitBody, WitCalls, WitInterface, WitType, wit, wit_of};
use catalogue_files::Catalogue;
use package::Package;
use proptest::prelude::*;
use serde_json::{Value, json};
use wit_bindgen_core::wit_parser::{Resolve, WorldId};
use wit_bindgen_core::{Files, WorldGenerator};

type Done = Result<(), Box<dyn Error>>;

/// `types`, `tools`, `tools-async`, `console` and `environment`.
const CONTRACT_INTERFACES: usize = 5;

/// The contract that the generated package builds on.
const SCRIPT: &str = include_str!("../../../guest-sdk/wit/script.wit");

fn resolved(text: &str) -> Result<(Resolve, WorldId), Box<dyn Error>> {
    let mut resolve = Resolve::default();
    resolve.push_str("script.wit", SCRIPT)?;
    let package = resolve.push_str("tools.wit", text)?;
    let world = resolve.select_world(&[package], Some("with-tools"))?;
    Ok((resolve, world))
}

/// Also encodes it in the binary form, which has limits that the text form lacks.
fn encoded(text: &str) -> Result<(Resolve, WorldId), Box<dyn Error>> {
    let (resolve, world) = resolved(text)?;
    let package = resolve.worlds[world].package.ok_or("no package")?;
    wasmparser::Validator::new().validate_all(&wit_component::encode(&resolve, package)?)?;
    Ok((resolve, world))
}

fn bound(text: &str) -> Result<String, Box<dyn Error>> {
    let (mut resolve, world) = encoded(text)?;
    let mut files = Files::default();
    let options = wit_bindgen_rust::Opts { generate_all: true, ..Default::default() };
    options.build().generate(&mut resolve, world, &mut files)?;
    let (_, code) = files.iter().next().ok_or("no file")?;
    Ok(String::from_utf8(code.to_vec())?)
}

#[test]
fn real_catalogues_bind() -> Done {
    for Catalogue { name, servers } in catalogue_files::catalogues()? {
        let wit = wit(&servers);
        for calls in [WitCalls::Plain, WitCalls::Async] {
            let code = bound(&wit.text(calls)).map_err(|error| format!("{name}: {error:?}"))?;
            syn::parse_file(&code)?;
        }
        eprintln!("{name}: {} bytes of WIT, {} notes", wit.text(WitCalls::Plain).len(), wit.notes.len());
    }
    Ok(())
}

fn of_tool(arguments: &Value, result: &Value) -> Result<Wit, Box<dyn Error>> {
    let tool = Tool::from_json(&json!({ "name": "do_it", "inputSchema": arguments, "outputSchema": result }))?;
    let wit = wit(&[Server::new("my-server", vec![tool])]);
    bound(&wit.text(WitCalls::Plain))?;
    Ok(wit)
}

/// Returns the interface's types and functions, without the part common to all interfaces.
fn lines(wit: &Wit) -> String {
    let text = wit.text(WitCalls::Plain);
    let inside = text.split_once("{json, tool-error};\n").and_then(|(_, rest)| rest.split_once("\n}\n"));
    let lines = inside.map(|(inside, _)| inside).unwrap_or_default().lines();
    lines
        .filter(|line| !line.is_empty())
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect()
}

fn notes(wit: &Wit) -> Vec<(&str, &str)> {
    wit.notes.iter().map(|note| (note.pointer.as_str(), note.what.as_str())).collect()
}

#[test]
fn what_is_said_of_the_whole_stands_with_the_function() -> Done {
    let arguments = json!({ "type": "object", "properties": { "a": {} }, "description": "Which one." });
    let wit = of_tool(&arguments, &json!({ "type": "string", "format": "date", "description": "The day." }))?;
    let text = lines(&wit);
    let words = "/// Arguments: Which one.\n/// Returns: The day.\n/// @format date\n";
    assert!(text.contains(&format!("{words}/// Wire name: \"do_it\"\ndo-it:")), "{text}");
    Ok(())
}

#[test]
fn a_tool_becomes_a_function() -> Done {
    let wit = of_tool(
        &json!({ "type": "object", "properties": {
            "owner": { "type": "string", "description": "Who." },
            "state": { "enum": ["open", "closed", ""] },
            "perPage": { "type": "integer" },
            "type": { "type": ["string", "null"] },
            "tags": { "type": "array", "items": { "type": "number" } },
        }, "required": ["owner"] }),
        &json!({ "type": "object", "properties": { "ok": { "type": "boolean" } }, "required": ["ok"], "additionalProperties": { "type": "string" } }),
    )?;
    let expected = "\
enum do-it-args-state {
    open,
    closed,
    /// Wire name: \"\"
    empty,
}
record do-it-args {
    /// Who.
    owner: string,
    state: option<do-it-args-state>,
    /// @integer
    /// Wire name: \"perPage\"
    per-page: option<s64>,
    %type: option<option<string>>,
    tags: option<list<f64>>,
}
record do-it-result {
    ok: bool,
    /// Properties under other names.
    rest: list<tuple<string, string>>,
}
/// Wire name: \"do_it\"
do-it: func(args: do-it-args) -> result<do-it-result, tool-error>;
";
    assert_eq!(lines(&wit), expected);
    assert!(wit.notes.is_empty(), "{:?}", wit.notes);
    Ok(())
}

#[test]
fn alternatives_that_json_decides_are_variants() -> Done {
    let circle = json!({ "type": "object", "properties": { "kind": { "const": "Circle" }, "r": { "type": "number" } }, "required": ["kind", "r"] });
    let dot = json!({ "type": "object", "properties": { "kind": { "const": "dot" } }, "required": ["kind"] });
    let wit = of_tool(
        &json!({ "type": "object", "properties": { "a": { "oneOf": [circle, dot, { "type": "string" }, { "type": "null" }] } }, "required": ["a"] }),
        &json!({ "anyOf": [{ "type": "array", "items": {} }, { "type": "integer" }] }),
    )?;
    let expected = "\
record do-it-args-a-object-circle {
    r: f64,
}
/// Decided by the property: \"kind\"
variant do-it-args-a-object {
    /// Wire name: \"Circle\"
    circle(do-it-args-a-object-circle),
    dot,
}
variant do-it-args-a {
    object(do-it-args-a-object),
    text(string),
}
record do-it-args {
    a: option<do-it-args-a>,
}
variant do-it-result {
    integer(s64),
    %list(list<json>),
}
/// Wire name: \"do_it\"
do-it: func(args: do-it-args) -> result<do-it-result, tool-error>;
";
    assert_eq!(lines(&wit), expected);
    assert!(wit.notes.is_empty(), "{:?}", wit.notes);
    Ok(())
}

#[test]
fn the_structure_leads_from_identifiers_to_wire_names() -> Done {
    let wit = of_tool(
        &json!({ "type": "object", "properties": { "a_b": { "anyOf": [{ "enum": ["X Y"] }, { "type": "boolean" }] } } }),
        &json!({ "type": "object" }),
    )?;
    let [interface] = wit.interfaces.as_slice() else { panic!("{wit:?}") };
    let [function] = interface.functions.as_slice() else { panic!("{wit:?}") };
    assert_eq!(
        (interface.wire.as_str(), function.name.as_str(), function.wire.as_str()),
        ("my-server", "do-it", "do_it")
    );
    assert_eq!(function.result, WitType::Json);
    let Some(WitType::Named(arguments)) = &function.arguments else { panic!("{function:?}") };
    let WitBody::Record { fields, rest: None } = &arguments.body else { panic!("{arguments:?}") };
    assert_eq!((fields[0].name.as_str(), fields[0].wire.as_str(), fields[0].optional), ("a-b", "a_b", true));
    let WitType::Named(choice) = &fields[0].value else { panic!("{fields:?}") };
    let WitBody::ByKind(cases) = &choice.body else { panic!("{choice:?}") };
    assert_eq!(cases.iter().map(|case| case.kind).collect::<Vec<_>>(), [JsonKind::Boolean, JsonKind::String]);
    let WitType::Named(texts) = &cases[1].value else { panic!("{cases:?}") };
    let WitBody::Enum(texts) = &texts.body else { panic!("{texts:?}") };
    assert_eq!((texts[0].name.as_str(), texts[0].wire.as_str()), ("x-y", "X Y"));
    Ok(())
}

#[test]
fn what_wit_cannot_say_is_json_with_a_note() -> Done {
    let wit = of_tool(
        &json!({ "type": "object", "properties": {
            "any": {}, "map": { "type": "object" }, "none": { "type": "null" }, "empty": { "type": "object", "properties": {} },
            "tree": { "$ref": "#/$defs/tree" }, "one": { "const": 1 },
        }, "$defs": { "tree": { "type": "object", "properties": { "kin": { "type": "array", "items": { "$ref": "#/$defs/tree" } } } } } }),
        &json!(true),
    );
    let wit = wit?;
    let text = lines(&wit);
    for line in [
        "any: option<json>",
        "%map: option<json>",
        "none: option<json>",
        "empty: option<json>",
        "tree: option<do-it-args-tree>",
        "kin: option<list<json>>",
        "one: option<s64>",
    ] {
        assert!(text.contains(&format!("    {line},\n")), "{line} in {text}");
    }
    let mut notes = notes(&wit);
    notes.sort_unstable();
    assert_eq!(
        notes,
        [
            ("/inputSchema/$defs/tree/properties/kin", "a recursive type"),
            ("/inputSchema/properties/empty", "an object without properties"),
            ("/inputSchema/properties/map", "an object with any properties"),
            ("/inputSchema/properties/none", "`null` alone"),
            ("/inputSchema/properties/one", "constants that are not strings"),
        ]
    );
    Ok(())
}

#[test]
fn no_arguments_are_no_parameter() -> Done {
    let wit = of_tool(
        &json!({ "type": "object", "properties": {}, "additionalProperties": false }),
        &json!({ "type": "object" }),
    )?;
    let text = wit.text(WitCalls::Plain);
    assert!(text.contains("do-it: func() -> result<json, tool-error>;"), "{text}");
    assert_eq!(wit.interfaces[0].functions[0].arguments, None);
    Ok(())
}

#[test]
fn async_functions_come_on_request() -> Done {
    let wit = of_tool(&json!({ "type": "object" }), &json!(true))?;
    let (plain, asynchronous) = (wit.text(WitCalls::Plain), wit.text(WitCalls::Async));
    assert!(!plain.contains("async") && plain.contains("include callbox:script/script@0.1.0;"), "{plain}");
    bound(&asynchronous)?;
    let expected = plain.replace("func(", "async func(").replace("script/script@", "script/script-async@");
    assert_eq!(asynchronous, expected);
    Ok(())
}

#[test]
fn a_part_has_the_identifiers_of_the_whole() -> Done {
    let tool = |name: &str| Tool::from_json(&json!({ "name": name, "inputSchema": { "type": "object" } }));
    let named = |name: &str, tools| Server::new(name, tools);
    let servers = [
        named("my-server", vec![tool("listIssues")?, tool("list_issues")?, tool("other")?]),
        named("my_server", vec![tool("other")?]),
        named("idle", Vec::new()),
    ];
    let whole = wit(&servers);
    let part = wit_of(&servers, |server, tool| server == "my-server" && tool == "list_issues");
    let [interface] = part.interfaces.as_slice() else { panic!("{part:?}") };
    let [function] = interface.functions.as_slice() else { panic!("{part:?}") };
    assert_eq!((&interface.name, function), (&whole.interfaces[0].name, &whole.interfaces[0].functions[1]));
    assert_ne!(function.name, "list-issues");
    Ok(())
}

#[test]
fn names_are_kept_apart() -> Done {
    let named = |name: &str| {
        Tool::from_json(
            &json!({ "name": name, "inputSchema": { "type": "object", "properties": { "a": { "type": "string" } } } }),
        )
    };
    let names = [
        "listIssues",
        "list_issues",
        "list-issues",
        "list-issues-args",
        "json",
        "tool-error",
        "use",
        "",
        "名",
        "2fa",
        "a-2-b",
        "A2B",
    ];
    let tools: Result<Vec<Tool>, _> = names.iter().map(|name| named(name)).collect();
    let servers = ["with-tools", "World", "world", ""].map(|name| Server::new(name, Vec::<Tool>::new()));
    let servers: Vec<Server> = servers.into_iter().chain([Server::new("s", tools?)]).collect();
    let wit = wit(&servers);
    bound(&wit.text(WitCalls::Plain))?;
    let interface = wit.interfaces.last().ok_or("no interface")?;
    assert_apart(interface);
    assert_eq!(interface.functions.iter().map(|function| function.wire.as_str()).collect::<Vec<_>>(), names);
    assert_eq!(interface.functions[2].name, "list-issues");
    Ok(())
}

fn assert_apart(interface: &WitInterface) {
    let functions = interface.functions.iter().map(|function| function.name.as_str());
    let all: Vec<&str> = functions.chain(interface.types.iter().map(|named| named.name.as_str())).collect();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{all:?}");
}

#[test]
fn types_that_no_component_can_have_are_json() -> Done {
    // Each definition mentions the next twice: 2^40 parts when expanded.
    let mut definitions: serde_json::Map<String, Value> = serde_json::Map::new();
    for index in 0..40 {
        let next = json!({ "$ref": format!("#/$defs/d{}", index + 1) });
        definitions.insert(
            format!("d{index}"),
            json!({ "type": "object", "properties": { "a": next, "b": next, "c": { "type": "string" } } }),
        );
    }
    definitions.insert("d40".into(), json!({ "type": "string" }));
    let wide = of_tool(&json!({ "$ref": "#/$defs/d0", "$defs": definitions }), &json!(true))?;
    assert!(notes(&wide).iter().any(|(_, what)| what.contains("too large")), "{:?}", wide.notes);
    let mut deep = json!({ "type": "string" });
    for _ in 0..60 {
        deep = json!({ "type": "array", "items": { "type": "object", "properties": { "a": deep } } });
    }
    let deep = of_tool(&json!({ "type": "object", "properties": { "a": deep } }), &json!(true))?;
    assert!(notes(&deep).iter().any(|(_, what)| what.contains("deep")), "{:?}", deep.notes);
    let lists = (0..50).map(|index| (format!("d{index}"), json!({ "type": "array", "items": { "type": "array", "items": { "type": "object", "required": ["a"], "properties": { "a": { "$ref": format!("#/$defs/d{}", index + 1) } } } } })));
    let definitions: serde_json::Map<String, Value> =
        lists.chain([("d50".to_owned(), json!({ "type": "string" }))]).collect();
    let chain = of_tool(
        &json!({ "type": "object", "properties": { "a": { "$ref": "#/$defs/d0" } }, "$defs": definitions }),
        &json!(true),
    )?;
    assert!(notes(&chain).iter().any(|(_, what)| what.contains("too deep")), "{:?}", chain.notes);
    let many: Vec<String> = (0..9_999).map(|index| format!("v{index}")).collect();
    of_tool(&json!({ "type": "object", "properties": { "a": { "enum": many } } }), &json!(true))?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_catalogue_resolves(servers in hostile_catalogue::servers()) {
        let wit = wit(&servers);
        let text = wit.text(WitCalls::Plain);
        prop_assert_eq!(&text, &callbox_bindings::wit(&servers).text(WitCalls::Plain));
        let (resolve, _) = encoded(&text).map_err(|error| TestCaseError::fail(format!("{error:?} in\n{text}")))?;
        // The package contains only what the structure holds, and the packages it builds on.
        prop_assert_eq!(resolve.interfaces.len(), wit.interfaces.len() + CONTRACT_INTERFACES, "{}", text);
        for interface in &wit.interfaces {
            assert_apart(interface);
            let (_, found) = resolve.interfaces.iter().find(|(_, found)| found.name.as_deref() == Some(interface.name.as_str()) && found.package.is_some_and(|package| resolve.packages[package].name.name == "tools")).ok_or_else(|| TestCaseError::fail("no interface"))?;
            let functions: Vec<&str> = found.functions.keys().map(String::as_str).collect();
            prop_assert_eq!(functions, interface.functions.iter().map(|function| function.name.as_str()).collect::<Vec<_>>());
            prop_assert_eq!(found.types.len(), interface.types.len() + 2);
        }
    }
}

const SCRIPT_IN_RUST: &str = r#"
wit_bindgen::generate!({ path: "wit", world: "with-tools", generate_all });

use callbox::tools::my_server::*;

struct Script;

impl Guest for Script {
    ASYNC fn run(_input: String) -> Result<String, Error> {
        let shape = DoItArgsShape::Circle(DoItArgsShapeCircle { r: 1.5 });
        let args = DoItArgs {
            owner: "me".into(),
            state: Some(DoItArgsState::Open),
            by: Some(DoItArgsBy::Integer(3)),
            maybe: Some(None),
            shape: Some(shape),
            any: Some("[1, null]".into()),
            pair: ("a".into(), 1),
        };
        let result = do_it(GIVEN)AWAIT.map_err(|error| failed(error.message))?;
        nothing()AWAIT.map_err(|error| failed(error.code))?;
        callbox::script::console::log(callbox::script::console::Level::Info, &result.title);
        Ok(result.rest.into_iter().map(|(name, count)| format!("{name}{count}")).collect())
    }
}

fn failed(message: String) -> Error {
    Error { message, code: None, data: None }
}

export!(Script);
"#;

#[test]
fn a_script_compiles_against_it() -> Done {
    if !has_target() {
        assert!(env::var_os("CI").is_none(), "the target wasm32-wasip2 is missing");
        eprintln!("skipped: the target wasm32-wasip2 is missing (rustup target add wasm32-wasip2)");
        return Ok(());
    }
    let arguments = json!({ "type": "object", "properties": {
        "owner": { "type": "string" }, "state": { "enum": ["open", "closed"] }, "by": { "type": ["string", "integer"] },
        "maybe": { "type": ["string", "null"] }, "any": {},
        "shape": { "oneOf": [
            { "type": "object", "properties": { "kind": { "const": "circle" }, "r": { "type": "number" } }, "required": ["kind", "r"] },
            { "type": "object", "properties": { "kind": { "const": "dot" } }, "required": ["kind"] },
        ] },
        "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "minItems": 2, "items": false },
    }, "required": ["owner", "pair"] });
    let result = json!({ "type": "object", "properties": { "title": { "type": "string" } }, "required": ["title"], "additionalProperties": { "type": "integer" } });
    let tools = [
        Tool::from_json(&json!({ "name": "do_it", "inputSchema": arguments, "outputSchema": result }))?,
        Tool::from_json(&json!({ "name": "nothing", "inputSchema": { "type": "object", "properties": {} } }))?,
    ];
    let wit = wit(&[Server::new("my-server", tools)]);
    let package =
        Package::new("callbox-wit-script", "wit-bindgen = \"=0.60.0\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n")?;
    package.write("wit/deps/script/script.wit", SCRIPT)?;
    // wit-bindgen borrows arguments in synchronous calls and takes ownership in asynchronous ones.
    let forms = [(WitCalls::Plain, ["", "&args", ""]), (WitCalls::Async, ["async", "args", ".await"])];
    for (calls, [word, given, wait]) in forms {
        let code = SCRIPT_IN_RUST.replace("ASYNC", word).replace("GIVEN", given).replace("AWAIT", wait);
        package.write("wit/tools.wit", &wit.text(calls))?;
        package.write("src/lib.rs", &code)?;
        package.cargo(&["build", "--target", "wasm32-wasip2"])?;
    }
    Ok(())
}

fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", "wasm32-wasip2"]).output();
    let folder = output.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    Path::new(folder.trim()).is_dir()
}
