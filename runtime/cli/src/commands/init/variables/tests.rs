//! Tests what is hidden in an entry, under which name, and what the user is told.

use serde_json::{Value, json};

use super::*;
use crate::{args::Host, commands::init::entry::Origin};

fn server(name: &str, fields: &Value) -> Server {
    let origin = Origin { host: Host::Cursor, file: "/h/mcp.json".into(), name: name.to_owned() };
    Server { name: name.to_owned(), fields: fields.as_object().cloned().expect("fields"), origins: vec![origin] }
}

fn hidden(servers: &[(&str, Value)]) -> (Vec<Value>, Vec<String>) {
    let mut servers: Vec<_> = servers.iter().map(|(name, fields)| server(name, fields)).collect();
    let variables = hide(&mut servers);
    let fields = servers.into_iter().map(|server| Value::Object(server.fields));
    (fields.collect(), variables.into_iter().map(|variable| variable.name).collect())
}

#[track_caller]
fn check(given: &Value, expected: &Value) {
    assert_eq!(hidden(&[("s", given.clone())]).0, std::slice::from_ref(expected));
}

#[track_caller]
fn check_args(given: &[&str], expected: &[&str]) {
    check(&json!({ "args": given }), &json!({ "args": expected }));
}

#[test]
fn settings_get_variables() {
    check(
        &json!({"env": {"API_KEY": "canary", "PORT": 80, "PIN": 1234, "A": "${B}", "MODE": "fast"},
            "headers": {"Authorization": "Bearer canary", "X-Key": "canary", "Cookie": "${C}"}}),
        &json!({"env": {"API_KEY": "${API_KEY}", "PORT": 80, "PIN": "${PIN}", "A": "${B}", "MODE": "fast"},
            "headers": {"Authorization": "Bearer ${S_TOKEN}", "X-Key": "${S_X_KEY}", "Cookie": "${C}"}}),
    );
}

#[test]
fn one_name_is_one_value() {
    let key = |value: &str| json!({ "env": { "KEY": value } });
    let (fields, variables) = hidden(&[("a", key("one")), ("b", key("two")), ("c", key("one"))]);
    assert_eq!(fields, [key("${KEY}"), key("${B_KEY}"), key("${KEY}")]);
    assert_eq!(variables, ["KEY", "B_KEY"]);
    let (fields, variables) = hidden(&[("a", key("one")), ("b", json!({"env": {"X": "${KEY}"}}))]);
    assert_eq!(fields[0], key("${A_KEY}"), "KEY means something else already");
    assert_eq!(variables, ["A_KEY", "KEY"]);
    let (fields, _) = hidden(&[("a", json!({"env": {"HOME": "canary canary"}}))]);
    assert_eq!(fields[0], json!({"env": {"HOME": "canary canary"}}), "a name that says what it holds");
    let (fields, _) = hidden(&[("a", json!({"env": {"USER": "https://me:canary@h"}}))]);
    assert_eq!(fields[0], json!({"env": {"USER": "${A_USER}"}}), "USER is taken");
}

