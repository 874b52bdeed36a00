//! Tests of what the JSON parser and writers accept and reject.

use boa_engine::{Context, Source};

use callbox_engine_guest::frames::NotJson;
use callbox_engine_guest::json::{Refusal, plain};

use super::parse;
use crate::boot::{self, Builtins};
use crate::engine::Boa;

fn world() -> Context {
    boot::boot(Builtins::Own).expect("a fresh realm")
}

/// Returns the result of a script as a string.
fn eval(script: &str) -> String {
    let mut context = world();
    let value = context.eval(Source::from_bytes(script));
    match value {
        Ok(value) => {
            let text = value.to_string(&mut context).expect("a string");
            text.to_std_string_lossy()
        }
        Err(error) => thrown(&error),
    }
}

/// Returns the first line of an error, without the place in the script.
fn thrown(error: &boa_engine::JsError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    format!("threw {}", line.split(" (unknown").next().unwrap_or_default())
}

fn crossed(script: &str, depth_max: usize) -> Result<String, Refusal<boa_engine::JsError>> {
    let mut context = world();
    let value = context.eval(Source::from_bytes(script)).expect("a value");
    let bytes = plain(&mut Boa(&mut context), &value, depth_max)?;
    Ok(String::from_utf8(bytes).expect("UTF-8"))
}

#[track_caller]
fn check_plain(script: &str, expected: &str) {
    assert_eq!(crossed(script, 64).expect("plain"), expected, "{script}");
}

#[track_caller]
fn check_refused(script: &str, place: &str, what: &str) {
    match crossed(script, 64) {
        Err(Refusal::NotJson(NotJson { path, found, too_deep: false, .. })) => {
            assert_eq!((path.as_str(), found.as_str()), (place, what), "{script}")
        }
        other => panic!("{script}: {other:?}"),
    }
}

