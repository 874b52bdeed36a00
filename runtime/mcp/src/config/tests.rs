//! What users write into lists of servers, and how it is read.

use std::path::Path;

use super::{AuthConfig, Config, GrantKind, HttpLaunch, Launch, StdioLaunch, find_upward};
use crate::error::{ConfigError, EntryError};

fn lookup(name: &str) -> Option<String> {
    match name {
        "TOKEN" => Some("canary-value".to_owned()),
        "EMPTY" => Some(String::new()),
        "NESTED" => Some("${TOKEN}".to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/p/.mcp.json"), &lookup)
}

/// Returns the launch of the only server, whose entry is `entry`.
fn launch(entry: &str) -> Result<Launch, EntryError> {
    let config = parse(&format!(r#"{{"mcpServers":{{"s":{entry}}}}}"#)).expect("a list");
    config.server("s").expect("the server").launch.clone()
}

fn stdio(entry: &str) -> StdioLaunch {
    match launch(entry).expect("an entry") {
        Launch::Stdio(stdio) => stdio,
        Launch::Http(_) => panic!("expected a command"),
    }
}

fn http(entry: &str) -> HttpLaunch {
    match launch(entry).expect("an entry") {
        Launch::Http(http) => http,
        Launch::Stdio(_) => panic!("expected an address"),
    }
}

fn arg(text: &str) -> String {
    let entry = serde_json::json!({ "command": "c", "args": [text] });
    stdio(&entry.to_string()).args[0].reveal().to_owned()
}

#[test]
fn a_list_is_taken_verbatim() {
    let stdio = stdio(
        r#"{"type":"stdio","command":"npx","args":["-y","pkg",8080],"cwd":"sub",
            "env":{"A":"x ${TOKEN}","PORT":3,"ON":true}}"#,
    );
    assert_eq!(stdio.command, "npx");
    let args: Vec<_> = stdio.args.iter().map(super::Secret::reveal).collect();
    assert_eq!(args, ["-y", "pkg", "8080"]);
    let env: Vec<_> = stdio.env.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(env, [("A", "x canary-value"), ("PORT", "3"), ("ON", "true")]);
    assert_eq!(stdio.cwd.as_deref(), Some(Path::new("/p/sub")));
    for kind in ["http", "streamable-http", "streamableHttp"] {
        let http = http(&format!(
            r#"{{"type":"{kind}","url":"https://h/mcp?k=${{TOKEN}}","headers":{{"Authorization":"Bearer ${{env:TOKEN}}"}}}}"#
        ));
        assert_eq!(http.url.reveal(), "https://h/mcp?k=canary-value");
        assert_eq!(http.headers[0].1.reveal(), "Bearer canary-value");
    }
}

#[test]
fn the_key_of_vs_code_and_its_comments_are_understood() {
    let config = parse(
        "\u{feff}// top\n{ /* a */ \"inputs\": [],\n \"servers\": { \"a\": { \"url\": \"http://h//x\", }, // c, }\n },\n}",
    )
    .expect("a list");
    let Ok(Launch::Http(http)) = &config.server("a").expect("there").launch else { panic!("expected an address") };
    assert_eq!(http.url.reveal(), "http://h//x", "a comment sign within a string is text");
}

#[test]
fn placeholders_are_replaced_once() {
    assert_eq!(arg("${TOKEN}"), "canary-value");
    assert_eq!(arg("a${env:TOKEN}b${TOKEN}"), "acanary-valuebcanary-value");
    assert_eq!(arg("${UNSET:-x:-y}"), "x:-y");
    assert_eq!(arg("${UNSET:-}"), "");
    assert_eq!(arg("${EMPTY:-d}"), "d");
    assert_eq!(arg("${EMPTY}"), "");
    assert_eq!(arg("${NESTED}"), "${TOKEN}", "a value is not expanded again");
    assert_eq!(arg("${workspaceFolder}/x"), "/p/x");
}

#[test]
fn what_belongs_to_a_shell_is_left_alone() {
    for text in ["$TOKEN", "${x%%y}", "${1}", "${", "${unclosed", "$${}", "100%"] {
        assert_eq!(arg(text), text);
    }
}

#[test]
fn an_unset_variable_spoils_only_its_own_server() {
    let config = parse(r#"{"mcpServers":{"bad":{"command":"c","env":{"KEY":"${NOPE}"}},"good":{"command":"c"}}}"#)
        .expect("a list");
    let error = config.server("bad").expect("there").launch.clone().expect_err("an error");
    let expected = EntryError::UnsetVariable {
        server: "bad".to_owned(),
        field: "env.KEY".to_owned(),
        variable: "NOPE".to_owned(),
    };
    assert_eq!(error, expected);
    assert!(config.server("good").expect("there").launch.is_ok());
}

#[test]
fn a_wrong_entry_says_which_field() {
    let field = |entry: &str| match launch(entry) {
        Err(EntryError::Shape { field, .. }) => field,
        other => panic!("expected a shape error, got {other:?}"),
    };
    assert_eq!(field(r#"{"command":5}"#), "command");
    assert_eq!(field(r#"{"command":" "}"#), "command");
    assert_eq!(field(r#"{"command":"c","args":"-y"}"#), "args");
    assert_eq!(field(r#"{"command":"c","args":["a",null]}"#), "args[1]");
    assert_eq!(field(r#"{"command":"c","env":{"A":[]}}"#), "env.A");
    assert_eq!(field(r#"{"url":"ftp://h"}"#), "url");
    assert_eq!(field(r#"{"url":"nonsense"}"#), "url");
    assert_eq!(field(r#"{"type":"http","command":"c"}"#), "url");
    assert_eq!(field(r#"{"command":"c","timeout":-1}"#), "timeout");
    assert_eq!(field("[]"), "the entry");
}

#[test]
fn an_entry_that_cannot_be_reached_is_told_why() {
    assert!(matches!(launch("{}"), Err(EntryError::NoLaunch { .. })));
    assert!(matches!(launch(r#"{"command":"c","url":"http://h"}"#), Err(EntryError::TwoLaunches { .. })));
    assert!(matches!(launch(r#"{"command":"","url":"http://h"}"#), Ok(Launch::Http(_))));
    assert!(matches!(launch(r#"{"command":"c","url":null}"#), Ok(Launch::Stdio(_))));
    assert!(matches!(launch(r#"{"type":"http","command":"c","url":"http://h"}"#), Ok(Launch::Http(_))));
    assert!(matches!(launch(r#"{"command":"c","args":["${input:key}"]}"#), Err(EntryError::Input { .. })));
    let Err(error) = launch(r#"{"type":"sse","url":"http://h/sse"}"#) else { panic!("expected an error") };
    assert!(matches!(&error, EntryError::Transport { transport, .. } if transport == "sse"));
    assert!(error.hint().contains("Streamable HTTP"), "{}", error.hint());
}

#[test]
fn malformed_json_is_placed_in_the_authors_text() {
    let place = |text: &str| match parse(text) {
        Err(ConfigError::Malformed { line, column, .. }) => (line, column),
        other => panic!("expected malformed, got {other:?}"),
    };
    assert_eq!(place("{\n  // é\n  \"é\": nope\n}"), (3, 8));
    assert_eq!(place("{\"a\": 1,, }").0, 1);
    assert_eq!(place("{\n/* never closed"), (2, 1));
    assert_eq!(place(""), (1, 1));
}

#[test]
fn a_file_without_servers_is_an_error() {
    assert!(matches!(parse("{}"), Err(ConfigError::NoServers { .. })));
    assert!(matches!(parse("[]"), Err(ConfigError::Shape { pointer, .. }) if pointer.is_empty()));
    assert!(
        matches!(parse(r#"{"mcpServers":[]}"#), Err(ConfigError::Shape { pointer, .. }) if pointer == "/mcpServers")
    );
}

#[test]
fn a_later_file_replaces_servers_by_name() {
    let first = parse(r#"{"mcpServers":{"a":{"command":"1"},"b":{"command":"2"}}}"#).expect("a list");
    let later = parse(r#"{"mcpServers":{"a":{"command":"3","disabled":true},"c":{"command":"4"}}}"#).expect("a list");
    let config = first.overridden_by(later);
    let names: Vec<_> = config.servers.iter().map(|server| (server.name.as_str(), server.disabled)).collect();
    assert_eq!(names, [("a", true), ("b", false), ("c", false)]);
}

#[test]
fn a_call_time_out_is_read_from_either_field() {
    let of = |entry: &str| {
        let config = parse(&format!(r#"{{"servers":{{"s":{entry}}}}}"#)).expect("a list");
        config.server("s").expect("there").call_ms_max
    };
    assert_eq!(of(r#"{"command":"c","timeout":5000}"#), Some(5000));
    assert_eq!(of(r#"{"command":"c","timeout":5000,"callTimeoutMs":7}"#), Some(7));
    assert_eq!(of(r#"{"command":"c"}"#), None);
}

#[test]
fn a_field_that_does_nothing_is_noted() {
    let config = parse(r#"{"mcpServers":{"s":{"command":"c","alwaysAllow":["x"]}}}"#).expect("a list");
    assert_eq!(config.notes, ["server `s`: `alwaysAllow` is ignored"]);
}

#[test]
fn no_secret_is_in_the_debug_form() {
    let config = parse(
        r#"{"mcpServers":{
            "a":{"command":"c","args":["${TOKEN}"],"env":{"K":"${TOKEN}"}},
            "b":{"url":"http://h/?${TOKEN}","headers":{"A":"${TOKEN}"}},
            "c":{"command":"c","env":{"K":["${TOKEN}"]}}}}"#,
    )
    .expect("a list");
    let shown = format!("{config:?}");
    assert!(shown.contains("<hidden>") && !shown.contains("canary-value"), "{shown}");
}

#[test]
fn the_nearest_list_upward_is_found() {
    let root = std::env::temp_dir().join(format!("callbox-mcp-find-{}", std::process::id()));
    let deep = root.join("a/b");
    std::fs::create_dir_all(&deep).expect("a folder");
    std::fs::write(root.join(".mcp.json"), "{}").expect("a file");
    std::fs::write(root.join("a/.mcp.json"), "{}").expect("a file");
    let found = (find_upward(&deep), find_upward(&root));
    std::fs::remove_dir_all(&root).expect("the folder goes");
    assert_eq!(found, (Some(root.join("a/.mcp.json")), Some(root.join(".mcp.json"))));
}

#[test]
fn how_to_sign_in_is_read_in_the_forms_of_other_hosts() {
    let auth = |text: &str| http(&format!(r#"{{"url":"https://h/mcp",{text}}}"#)).auth;
    assert_eq!(auth(r#""type":"http""#), None);
    assert_eq!(auth(r#""auth":"oauth""#), Some(AuthConfig::default()));
    let full = auth(
        r#""auth":{"type":"oauth","grant":"client_credentials","clientId":"id","clientSecret":"${TOKEN}",
            "scopes":["a","b c"],"callbackPort":8080,"allowPrivateAddresses":true}"#,
    )
    .expect("a sign-in");
    assert_eq!(full.grant, GrantKind::ClientCredentials);
    assert_eq!(full.client_secret.as_ref().map(super::Secret::reveal), Some("canary-value"));
    assert_eq!(full.scopes, ["a", "b", "c"]);
    assert_eq!((full.callback_port, full.private_addresses), (Some(8080), true));
    assert!(!format!("{full:?}").contains("canary"), "{full:?}");
    let other = auth(r#""oauth":{"CLIENT_ID":"id","CLIENT_SECRET":"x","scopes":"a b"}"#).expect("a sign-in");
    assert_eq!((other.client_id.as_deref(), other.scopes.len()), (Some("id"), 2));
}

#[test]
fn a_sign_in_that_cannot_be_is_told_by_field() {
    for (auth, field) in [
        ("3", "auth"),
        (r#"{"type":"basic"}"#, "auth.type"),
        (r#"{"grant":"password"}"#, "auth.grant"),
        (r#"{"grant":"client_credentials"}"#, "auth.clientId"),
        (r#"{"grant":"client_credentials","clientId":"a"}"#, "auth.clientSecret"),
        (r#"{"clientSecret":"a"}"#, "auth.clientId"),
        (r#"{"clientMetadataUrl":"http://h/c.json"}"#, "auth.clientMetadataUrl"),
        (r#"{"scopes":[1]}"#, "auth.scopes"),
        (r#"{"callbackPort":70000}"#, "auth.callbackPort"),
    ] {
        let error = launch(&format!(r#"{{"url":"https://h/mcp","auth":{auth}}}"#)).expect_err(auth);
        assert!(matches!(&error, EntryError::Shape { field: found, .. } if found == field), "{auth}: {error}");
    }
    let both = r#"{"url":"https://h/mcp","auth":"oauth","headers":{"authorization":"x"}}"#;
    assert!(matches!(launch(both), Err(EntryError::Shape { field, .. }) if field == "headers"));
    let config = parse(r#"{"mcpServers":{"s":{"url":"https://h/mcp","auth":{"clientid":"a"}}}}"#).expect("a list");
    assert_eq!(config.notes, ["server `s`: `auth.clientid` is ignored"]);
}

/// The whole list, under each of its names, is read in linear time: eight times the text may take up to twenty times
/// as long, where a search from each character would take 64 times.
#[test]
fn a_long_list_is_read_in_linear_time() {
    let servers = |count: usize| (0..count).map(|n| format!(r#""s{n}":{{}}"#)).collect::<Vec<_>>().join(",");
    type Shape = fn(usize) -> String;
    let shapes: [(&str, Shape); 6] = [
        ("comments that are not closed", |count| "/*".repeat(count)),
        ("comments within comments", |count| "/*".repeat(count) + "*/{}"),
        ("comments closed within a text", |count| format!("{{\"{}\":1}}", "/* */ // ".repeat(count))),
        ("line comments", |count| "//\n".repeat(count)),
        ("texts that are not closed", |count| "\"\\".repeat(count)),
        ("commas", |count| format!("[{}]", ", \n".repeat(count))),
    ];
    for (what, text) in shapes {
        grows_linearly(what, 100_000, |count| drop(parse(&text(count))));
    }
    grows_linearly("servers", 4_000, |count| {
        let list = parse(&format!(r#"{{"mcpServers":{{{0}}},"servers":{{{0}}}}}"#, servers(count))).expect("a list");
        assert_eq!(list.servers.len(), count);
    });
}

#[track_caller]
fn grows_linearly(what: &str, count: usize, read: impl Fn(usize)) {
    let least = |count: usize| {
        let took = |_| {
            let began = std::time::Instant::now();
            read(count);
            began.elapsed()
        };
        (0..3).map(took).min().expect("three times")
    };
    let (one, eight) = (least(count), least(8 * count));
    let room = one * 20 + std::time::Duration::from_millis(200);
    assert!(eight < room, "{what}: {one:?} for one part, {eight:?} for eight");
}
