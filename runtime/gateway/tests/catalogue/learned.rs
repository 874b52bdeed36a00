//! Types learned from results allow every result they were learned from, in any order, stay small, and store no values.

use std::error::Error;

use callbox_bindings::{Server, Tool, declaration, definition_hash};
use callbox_gateway::{Learned, Lessons, LessonsDefect, Sample};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[test]
fn fields_that_are_not_always_there_are_optional() {
    check(
        &[json!({ "id": 1, "title": "a" }), json!({ "id": 2.5, "title": null }), json!({ "id": 3 })],
        &json!({
            "type": "object",
            "properties": { "id": { "type": "number" }, "title": { "type": ["string", "null"] } },
            "required": ["id"],
        }),
    );
}

#[test]
fn items_are_one_type() {
    let item = json!({
        "type": "object",
        "properties": { "a": { "type": "integer" }, "b": { "type": "boolean" } },
        "required": ["a"],
    });
    check(&[json!([{ "a": 1 }, { "a": 2, "b": true }]), json!([])], &json!({ "type": "array", "items": item }));
    check(&[json!([])], &json!({ "type": "array" }));
}

#[test]
fn kinds_are_joined_and_null_comes_last() {
    let array = json!({ "type": "array", "items": { "type": "integer" } });
    check(
        &[json!(null), json!("a b"), json!([1])],
        &json!({ "anyOf": [{ "type": "string" }, array, { "type": "null" }] }),
    );
}

#[test]
fn formats_are_those_that_all_have() {
    let at = |text: &str| json!({ "at": text });
    let schema = |at: Value| json!({ "type": "object", "properties": { "at": at }, "required": ["at"] });
    let (first, second) = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+01:00");
    check(&[at(first), at(second)], &schema(json!({ "type": "string", "format": "date-time" })));
    check(&[at(first), at("soon, I hope")], &schema(json!({ "type": "string" })));
}

#[test]
fn names_that_are_data_make_a_map() {
    let map = |value: Value| json!({ "type": "object", "additionalProperties": value });
    check(&[json!({ "ada@example.org": 1, "count": 2 })], &map(json!({ "type": "integer" })));
    check(&[json!({ "count": 2 }), json!({ "2026-01-01": 1 })], &map(json!({ "type": "integer" })));
    let many: Map<String, Value> = words().take(101).map(|word| (word, json!(true))).collect();
    check(&[Value::Object(many)], &map(json!({ "type": "boolean" })));
    let alike = words().take(8).map(|word| (word, json!({ "age": 1 }))).collect();
    let person = json!({ "type": "object", "properties": { "age": { "type": "integer" } }, "required": ["age"] });
    check(&[Value::Object(alike)], &map(person));
    let scattered: Vec<Value> = words().take(12).map(|word| json!({ word: 1 })).collect();
    check(&scattered, &map(json!({ "type": "integer" })));
}

#[test]
fn a_record_of_a_hundred_names_stays_one() {
    let record: Map<String, Value> = words().take(100).map(|word| (word, json!(true))).collect();
    let schema = learned(&[Value::Object(record)]).schema();
    assert_eq!(schema["required"].as_array().map(Vec::len), Some(100));
}

#[test]
fn an_enumeration_needs_few_words_seen_often() {
    let results = |words: &[&str], times: usize| -> Vec<Value> {
        (0..times).map(|time| json!({ "state": words[time % words.len()] })).collect()
    };
    let state = |results: &[Value]| learned(results).schema()["properties"]["state"].clone();
    let plain = json!({ "type": "string" });
    assert_eq!(state(&results(&["open", "closed"], 20)), json!({ "type": "string", "enum": ["closed", "open"] }));
    assert_eq!(state(&results(&["open", "closed"], 19)), plain, "too seldom");
    assert_eq!(state(&results(&["open"], 40)), plain, "one word is no enumeration");
    assert_eq!(state(&results(&["open", "v1.2"], 40)), plain, "not words");
    let nine = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    assert_eq!(state(&results(&nine[..8], 40))["enum"].as_array().map(Vec::len), Some(8));
    assert_eq!(state(&results(&nine[..8], 39)), plain, "too seldom for eight");
    assert_eq!(state(&results(&nine, 90)), plain, "too many");
    let in_one = json!({ "all": results(&["open", "closed"], 100) });
    let all = |times: usize| learned(&vec![in_one.clone(); times]).schema()["properties"]["all"]["items"].clone();
    assert_eq!(all(2)["properties"]["state"], plain, "in too few results");
    assert_eq!(all(3)["properties"]["state"]["enum"], json!(["closed", "open"]));
}

