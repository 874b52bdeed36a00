//! Servers that break the protocol, simulated over an in-memory pipe.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CancelledNotification, CancelledNotificationParam, ClientJsonRpcMessage,
    ClientNotification, ClientRequest, DiscoverRequest, DiscoverRequestParams, InitializeRequest,
    InitializeRequestParams, InitializedNotification, RequestId, ServerJsonRpcMessage, ServerResult,
};
use rmcp::transport::Transport;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::sync::watch;

use super::{Exit, Health, Pipe, UNREADABLE};
use crate::upstream::large_replies::{LargeReplies, ReplyShare};
use crate::upstream::redact::Redactor;

const BYTES_MAX: usize = 600;

/// Far longer than anything here takes; only a fault makes a test wait this long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

struct Played {
    pipe: Pipe<ReadHalf<DuplexStream>, WriteHalf<DuplexStream>>,
    input: BufReader<ReadHalf<DuplexStream>>,
    output: WriteHalf<DuplexStream>,
    health: Arc<Health>,
    _exit: watch::Sender<Option<Exit>>,
}

fn played(probe_ms_max: Option<u64>) -> Played {
    played_with(BYTES_MAX, probe_ms_max)
}

fn played_with(bytes_max: usize, probe_ms_max: Option<u64>) -> Played {
    let (ours, theirs) = duplex(64 * 1024);
    let ((output, input), (their_input, their_output)) = (split(ours), split(theirs));
    let (sender, exit) = watch::channel(None);
    let health = Arc::new(Health::default());
    let pipe = Pipe::new(output, input, exit, Arc::clone(&health), bytes_max, probe_ms_max);
    Played { pipe, input: BufReader::new(their_input), output: their_output, health, _exit: sender }
}

impl Played {
    async fn sends(&mut self, request: ClientRequest, id: i64) {
        let message = ClientJsonRpcMessage::request(request, RequestId::Number(id));
        self.pipe.send(message).await.expect("sent");
    }

    async fn calls(&mut self, id: i64) {
        let request = CallToolRequest::new(CallToolRequestParams::new("t"));
        self.sends(ClientRequest::CallToolRequest(request), id).await;
    }

    async fn prints(&mut self, text: &str) {
        self.output.write_all(text.as_bytes()).await.expect("printed");
        self.output.write_all(b"\n").await.expect("printed");
    }

    async fn answers(&mut self, reply: Value) {
        self.prints(&reply.to_string()).await;
    }

    async fn receives(&mut self) -> ServerJsonRpcMessage {
        tokio::time::timeout(PATIENCE, self.pipe.receive()).await.expect("in time").expect("a message")
    }

