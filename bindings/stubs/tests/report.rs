//! The report on a catalogue's tools.

use callbox_bindings::{LeftOut, Report, Server, Stubs, Tool, ToolDefect};
use serde_json::json;

fn report() -> Report {
    let entry = |name: &str, schema| Tool::from_json(&json!({ "name": name, "inputSchema": schema })).expect("a tool");
    let bad = json!({ "type": "object", "properties": { "when": { "$ref": "https://example.com/x" } } });
    let tools = vec![entry("good", json!({ "type": "object" })), entry("bad\u{202e}\n", bad), entry("good", json!({}))];
    let defect = ToolDefect { name: Some("*/\u{1b}[31m".into()), reason: "`inputSchema` is missing".into() };
    let left_out = vec![LeftOut { server: "s".into(), defect }];
    Report::of(&Stubs::read(&[Server::new("s", tools)]), left_out)
}

#[test]
fn every_entry_is_in_one_list() {
    let report = report();
    assert_eq!((report.registered.len(), report.degraded.len(), report.left_out.len()), (1, 2, 1));
    assert_eq!((report.registered[0].server.as_str(), report.registered[0].tool.as_str()), ("s", "good"));
    let notes: Vec<&str> = report.degraded.iter().map(|tool| tool.notes[0].pointer.as_str()).collect();
    assert_eq!(notes, ["/inputSchema/properties/when", "/name"]);
}

#[test]
fn as_text_it_is_lines_that_no_name_breaks() {
    let expected = "4 tools: 1 typed fully, 2 degraded, 1 left out

degraded: s.bad
  /inputSchema/properties/when: reference \"https://example.com/x\" outside the schema; declared as unknown

degraded: s.good
  /name: another tool with the same name; declared as good_";
    let text = report().to_string();
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with("\n\nleft out: s.*\\/[31m\n  `inputSchema` is missing\n"), "{text}");
}

#[test]
fn as_json_it_has_the_names_as_they_are() {
    let json = report().to_json();
    assert_eq!(json["registered"], json!([{ "server": "s", "tool": "good" }]));
    assert_eq!(json["degraded"][0]["tool"], "bad\u{202e}\n");
    assert_eq!(json["degraded"][0]["notes"][0]["instead"], "unknown");
    assert_eq!(
        json["left_out"],
        json!([{ "server": "s", "tool": "*/\u{1b}[31m", "reason": "`inputSchema` is missing" }])
    );
}
