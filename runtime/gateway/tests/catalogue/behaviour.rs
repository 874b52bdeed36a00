//! What individual queries find, and in what order; hostile queries and texts.

use std::time::{Duration, Instant};

use callbox_bindings::{Server, Tool};
use callbox_gateway::search::{Found, Index, QUERY_CHARS_MAX, Query};
use serde_json::{Value, json};

pub(crate) fn tool(name: &str, description: &str) -> Tool {
    Tool::from_json(&json!({ "name": name, "description": description })).expect("a tool")
}

pub(crate) fn server(name: &str, tools: Vec<Tool>) -> Server {
    Server::new(name, tools)
}

fn tracker() -> Index {
    let tracker = server(
        "tracker",
        vec![
            tool("list_issues", "Lists the issues of a repository."),
            tool("createIssue", "Opens an issue."),
            tool("delete-issue", "Removes an issue."),
            tool("close.milestone", "Finishes a milestone."),
        ],
    );
    let weather =
        server("weather", vec![tool("get_forecast", "Says how warm it will be."), tool("名簿", "火车票查询")]);
    Index::new(&[tracker, weather])
}

fn find<'a>(index: &'a Index, words: &str) -> Found<'a> {
    index.find(&Query { words, server: None, limit: 10 })
}

fn first<'a>(index: &'a Index, words: &str) -> Option<&'a str> {
    find(index, words).hits.first().map(|hit| hit.tool)
}

#[test]
fn words_are_found_however_they_are_written() {
    let index = tracker();
    for (words, expected) in [
        ("create issue", "createIssue"),
        ("CREATING ISSUES", "createIssue"),
        ("milestones", "close.milestone"),
        ("add an issue", "createIssue"),
        ("fetch issues", "list_issues"),
        ("remove the issue", "delete-issue"),
        ("mielstone", "close.milestone"),
        ("milstone", "close.milestone"),
        ("fore", "get_forecast"),
        ("火车票", "名簿"),
        ("listIssues", "list_issues"),
        ("tracker.close.milestone", "close.milestone"),
    ] {
        assert_eq!(first(&index, words), Some(expected), "{words}");
    }
    assert_eq!(find(&index, "zzzzqqqq").hits, []);
    assert_eq!(find(&index, "?!").hits, []);
}

#[test]
fn what_is_taken_away_comes_last_where_nobody_asked() {
    let index = tracker();
    let names: Vec<&str> = find(&index, "issue").hits.iter().map(|hit| hit.tool).collect();
    assert_eq!(names.last(), Some(&"delete-issue"));
}

#[test]
fn an_empty_query_lists_the_catalogue() {
    let index = tracker();
    let found = index.find(&Query { words: " \n", server: None, limit: 5 });
    let names: Vec<&str> = found.hits.iter().map(|hit| hit.tool).collect();
    assert_eq!(names, ["list_issues", "createIssue", "delete-issue", "close.milestone", "get_forecast"]);
    assert_eq!(found.more, 1);
}

#[test]
fn one_server_can_be_searched() {
    let index = tracker();
    let within = |server| index.find(&Query { words: "issue forecast", server: Some(server), limit: 10 });
    assert!(within("weather").hits.iter().all(|hit| hit.server == "weather"));
    assert_eq!(within("weather").hits.len(), 1);
    assert_eq!(within("nowhere").hits, []);
    let found = index.find(&Query { words: "issue", server: Some("tracker"), limit: 1 });
    assert_eq!((found.hits.len(), found.more), (1, 2));
}

#[test]
fn equally_good_tools_come_by_server_name_and_position() {
    let twins = |name| server(name, vec![tool("b", "same"), tool("a", "same"), tool("a", "same")]);
    let index = Index::new(&[twins("y"), twins("x")]);
    let order: Vec<_> = find(&index, "same").hits.iter().map(|hit| (hit.server, hit.tool, hit.position)).collect();
    assert_eq!(order, [("x", "a", 1), ("x", "a", 2), ("x", "b", 0), ("y", "a", 1), ("y", "a", 2), ("y", "b", 0)]);
}

#[test]
fn a_server_that_is_removed_is_not_found() {
    let mut index = tracker();
    assert!(index.remove_server("weather") && !index.remove_server("weather"));
    assert_eq!(first(&index, "forecast"), None);
}

/// More than any of these takes, but less than quadratic time would, in an unoptimised build.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn hostile_queries_end() {
    let index = tracker();
    let many: String = (0..100_000).map(|number| format!("wrod{number} ")).collect();
    let start = Instant::now();
    for words in [
        many.as_str(),
        &"a".repeat(1_000_000),
        &"\u{301}".repeat(1_000_000),
        &"\u{fdfa}".repeat(100_000),
        &"aA".repeat(500_000),
        &"火".repeat(500_000),
        "\0\u{202e}\u{feff}\u{10ffff}",
        "🎉 👩‍👩‍👧‍👦 ☃",
        "-- ; DROP TABLE tools; %s {} \\ ' \"",
    ] {
        find(&index, words);
    }
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn what_is_beyond_the_limits_of_a_query_does_not_count() {
    let index = tracker();
    let late = format!("{}milestone", " ".repeat(QUERY_CHARS_MAX));
    assert_eq!(first(&index, &late), None);
    let many: String = (0..40).map(|number| format!("q{number} ")).collect();
    assert_eq!(first(&index, &format!("{many} milestone")), None);
}

#[test]
fn hostile_tools_are_indexed_as_far_as_they_matter() {
    let words: String = (0..100_000).map(|number| format!("word{number} ")).collect();
    let hint = &words[..1_000];
    let parameters: serde_json::Map<String, Value> = (0..10_000)
        .map(|number| (format!("argument{number}"), json!({ "description": hint, "enum": vec!["x"; 100] })))
        .collect();
    let mut huge = tool("huge", &words);
    huge.title = Some("A".repeat(1_000_000));
    huge.input_schema = json!({ "properties": parameters });
    let odd = Tool { input_schema: json!({ "properties": [1], "enum": 3 }), ..tool("", "") };
    let start = Instant::now();
    let index = Index::new(&[server("s", vec![huge, odd]), server("", vec![tool("plain", "nothing else")])]);
    assert_eq!(first(&index, "word12"), Some("huge"));
    assert_eq!(find(&index, "word99999").hits.iter().filter(|hit| hit.tool != "huge").count(), 0);
    assert_eq!(first(&index, "plain"), Some("plain"));
    assert_eq!(index.find(&Query { words: "", server: None, limit: usize::MAX }).hits.len(), 3);
    assert!(start.elapsed() < PATIENCE);
}
