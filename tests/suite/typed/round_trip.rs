//! Passes JSON through a component and back: a tool's result becomes a component value in the component's memory, which
//! passes it on unchanged as another tool's arguments.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
};

use callbox::{End, Server, Tool};
use callbox_bindings::{WitBody, WitCalls, WitType};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Map, Value, json};

use super::{
    Done, Tools,
    arguments::{Choices, changed, value_of},
    catalogue_files, component, hostile_catalogue, run, tool,
};

/// Schemas per component.
const SCHEMAS_PER_RUN: usize = 24;
const VALUES_PER_SCHEMA: usize = 6;

/// A schema, and values that it allows.
struct Sample {
    schema: Value,
    values: Vec<Value>,
    /// Whether no part becomes JSON text or is merged: then every value must come back.
    faithful: bool,
}

/// The results for all values.
#[derive(Default)]
struct Found {
    same: usize,
    less: usize,
    refused: usize,
    /// Kinds of WIT types that values passed through.
    kinds: BTreeSet<&'static str>,
}

/// More parameters than a call can hold, so that arguments are passed in memory.
const FILLERS: usize = 16;

/// Wraps the schema as a property of an object that is passed by reference.
fn wrapped(schema: &Value) -> Value {
    let mut properties: Map<String, Value> = [("value".to_owned(), schema.clone())].into_iter().collect();
    properties.extend((0..FILLERS).map(|index| (format!("filler{index}"), json!({ "type": "boolean" }))));
    let required: Vec<&String> = properties.keys().collect();
    let mut whole = json!({ "type": "object", "required": required, "properties": properties });
    for key in ["$defs", "definitions", "$schema"] {
        if let Some(definitions) = schema.get(key) {
            whole[key] = definitions.clone();
        }
    }
    whole
}

fn wrapped_value(value: &Value) -> Value {
    let fillers = (0..FILLERS).map(|index| (format!("filler{index}"), json!(index % 2 == 0)));
    [("value".to_owned(), value.clone())].into_iter().chain(fillers).collect::<Map<_, _>>().into()
}

fn sample(schema: &Value, choices: &mut Choices) -> Option<Sample> {
    let schema = wrapped(schema);
    let draft = if schema["$schema"].as_str().is_some_and(|dialect| dialect.contains("draft-07")) {
        jsonschema::Draft::Draft7
    } else {
        jsonschema::Draft::Draft202012
    };
    let validator = jsonschema::options().with_draft(draft).build(&schema).ok()?;
    let mut values = Vec::new();
    for _ in 0..VALUES_PER_SCHEMA * 4 {
        let value = value_of(&schema["properties"]["value"], &schema, choices, 0);
        let value = if choices.one_in(3) { changed(&value, choices) } else { value };
        let value = wrapped_value(&value);
        if validator.is_valid(&value) && !values.contains(&value) && values.len() < VALUES_PER_SCHEMA {
            values.push(value);
        }
    }
    let last = values.last()?.clone();
    values.resize(VALUES_PER_SCHEMA, last);
    Some(Sample { schema, values, faithful: false })
}