    /// Returns the identifier and the words of the next error of ours.
    async fn refused(&mut self) -> (RequestId, String) {
        match self.receives().await {
            ServerJsonRpcMessage::Error(error) if error.error.code == UNREADABLE => {
                (error.id.expect("an identifier"), error.error.message.into_owned())
            }
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    async fn read_line(&mut self) -> Value {
        let mut line = String::new();
        self.input.read_line(&mut line).await.expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }
}

/// A reply that is too long for one line.
fn long(id_first: bool, id: &str) -> String {
    let text = "\\\"} ,\"id\":9,".repeat(80);
    let result = format!(r#""result":{{"content":[{{"id":8,"text":"{text}"}}]}}"#);
    match id_first {
        true => format!(r#"{{"jsonrpc":"2.0","id":{id},{result}}}"#),
        false => format!(r#"{{{result},"jsonrpc":"2.0","id":{id}}}"#),
    }
}

#[tokio::test]
async fn a_reply_of_any_form_arrives_as_plain_json() {
    let mut played = played(None);
    played.calls(1).await;
    let result = json!({"content": [{"type": "hologram"}], "structuredContent": [1, 2], "zebra": null});
    played.answers(json!({"jsonrpc": "2.0", "id": 1, "result": result})).await;
    match played.receives().await {
        ServerJsonRpcMessage::Response(response) => match response.result {
            ServerResult::CustomResult(custom) => assert_eq!(custom.0, result),
            other => panic!("expected plain JSON, got {other:?}"),
        },
        other => panic!("expected a reply, got {other:?}"),
    }
}

#[tokio::test]
async fn a_reply_that_is_too_long_fails_its_own_call() {
    for (id_first, id) in [(true, "7"), (false, "7"), (false, "\"7\"")] {
        let mut played = played(None);
        played.calls(7).await;
        played.prints(&long(id_first, id)).await;
        let (refused, words) = played.refused().await;
        assert_eq!(refused, RequestId::Number(7));
        assert!(words.contains(&BYTES_MAX.to_string()), "{words}");
        // The pipe still works.
        played.calls(8).await;
        played.answers(json!({"jsonrpc": "2.0", "id": 8, "result": {"content": []}})).await;
        assert!(matches!(played.receives().await, ServerJsonRpcMessage::Response(_)));
    }
}

#[tokio::test]
async fn a_reply_that_is_too_long_fails_before_its_end() {
    let mut played = played(None);
    played.calls(7).await;
    let endless = long(true, "7");
    played.output.write_all(endless.as_bytes()).await.expect("printed without an end of line");
    assert_eq!(played.refused().await.0, RequestId::Number(7));
}

#[tokio::test]
async fn a_reply_that_cannot_be_read_fails_its_own_call() {
    let deep = format!(r#"{{"id":3,"result":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    for line in [
        r#"{"jsonrpc":"2.0","id":3,"result":{"structuredContent":1e400}}"#,
        r#"{"jsonrpc":"2.0","id":3,"result":{"content":[}}"#,
        r#"{"jsonrpc":"2.0","id":3,"error":"no"}"#,
        r#"{"jsonrpc":"2.0","id":3}"#,
        &deep,
    ] {
        let mut played = played(None);
        played.calls(3).await;
        played.prints(line).await;
        assert_eq!(played.refused().await.0, RequestId::Number(3), "{line}");
    }
}

#[tokio::test]
async fn what_is_no_message_is_counted_and_shown() {
    let mut played = played(None);
    played.calls(1).await;
    played.prints("Server \u{1b}[31mready").await;
    played.prints("[1, 2]").await;
    played.prints("").await;
    played.answers(json!({"jsonrpc": "2.0", "id": 1, "result": {"content": []}})).await;
    assert!(matches!(played.receives().await, ServerJsonRpcMessage::Response(_)));
    let printed = played.health.printed(&Redactor::default());
    assert_eq!(printed, Some((2, "Server \\u{1b}[31mready".to_owned())));
}

#[tokio::test]
async fn replies_nobody_waits_for_are_dropped() {
    let mut played = played(None);
    played.calls(1).await;
    played.calls(2).await;
    let params = CancelledNotificationParam::new(Some(RequestId::Number(1)), None);
    let cancelled = CancelledNotification::new(params);
    let message = ClientJsonRpcMessage::notification(ClientNotification::CancelledNotification(cancelled));
    played.pipe.send(message).await.expect("sent");
    for id in [1, 2, 2, 77] {
        played.answers(json!({"jsonrpc": "2.0", "id": id, "result": {"content": []}})).await;
    }
    drop(played.output.shutdown().await);
    match played.receives().await {
        ServerJsonRpcMessage::Response(response) => assert_eq!(response.id, RequestId::Number(2)),
        other => panic!("expected the reply to 2, got {other:?}"),
    }
    assert!(played.pipe.receive().await.is_none());
    assert!(played.health.timeout_hint(&Redactor::default()).is_some());
}

/// Returns the next message, if there is one.
async fn received(played: &mut Played) -> Option<ServerJsonRpcMessage> {
    let waited = tokio::time::timeout(std::time::Duration::from_millis(500), played.pipe.receive());
    waited.await.ok().flatten()
}

fn ping(id: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "ping"})
}

#[tokio::test]
async fn a_server_that_takes_no_answers_is_read_no_further() {
    let mut played = played(None);
    for number in 0..100 {
        played.answers(ping(&format!("ping {number}"))).await;
    }
    let mut asked = 0;
    while received(&mut played).await.is_some() {
        asked += 1;
    }
    assert_eq!(asked, 64);
    let hint = played.health.timeout_hint(&Redactor::default());
    assert!(hint.is_some_and(|hint| hint.contains("does not take the answers")));
    let answer = json!({"jsonrpc": "2.0", "id": "ping 0", "result": {}});
    played.pipe.send(serde_json::from_value(answer).expect("an answer")).await.expect("sent");
    assert!(received(&mut played).await.is_some());
    assert!(received(&mut played).await.is_none());
}

#[tokio::test]
async fn a_request_whose_id_is_in_use_is_dropped() {
    let mut played = played(None);
    played.answers(ping("one")).await;
    played.answers(ping("one")).await;
    assert!(received(&mut played).await.is_some());
    assert!(received(&mut played).await.is_none());
    let hint = played.health.timeout_hint(&Redactor::default());
    assert!(hint.is_some_and(|hint| hint.contains("a request of the server was dropped")));
}

fn discover() -> ClientRequest {
    ClientRequest::DiscoverRequest(DiscoverRequest::new(DiscoverRequestParams {}))
}

fn initialize() -> ClientRequest {
    let params: InitializeRequestParams = serde_json::from_value(json!({
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}
    }))
    .expect("parameters");
    ClientRequest::InitializeRequest(InitializeRequest::new(params))
}

/// A server that has not answered the probe yet when the legacy handshake goes out.
async fn given_up() -> Played {
    let mut played = played(Some(1));
    played.sends(discover(), 0).await;
    assert!(matches!(played.receives().await, ServerJsonRpcMessage::Error(_)), "the wire gives up");
    played.sends(initialize(), 1).await;
    played
}

#[tokio::test]
async fn a_server_that_ignores_the_probe_goes_on_as_a_legacy_one() {
    let mut played = given_up().await;
    let result =
        json!({"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": "s", "version": "1"}});
    played.answers(json!({"jsonrpc": "2.0", "id": 1, "result": result})).await;
    let ServerJsonRpcMessage::Response(response) = played.receives().await else { panic!("expected a reply") };
    assert!(matches!(response.result, ServerResult::InitializeResult(_)));
}

#[tokio::test]
async fn a_modern_server_that_is_slow_to_start_is_taken_for_what_it_is() {
    let mut played = given_up().await;
    let result = json!({
        "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
        "ttlMs": 0, "cacheScope": "private"
    });
    played.answers(json!({"jsonrpc": "2.0", "id": 0, "result": result})).await;
    played.answers(json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -32600, "message": "modern only"}})).await;
    let ServerJsonRpcMessage::Response(response) = played.receives().await else { panic!("expected a reply") };
    let ServerResult::InitializeResult(greeted) = response.result else { panic!("expected a handshake") };
    assert_eq!(greeted.protocol_version.as_str(), "2026-07-28");
    assert!(greeted.capabilities.tools.is_some());
    let done = ClientNotification::InitializedNotification(InitializedNotification::default());
    played.pipe.send(ClientJsonRpcMessage::notification(done)).await.expect("swallowed");
    played.calls(2).await;
    let methods = [played.read_line().await, played.read_line().await, played.read_line().await]
        .map(|message| message["method"].as_str().unwrap_or_default().to_owned());
    assert_eq!(methods, ["server/discover", "initialize", "tools/call"]);
}

