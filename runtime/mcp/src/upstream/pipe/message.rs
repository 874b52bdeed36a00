//! One line as a message. A reply that cannot be read fails the call it belongs to; a line that
//! belongs to nothing is counted.

use rmcp::model::{CustomResult, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage, ServerResult};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::task::{JoinHandle, spawn_blocking};

use super::health::Health;
use super::ledger::{Ledger, Reading, request_id};
use super::probe::{Heard, Probe};
use super::reply_id::ReplyId;

/// The outermost form of a message, its inside not yet read.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    method: Option<IgnoredAny>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
}

/// A result from this size on, bytes, is read on a thread of its own: many small values take a second.
const ASIDE_BYTES_MIN: usize = 512 << 10;

/// What became of a line.
pub(super) enum Read {
    /// It is none, or one that nobody waits for.
    Nothing,
    Message(Box<ServerJsonRpcMessage>),
    /// It is still being read.
    Aside(JoinHandle<ServerJsonRpcMessage>),
}

impl From<Option<ServerJsonRpcMessage>> for Read {
    fn from(message: Option<ServerJsonRpcMessage>) -> Self {
        message.map_or(Self::Nothing, |message| Self::Message(Box::new(message)))
    }
}

/// The message in `line`.
pub(super) fn read(line: &[u8], ledger: &mut Ledger, probe: &mut Probe, health: &Health) -> Read {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Read::Nothing;
    }
    match serde_json::from_slice::<Envelope<'_>>(line) {
        Ok(Envelope { method: Some(_), .. }) => read_peer(line, health).into(),
        Ok(envelope) => read_reply(line, &envelope, ledger, probe, health),
        Err(error) => read_broken(line, &error, ledger, health).into(),
    }
}

/// Marks an error that this wire and not the server gives. A server that uses it too only passes
/// its own words off as ours.
pub(in crate::upstream) const UNREADABLE: ErrorCode = ErrorCode(-32_055);

/// Says in the place of the server that its reply cannot be used.
pub(super) fn refusal(id: RequestId, reason: String) -> ServerJsonRpcMessage {
    let error = ErrorData::new(UNREADABLE, reason, None);
    ServerJsonRpcMessage::error(error, Some(id))
}

/// A request or a notification of the server.
fn read_peer(line: &[u8], health: &Health) -> Option<ServerJsonRpcMessage> {
    let message = serde_json::from_slice(line);
    message.inspect_err(|_| health.garbage(line)).ok()
}

fn read_reply(line: &[u8], envelope: &Envelope<'_>, ledger: &mut Ledger, probe: &mut Probe, health: &Health) -> Read {
    let Some(id) = envelope.id.as_ref().and_then(request_id) else {
        // An error without an identifier answers the only request of a handshake.
        return read_peer(line, health).into();
    };
    let Some((id, reading)) = ledger.settle(&id) else {
        health.lost("it answers no open request");
        return Read::Nothing;
    };
    match probe.hear(&id, line, envelope.result.is_some()) {
        Heard::Pass => {}
        Heard::Late => return Read::Nothing,
        Heard::Instead(message) => return Read::Message(message),
    }
    match (reading, envelope.result) {
        (Reading::Cancelled, _) => Read::Nothing,
        (Reading::Raw, Some(result)) if result.get().len() >= ASIDE_BYTES_MIN => {
            let result = result.to_owned();
            Read::Aside(spawn_blocking(move || raw(id, &result)))
        }
        (Reading::Raw, Some(result)) => Some(raw(id, result)).into(),
        _ => Some(or_refusal(id, serde_json::from_slice(line))).into(),
    }
}

fn raw(id: RequestId, result: &RawValue) -> ServerJsonRpcMessage {
    let message = serde_json::from_str(result.get()).map(|value: Value| {
        let result = ServerResult::CustomResult(CustomResult::new(value));
        ServerJsonRpcMessage::response(result, id.clone())
    });
    or_refusal(id, message)
}

fn or_refusal(id: RequestId, message: serde_json::Result<ServerJsonRpcMessage>) -> ServerJsonRpcMessage {
    message.unwrap_or_else(|error| refusal(id, malformed(&error)))
}

/// A line that is no JSON object; it may still show which call it was to answer.
fn read_broken(
    line: &[u8],
    error: &serde_json::Error,
    ledger: &mut Ledger,
    health: &Health,
) -> Option<ServerJsonRpcMessage> {
    let mut scan = ReplyId::default();
    scan.feed(line);
    let open = scan.found().and_then(request_id).and_then(|id| ledger.settle(&id));
    match open {
        Some((id, _)) => Some(refusal(id, malformed(error))),
        None => {
            health.garbage(line);
            None
        }
    }
}

fn malformed(error: &serde_json::Error) -> String {
    format!("the reply is malformed: {error}")
}
