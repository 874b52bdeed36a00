//! Random schemas made of every keyword, tested with small values: whatever a validator allows, the type allows.

use std::error::Error;

use callbox_bindings::{Server, Tool, declarations};
use jsonschema::Draft;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::arguments::{Choices, changed, value_of};
use crate::compiler::{self, Program};

const SCHEMAS: usize = 2_500;
const VALUES_PER_SCHEMA: usize = 6;

#[test]
fn random_schemas_refuse_nothing_they_allow() -> Result<(), Box<dyn Error>> {
    let Some(compiler) = compiler::installed() else { return Ok(()) };
    let mut runner = TestRunner::deterministic();
    let mut choices = || -> Result<Choices, Box<dyn Error>> {
        Ok(Choices::of(any::<u64>().new_tree(&mut runner).map_err(|why| why.to_string())?.current()))
    };
    let mut schemas = Vec::new();
    while schemas.len() < SCHEMAS {
        let schema = document(&mut choices()?);
        let draft = if schema.get("$schema").is_some() { Draft::Draft7 } else { Draft::Draft202012 };
        if let Ok(validator) = jsonschema::options().with_draft(draft).build(&schema) {
            schemas.push((schema, validator));
        }
    }
    let tools = schemas.iter().enumerate().map(|(index, (schema, _))| tool(index, schema));
    let mut program = Program::of(&declarations(&[Server::new("r", tools)]).0);
    let mut asked = Vec::new();
    for (index, (schema, validator)) in schemas.iter().enumerate() {
        for _ in 0..VALUES_PER_SCHEMA {
            let mut choices = choices()?;
            let made = value_of(schema, schema, &mut choices, 0);
            let value = match choices.below(3) {
                0 => made,
                1 => changed(&made, &mut choices),
                _ => small(&mut choices, 0),
            };
            let question = program.ask(&format!("Awaited<ReturnType<typeof tools.r.t{index}>>"), &value);
            asked.push((index, question, validator.is_valid(&value), value));
        }
    }
    let refused = program.refused(&compiler, "random-schemas")?;
    let allowed: Vec<_> = asked.iter().filter(|(_, _, valid, _)| *valid).collect();
    let others = asked.len() - allowed.len();
    let told = asked.iter().filter(|(_, question, valid, _)| !valid && refused.contains(question)).count();
    eprintln!("{} allowed, {told} of {others} others refused", allowed.len());
    let unsound: Vec<String> = allowed
        .iter()
        .filter(|(_, question, _, _)| refused.contains(question))
        .map(|(index, _, _, value)| format!("t{index}: {} refuses {value}", schemas[*index].0))
        .collect();
    assert!(unsound.is_empty(), "{} refused: {:#?}", unsound.len(), &unsound[..unsound.len().min(5)]);
    assert!(allowed.len() > asked.len() / 4 && told > others / 4, "too few values of one sort to prove anything");
    Ok(())
}

fn tool(index: usize, schema: &Value) -> Tool {
    Tool {
        name: format!("t{index}"),
        title: None,
        description: None,
        input_schema: json!({ "type": "object" }),
        output_schema: Some(schema.clone()),
        annotations: None,
        learned: None,
    }
}

fn document(choices: &mut Choices) -> Value {
    let mut root = schema(choices, 0);
    if let Value::Object(keywords) = &mut root {
        if choices.one_in(3) {
            keywords.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
        }
        keywords.insert("$defs".into(), json!({ "x": schema(choices, 2), "y": schema(choices, 2) }));
    }
    root
}

const DEPTH_MAX: usize = 4;

fn schema(choices: &mut Choices, depth: usize) -> Value {
    if depth > DEPTH_MAX || choices.one_in(12) {
        return json!(!choices.one_in(4));
    }
    let mut keywords = Map::new();
    for _ in 0..=choices.below(4) {
        let (key, value) = keyword(choices, depth + 1);
        keywords.insert(key.into(), value);
    }
    Value::Object(keywords)
}

fn keyword(choices: &mut Choices, depth: usize) -> (&'static str, Value) {
    let keys = [
        "type",
        "type",
        "type",
        "properties",
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "items",
        "prefixItems",
        "contains",
        "minContains",
        "maxContains",
        "minItems",
        "maxItems",
        "uniqueItems",
        "const",
        "enum",
        "enum",
        "anyOf",
        "anyOf",
        "oneOf",
        "oneOf",
        "allOf",
        "allOf",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "unevaluatedProperties",
        "unevaluatedItems",
        "minimum",
        "maxLength",
        "minProperties",
        "maxProperties",
        "$ref",
        "$ref",
        "additionalItems",
    ];
    let key = keys[choices.below(keys.len())];
    let value = match key {
        "type" => kinds(choices),
        "properties" | "dependentSchemas" | "dependencies" => map(choices, depth),
        "patternProperties" => json!({ "^a": schema(choices, depth) }),
        "required" => names(choices),
        "dependentRequired" => json!({ name(choices): names(choices) }),
        "prefixItems" | "anyOf" | "oneOf" | "allOf" => (0..=choices.below(2)).map(|_| schema(choices, depth)).collect(),
        "const" => small(choices, 1),
        "enum" => (0..=choices.below(3)).map(|_| small(choices, 1)).collect(),
        "uniqueItems" => json!(true),
        "minItems" | "maxItems" | "minContains" | "maxContains" | "minProperties" | "maxProperties" | "maxLength"
        | "minimum" => json!(choices.below(3)),
        "$ref" => json!(["#/$defs/x", "#/$defs/y", "#"][choices.below(3)]),
        "propertyNames" => {
            [json!({ "enum": ["a", "b"] }), json!({ "maxLength": 1 }), json!(false)][choices.below(3)].clone()
        }
        _ => schema(choices, depth),
    };
    (key, value)
}

fn kinds(choices: &mut Choices) -> Value {
    let kinds = ["object", "object", "array", "string", "number", "integer", "boolean", "null"];
    let mut kind = || json!(kinds[choices.below(kinds.len())]);
    let (first, second) = (kind(), kind());
    if choices.one_in(3) && first != second { json!([first, second]) } else { first }
}

fn map(choices: &mut Choices, depth: usize) -> Value {
    (0..=choices.below(2)).map(|_| (name(choices), schema(choices, depth))).collect::<Map<_, _>>().into()
}

fn names(choices: &mut Choices) -> Value {
    let mut names: Vec<String> = (0..=choices.below(2)).map(|_| name(choices)).collect();
    names.dedup();
    json!(names)
}

fn name(choices: &mut Choices) -> String {
    let end = if choices.one_in(6) { 6 } else { 4 };
    ["a", "b", "ab", "c", "toString", "__proto__"][choices.below(end)].to_owned()
}

fn small(choices: &mut Choices, depth: usize) -> Value {
    match choices.below(if depth > 2 { 7 } else { 11 }) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(false),
        3 => json!(1),
        4 => json!(2.5),
        5 => json!(["", "a", "long text"][choices.below(3)]),
        6 => json!(0),
        7 | 8 => (0..choices.below(3)).map(|_| small(choices, depth + 1)).collect(),
        _ => (0..choices.below(3)).map(|_| (name(choices), small(choices, depth + 1))).collect::<Map<_, _>>().into(),
    }
}