#[tokio::test]
async fn what_nobody_asked_for_is_read_at_a_pace() {
    const NOTE: &str = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    for line in ["x", "", NOTE] {
        let Played { mut pipe, mut output, input: _input, health: _health, _exit } = played(None);
        let piece = format!("{line}\n").repeat((64 << 10) / (line.len() + 1));
        let flood = async {
            let mut kib = 0;
            while output.write_all(piece.as_bytes()).await.is_ok() {
                kib += 64;
                if kib > 32 << 10 {
                    break;
                }
            }
            kib
        };
        let read = async { while pipe.receive().await.is_some() {} };
        let flooded = async {
            tokio::select! {
                kib = flood => kib,
                () = read => 0,
            }
        };
        let kib = tokio::time::timeout(std::time::Duration::from_secs(1), flooded).await;
        assert!(kib.is_err(), "{kib:?} KiB of {line:?} were read in a second");
    }
}

#[tokio::test]
async fn replies_are_not_among_what_nobody_asked_for() {
    let mut played = played(None);
    for id in 0..200 {
        played.calls(id).await;
        played.read_line().await;
        played.answers(json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [], "x": "x".repeat(400) } })).await;
        played.receives().await;
        assert_eq!(played.pipe.lines.owed_bytes(), 0);
    }
    played.prints("no reply").await;
    played.calls(200).await;
    played.answers(json!({ "jsonrpc": "2.0", "id": 200, "result": { "content": [] } })).await;
    played.receives().await;
    assert_ne!(played.pipe.lines.owed_bytes(), 0);
}