#[test]
fn words_are_forgotten_where_they_are_no_enumeration_yet() -> Result<(), Box<dyn Error>> {
    let state = |word: &str| json!({ "state": word });
    let early = learned(&[state("merged")]);
    assert!(!early.to_json().to_string().contains("merged"));
    let mut later = Learned::from_json(&early.to_json()).ok_or("not read")?;
    (0..40).for_each(|time| later.observe(&state(if time % 2 == 0 { "open" } else { "closed" })));
    // One of the words is unknown, so the type lists none as certain.
    let field = later.schema()["properties"]["state"].clone();
    assert_eq!(field, json!({ "type": "string", "description": "Among others: closed, open." }));
    assert!(allows(&later.schema(), &state("merged")));
    Ok(())
}

#[test]
fn an_enumeration_lasts_and_widens() -> Result<(), Box<dyn Error>> {
    let results: Vec<Value> = (0..20).map(|time| json!(if time % 2 == 0 { "open" } else { "closed" })).collect();
    let mut kept = Learned::from_json(&learned(&results).to_json()).ok_or("not read")?;
    assert_eq!(kept.schema()["enum"], json!(["closed", "open"]));
    kept.observe(&json!("merged"));
    assert_eq!(kept.schema()["enum"], json!(["closed", "merged", "open"]));
    kept.observe(&json!("reopened by 7"));
    assert_eq!(kept.schema(), json!({ "type": "string" }));
    assert!(!kept.to_json().to_string().contains("open"));
    Ok(())
}

#[test]
fn nothing_is_kept_of_what_is_secret() {
    let one = |word: &str| json!({ "token": word, "auth": { "kind": word, "owner": { "name": word } }, "session_ids": [word], "mode": word });
    let results: Vec<Value> = (0..40).map(|time| one(if time % 2 == 0 { "open" } else { "closed" })).collect();
    let schema = learned(&results).schema();
    assert_eq!(schema["properties"]["mode"]["enum"], json!(["closed", "open"]));
    assert_eq!(schema["properties"]["token"], json!({ "type": "string" }));
    assert_eq!(schema["properties"]["session_ids"], json!({ "type": "array", "items": { "type": "string" } }));
    let text = json!({ "type": "string" });
    let inner = json!({ "type": "object", "additionalProperties": text });
    assert_eq!(
        schema["properties"]["auth"],
        json!({ "type": "object", "additionalProperties": { "anyOf": [text, inner] } })
    );
}

#[test]
fn words_of_a_secret_tool_are_not_kept() -> Result<(), Box<dyn Error>> {
    for (name, kept) in [("get_password", false), ("get_state", true)] {
        let tool = tool(name)?;
        let mut lessons = Lessons::new();
        (0..40).for_each(|time| lessons.observe("s", &tool, &json!(if time % 2 == 0 { "open" } else { "closed" })));
        assert_eq!(lessons.to_text().contains("closed"), kept, "{name}");
    }
    Ok(())
}

#[test]
fn a_long_array_is_seen_evenly() {
    let items: Vec<Value> = (0..10_000).map(|at| if at < 5_000 { json!(at) } else { json!({ "at": at }) }).collect();
    let schema = learned(&[Value::Array(items)]).schema();
    assert!(allows(&schema, &json!([1, { "at": 2 }])) && !allows(&schema, &json!(["a"])), "{schema}");
}