/// Sends each value through a component built for all the schemas.
fn send(mut samples: Vec<Sample>, calls: WitCalls, found: &mut Found) -> Done {
    let mut pairs: Vec<Tool> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        pairs.push(tool(&format!("get{index}"), &json!({ "type": "object", "properties": {} }), &sample.schema));
        pairs.push(tool(&format!("put{index}"), &sample.schema, &json!({ "type": "boolean" })));
    }
    let left: Mutex<HashMap<String, std::vec::IntoIter<Value>>> = Mutex::new(
        samples
            .iter()
            .enumerate()
            .map(|(index, sample)| (format!("get{index}"), sample.values.clone().into_iter()))
            .collect(),
    );
    let tools = Tools::new(vec![Server::new("s", pairs)], move |name, _| {
        let mut left = left.lock().expect("a lock");
        Ok(left.get_mut(name).map_or(json!(true), |values| values.next().expect("a value for each call")))
    });
    let wit = tools.wit();
    for (index, sample) in samples.iter_mut().enumerate() {
        let get = format!("s.get{index}");
        sample.faithful = wit.notes.iter().all(|note| note.tool != get);
        kinds(&wit.interfaces[0].functions[2 * index].result, &mut found.kinds);
    }
    let source = component::component(&wit.text(calls), |imported| component::echo(imported, VALUES_PER_SCHEMA))?;
    let outcome = run(&tools.catalog, source)?;
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    let mut put: HashMap<String, Vec<Value>> = HashMap::new();
    let mut got: HashMap<String, usize> = HashMap::new();
    // A value without a component value is not put, so the preceding put tells which value comes next.
    for call in outcome.calls {
        match call.tool.strip_prefix("put") {
            Some(index) => {
                let times = got[&format!("get{index}")];
                let puts = put.entry(index.to_owned()).or_default();
                puts.resize(times - 1, Value::Null);
                puts.push(call.arguments);
            }
            None => *got.entry(call.tool).or_default() += 1,
        }
    }
    for (index, sample) in samples.iter().enumerate() {
        let put = put.remove(&index.to_string()).unwrap_or_default();
        for (place, sent) in sample.values.iter().enumerate() {
            check(sample, sent, put.get(place).filter(|value| !value.is_null()), found);
        }
    }
    Ok(())
}

fn check(sample: &Sample, sent: &Value, back: Option<&Value>, found: &mut Found) {
    let schema = &sample.schema["properties"]["value"];
    let Some(back) = back else {
        assert!(!sample.faithful, "{} was refused for {schema}", sent["value"]);
        found.refused += 1;
        return;
    };
    let (sent, back) = (plain(sent), plain(back));
    assert!(is_part(&back, &sent), "{} gave {} for {schema}", sent["value"], back["value"]);
    found.same += usize::from(back == sent);
    found.less += usize::from(back != sent);
}

/// Returns the value with all numbers as `f64`: JSON does not distinguish `1` from `1.0`.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        other => other.clone(),
    }
}

/// Whether `back` is `sent`, possibly without undeclared properties.
fn is_part(back: &Value, sent: &Value) -> bool {
    match (back, sent) {
        (Value::Object(back), Value::Object(sent)) => {
            back.iter().all(|(name, value)| sent.get(name).is_some_and(|other| is_part(value, other)))
        }
        (Value::Array(back), Value::Array(sent)) => {
            back.len() == sent.len() && back.iter().zip(sent).all(|(back, sent)| is_part(back, sent))
        }
        (back, sent) => back == sent,
    }
}

fn kinds(wit: &WitType, seen: &mut BTreeSet<&'static str>) {
    let (kind, inner): (_, Vec<&WitType>) = match wit {
        WitType::Json => ("json", vec![]),
        WitType::Bool => ("bool", vec![]),
        WitType::S64 => ("s64", vec![]),
        WitType::F64 => ("f64", vec![]),
        WitType::String => ("string", vec![]),
        WitType::List(item) => ("list", vec![item]),
        WitType::Map(item) => ("map", vec![item]),
        WitType::Tuple(items) => ("tuple", items.iter().collect()),
        WitType::Option(inner) => ("option", vec![inner]),
        WitType::Named(named) => match &named.body {
            WitBody::Record { fields, rest: None } => ("record", fields.iter().map(|field| &field.value).collect()),
            WitBody::Record { fields, rest: Some(rest) } => {
                ("record with rest", fields.iter().map(|field| &field.value).chain([&rest.value]).collect())
            }
            WitBody::Enum(_) => ("enum", vec![]),
            WitBody::ByKind(cases) => ("by kind", cases.iter().map(|case| &case.value).collect()),
            WitBody::ByTag { cases, .. } => ("by tag", cases.iter().filter_map(|case| case.value.as_ref()).collect()),
        },
    };
    seen.insert(kind);
    inner.into_iter().for_each(|inner| kinds(inner, seen));
}

const KINDS: [&str; 14] = [
    "bool",
    "by kind",
    "by tag",
    "enum",
    "f64",
    "json",
    "list",
    "map",
    "option",
    "record",
    "record with rest",
    "s64",
    "string",
    "tuple",
];