/// What comes after a reply in the pipe belongs to other calls.
#[tokio::test]
async fn a_large_reply_without_room_fails_its_call_and_holds_up_nobody() {
    let mut played = played_with(40 << 20, None);
    let (rooms, share) = (LargeReplies::default(), ReplyShare::default());
    let calls: Vec<_> = (0..7).map(|_| rooms.room(share.clone())).collect();
    for (id, room) in (0..).zip(&calls) {
        let mut call = CallToolRequest::new(CallToolRequestParams::new("t"));
        call.extensions.insert(room.wanted());
        played.sends(ClientRequest::CallToolRequest(call), id).await;
    }
    let (mut pipe, mut output) = (played.pipe, played.output);
    let answers = tokio::spawn(async move {
        let large = "x".repeat(30 << 20);
        for id in 0..7 {
            let x = if id < 6 { &large } else { "small" };
            let told = if id == 5 { "error" } else { "result" };
            let line = format!(
                r#"{{"jsonrpc":"2.0","id":{id},"{told}":{{"code":1,"message":"","content":[],"data":"{x}"}}}}"#
            );
            output.write_all(line.as_bytes()).await.expect("written");
            output.write_all(b"\n").await.expect("written");
        }
        output
    });
    for id in 0..7 {
        let message = tokio::time::timeout(PATIENCE, pipe.receive()).await.expect("in time").expect("a message");
        match message {
            ServerJsonRpcMessage::Response(reply) if id < 4 || id == 6 => assert_eq!(reply.id, RequestId::Number(id)),
            ServerJsonRpcMessage::Error(error) => {
                assert_eq!((error.id, error.error.code), (Some(RequestId::Number(id)), UNREADABLE));
                assert!(error.error.message.contains("128 MiB"), "{}", error.error.message);
            }
            other => panic!("the reply to {id}: {other:.80?}"),
        }
    }
    answers.await.expect("all written");
}

#[tokio::test]
async fn a_reply_is_skipped_at_once_wherever_its_identifier_stands() {
    let mut played = played(None);
    for id_first in [true, false] {
        played.calls(7).await;
        played.read_line().await;
        played.prints(&long(id_first, "7")).await;
        assert_eq!(played.refused().await.0, RequestId::Number(7));
        assert_eq!(played.pipe.lines.owed_bytes(), 0, "{id_first}");
        played.prints(&long(id_first, "8")).await;
        played.calls(9).await;
        played.answers(json!({ "jsonrpc": "2.0", "id": 9, "result": { "content": [] } })).await;
        played.receives().await;
        assert_ne!(played.pipe.lines.owed_bytes(), 0, "{id_first}");
        played.read_line().await;
        played.pipe.lines.pay();
    }
}