#[test]
fn the_last_item_of_a_large_result_is_seen_whole() {
    // 100 items of 900 values: more than are examined, and the type is still complete.
    let item: Map<String, Value> = words().take(30).map(|word| (word, json!(vec![0; 29]))).collect();
    let schema = learned(&[json!(vec![Value::Object(item); 100])]).schema();
    assert_eq!(schema["items"]["required"].as_array().map(Vec::len), Some(30), "{schema}");
    assert!(!schema.to_string().contains("{}"));
}

#[test]
fn a_large_type_says_less_from_some_depth_on() {
    let leaf: Map<String, Value> = words().take(20).map(|word| (word, json!(1))).collect();
    let branch = |list: bool| if list { json!([[leaf]]) } else { Value::Object(leaf.clone()) };
    let middle: Map<String, Value> =
        words().take(20).enumerate().map(|(at, word)| (word, branch(at % 2 == 0))).collect();
    let top: Value = json!({ "one": middle, "two": middle, "three": middle, "name": "a b" });
    let schema = learned(std::slice::from_ref(&top)).schema();
    assert!(allows(&schema, &top), "{schema}");
    // Half of the leaves are two levels deeper.
    assert_eq!(schema.to_string().matches("integer").count(), 600);
    assert_eq!(schema["properties"]["one"]["properties"]["debaba"]["required"].as_array().map(Vec::len), Some(20));
    assert_eq!(schema["properties"]["name"], json!({ "type": "string" }));
    assert_eq!(schema["properties"]["one"]["required"].as_array().map(Vec::len), Some(20));
}

#[test]
fn adversarial_results_stay_within_bounds() -> Result<(), Box<dyn Error>> {
    let tool = tool("t")?;
    let mut lessons = Lessons::new();
    for seed in 0..10 {
        lessons.observe("s", &tool, &wide(seed, 5));
        lessons.observe("s", &tool, &deep(500));
        lessons.observe("s", &tool, &json!({ "text": "x".repeat(100_000) }));
    }
    let text = lessons.to_text();
    assert!(text.len() < (64 << 10) + 200, "{} bytes", text.len());
    let again = Lessons::from_text(&text)?;
    assert_eq!(again.to_text(), text);
    Ok(())
}

#[test]
fn many_tools_stay_within_bounds_and_the_latest_stay() -> Result<(), Box<dyn Error>> {
    let mut lessons = Lessons::new();
    for at in 0..2_010 {
        lessons.observe("s", &tool(&format!("t{at}"))?, &json!({ "a": at }));
    }
    let kept = Lessons::from_text(&lessons.to_text())?;
    assert!(kept.of("s", &tool("t2009")?).is_some() && kept.of("s", &tool("t10")?).is_some());
    assert!(kept.of("s", &tool("t9")?).is_none());
    let mut large: Map<String, Value> = words().take(99).map(|word| (word, json!({ "a": "b c" }))).collect();
    large.insert("not_alike".to_owned(), json!(1));
    for at in 0..700 {
        lessons.observe("s", &tool(&format!("large{at}"))?, &Value::Object(large.clone()));
    }
    let text = lessons.to_text();
    assert!(text.len() <= 4 << 20 && text.len() > 3 << 20, "{} bytes", text.len());
    assert!(Lessons::from_text(&text)?.of("s", &tool("large699")?).is_some());
    Ok(())
}

#[test]
fn a_changed_definition_starts_anew() -> Result<(), Box<dyn Error>> {
    let (mut lessons, first) = (Lessons::new(), tool("t")?);
    lessons.observe("s", &first, &json!(1));
    let changed = |words: &str| Tool { description: Some(words.to_owned()), ..first.clone() };
    assert_eq!(lessons.of("s", &changed("other")), None);
    assert_eq!(lessons.of("other", &first), None, "another server");
    lessons.observe("s", &changed("second"), &json!("a b"));
    assert_eq!(lessons.of("s", &first).map(|learned| learned.results), Some(1));
    lessons.observe("s", &changed("third"), &json!("a b"));
    let kept = Lessons::from_text(&lessons.to_text())?;
    assert_eq!(kept.of("s", &first), None, "two definitions are kept");
    assert_eq!(kept.of("s", &changed("second")).map(|learned| learned.schema), Some(json!({ "type": "string" })));
    Ok(())
}