fn all_come_back(
    schemas: &[Value],
    choices: &mut Choices,
    runs_max: usize,
) -> Result<Found, Box<dyn std::error::Error>> {
    let mut found = Found::default();
    let samples: Vec<Sample> = schemas.iter().filter_map(|schema| sample(schema, choices)).collect();
    let mut samples = samples.into_iter().peekable();
    let mut calls = [WitCalls::Plain, WitCalls::Async].into_iter().cycle();
    for _ in 0..runs_max {
        let part: Vec<Sample> = samples.by_ref().take(SCHEMAS_PER_RUN).collect();
        if part.is_empty() {
            break;
        }
        send(part, calls.next().unwrap_or_default(), &mut found)?;
    }
    let Found { same, less, refused, kinds } = &found;
    eprintln!("{same} the same, {less} without properties nobody spoke of, {refused} refused; {kinds:?}");
    Ok(found)
}

/// One schema for each kind of type, so that none is missed, whatever is drawn.
fn every_kind() -> Vec<Value> {
    let tagged = json!({ "oneOf": [
        { "type": "object", "properties": { "k": { "const": "A b" }, "n": { "type": "number" } }, "required": ["k", "n"] },
        { "type": "object", "properties": { "k": { "const": "c" } }, "required": ["k"] },
    ] });
    let kinds = [
        json!({ "type": "boolean" }),
        json!({ "type": "integer" }),
        json!({ "type": "number" }),
        json!({ "type": "string" }),
        json!({}),
        json!({ "enum": ["x", "Y z", ""] }),
        json!({ "type": ["string", "integer", "boolean", "null"] }),
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": ["number", "null"] }], "minItems": 2, "items": false }),
        json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        json!({ "type": "object", "properties": { "a": { "type": ["integer", "null"] } }, "additionalProperties": { "type": "string" } }),
        tagged,
    ];
    let lists = kinds.iter().map(|kind| json!({ "type": "array", "items": kind, "minItems": 2 }));
    let fields =
        kinds.iter().map(|kind| json!({ "type": "object", "properties": { "a": kind, "b": kind }, "required": ["b"] }));
    kinds.iter().cloned().chain(lists).chain(fields).collect()
}

#[test]
fn every_kind_of_type_comes_back() -> Done {
    let schemas: Vec<Value> = every_kind().into_iter().flat_map(|schema| [schema.clone(), schema]).collect();
    let found = all_come_back(&schemas, &mut Choices::of(7), usize::MAX)?;
    assert_eq!(found.kinds.iter().copied().collect::<Vec<_>>(), KINDS);
    assert!(found.same > 200 && found.refused == 0);
    Ok(())
}

#[test]
fn schemas_that_no_one_would_write_come_back() -> Done {
    let mut runner = TestRunner::deterministic();
    let mut schemas = Vec::new();
    while schemas.len() < 600 {
        let servers = hostile_catalogue::servers().new_tree(&mut runner).map_err(|why| why.to_string())?.current();
        schemas
            .extend(servers.into_iter().flat_map(|server| server.tools).filter_map(|tool| tool.output_schema.clone()));
    }
    let found = all_come_back(&schemas, &mut Choices::of(11), usize::MAX)?;
    assert!(found.same > 500, "too few to prove anything");
    Ok(())
}

#[test]
fn values_for_real_tools_come_back() -> Done {
    let mut schemas: Vec<Value> = Vec::new();
    for catalogue in catalogue_files::catalogues()? {
        let tools: Vec<_> = catalogue.servers.into_iter().flat_map(|server| server.tools).collect();
        schemas.extend(
            tools.iter().flat_map(|tool| [Some(tool.input_schema.clone()), tool.output_schema.clone()]).flatten(),
        );
    }
    let count = schemas.len();
    let step = (count / 200).max(1);
    let schemas: Vec<Value> = schemas.into_iter().step_by(step).collect();
    let found = all_come_back(&schemas, &mut Choices::of(13), usize::MAX)?;
    assert!(count == 0 || found.same > 200, "too few to prove anything");
    Ok(())
}
