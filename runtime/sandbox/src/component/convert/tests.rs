use callbox_bindings::{Server, Tool, WitType, wit};
use serde_json::{Value, json};
use wasmtime::component::Val;

use super::{ConvertError, lifted, lowered};

const BYTES_MAX: usize = 1 << 20;

/// Returns the WIT type of a result with this schema.
fn wit_type(schema: Value) -> WitType {
    let entry = json!({ "name": "t", "inputSchema": { "type": "object" }, "outputSchema": schema });
    let tools = vec![Tool::from_json(&entry).expect("a tool")];
    let mut wit = wit(&[Server::new("s", tools)]);
    wit.interfaces.remove(0).functions.remove(0).result
}

fn property(schema: Value) -> WitType {
    wit_type(json!({ "type": "object", "properties": { "a": schema }, "required": ["a"] }))
}

#[track_caller]
fn check(schema: Value, value: Value, expected: Val) {
    let wit = wit_type(schema);
    assert_eq!(lowered(&wit, value.clone(), BYTES_MAX), Ok(expected.clone()), "{wit:?}");
    assert_eq!(lifted(&wit, &expected, BYTES_MAX), Ok(value), "{wit:?}");
}

fn string(text: &str) -> Val {
    Val::String(text.to_owned())
}

fn record<const N: usize>(fields: [(&str, Val); N]) -> Val {
    Val::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn some(value: Val) -> Val {
    Val::Option(Some(Box::new(value)))
}

fn variant(name: &str, value: Val) -> Val {
    Val::Variant(name.to_owned(), Some(Box::new(value)))
}

fn entry(name: &str, value: Val) -> Val {
    Val::Tuple(vec![string(name), value])
}

#[test]
fn simple_values_are_what_they_are() {
    check(json!({ "type": "boolean" }), json!(true), Val::Bool(true));
    check(json!({ "type": "integer" }), json!(i64::MIN), Val::S64(i64::MIN));
    check(json!({ "type": "number" }), json!(1.5), Val::Float64(1.5));
    check(json!({ "type": "string" }), json!("\u{2028}"), string("\u{2028}"));
    check(json!({ "type": "array", "items": { "type": "string" } }), json!(["a"]), Val::List(vec![string("a")]));
}

#[test]
fn an_absent_property_is_not_null() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": ["integer", "null"] }, "b": {} } });
    check(schema.clone(), json!({}), record([("a", Val::Option(None)), ("b", Val::Option(None))]));
    let nulls = record([("a", some(Val::Option(None))), ("b", some(string("null")))]);
    check(schema.clone(), json!({ "a": null, "b": null }), nulls);
    check(schema, json!({ "a": 1, "b": [1] }), record([("a", some(some(Val::S64(1)))), ("b", some(string("[1]")))]));
    let schema = json!({ "type": "object", "properties": { "a": { "type": ["string", "null"] } }, "required": ["a"] });
    check(schema, json!({ "a": null }), record([("a", Val::Option(None))]));
}

#[test]
fn names_are_wire_names_outside_and_identifiers_inside() {
    let schema =
        json!({ "type": "object", "properties": { "perPage": { "enum": ["X Y", "z"] } }, "required": ["perPage"] });
    check(schema, json!({ "perPage": "X Y" }), record([("per-page", Val::Enum("x-y".to_owned()))]));
}

#[test]
fn other_properties_are_entries() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "boolean" } }, "additionalProperties": { "type": "integer" } });
    let entries = Val::List(vec![entry("b", Val::S64(2)), entry("__proto__", Val::S64(3))]);
    check(schema, json!({ "b": 2, "__proto__": 3 }), record([("a", Val::Option(None)), ("rest", entries)]));
    let schema = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    check(schema, json!({ "k": "v" }), Val::List(vec![entry("k", string("v"))]));
}

#[test]
fn properties_of_which_the_schema_does_not_speak_are_left_out() {
    let wit = property(json!({ "type": "boolean" }));
    let value = lowered(&wit, json!({ "b": 1, "a": true }), BYTES_MAX);
    assert_eq!(value, Ok(record([("a", Val::Bool(true))])));
}