#[test]
fn plain_values_cross_as_documented() {
    check_plain("undefined", "null");
    check_plain("[1, -0, 1e21, 0.1, 'é\\ud800\\n']", "[1,0,1e+21,0.1,\"é\u{FFFD}\\n\"]");
    check_plain("({ a: undefined, b: [undefined, , null], 7: true })", r#"{"7":true,"b":[null,null,null]}"#);
    check_plain(
        "({ d: new Date(0), n: Object(5), s: Object('q') })",
        r#"{"d":"1970-01-01T00:00:00.000Z","n":5,"s":"q"}"#,
    );
    check_plain("[new Map([['x', 1]]), new Map([[1, 2]]), new Set([3, 4])]", r#"[{"x":1},[[1,2]],[3,4]]"#);
    check_plain("Object.assign(new TypeError('boo'), { code: 5 })", r#"{"name":"TypeError","message":"boo","code":5}"#);
    check_plain(r"[/a\/b/g, new Uint8Array([1, 2])]", r#"["/a\\/b/g",[1,2]]"#);
    check_plain("new Proxy({ a: 1 }, { get: () => 2 })", r#"{"a":2}"#);
    check_plain("({ toJSON: key => [key] })", r#"[""]"#);
    check_plain("({ ['__proto__']: 1 })", r#"{"__proto__":1}"#);
}

#[test]
fn what_json_cannot_say_is_refused_with_its_place() {
    check_refused("({ items: [1, { when: NaN }] })", "$.items[1].when", "NaN");
    check_refused("({ 'odd key': [1n] })", "$[\"odd key\"][0]", "a BigInt");
    check_refused("const a = { x: [] }; a.x.push(a); a", "$.x[0]", "a cycle");
    check_refused("[Promise.resolve()]", "$[0]", "a promise");
    check_refused("() => 1", "$", "a function");
    check_refused("({ s: Symbol() })", "$.s", "a symbol");
    check_refused("[new Date(NaN)]", "$[0]", "an invalid date");
    check_refused("[new ArrayBuffer(1)]", "$[0]", "an ArrayBuffer");
    check_refused("new Map([['a', new Map([[{}, Infinity]])]])", "$.a[0][1]", "Infinity");
    check_refused("new WeakMap", "$", "a WeakMap");
    check_refused("new BigInt64Array(1)", "$[0]", "a BigInt");
}

#[test]
fn a_shared_part_is_no_cycle() {
    check_plain("const a = []; [a, a]", "[[],[]]");
}

#[test]
fn depth_counts_arrays_and_objects() {
    assert_eq!(crossed("1", 0).expect("no depth"), "1");
    assert_eq!(crossed("[{}]", 2).expect("two deep"), "[{}]");
    assert!(matches!(crossed("[{}]", 1), Err(Refusal::NotJson(NotJson { too_deep: true, .. }))));
    assert!(matches!(
        crossed("const o = { toJSON: () => ({ o }) }; o", 64),
        Err(Refusal::NotJson(NotJson { too_deep: true, .. }))
    ));
}

#[test]
fn a_throwing_getter_is_the_scripts_own() {
    let refused = crossed("({ get a() { throw 5 } })", 64);
    assert!(matches!(refused, Err(Refusal::Threw(_))), "{refused:?}");
}

#[test]
fn a_value_that_crosses_twice_is_the_same() {
    let text = r#"{"a":[1,-2.5e-7,"é𝄞\"\\",null,true,{}],"__proto__":{"x":[]},"1":12345678901234567000}"#;
    let mut context = world();
    let value = parse(text.as_bytes(), &mut context).expect("JSON");
    let again = plain(&mut Boa(&mut context), &value, 64).expect("plain");
    let sorted = r#"{"1":12345678901234567000,"a":[1,-2.5e-7,"é𝄞\"\\",null,true,{}],"__proto__":{"x":[]}}"#;
    assert_eq!(String::from_utf8(again).expect("UTF-8"), sorted);
}

#[test]
fn the_host_may_send_anything() {
    let mut context = world();
    for bad in [
        &b""[..],
        b"\xff",
        b"[1,]",
        b"{\"a\":1",
        b"[1] 2",
        b"\"\x01\"",
        b"01",
        b"-",
        b"1.",
        b"nul",
        b"\"\\u12\"",
        b"{a:1}",
    ] {
        assert!(parse(bad, &mut context).is_err(), "{bad:?}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(parse(deep.as_bytes(), &mut context).is_ok());
    assert!(parse("[".repeat(100_000).as_bytes(), &mut context).is_err());
}

#[test]
fn json_parse_follows_the_standard() {
    assert_eq!(eval("JSON.parse('{\"__proto__\":1,\"__proto__\":2}').__proto__"), "2");
    assert_eq!(eval("Object.is(JSON.parse('-0'), -0)"), "true");
    assert_eq!(eval("JSON.parse('\"\\\\ud800\"').charCodeAt(0)"), "55296");
    assert_eq!(
        eval("JSON.parse('{\"a\":1,\\n \"b\":tru}')"),
        "threw SyntaxError: not JSON: expected `true` but found `}` at line 2, column 9 (position 16)"
    );
    assert_eq!(eval("0 in JSON.parse('[1,[2]]', (k, v) => (k === '0' ? undefined : v))"), "false");
    assert_eq!(eval("JSON.parse('{\"a\":[1.0]}', (k, v, c) => (k === '0' ? c.source : v)).a[0]"), "1.0");
}

#[test]
fn json_stringify_follows_the_standard() {
    assert_eq!(
        eval("JSON.stringify({ a: [1, { b: '\\ud800\\n' }], f() {} }, null, 1)"),
        "{\n \"a\": [\n  1,\n  {\n   \"b\": \"\\ud800\\n\"\n  }\n ]\n}"
    );
    assert_eq!(eval("JSON.stringify({ a: 1, b: { a: 2, c: 3 } }, ['b', 'a'])"), r#"{"b":{"a":2},"a":1}"#);
    assert_eq!(eval("JSON.stringify(1n)"), "threw TypeError: a BigInt has no JSON form");
    assert_eq!(
        eval("const a = []; a.push(a); JSON.stringify(a)"),
        "threw TypeError: the value contains itself, so it has no JSON form"
    );
    assert_eq!(
        eval("const o = { toJSON: () => ({ o }) }; JSON.stringify(o)"),
        "threw RangeError: the value is nested deeper than 10000 levels"
    );
    assert_eq!(eval("JSON.stringify(JSON.parse('['.repeat(9999) + ']'.repeat(9999))).length"), "19998");
}
