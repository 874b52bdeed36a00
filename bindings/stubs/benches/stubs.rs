//! Times rendering whole catalogues as TypeScript, in full and within token budgets. Results are checked before
//! anything is timed.
//!
//! Uses every catalogue in the folder `catalogs` of `CALLBOX_CORPORA`; without it, generated ones of the same size.

#![allow(missing_docs, reason = "criterion's macros generate undocumented functions")]
#![allow(clippy::print_stderr, reason = "reports what is measured")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot run fails")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_bindings::{Level, Selection, Server, Stubs, Tool, count_tokens, declarations};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

fn catalogues(criterion: &mut Criterion) {
    let servers = corpora().unwrap_or_else(generated);
    let tools: usize = servers.iter().map(|server| server.tools.len()).sum();
    let largest = servers.iter().max_by_key(|server| server.tools.len()).expect("a server").clone();
    eprintln!("{} servers, {tools} tools; the largest server has {}", servers.len(), largest.tools.len());
    let mut group = criterion.benchmark_group("full TypeScript");
    for times in [1, 2, 4] {
        let servers = repeated(&servers, times);
        check_full(&servers);
        group.bench_function(BenchmarkId::new("all", times), |bencher| {
            bencher.iter(|| declarations(black_box(&servers)))
        });
    }
    for times in [1, 2, 4] {
        let servers = [larger(&largest, times)];
        check_full(&servers);
        let id = BenchmarkId::new("largest server", times);
        group.bench_function(id, |bencher| bencher.iter(|| declarations(black_box(&servers))));
    }
    group.finish();
    budgets(criterion, &servers);
}

fn budgets(criterion: &mut Criterion, servers: &[Server]) {
    let mut group = criterion.benchmark_group("within a budget");
    let stubs = Stubs::read(servers);
    for tokens_max in [1_000, 10_000, 100_000, 200_000] {
        let fitted = stubs.render_within(Selection::All, Level::Full, tokens_max);
        let tokens = count_tokens(&fitted.text);
        assert!(tokens <= tokens_max && tokens * 10 >= tokens_max * 9, "{tokens} of {tokens_max}");
        group.bench_function(BenchmarkId::from_parameter(tokens_max), |bencher| {
            bencher.iter(|| stubs.render_within(Selection::All, Level::Full, black_box(tokens_max)));
        });
    }
    group.finish();
}

/// Checks that every tool appears once.
fn check_full(servers: &[Server]) {
    let (text, _) = declarations(servers);
    let methods =
        text.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     ") && line.contains("(args"));
    assert_eq!(methods.count(), servers.iter().map(|server| server.tools.len()).sum::<usize>());
}

/// Repeats the catalogue under other server names.
fn repeated(servers: &[Server], times: usize) -> Vec<Server> {
    let copy = |time: usize| {
        servers.iter().map(move |server| Server { name: format!("{}{time}", server.name), ..server.clone() })
    };
    (0..times).flat_map(copy).collect()
}

/// Repeats a server's tools under other names.
fn larger(server: &Server, times: usize) -> Server {
    let copy = |time: usize| {
        server.tools.iter().map(move |tool| Tool { name: format!("{}{time}", tool.name), ..Tool::clone(tool) })
    };
    Server::new(server.name.clone(), (0..times).flat_map(copy))
}

fn corpora() -> Option<Vec<Server>> {
    let folder = Path::new(&env::var_os("CALLBOX_CORPORA")?).join("catalogs");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    Some(files.iter().flat_map(|file| servers(file)).collect())
}

fn servers(file: &Path) -> Vec<Server> {
    let entries: Vec<Value> = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    if entries.iter().all(|entry| entry.get("server").is_some()) {
        return entries.iter().map(|entry| server(entry["server"].as_str(), entry["tools"].as_array())).collect();
    }
    vec![server(file.file_stem().and_then(|name| name.to_str()), Some(&entries))]
}

fn server(name: Option<&str>, entries: Option<&Vec<Value>>) -> Server {
    let tools = entries.expect("tools").iter().map(|entry| Tool::from_json(entry).expect("a tool"));
    Server::new(name.expect("a name"), tools)
}

/// Generates 2,000 tools with ten arguments each.
fn generated() -> Vec<Server> {
    eprintln!("CALLBOX_CORPORA does not name the folder of catalogues: measuring generated ones");
    let properties: serde_json::Map<String, Value> = (0..10)
        .map(|index| {
            (format!("argument_{index}"), json!({ "type": "string", "description": "What it is about. And more." }))
        })
        .collect();
    let schema = json!({ "type": "object", "properties": properties, "required": ["argument_0"] });
    let tool =
        |index| json!({ "name": format!("tool_{index}"), "description": "Does it. At length.", "inputSchema": schema });
    let server = |name: usize| {
        let tools = (0..200).map(|index| Tool::from_json(&tool(index)).expect("a tool"));
        Server::new(format!("server_{name}"), tools)
    };
    (0..10).map(server).collect()
}

criterion_group!(benches, catalogues);
criterion_main!(benches);