#[test]
fn arguments_behind_flags_are_hidden() {
    check_args(&["-y", "pkg@1.2", "--api-key", "canary"], &["-y", "pkg@1.2", "--api-key", "${S_API_KEY}"]);
    check_args(&["--token=canary", "--port=1"], &["--token=${S_TOKEN}", "--port=1"]);
    check_args(&["--token", "${T}", "--key=${K}"], &["--token", "${T}", "--key=${K}"]);
    check_args(&["-u", "me:canary", "-u", "me"], &["-u", "${S_U}", "-u", "me"]);
    check_args(&["--no-auth", "server.py"], &["--no-auth", "server.py"]);
    check_args(&["-e", "GH_TOKEN=canary", "-e", "GH_HOST"], &["-e", "GH_TOKEN=${GH_TOKEN}", "-e", "GH_HOST"]);
    check_args(&["-e", "THING=canary", "-e", "PORT=1"], &["-e", "THING=${S_THING}", "-e", "PORT=1"]);
    check_args(&["--header", "Authorization: Bearer canary"], &["--header", "Authorization: Bearer ${S_TOKEN}"]);
    check_args(&["--header=X-Api-Key:canary"], &["--header=X-Api-Key:${S_X_API_KEY}"]);
    check_args(&["--header", "Authorization: Bearer ${T}"], &["--header", "Authorization: Bearer ${T}"]);
    check_args(&["--config", r#"{"apiKey":"canary","n":1}"#], &["--config", r#"{"apiKey":"${S_API_KEY}","n":1}"#]);
    check_args(&["sk-proj-canary-canary"], &["${S_SECRET}"]);
    check_args(&["-c", "TOKEN=canary npx x --key canary2"], &["-c", "TOKEN=${S_TOKEN} npx x --key ${S_KEY}"]);
    check_args(&["-c", "curl -H 'A: Bearer canary' h"], &["-c", "curl -H 'A: Bearer ${S_BEARER}' h"]);
    check(&json!({"command": "npx x --api-key canary"}), &json!({"command": "npx x --api-key ${S_API_KEY}"}));
}

#[test]
fn what_is_not_plainly_a_setting_is_hidden() {
    check_args(
        &["--connection-string=Server=db;User Id=sa;Password=canary;Encrypt=true"],
        &["--connection-string=Server=db;User Id=sa;Password=${S_PASSWORD};Encrypt=true"],
    );
    check_args(
        &["--connection-string", "AccountName=a;AccountKey=canary;"],
        &["--connection-string", "AccountName=a;AccountKey=${S_ACCOUNT_KEY};"],
    );
    check_args(&["--database", "host=h password=canary"], &["--database", "host=h password=${S_PASSWORD}"]);
    check_args(&["-p", "canary"], &["-p", "${S_P}"]);
    check_args(&["-ps3cr3t4canary"], &["-p${S_P}"]);
    check_args(&["mysql -u me -p canary db"], &["mysql -u me -p ${S_P} db"]);
    check_args(
        &["-p", "8080:80", "-p", "/srv", "-p", "@scope/name"],
        &["-p", "8080:80", "-p", "/srv", "-p", "@scope/name"],
    );
    check_args(&["me:canary@h"], &["${S_LOGIN}@h"]);
    check_args(&["--thing", "s3cr3t4canary"], &["--thing", "${S_THING}"]);
    check_args(&["--thing=${T:-ghp_0123456789canary}"], &["--thing=${S_THING}"]);
    let pem = "-----BEGIN PRIVATE KEY-----\ncanary canary\n-----END PRIVATE KEY-----";
    check_args(&["--signer", pem, pem], &["--signer", "${S_SIGNER}", "${S_KEY}"]);
    for key in [
        "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.c2ln",
        "AKIAIOSFODNN7CANARY1",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY",
        "github_pat_11ABCDEFG0canary",
        "xoxe.xoxp-1-canarycanary",
    ] {
        check_args(&[key], &["${S_SECRET}"]);
        check_args(&["--any", key], &["--any", "${S_ANY}"]);
        check(&json!({"env": {"ANY_NAME": key}}), &json!({"env": {"ANY_NAME": "${ANY_NAME}"}}));
    }
    check_args(&["https://h/mcp?k=canary&page=2"], &["https://h/mcp?k=${S_K}&page=2"]);
    check_args(&["https://h/mcp?c4n4ry"], &["https://h/mcp?${S_PARAMETER}"]);
}

#[test]
fn settings_stay_readable() {
    for args in [
        &["-y", "@scope/mcp-server@1.2.3-beta.1", "--transport", "stdio", "--port", "8080"][..],
        &["run", "-i", "--rm", "-t", "-v", "/home/me/x:/data:ro", "ghcr.io/github/github-mcp-server:v1.2"],
        &["img@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "postgres:16-alpine"],
        &["--from", "git+https://github.com/a/b@9f86d081884c7d659a2feaa0c55ad015a3bf4f1b#subdirectory=src", "serve"],
        &["--model", "claude-3-5-sonnet-20241022", "--region=us-east-1", "--tz", "America/Los_Angeles"],
        &["C:\\Users\\me\\server.exe", "./dist/index.js", "n8n-mcp", "2captcha", "npm:name@1.2"],
        &["--port=${LOCAL_PORT:-8080}", "--host", "127.0.0.1:54321", "-m", "mcp_server_time"],
        &["-c", "cd /srv && exec node server.js --verbose"],
    ] {
        check_args(args, args);
    }
}

#[test]
fn addresses_are_hidden_in_part() {
    for (given, expected) in [
        ("https://h/mcp", "https://h/mcp"),
        ("https://me:canary@h:1/mcp", "https://${S_LOGIN}@h:1/mcp"),
        ("https://h/s/a1b2c3d4e5f6g7h8/mcp", "https://h/s/${S_PATH_PART}/mcp"),
        ("https://h/mcp?api_key=canary&page=2#x", "https://h/mcp?api_key=${S_API_KEY}&page=2#x"),
        ("https://h/mcp?api_key=${K}", "https://h/mcp?api_key=${K}"),
        ("https://${U}:${P}@h/${A}", "https://${U}:${P}@h/${A}"),
        ("${BASE}/mcp?token=canary", "${BASE}/mcp?token=${S_TOKEN}"),
    ] {
        check(&json!({ "url": given }), &json!({ "url": expected }));
        check_args(&["mcp-remote", given], &["mcp-remote", expected]);
    }
    check_args(&["postgresql://me:canary@h/db"], &["postgresql://${S_LOGIN}@h/db"]);
    check_args(&["--db=postgresql://me:canary@h/db"], &["--db=postgresql://${S_LOGIN}@h/db"]);
    let commit = "git+https://github.com/a/b@9f86d081884c7d659a2feaa0c55ad015a3bf4f1b";
    check_args(&["--from", commit], &["--from", commit]);
}

#[test]
fn variables_say_where_their_value_stands() {
    let mut servers = [server("s", &json!({"env": {"KEY": "canary", "A": "${B:-x} ${C}"}}))];
    let variables = hide(&mut servers);
    let expected = |name: &str, field: &str, value_in: Option<&str>| Variable {
        name: name.to_owned(),
        uses: vec![Use { server: "s".to_owned(), field: field.to_owned(), value_in: value_in.map(PathBuf::from) }],
    };
    assert_eq!(variables, [expected("KEY", "env.KEY", Some("/h/mcp.json")), expected("C", "env.A", None)]);
}
