//! What is removed from a server's messages, by the field that holds the secret, and what stays.

use std::path::Path;

use serde_json::{Value, json};

use super::Redactor;
use crate::config::Config;

fn of(entry: &Value) -> Redactor {
    let text = json!({ "mcpServers": { "a": entry } }).to_string();
    let config = Config::parse(&text, Path::new("c"), &|_| None).expect("valid");
    Redactor::of(config.server("a").expect("there"))
}

#[track_caller]
fn check(entry: &Value, said: &str, expected: &str) {
    assert_eq!(of(entry).text(said.to_owned()), expected, "{entry}");
}

#[track_caller]
fn hides(entry: &Value, secrets: &[&str]) {
    let redactor = of(entry);
    for secret in secrets {
        let told = redactor.text(format!("it said ‘{secret}’, twice: {secret}"));
        assert_eq!(told, "it said ‘<hidden>’, twice: <hidden>", "{entry}");
    }
}

#[track_caller]
fn leaves(entry: &Value, said: &str) {
    check(entry, said, said);
}

#[test]
fn a_token_is_hidden_alone_and_with_its_scheme() {
    let entry = json!({ "url": "http://x/", "headers": { "Authorization": "Bearer canary-1234", "X-Port": "80" } });
    check(&entry, "got canary-1234 on port 80, Bearer canary-1234", "got <hidden> on port 80, <hidden>");
    let redactor = of(&entry);
    redactor.clone().learn("token-canary");
    assert_eq!(redactor.text("a token-canary".to_owned()), "a <hidden>");
    assert_eq!(redactor.value(json!({ "canary-1234": ["canary-1234", 7] })), json!({ "<hidden>": ["<hidden>", 7] }));
}

#[test]
fn secrets_in_arguments_are_hidden() {
    for args in [
        &["--token", "canary-value"][..],
        &["--token=canary-value"],
        &["TOKEN=canary-value"],
        &["-e", "GH_TOKEN=canary-value"],
        &["--header", "Authorization: Bearer canary-value"],
        &["--header=X-Api-Key: canary-value"],
        &["--config", r#"{"deep":[{"apiKey":"canary-value"}]}"#],
        &["-c", "TOKEN=canary-value npx x"],
        &["-c", "npx x --key canary-value"],
        &["--dsn", "postgres://me:canary-value@h/db"],
        &["postgres://me:canary-value@h/db"],
        &["https://h/mcp?k=canary-value"],
        &["me:canary-value@h"],
        &["--connection-string=Server=db;User Id=me;Password=canary-value;"],
        &["--connection-string", "host=h password=canary-value"],
    ] {
        hides(&json!({ "command": "c", "args": args }), &["canary-value"]);
    }
    for secret in ["canary-8f3b51", "s3cr3t-word", "sk-proj-abcdefgh", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"] {
        hides(&json!({ "command": "c", "args": ["-x", secret] }), &[secret]);
        hides(&json!({ "command": "c", "args": [secret] }), &[secret]);
    }
    hides(&json!({ "command": "c --key canary-value" }), &["canary-value"]);
    hides(&json!({ "command": "c", "args": ["--password", "pw123"] }), &["pw123"]);
}

#[test]
fn secrets_in_addresses_are_hidden() {
    let entry = json!({ "url": "https://me:pass%2Fword-canary@h/s/a1b2c3d4e5f6g7h8/mcp?k=query-canary&x=a%20canary" });
    hides(&entry, &["pass%2Fword-canary", "pass%2fword-canary", "pass/word-canary", "query-canary", "a canary"]);
    hides(&entry, &["a%20canary", "a+canary", "a1b2c3d4e5f6g7h8", "me:pass/word-canary"]);
    leaves(&entry, "cannot reach https://h/s/mcp as me");
}

#[test]
fn secrets_are_hidden_in_the_forms_in_which_they_are_sent() {
    use base64::Engine as _;
    let entry = json!({ "command": "c", "args": ["--api-key=canary \"k/y\""] });
    hides(&entry, &["canary \"k/y\"", "canary%20%22k%2Fy%22", "canary \\\"k/y\\\""]);
    let sent = base64::engine::general_purpose::STANDARD.encode("user:canary \"k/y\"");
    let told = of(&entry).text(format!("Basic {sent}"));
    assert!(told.contains("<hidden>") && told.len() < "Basic <hidden>".len() + 12, "{told}");
    let pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAaBbCcDdEeFf0123\n-----END PRIVATE KEY-----\n";
    hides(&json!({ "command": "c", "env": { "SIGNER": pem } }), &["AaBbCcDdEeFf0123", "MIIEvQIBADANBgkqhkiG9w0"]);
}

#[test]
fn what_is_plainly_no_secret_stays() {
    let args = [
        "-y",
        "@modelcontextprotocol/server-filesystem@2025.11.25",
        "--port=8080",
        "--mode",
        "production",
        "--fault",
        "leaks-in-error",
        "--host=127.0.0.1:54321",
        "--password",
        "admin",
        "--directory",
        "/home/me/some/folder",
        "https://example.com/mcp",
        "--token",
        "--verbose",
    ];
    let env = json!({ "NODE_ENV": "development", "LOG_LEVEL": "informative", "PORT": 18080, "DATA": "/home/me/data" });
    let entry = json!({ "command": "/usr/bin/some-program", "args": args, "env": env });
    for word in args.iter().flat_map(|arg| arg.split(['=', ' '])) {
        leaves(&entry, &format!("cannot use {word} in development, informative, 18080, /home/me/data"));
    }
    leaves(&entry, "some-program: the administrator of production said admin");
}

/// Long arguments of any shape are examined in milliseconds per megabyte; a search that restarts at each character
/// would take minutes.
#[test]
fn long_arguments_take_linear_time() {
    let began = std::time::Instant::now();
    for piece in [
        "a=",
        "--a=",
        "a;",
        "a ",
        "a: ",
        "Bearer ",
        "@",
        "a:b@",
        "://",
        "http://a?b=c&",
        "{\"a\":",
        "-----BEGIN ",
        "%41",
    ] {
        let long = piece.repeat(20_000);
        let entry = json!({ "command": "c", "args": ["--token", "x", &long], "env": { "A": &long } });
        let redactor = of(&entry);
        let said = redactor.text(piece.repeat(100_000));
        assert!(!said.is_empty());
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(120), "{:?}", began.elapsed());
}

#[test]
fn many_secrets_cost_a_long_text_little() {
    let env: serde_json::Map<_, _> =
        (0..200).map(|n| (format!("KEY_{n}"), json!(format!("canary-{n}-value")))).collect();
    let redactor = of(&json!({ "command": "c", "env": env }));
    let text = "the canary sings ".repeat(1 << 18);
    assert_eq!(redactor.text(text.clone() + "canary-199-value"), text + "<hidden>");
}
