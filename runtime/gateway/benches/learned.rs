//! Times widening a learned type by results of realistic size, storing it and printing it. Results are checked before
//! anything is timed.

#![allow(missing_docs, reason = "criterion's macros generate undocumented functions")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot run fails")]

use std::hint::black_box;

use callbox_bindings::{LearnedOutput, Server, Tool, declaration};
use callbox_gateway::{Learned, Lessons};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

/// Items of one page of a list, of a large one, and of one too large to be examined whole.
const ITEMS: [usize; 3] = [30, 100, 1_000];

fn learned(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("learned types");
    for items in ITEMS {
        let result = issues(items, 0);
        let bytes = result.to_string().len();
        check(&result);
        group.throughput(Throughput::Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)));
        let known = known();
        group.bench_function(BenchmarkId::new("widen by issues", items), |bencher| {
            bencher.iter_batched_ref(
                || known.clone(),
                |known| known.observe(black_box(&result)),
                criterion::BatchSize::SmallInput,
            );
        });
    }
    group.finish();
    kept(criterion);
}

/// Storing what a process has learned about many tools.
fn kept(criterion: &mut Criterion) {
    let tools: Vec<Tool> = (0..200).map(|index| tool(&format!("list_issues_{index}"))).collect();
    let mut lessons = Lessons::new();
    tools.iter().for_each(|tool| lessons.observe("tracker", tool, &issues(30, 0)));
    let text = lessons.to_text();
    assert_eq!(Lessons::from_text(&text).expect("what was kept").to_text(), text);
    let mut group = criterion.benchmark_group("learned types of 200 tools");
    group.bench_function("to text", |bencher| bencher.iter(|| black_box(&lessons).to_text()));
    group.bench_function("from text", |bencher| bencher.iter(|| Lessons::from_text(black_box(&text))));
    group.finish();
}

/// Checks that the type knows every field of the result, recognises the optional ones, and is printed.
fn check(result: &Value) {
    let mut learned = known();
    learned.observe(result);
    let schema = learned.schema();
    let issue = &schema["properties"]["issues"]["items"];
    assert_eq!(issue["properties"]["number"], json!({ "type": "integer" }));
    assert_eq!(issue["properties"]["state"]["enum"], json!(["closed", "open"]));
    assert_eq!(issue["properties"]["created_at"]["format"], "date-time");
    assert!(issue["required"].as_array().is_some_and(|names| !names.contains(&json!("milestone"))));
    let output = LearnedOutput { schema, results: learned.results() };
    let tool = Tool { learned: Some(output), ..tool("list_issues") };
    let (text, notes) = declaration(&Server::new("tracker", vec![tool.clone()]), &tool);
    assert!(text.contains("learned from 11 results") && text.contains("milestone?:"), "{text}");
    assert!(notes.is_empty(), "{notes:?}");
}

/// Returns a type that has seen ten results.
fn known() -> Learned {
    let mut learned = Learned::new();
    (0..10).for_each(|page| learned.observe(&issues(30, page * 30)));
    learned
}

fn tool(name: &str) -> Tool {
    Tool::from_json(&json!({ "name": name, "inputSchema": { "type": "object" } })).expect("a tool")
}

/// Returns a page of a tracker's issues, about 900 bytes each.
fn issues(count: usize, first: usize) -> Value {
    let issues: Vec<Value> = (first..first + count).map(issue).collect();
    json!({ "issues": issues, "total_count": 4_321, "incomplete": false })
}

fn issue(index: usize) -> Value {
    let user = |login: &str| json!({ "login": login, "id": 1_000 + index, "site_admin": false, "url": format!("https://tracker.example/users/{login}") });
    let mut issue = json!({
        "id": 7_000_000 + index,
        "number": index,
        "title": format!("Crash when the list has {index} items"),
        "state": if index.is_multiple_of(3) { "closed" } else { "open" },
        "locked": false,
        "comments": index % 7,
        "created_at": format!("2026-01-{:02}T10:00:00Z", 1 + index % 28),
        "closed_at": if index.is_multiple_of(3) { json!("2026-02-01T08:30:00Z") } else { Value::Null },
        "user": user("ada"),
        "assignees": [user("grace"), user("edsger")],
        "labels": [{ "name": "bug", "color": "d73a4a", "default": true }, { "name": "list", "color": "0e8a16", "default": false }],
        "body": "It stops with an error as soon as there are more items than fit on a page. ".repeat(4),
    });
    if index.is_multiple_of(5) {
        issue["milestone"] = json!({ "title": "next", "due_on": "2026-06-01T00:00:00Z", "open_issues": 12 });
    }
    issue
}

criterion_group!(benches, learned);
criterion_main!(benches);