#[test]
fn what_was_learned_is_no_part_of_the_definition() -> Result<(), Box<dyn Error>> {
    let (mut lessons, mut taught) = (Lessons::new(), tool("t")?);
    let before = definition_hash("s", &taught);
    lessons.observe("s", &taught, &json!(1));
    taught.learned = lessons.of("s", &taught);
    assert!(taught.learned.is_some());
    assert_eq!(definition_hash("s", &taught), before);
    lessons.observe("s", &taught, &json!(2));
    assert_eq!(lessons.of("s", &taught).map(|learned| learned.results), Some(2));
    Ok(())
}

#[test]
fn a_tool_with_an_output_schema_is_left_alone() -> Result<(), Box<dyn Error>> {
    let (mut lessons, mut given) = (Lessons::new(), tool("t")?);
    given.output_schema = Some(json!({ "type": "object" }));
    lessons.observe("s", &given, &json!({ "a": 1 }));
    assert!(lessons.is_empty());
    Ok(())
}

#[test]
fn a_learned_type_is_printed_and_marked() -> Result<(), Box<dyn Error>> {
    let (mut lessons, mut taught) = (Lessons::new(), tool("t")?);
    let result = json!({ "at": "2026-01-02", "people": [{ "name": "Ada L", "age": null }], "done": true });
    lessons.observe("s", &taught, &result);
    taught.learned = lessons.of("s", &taught);
    let (text, notes) = declaration(&Server::new("s", vec![taught.clone()]), &taught);
    assert!(text.contains("learned from 1 result, may be incomplete"), "{text}");
    assert!(text.contains("people: { age: null; name: string }[]") && text.contains("@format date"), "{text}");
    assert!(notes.is_empty(), "{notes:?}");
    Ok(())
}

#[test]
fn two_that_learned_apart_know_the_same_together() -> Result<(), Box<dyn Error>> {
    let tool = tool("t")?;
    let (mut one, mut two) = (Lessons::new(), Lessons::new());
    one.observe("s", &tool, &json!({ "a": 1 }));
    two.observe("s", &tool, &json!({ "b": "x y" }));
    two.observe("r", &tool, &json!(null));
    one.merge(two);
    assert_eq!(one.of("s", &tool).map(|learned| learned.results), Some(2));
    assert_eq!(one.of("r", &tool).map(|learned| learned.schema), Some(json!({ "type": "null" })));
    Ok(())
}

