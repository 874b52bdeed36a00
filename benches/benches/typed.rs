//! What typed functions of a WebAssembly script cost: each further call with a record of ten fields both ways, and a
//! megabyte of nested values both ways.

#[path = "../../tests/suite/typed/component.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod component;

use std::sync::Arc;

use callbox::{
    Catalog, ComponentSource, End, Limits, RunRequest, Sandbox, Server, Tool, ToolError, ToolHost, ToolReply,
    ToolRequest,
};
use callbox_bindings::{WitCalls, wit};
use criterion::{Criterion, criterion_group, criterion_main};
use futures::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Gives a value to `get`, and gives `turn` its arguments back.
struct Echo(Value);

impl ToolHost for Echo {
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        let value = if request.tool == "turn" { request.arguments } else { self.0.clone() };
        std::future::ready(Ok(value.into())).boxed()
    }
}

fn ten_fields() -> (Value, Value) {
    let text = || json!({ "type": "string" });
    let properties = json!({
        "number": { "type": "integer" }, "title": text(), "state": { "enum": ["open", "closed"] },
        "locked": { "type": "boolean" }, "score": { "type": "number" }, "owner": text(),
        "label": text(), "comments": { "type": "integer" }, "url": text(),
        "tags": { "type": "array", "items": text() },
    });
    let required = ["number", "title", "state", "locked", "score", "owner", "url", "tags"];
    let value = json!({
        "number": 17, "title": "a title", "state": "open", "locked": false, "score": 0.5, "owner": "someone",
        "label": "bug", "comments": 3, "url": "https://example.com/17", "tags": ["a", "b"],
    });
    (json!({ "type": "object", "properties": properties, "required": required }), value)
}

/// A megabyte as JSON: the ten fields, and a list of records like that.
fn megabyte() -> (Value, Value) {
    let (mut schema, mut value) = ten_fields();
    let count = 1_000_000 / value.to_string().len();
    value["items"] = vec![value.clone(); count].into();
    schema["properties"]["items"] = json!({ "type": "array", "items": schema });
    (schema, value)
}

fn catalog(schema: &Value, value: &Value) -> (Catalog, Server) {
    let tool = |name: &str, input: &Value| {
        Tool::from_json(&json!({ "name": name, "inputSchema": input, "outputSchema": schema })).expect("a tool")
    };
    let tools = vec![tool("get", &json!({ "type": "object", "properties": {} })), tool("turn", schema)];
    let catalog = Catalog::builder().server("bench", tools.clone(), Arc::new(Echo(value.clone()))).build();
    (catalog, Server { name: "bench".into(), tools })
}

/// `get`, then so many times `turn` with what came back last.
fn turning(server: &Server, turns: usize) -> ComponentSource {
    let text = wit(std::slice::from_ref(server)).text(WitCalls::Plain);
    let body = |imported: &[component::Imported]| {
        let [get, turn] = imported else { panic!("two functions") };
        assert_eq!((get.function.as_str(), turn.function.as_str()), ("get", "turn"));
        format!(
            "(local.set $result (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const {bytes})))
             (call $f0 (local.get $result))
             (local.set $left (i32.const {turns}))
             (block $done (loop $again
               (br_if $done (i32.eqz (local.get $left)))
               (if (i32.load8_u (local.get $result)) (then unreachable))
               (call $f1 (i32.add (local.get $result) (i32.const {value_at})) (local.get $result))
               (local.set $left (i32.sub (local.get $left) (i32.const 1)))
               (br $again)))
             (if (i32.load8_u (local.get $result)) (then unreachable))
             (i32.const 16)",
            bytes = get.result_bytes,
            value_at = get.value_at,
        )
    };
    component::component(&text, body).expect("a component")
}

fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let sandbox = Sandbox::new().expect("a sandbox");
    let limits = Limits { argument_bytes_max: 4 << 20, ..Limits::default() };
    let mut group = criterion.benchmark_group("typed");
    let (schema, value) = ten_fields();
    let (catalog_of_one, server) = catalog(&schema, &value);
    for turns in [1, 101] {
        let source = turning(&server, turns);
        let run = || run(&sandbox, &catalog_of_one, &source, &limits, &value);
        runtime.block_on(run());
        group.bench_function(format!("{turns}-turns-of-ten-fields"), |bencher| bencher.to_async(&runtime).iter(run));
    }
    group.sample_size(20);
    let (schema, value) = megabyte();
    let (catalog_of_many, server) = catalog(&schema, &value);
    for turns in [1, 11] {
        let source = turning(&server, turns);
        let run = || run(&sandbox, &catalog_of_many, &source, &limits, &value);
        runtime.block_on(run());
        group.bench_function(format!("{turns}-turns-of-a-megabyte"), |bencher| bencher.to_async(&runtime).iter(run));
    }
    group.finish();
}

async fn run(sandbox: &Sandbox, catalog: &Catalog, source: &ComponentSource, limits: &Limits, value: &Value) {
    let request = RunRequest::program(source.clone()).limits(limits.clone());
    let outcome = sandbox.run(catalog, request).await.expect("a run");
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    assert_eq!(outcome.calls.last().map(|call| &call.arguments), Some(value));
}

criterion_group!(benches, bench);
criterion_main!(benches);
