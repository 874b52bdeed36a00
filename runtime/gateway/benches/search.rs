//! Times indexing whole catalogues, replacing one server's tools, and searching. Results are checked before anything is
//! timed.
//!
//! Uses every catalogue in the folder `catalogs` of `CALLBOX_CORPORA`; without it, does nothing.

#![allow(missing_docs, reason = "criterion's macros generate undocumented functions")]
#![allow(clippy::print_stderr, reason = "reports what is measured")]
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that cannot run fails")]

#[path = "../../../bindings/stubs/tests/catalogue_files/mod.rs"]
mod catalogue_files;

use std::hint::black_box;
use std::sync::Arc;

use callbox_bindings::{Server, Tool};
use callbox_gateway::search::{Index, Query};
use criterion::{Criterion, criterion_group, criterion_main};

fn search(criterion: &mut Criterion) {
    let catalogues = catalogue_files::catalogues().expect("catalogues");
    let names: Vec<String> = catalogues.iter().map(|catalogue| catalogue.name.clone()).collect();
    let servers: Vec<Server> = catalogues.into_iter().flat_map(|catalogue| catalogue.servers).collect();
    if servers.is_empty() {
        return;
    }
    let tools: Vec<&Tool> = servers.iter().flat_map(|server| server.tools.iter().map(Arc::as_ref)).collect();
    eprintln!("{} servers, {} tools of {}", servers.len(), tools.len(), names.join(", "));
    let mut index = Index::new(&servers);
    queries(criterion, &index);
    criterion.bench_function("index all", |bencher| bencher.iter(|| Index::new(black_box(&servers))));
    let hundred: Vec<&Tool> = tools.iter().copied().step_by(tools.len() / 100).take(100).collect();
    criterion.bench_function("replace a server's 100 tools", |bencher| {
        bencher.iter(|| index.replace_server("a hundred", black_box(&hundred).iter().copied()));
    });
    assert_eq!(index.find(&Query { words: "", server: Some("a hundred"), limit: 0 }).more, 100);
}

fn queries(criterion: &mut Criterion, index: &Index) {
    let mut group = criterion.benchmark_group("find among all");
    let long = "which of the messages that our customers sent yesterday about a late delivery are not answered yet and by whom";
    for (name, words, first) in [
        ("two words", "pie chart", Some("generate_pie_chart")),
        ("a sentence", "who last changed this line of the file", Some("get_file_blame")),
        ("misspelled", "shedule apointment with clinet", None),
        ("a long sentence", long, None),
    ] {
        let query = Query { words, server: None, limit: 10 };
        let found = index.find(&query);
        assert_eq!(found.hits.len(), 10, "{words}");
        assert!(first.is_none_or(|first| found.hits.iter().any(|hit| hit.tool == first)), "{:?}", found.hits);
        group.bench_function(name, |bencher| bencher.iter(|| index.find(black_box(&query))));
    }
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
