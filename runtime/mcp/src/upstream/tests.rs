//! Servers simulated by a shell: started, called, dying, and ended for real.

use std::time::Duration;

use callbox::{ToolErrorCode, ToolHost, ToolRequest};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::{ConnectOptions, Status, Upstream, Upstreams, base_environment, child};
use crate::config::{Config, StdioLaunch};
use crate::error::FailureCode;

/// Far longer than any of these takes; only a fault makes a test wait this long.
const PATIENCE: Duration = Duration::from_secs(120);

const REFUSES_PROBE: &str = r#"read -r l; echo '{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}'
"#;
const GREETS: &str = r#"read -r l; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}}'
read -r l
"#;
const LISTS: &str = r#"read -r l; echo '{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"t","inputSchema":{"type":"object"}},{"title":"bad"}]}}'
"#;

fn options() -> ConnectOptions {
    ConnectOptions::new(base_environment(std::env::vars_os()))
}

fn config(script: &str) -> Config {
    let env = json!({"TOKEN": "canary-canary"});
    let list = json!({"mcpServers": {"s": {"command": "sh", "args": ["-c", script], "env": env}}});
    Config::parse(&list.to_string(), "list".as_ref(), &|_| None).expect("a list")
}

async fn connected(script: &str) -> Upstreams {
    connected_with(script, &options()).await
}

async fn connected_with(script: &str, options: &ConnectOptions) -> Upstreams {
    let config = config(script);
    timeout(PATIENCE, Upstreams::connect(&config, None, options)).await.expect("in time")
}

/// Starts a server that does the handshake, lists its tools and then runs `script`.
async fn serving(script: &str) -> Upstreams {
    connected(&[REFUSES_PROBE, GREETS, LISTS, script].concat()).await
}

fn only(upstreams: &Upstreams) -> &Upstream {
    upstreams.get("s").expect("the server")
}

fn failure(upstreams: &Upstreams) -> (FailureCode, String) {
    match only(upstreams).status() {
        Status::Failed(error) => (error.code, error.to_string()),
        Status::Ready(ready) => panic!("expected a failure, got {ready:?}"),
    }
}

async fn call(upstreams: &Upstreams) -> Result<callbox::ToolReply, callbox::ToolError> {
    let host = only(upstreams).host().expect("ready");
    let request = ToolRequest::new("t", json!({}));
    timeout(PATIENCE, host.call(request)).await.expect("in time")
}

#[tokio::test]
async fn a_server_is_asked_and_answers() {
    let upstreams = serving(
        r#"read -r l; echo '{"jsonrpc":"2.0","id":3,"result":{"content":[],"structuredContent":{"a":1}}}'; read -r l"#,
    )
    .await;
    let Status::Ready(ready) = only(&upstreams).status() else { panic!("{upstreams:?}") };
    assert_eq!((ready.era.as_str(), ready.protocol_version.as_str()), ("legacy", "2025-06-18"));
    assert_eq!(ready.tools.len(), 1);
    assert_eq!(ready.notes.len(), 1, "{:?}", ready.notes);
    assert_eq!(call(&upstreams).await.expect("a reply").structured, Some(json!({"a": 1})));
    upstreams.shutdown().await;
}