/// Few and many fields are looked up in different ways.
#[test]
fn properties_may_stand_in_any_order() {
    for count in [3, 12] {
        let names: Vec<String> = (0..count).map(|n| format!("field{n}")).collect();
        let properties = || names.iter().map(|name| (name.clone(), json!({ "type": "string" })));
        let required = &names[1..];
        let schema = json!({ "type": "object", "properties": Value::Object(properties().collect()), "required": required, "additionalProperties": { "type": "string" } });
        let wit = wit_type(schema);
        let own = |name: &String| (name.clone(), json!(format!("of {name}")));
        let value = |order: &[usize]| {
            let pairs = order.iter().flat_map(|at| [(format!("other{at}"), json!("?")), own(&names[*at])]);
            Value::Object(pairs.collect())
        };
        let in_order: Vec<usize> = (1..count).collect();
        let backwards: Vec<usize> = in_order.iter().rev().copied().collect();
        let field = |name: &String, value: Val| (name.clone(), value);
        let texts = names.iter().skip(1).map(|name| field(name, string(&format!("of {name}"))));
        let fields: Vec<_> = [field(&names[0], Val::Option(None))].into_iter().chain(texts).collect();
        for order in [in_order, backwards] {
            let Ok(Val::Record(record)) = lowered(&wit, value(&order), BYTES_MAX) else { panic!("no record") };
            assert_eq!(record[..count], fields);
            let entries = order.iter().map(|at| entry(&format!("other{at}"), string("?"))).collect();
            assert_eq!(record[count], ("rest".to_owned(), Val::List(entries)));
        }
        let without = lowered(&wit, value(&[]), BYTES_MAX);
        let absent = ConvertError::Unexpected {
            path: "$.field1".to_owned(),
            expected: "a string".to_owned(),
            found: "no such property".to_owned(),
        };
        assert_eq!(without, Err(absent));
    }
}

#[test]
fn alternatives_are_cases() {
    let schema = json!({ "anyOf": [{ "type": "integer" }, { "type": "array", "items": { "type": "string" } }, { "type": "boolean" }] });
    check(schema.clone(), json!(3), variant("integer", Val::S64(3)));
    check(schema.clone(), json!(["a"]), variant("list", Val::List(vec![string("a")])));
    check(schema, json!(false), variant("boolean", Val::Bool(false)));
    let circle = json!({ "type": "object", "properties": { "kind": { "const": "Circle" }, "r": { "type": "number" } }, "required": ["kind", "r"] });
    let dot = json!({ "type": "object", "properties": { "kind": { "const": "dot" } }, "required": ["kind"] });
    let schema = json!({ "oneOf": [circle, dot] });
    check(schema.clone(), json!({ "r": 0.5, "kind": "Circle" }), variant("circle", record([("r", Val::Float64(0.5))])));
    check(schema, json!({ "kind": "dot" }), Val::Variant("dot".to_owned(), None));
}

#[test]
fn tuples_have_their_length() {
    let schema = json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "minItems": 2, "items": false });
    check(schema, json!(["a", 1]), Val::Tuple(vec![string("a"), Val::S64(1)]));
}

#[test]
fn numbers_are_written_as_javascript_writes_them() {
    let number = WitType::F64;
    for (float, expected) in [
        (3.0, json!(3)),
        (-0.0, json!(0)),
        (1e18, json!(1_000_000_000_000_000_000_i64)),
        (1e300, json!(1e300)),
        (0.1, json!(0.1)),
    ] {
        assert_eq!(lifted(&number, &Val::Float64(float), BYTES_MAX), Ok(expected));
    }
    assert_eq!(lowered(&WitType::S64, json!(7.0), BYTES_MAX), Ok(Val::S64(7)));
    assert_eq!(lowered(&WitType::S64, json!(-9_223_372_036_854_775_808.0), BYTES_MAX), Ok(Val::S64(i64::MIN)));
    assert_eq!(lowered(&number, json!(u64::MAX), BYTES_MAX), Ok(Val::Float64(18_446_744_073_709_551_615.0)));
}

