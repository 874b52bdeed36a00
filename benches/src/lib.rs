//! Shared by the benchmarks: the scripts of `scripts/` with their inputs and answers, the tools they call, and boa run
//! natively for comparison.

use std::{fs, path::Path, time::Duration};

use boa_engine::{Context, JsValue, Source, builtins::promise::PromiseState, js_string, object::builtins::JsPromise};
use callbox::{Catalog, End, Program, RunRequest, Sandbox, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A script with its input and the required answer.
pub struct Script {
    /// The file's name without its extension.
    pub name: String,
    /// The script.
    pub source: String,
    /// Its `input`.
    pub input: Value,
    /// The required return value.
    pub expected: Value,
}

/// Returns every script of `scripts/`, sorted by name.
#[must_use]
pub fn scripts() -> Vec<Script> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let files = fs::read_dir(folder).expect("the folder of scripts");
    let mut scripts: Vec<_> = files.map(|file| script(&file.expect("a file").path())).collect();
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}

fn script(path: &Path) -> Script {
    let source = fs::read_to_string(path).expect("a script");
    let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let header = |key: &str| source.lines().find_map(|line| line.strip_prefix(&format!("// {key}: ")));
    let expected = serde_json::from_str(header("expect").expect("an answer")).expect("JSON");
    let input = header("input").map_or(Value::Null, input);
    Script { name, expected, input, source }
}

/// About one megabyte of text or JSON, or a thousand small objects.
fn input(kind: &str) -> Value {
    match kind {
        "lines" => Value::from((0..10_000).map(|i| format!("{:<104}\n", format!("line {i};"))).collect::<String>()),
        "json" => Value::from(Value::from((0..10_000).map(row).collect::<Vec<_>>()).to_string()),
        "issues" => Value::from((0..1_000).map(issue).collect::<Vec<_>>()),
        other => panic!("no input called {other}"),
    }
}

fn row(i: usize) -> Value {
    json!({"id": i, "name": format!("name of row {i}"), "active": i.is_multiple_of(2), "score": i as f64 / 3.0, "tags": ["alpha", "beta"], "note": null})
}

fn issue(i: usize) -> Value {
    let label = ["bug", "docs", "feature"][i % 3];
    let state = if (i / 3).is_multiple_of(3) { "open" } else { "closed" };
    json!({"number": i, "label": label, "state": state, "title": format!("issue {i}")})
}

/// Runs a script in callbox, with the default limits, and returns its value.
pub async fn run_in_callbox(sandbox: &Sandbox, catalog: &Catalog, program: impl Into<Program>, input: Value) -> Value {
    let outcome = sandbox.run(catalog, RunRequest::program(program).input(input)).await.expect("a run");
    match outcome.end {
        End::Returned(returned) => returned.value,
        _ => panic!("{}", outcome.transcript()),
    }
}

/// Runs a script in a fresh boa engine in this process, without a sandbox, and returns its value.
#[must_use]
pub fn run_in_boa(source: &str, input: &Value) -> Value {
    let mut context = Context::default();
    // The value is returned as JSON text, as in callbox.
    let wrapped = format!("(async input => JSON.stringify(await (async input => {{\n{source}\n}})(input)))");
    let function = context.eval(Source::from_bytes(&wrapped)).expect("a script that compiles");
    let input = JsValue::from_json(input, &mut context).expect("input");
    let function = function.as_callable().expect("a function");
    let promise = function.call(&JsValue::undefined(), &[input], &mut context).expect("a call");
    context.run_jobs().expect("jobs");
    let promise = JsPromise::from_object(promise.as_object().expect("an object").clone()).expect("a promise");
    match promise.state() {
        PromiseState::Fulfilled(value) => {
            let text = value.to_string(&mut context).expect("text").to_std_string_escaped();
            serde_json::from_str(&text).expect("JSON")
        }
        PromiseState::Rejected(error) => {
            panic!("{}", error.to_string(&mut context).unwrap_or(js_string!("?")).to_std_string_escaped())
        }
        PromiseState::Pending => panic!("the script waits"),
    }
}

#[derive(Deserialize, JsonSchema)]
struct Ask {
    n: i64,
}

#[derive(Deserialize, JsonSchema)]
struct Wait {
    ms: u64,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    n: i64,
    label: String,
}

/// A tool that answers at once, one that answers late, one that never does.
#[must_use]
pub fn catalog() -> Catalog {
    Catalog::builder()
        .function("bench", "next", "The next number.", |ask: Ask| async move {
            Ok::<_, ToolError>(Answer { n: ask.n + 1, label: "next".to_owned() })
        })
        .function("bench", "wait", "Answers after some milliseconds.", |wait: Wait| async move {
            tokio::time::sleep(Duration::from_millis(wait.ms)).await;
            Ok::<_, ToolError>(wait.ms)
        })
        .function("bench", "never", "Never answers.", |_: Ask| std::future::pending::<Result<Answer, ToolError>>())
        .build()
}

/// Returns JSON text of `count` records, always the same; 20,000 of them are about 2.8 MB.
#[must_use]
pub fn records(count: usize) -> String {
    let mut state = 17_u64;
    let mut next = |below: u64| {
        // Knuth's MMIX generator; its upper bits are the good ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let record = |id: usize| {
        let tag = |number: u64| match number {
            0 => "new",
            1 => "urgent",
            2 => "export",
            _ => "returned",
        };
        json!({
            "id": id, "customer": format!("customer {}", next(2_000)), "region": format!("region {}", next(40)),
            "cents": next(1_000_000), "paid": next(3) > 0, "tags": [tag(next(4)), tag(next(4))],
            "note": format!("ordered on day {}", next(365)),
        })
    };
    Value::from((0..count).map(record).collect::<Vec<_>>()).to_string()
}