#[tokio::test]
async fn a_death_in_mid_call_is_an_error_at_once() {
    let upstreams = serving(r#"read -r l; echo "no disk, $TOKEN" >&2; exit 9"#).await;
    let error = call(&upstreams).await.expect_err("an error");
    assert_eq!(error.code, ToolErrorCode::ServerDied);
    assert!(error.message.contains('9') && error.message.contains("no disk, <hidden>"), "{}", error.message);
    let again = call(&upstreams).await.expect_err("an error");
    assert_eq!(again.code, ToolErrorCode::ServerDied);
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled_at_the_server() {
    // The second call is answered only once the first was cancelled.
    let upstreams = serving(
        r#"read -r l; read -r a; read -r b
           case "$a$b" in *notifications/cancelled*) echo '{"jsonrpc":"2.0","id":4,"result":{"content":[]}}';; esac
           read -r l"#,
    )
    .await;
    let host = only(&upstreams).host().expect("ready");
    let request = ToolRequest::new("t", Value::Null);
    assert!(timeout(Duration::from_millis(1), host.call(request)).await.is_err(), "nobody answers");
    call(&upstreams).await.expect("a reply");
}

#[tokio::test]
async fn a_list_that_changed_is_fetched_again() {
    let mut upstreams = serving(
        r#"echo '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'
           read -r l; echo '{"jsonrpc":"2.0","id":3,"result":{"tools":[]}}'; read -r l"#,
    )
    .await;
    timeout(PATIENCE, upstreams.changed()).await.expect("in time");
    assert_eq!(upstreams.refresh_if_changed().await, ["s"]);
    assert!(only(&upstreams).tools().is_empty());
}

#[tokio::test]
async fn a_server_that_the_probe_kills_is_started_again() {
    // Only the second start, which begins with the legacy handshake, is answered.
    let script = r#"read -r l; case "$l" in *discover*) exit 1;; esac
echo '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}}'
read -r l; read -r l; echo '{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}'; read -r l"#;
    let upstreams = connected(script).await;
    assert!(matches!(only(&upstreams).status(), Status::Ready(_)), "{upstreams:?}");
}

#[tokio::test]
async fn a_handshake_that_fails_is_explained() {
    let (code, message) = failure(&connected("echo 'no token' >&2; exit 3").await);
    assert_eq!(code, FailureCode::Exited);
    assert!(message.contains('3'), "{message}");
    let (code, message) = failure(&connected("echo Welcome; exit 0").await);
    assert_eq!(code, FailureCode::NotMcp);
    assert!(message.contains("`Welcome`"), "{message}");
    let (code, _) = failure(&connected(&[REFUSES_PROBE, GREETS, "exit 0"].concat()).await);
    assert_eq!(code, FailureCode::ListFailed);
}

#[tokio::test]
async fn a_server_that_is_silent_is_given_up_in_time() {
    let mut options = options();
    (options.probe_ms_max, options.connect_ms_max) = (10, 200);
    assert_eq!(failure(&connected_with("exec sleep 300", &options).await).0, FailureCode::ConnectTimeout);
}

#[tokio::test]
async fn only_what_is_wanted_is_started() {
    let list =
        r#"{"mcpServers":{"github":{"command":"callbox-no-such-command"},"off":{"command":"sh","disabled":true}}}"#;
    let config = Config::parse(list, "list".as_ref(), &|_| None).expect("a list");
    let codes = async |wanted: Option<&[&str]>| -> Vec<FailureCode> {
        let upstreams = Upstreams::connect(&config, wanted, &options()).await;
        let failures = upstreams.iter().filter_map(|upstream| match upstream.status() {
            Status::Failed(error) => Some(error.code),
            Status::Ready(_) => None,
        });
        failures.collect()
    };
    assert_eq!(codes(None).await, [FailureCode::CommandNotFound]);
    assert_eq!(codes(Some(&["off"])).await, [FailureCode::Disabled]);
    assert_eq!(codes(Some(&["githb"])).await, [FailureCode::UnknownServer]);
}

/// Starts a process that starts another; both hold its standard output open.
async fn started_family(script: &str) -> child::Started {
    let launch = StdioLaunch {
        command: "sh".to_owned(),
        args: vec![crate::config::Secret::new("-c"), crate::config::Secret::new(script)],
        env: Vec::new(),
        cwd: None,
    };
    child::start("s", &launch, &options()).await.expect("started")
}

/// Checks whether everything that held the standard output has ended.
async fn all_ended(mut stdout: tokio::process::ChildStdout) -> bool {
    let mut rest = Vec::new();
    timeout(PATIENCE, stdout.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn nothing_a_server_started_outlives_it() {
    let child::Started { process, stdin, stdout } = started_family("trap '' TERM; sleep 300 & wait").await;
    drop(stdin);
    process.stop().await;
    assert!(all_ended(stdout).await, "after it was stopped");
    let child::Started { process, stdin: _stdin, stdout } = started_family("trap '' TERM; sleep 300 & wait").await;
    drop(process);
    assert!(all_ended(stdout).await, "after it was dropped");
    let child::Started { process: _process, stdin: _stdin, stdout } = started_family("sleep 300 & exit 0").await;
    assert!(all_ended(stdout).await, "after its first process ended");
}