#[track_caller]
fn refused_result(wit: &WitType, value: Value, expected: &str) {
    let error = lowered(wit, value, BYTES_MAX).expect_err("it is refused");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_result_that_does_not_fit_names_its_path() {
    let items = property(json!({ "type": "array", "items": { "type": "integer" } }));
    refused_result(&items, json!({ "a": [1, "x"] }), "`$.a[1]`: expected an integer, found \"x\"");
    for number in [json!(9_223_372_036_854_775_808_u64), json!(1.5), json!(9_223_372_036_854_775_808.0), json!(-1e300)]
    {
        let message = format!("`$.a[0]`: {number} is not an integer from -2^63 to 2^63-1");
        refused_result(&items, json!({ "a": [number] }), &message);
    }
    refused_result(&items, json!({}), "`$.a`: expected an array, found no such property");
    refused_result(&items, json!([]), "`$`: expected an object, found an array of 0");
    let pair =
        property(json!({ "type": "array", "prefixItems": [{ "type": "string" }, {}], "minItems": 2, "items": false }));
    refused_result(&pair, json!({ "a": ["a"] }), "`$.a`: expected an array of 2, found an array of 1");
    let words = property(json!({ "enum": ["b", "c"] }));
    refused_result(&words, json!({ "a": "d" }), "`$.a`: expected one of \"b\", \"c\", found \"d\"");
    let kinds = property(json!({ "type": ["string", "integer", "null"] }));
    refused_result(&kinds, json!({ "a": [] }), "`$.a`: expected a number or a string, found an array of 0");
    let tag = |tag: &str| json!({ "type": "object", "properties": { "kind": { "const": tag } }, "required": ["kind"] });
    let tags = property(json!({ "oneOf": [tag("x"), tag("y")] }));
    refused_result(&tags, json!({ "a": { "kind": "z" } }), "`$.a.kind`: expected one of \"x\", \"y\", found \"z\"");
    refused_result(&tags, json!({ "a": {} }), "`$.a.kind`: expected one of \"x\", \"y\", found no such property");
    let long = refused_text(&words, json!({ "a": "d".repeat(1_000) }));
    assert!(long.len() < 200, "{long}");
}

fn refused_text(wit: &WitType, value: Value) -> String {
    lowered(wit, value, BYTES_MAX).expect_err("it is refused").to_string()
}

#[track_caller]
fn refused_arguments(wit: &WitType, value: Val, expected: &str) {
    let error = lifted(wit, &value, BYTES_MAX).expect_err("it is refused");
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn arguments_that_json_cannot_say_name_their_path() {
    let numbers = property(json!({ "type": "array", "items": { "type": "number" } }));
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let value = record([("a", Val::List(vec![Val::Float64(0.0), Val::Float64(number)]))]);
        refused_arguments(&numbers, value, &format!("`$.a[1]`: {number} is not a JSON number"));
    }
    refused_arguments(&property(json!({})), record([("a", string("{"))]), "`$.a`: not JSON: EOF");
    let deep = "[".repeat(1_000);
    refused_arguments(&property(json!({})), record([("a", string(&deep))]), "`$.a`: not JSON: recursion limit");
    let map = wit_type(
        json!({ "type": "object", "properties": { "a": { "type": "integer" } }, "additionalProperties": { "type": "integer" } }),
    );
    let twice = |name: &str| Val::List(vec![entry("b", Val::S64(1)), entry(name, Val::S64(2))]);
    let of = |a: Val, rest: Val| record([("a", a), ("rest", rest)]);
    refused_arguments(&map, of(Val::Option(None), twice("b")), "`$.b`: the property is given twice");
    refused_arguments(&map, of(some(Val::S64(0)), twice("a")), "`$.a`: the property is given twice");
}

/// Linked functions never pass these values; they still must not cause a panic.
#[test]
fn values_of_another_type_are_refused() {
    let wit = property(json!({ "enum": ["b", "c"] }));
    for value in [
        Val::Bool(true),
        record([]),
        record([("a", Val::Enum("x".to_owned()))]),
        record([("a", Val::S64(1))]),
        Val::List(vec![]),
    ] {
        assert!(lifted(&wit, &value, BYTES_MAX).is_err(), "{value:?}");
    }
}

/// Each `{}` would become a record of 5,000 fields.
#[test]
fn a_small_result_cannot_become_a_huge_value() {
    let properties: serde_json::Map<String, Value> =
        (0..5_000).map(|index| (format!("p{index}"), json!({ "type": "boolean" }))).collect();
    let wit = wit_type(json!({ "type": "array", "items": { "type": "object", "properties": properties } }));
    let value: Value = (0..1_000_000).map(|_| json!({})).collect();
    let error = lowered(&wit, value, 16 << 20).expect_err("it is too large");
    assert_eq!(error, ConvertError::Size { bytes_max: 16 << 20 });
}

#[test]
fn arguments_past_their_limit_are_not_made() {
    let texts = property(json!({ "type": "array", "items": { "type": "string" } }));
    let value = |count: usize| record([("a", Val::List(vec![string("0123456789"); count]))]);
    assert!(lifted(&texts, &value(10), 200).is_ok());
    assert_eq!(lifted(&texts, &value(20), 200), Err(ConvertError::Size { bytes_max: 200 }));
    let text = record([("a", string(&"[],".repeat(1_000)))]);
    assert_eq!(lifted(&property(json!({})), &text, 200), Err(ConvertError::Size { bytes_max: 200 }));
}

/// A linear search for each string would take 10^10 steps.
#[test]
fn many_strings_of_many_cases_are_found() {
    let cases: Vec<String> = (0..9_999).map(|index| format!("v{index}")).collect();
    let wit = wit_type(json!({ "type": "array", "items": { "enum": cases } }));
    let value: Value = std::iter::repeat_n(json!("v9998"), 1_000_000).collect();
    let component = lowered(&wit, value, 128 << 20).expect("a value");
    let back = lifted(&wit, &component, 128 << 20).expect("JSON");
    assert_eq!(back.as_array().and_then(|items| items.last()), Some(&json!("v9998")));
}
