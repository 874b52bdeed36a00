//! Each further call with a record of ten fields, and with a megabyte of nested values, into the script (`gets`) and
//! out of it and back (`turns`).

#[path = "../../../tests/suite/typed/component.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the tests, which use all of it")]
mod component;
/// One part of the program, measured separately.
#[path = "../../../runtime/sandbox/src/component"]
mod part {
    use callbox_bindings::WitType;
    use serde_json::Value;
    use wasmtime::component::Val;

    #[allow(unused, unreachable_pub, clippy::needless_pass_by_value, reason = "includes the whole of that part")]
    mod convert;

    pub(super) fn lowered(wit: &WitType, value: Value) -> Val {
        convert::lowered(wit, value, 1 << 30).expect("a value of the type")
    }

    pub(super) fn lifted(wit: &WitType, value: &Val) -> Value {
        convert::lifted(wit, value, 1 << 30).expect("JSON")
    }
}

use std::sync::Arc;

use callbox::{
    Catalog, ComponentSource, End, Limits, Outcome, RunRequest, Sandbox, Server, Tool, ToolError, ToolHost, ToolReply,
    ToolRequest, outcome::CallState,
};
use callbox_bindings::{WitCalls, wit};
use criterion::{BatchSize, Criterion, criterion_group};
use futures::{FutureExt, future::BoxFuture};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Answers `get` with a value and `turn` with its own arguments.
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

/// A megabyte as JSON: the ten fields, and a list of such records.
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
    (catalog, Server::new("bench", tools))
}

/// What a script does.
#[derive(Clone, Copy)]
enum Doing {
    /// Calls `get` that many times.
    Gets(usize),
    /// Calls `get`, then `turn` that many times, each time with the last result.
    Turns(usize),
}

impl Doing {
    fn name(self, what: &str) -> String {
        match self {
            Self::Gets(times) => format!("{times}-gets-of-{what}"),
            Self::Turns(times) => format!("{times}-turns-of-{what}"),
        }
    }

    fn check(self, outcome: &Outcome, value: &Value) {
        let (calls, arguments) = match self {
            Self::Gets(times) => (times, &json!({})),
            Self::Turns(times) => (times + 1, value),
        };
        assert_eq!(outcome.calls.len(), calls);
        let last = outcome.calls.last().expect("a call");
        assert_eq!(&last.arguments, arguments);
        assert_eq!(last.state, CallState::Finished { result_bytes: value.to_string().len() as u64 });
    }

    fn component(self, server: &Server) -> ComponentSource {
        let text = wit(std::slice::from_ref(server)).text(WitCalls::Plain);
        let body = |imported: &[component::Imported]| {
            let [get, turn] = imported else { panic!("two functions") };
            assert_eq!((get.function.as_str(), turn.function.as_str()), ("get", "turn"));
            let turned =
                format!("(call $f1 (i32.add (local.get $result) (i32.const {})) (local.get $result))", get.value_at);
            let (times, first, again) = match self {
                Self::Gets(times) => (times, "", "(global.set $heap (local.get $free)) (call $f0 (local.get $result))"),
                Self::Turns(times) => (times, "(call $f0 (local.get $result))", turned.as_str()),
            };
            format!(
                "(local $free i32)
                 (local.set $result (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const {bytes})))
                 (local.set $free (global.get $heap))
                 {first}
                 (local.set $left (i32.const {times}))
                 (loop $again
                   {again}
                   (if (i32.load8_u (local.get $result)) (then unreachable))
                   (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
                 (i32.const 16)",
                bytes = get.result_bytes,
            )
        };
        component::component(&text, body).expect("a component")
    }
}

type Group<'a> = criterion::BenchmarkGroup<'a, criterion::measurement::WallTime>;

fn bench(criterion: &mut Criterion) {
    let setup = (Runtime::new().expect("a runtime"), Sandbox::new().expect("a sandbox"));
    let mut group = criterion.benchmark_group("typed");
    measure(&mut group, &setup, "ten-fields", ten_fields(), &[Doing::Turns(1), Doing::Turns(101)]);
    group.sample_size(20);
    let megabyte_of = [Doing::Gets(1), Doing::Gets(11), Doing::Turns(1), Doing::Turns(11)];
    measure(&mut group, &setup, "a-megabyte", megabyte(), &megabyte_of);
    converting(&mut group, megabyte());
    group.finish();
}

/// Times only the conversion: JSON to component values, and component values to JSON; then the same including the time
/// to free the results.
fn converting(group: &mut Group<'_>, (schema, value): (Value, Value)) {
    let wit = wit(&[catalog(&schema, &value).1]);
    let result = wit.interfaces.iter().flat_map(|interface| &interface.functions).map(|function| &function.result);
    let wit = result.into_iter().next().expect("a function");
    let val = part::lowered(wit, value.clone());
    assert_eq!(part::lifted(wit, &val), value);
    let once = BatchSize::PerIteration;
    group.bench_function("lowering-a-megabyte", |bencher| {
        bencher.iter_batched(|| value.clone(), |value| part::lowered(wit, value), once);
    });
    group.bench_function("lowering-a-megabyte-and-letting-go", |bencher| {
        bencher.iter_batched(|| value.clone(), |value| drop(part::lowered(wit, value)), once);
    });
    group.bench_function("lifting-a-megabyte", |bencher| {
        bencher.iter_batched(|| (), |()| part::lifted(wit, &val), once);
    });
    group.bench_function("lifting-a-megabyte-and-letting-go", |bencher| bencher.iter(|| drop(part::lifted(wit, &val))));
}

fn measure(
    group: &mut Group<'_>,
    (runtime, sandbox): &(Runtime, Sandbox),
    what: &str,
    (schema, value): (Value, Value),
    doings: &[Doing],
) {
    let (catalog, server) = catalog(&schema, &value);
    for doing in doings {
        let source = doing.component(&server);
        let run = || run(sandbox, &catalog, &source);
        doing.check(&runtime.block_on(run()), &value);
        group.bench_function(doing.name(what), |bencher| bencher.to_async(runtime).iter(run));
    }
}

async fn run(sandbox: &Sandbox, catalog: &Catalog, source: &ComponentSource) -> Outcome {
    let limits = Limits { argument_bytes_max: 4 << 20, ..Limits::default() };
    let outcome = sandbox.run(catalog, RunRequest::program(source.clone()).limits(limits)).await.expect("a run");
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    outcome
}

criterion_group!(benches, bench);