#[test]
fn a_text_that_is_none_is_told() {
    for text in ["", "{", "[]", "{\"version\": \"1\"}", "{\"version\": 1}", "\u{0}"] {
        assert!(matches!(Lessons::from_text(text), Err(LessonsDefect::Broken(_))), "{text}");
    }
    let entry = r#"{"server": "s", "tool": "t", "definition": "d", "turn": 0, "learned": {"root": "SECRET"}}"#;
    let broken = Lessons::from_text(&format!(r#"{{"version": 1, "turn": 0, "tools": [{entry}]}}"#));
    assert!(matches!(&broken, Err(LessonsDefect::Broken(reason)) if !reason.contains("SECRET")), "{broken:?}");
    assert_eq!(Lessons::from_text(r#"{"version": 2, "what": "ever"}"#), Err(LessonsDefect::Newer(2)));
}

#[test]
fn what_a_file_brings_in_obeys_the_rules() -> Result<(), Box<dyn Error>> {
    let words = json!({ "few": { "words": ["*/ evil(); /*", "x"], "seen": 99, "results": 9 } });
    let fields = json!({ "ada@example.org": { "seen": 1, "integers": 1 } });
    let objects = json!({ "seen": 1, "members": { "fields": fields } });
    let root = json!({ "seen": 100, "strings": { "seen": 99, "words": words }, "objects": objects });
    let learned = Learned::from_json(&json!({ "results": 9, "depth_max": 200, "root": root })).ok_or("not read")?;
    let map = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    assert_eq!(learned.schema(), json!({ "anyOf": [{ "type": "string" }, map] }));
    Ok(())
}

/// Secrets of many forms; none is a word, and each has a property that no name has.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9a-f]{32,64}",
        "sk-[A-Za-z0-9]{4}[0-9]{5}[A-Za-z0-9]{20}",
        "[A-Za-z0-9+/]{30}[0-9]{5}==",
        "eyJ[A-Za-z0-9]{20}\\.[A-Za-z0-9]{20}",
        "[a-z]{4,10}@[a-z]{4,8}\\.com",
        "/home/[a-z]{3,8}/[a-z]{3,8}",
        "[A-Z]{25,40}",
        "[bcdfghjkmnpqrtvwxz]{12,24}",
        "[0-9]{3}-[0-9]{2}-[0-9]{4}",
        "(correct|horse) (battery|staple) [a-z]{4}",
        "ghp_[A-Za-z0-9]{16}[0-9]{6}[A-Za-z]{14}",
    ]
}

/// A few secrets, repeated as values and names in every place of a result.
fn with_secrets() -> impl Strategy<Value = (Vec<String>, Vec<Value>)> {
    let secrets = proptest::collection::vec(secret(), 2..6);
    secrets.prop_map(|secrets| {
        let results = (0..30).map(|time| {
            let secret = |offset: usize| secrets[(time + offset) % secrets.len()].clone();
            json!({
                "plain": secret(0),
                "list": [secret(1), secret(2)],
                "rows": [{ "name": secret(0), "value": { "deep": [secret(1)] } }],
                "by": { secret(0): secret(1) },
                "tokens": { "plain": secret(2), "inner": { secret(1): 1 } },
                "status": if time % 2 == 0 { "open" } else { "closed" },
                "mixed": if time % 9 == 8 { secret(0) } else { "open".to_owned() },
            })
        });
        let results = results.collect();
        (secrets, results)
    })
}

/// Any result, with few different names, so that they collide.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(open|closed|merged)".prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-01-02T03:04:05Z")),
        Just(json!("2026-01-02")),
        Just(json!("550e8400-e29b-41d4-a716-446655440000")),
        Just(json!("https://example.org/a?b=c")),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let name = prop_oneof!["(id|title|state|token|items|owner)", "[a-z]{1,3}", ".{0,4}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

#[test]
fn a_sample_teaches_what_the_whole_does_and_is_small() {
    let long: String = "x".repeat(100_000);
    let rows: Value =
        (0..50_000).map(|n| json!({ "id": n, "text": long.get(..n % 7_000), "at": "2026-01-02" })).collect();
    let map: serde_json::Map<_, _> = (0..5_000).map(|n| (format!("key{n}"), json!({ "token": "t", "n": n }))).collect();
    let deep = (0..100).fold(json!(1), |value, _| json!([value]));
    let wide: Value = (0..300).map(|_| (0..300).map(|n| json!([n])).collect::<Value>()).collect();
    let named: serde_json::Map<_, _> =
        (0..200).map(|n| (format!("secret{}{n}", "a".repeat(10_000)), json!("w"))).collect();
    for whole in [rows, map.into(), deep, wide, named.into(), json!([long])] {
        let sample = Sample::of(&whole);
        assert!(sample.bytes < 8 << 20 && sample.value.to_string().len() < 8 << 20, "{} bytes", sample.bytes);
        assert_eq!(learned(&[sample.value]), learned(&[whole]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sample_teaches_what_its_whole_does(results in proptest::collection::vec(value(), 1..20)) {
        let samples: Vec<Value> = results.iter().map(|result| Sample::of(result).value).collect();
        prop_assert_eq!(learned(&samples), learned(&results));
    }

    #[test]
    fn every_result_fits_before_and_after_it_was_kept(results in proptest::collection::vec(value(), 1..40)) {
        let learned = learned(&results);
        let schema = learned.schema();
        for result in &results {
            prop_assert!(allows(&schema, result), "{result} and {schema}");
        }
        let kept = Learned::from_json(&learned.to_json()).expect("it reads what it wrote");
        prop_assert_eq!(kept.schema(), schema);
    }

    #[test]
    fn every_result_fits_what_several_processes_learned(results in proptest::collection::vec(value(), 1..40), per in 1_usize..9) {
        let mut kept = Learned::new();
        for results in results.chunks(per) {
            kept.merge(learned(results));
            kept = Learned::from_json(&kept.to_json()).expect("it reads what it wrote");
        }
        let schema = kept.schema();
        for result in &results {
            prop_assert!(allows(&schema, result), "{result} and {schema}");
        }
        prop_assert_eq!(kept.results(), results.len() as u64);
    }

    #[test]
    fn the_order_of_results_does_not_matter(
        (results, shuffled) in proptest::collection::vec(value(), 1..40)
            .prop_flat_map(|results| (Just(results.clone()), Just(results).prop_shuffle())),
        at in any::<proptest::sample::Index>(),
    ) {
        let (first, second) = shuffled.split_at(at.index(shuffled.len()));
        let mut merged = learned(second);
        merged.merge(learned(first));
        prop_assert_eq!(learned(&results).schema(), learned(&shuffled).schema());
        prop_assert_eq!(learned(&results).schema(), merged.schema());
    }

    #[test]
    fn secrets_are_never_kept((secrets, results) in with_secrets()) {
        let tool = tool("t").expect("a tool");
        let mut lessons = Lessons::new();
        results.iter().for_each(|result| lessons.observe("s", &tool, result));
        let text = lessons.to_text();
        prop_assert!(text.contains("closed"), "{text}");
        for secret in &secrets {
            prop_assert!(!text.contains(secret.as_str()), "{secret} in {text}");
            for part in secret.split(' ').filter(|part| part.len() > 4) {
                prop_assert!(!text.contains(part), "{part} in {text}");
            }
        }
    }
}

#[track_caller]
fn check(results: &[Value], expected: &Value) {
    let schema = learned(results).schema();
    assert_eq!(schema, *expected);
    results.iter().for_each(|result| assert!(allows(&schema, result), "{result}"));
}

fn learned(results: &[Value]) -> Learned {
    let mut learned = Learned::new();
    results.iter().for_each(|result| learned.observe(result));
    learned
}

fn allows(schema: &Value, value: &Value) -> bool {
    let validator = jsonschema::options().should_validate_formats(true).build(schema);
    validator.expect("a schema").is_valid(value)
}

fn tool(name: &str) -> Result<Tool, Box<dyn Error>> {
    Ok(Tool::from_json(&json!({ "name": name, "inputSchema": { "type": "object" } }))?)
}

/// Returns names that look like field names, all different.
fn words() -> impl Iterator<Item = String> {
    let syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve"];
    (0..).map(move |at| {
        let [a, b, c] = [at % 12, at / 12 % 12, at / 144 % 12].map(|at: usize| syllables[at]);
        format!("{a}{b}{c}")
    })
}

/// Returns a tree of objects that are all different.
fn wide(seed: usize, depth: usize) -> Value {
    if depth == 0 {
        return json!(seed);
    }
    let field = |(at, word): (usize, String)| (format!("{word}{}", seed % 7), wide(seed + at, depth - 1));
    Value::Object(words().enumerate().skip(seed).take(5).map(field).collect())
}

fn deep(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, level| match level % 2 {
        0 => Value::Array(vec![inner]),
        _ => Value::Object(Map::from_iter([("a".to_owned(), inner)])),
    })
}
