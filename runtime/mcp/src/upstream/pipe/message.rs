//! Reads one line as a message. A reply that cannot be read fails its call; a line that belongs to nothing is counted.

use std::sync::Arc;

use callbox::internal::json_values;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, CustomResult, ErrorCode, ErrorData, JsonRpcError, JsonRpcRequest, RequestId,
    ServerJsonRpcMessage, ServerResult,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinHandle, spawn, spawn_blocking};
use tokio_util::task::AbortOnDropHandle;

use super::health::Health;
use super::ledger::{Ledger, Reading, as_number, request_id};
use super::probe::{Heard, Probe};
use super::reply_id::{ReplyId, TOKEN_BYTES_MAX};
use crate::upstream::large_replies::{CallAbandoned, LARGE_BYTES_MIN, ReplyShare, Wanted};

/// The outermost form of a message, its contents not yet parsed.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    method: Option<IgnoredAny>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
}

/// Results from this size on, bytes, stay text until their call takes them: calls may end without taking them, and
/// parsed values take up to fifty times as much as their text.
const TEXT_BYTES_MIN: usize = 64 << 10;

/// Results from this size on are parsed on a worker thread: many small values take a second.
const ASIDE_BYTES_MIN: usize = 512 << 10;

/// The same for messages parsed as types of the protocol, which tries one after the other.
const TYPED_ASIDE_BYTES_MIN: usize = 64 << 10;

/// Maximum values in a message parsed as a type of the protocol: handshakes, errors and unsolicited messages have a
/// few dozen.
const TYPED_VALUES_MAX: u64 = 1 << 17;

/// Maximum values of a result. That many take some 250 MB if each is a member of an object of its own; real results
/// of the longest accepted reply have fewer.
const RESULT_VALUES_MAX: u64 = 1 << 21;

/// Maximum bodies parsed on worker threads at once: each takes a thread.
const BODIES_AT_ONCE_MAX: usize = 2;

/// Maximum large results, parsed but not taken, of all servers: each may take some 250 MB.
const UNTAKEN_MAX: usize = 4;

/// What became of a line.
pub(super) enum Read {
    /// Not a message, or one that nobody waits for.
    Nothing,
    Message(Box<ServerJsonRpcMessage>),
    /// It is still being read.
    Aside(BeingRead),
}

/// A message being read on a worker thread.
pub(super) type BeingRead = JoinHandle<Option<ServerJsonRpcMessage>>;

impl From<Option<ServerJsonRpcMessage>> for Read {
    fn from(message: Option<ServerJsonRpcMessage>) -> Self {
        message.map_or(Self::Nothing, |message| Self::Message(Box::new(message)))
    }
}

/// Reads the message in `line`.
pub(super) fn read(line: &[u8], ledger: &mut Ledger, probe: &mut Probe, health: &Arc<Health>) -> Read {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Read::Nothing;
    }
    match serde_json::from_slice::<Envelope<'_>>(line) {
        Ok(Envelope { method: Some(_), .. }) => read_peer(line, health),
        Ok(envelope) => read_reply(line, &envelope, ledger, probe, health),
        Err(error) => read_broken(line, &error, ledger, health).into(),
    }
}

/// Marks an error that comes from this code and not from the server. A server that uses it too only passes its own
/// words off as ours.
pub(in crate::upstream) const UNREADABLE: ErrorCode = ErrorCode(-32_055);

/// Makes an error, in place of the server's reply, that says why the reply cannot be used.
pub(super) fn refusal(id: RequestId, reason: String) -> ServerJsonRpcMessage {
    let error = ErrorData::new(UNREADABLE, reason, None);
    ServerJsonRpcMessage::error(error, Some(id))
}

/// Reads a request or a notification of the server.
fn read_peer(line: &[u8], health: &Arc<Health>) -> Read {
    let health = Arc::clone(health);
    read_typed(line, move |line| typed(line).inspect_err(|_| health.garbage(line)).ok())
}

/// Reads a small line at once, and a larger one on a worker thread.
fn read_typed(line: &[u8], read: impl FnOnce(&[u8]) -> Option<ServerJsonRpcMessage> + Send + 'static) -> Read {
    if line.len() < TYPED_ASIDE_BYTES_MIN {
        return read(line).into();
    }
    let line = line.to_owned();
    Read::Aside(spawn_blocking(move || read(&line)))
}

/// Parses a message as the type that the protocol gives it, or says why it is not one.
pub(super) fn typed(line: &[u8]) -> Result<ServerJsonRpcMessage, String> {
    typed_within(line, TYPED_VALUES_MAX)
}

fn typed_within(line: &[u8], values_max: u64) -> Result<ServerJsonRpcMessage, String> {
    within(line, values_max)?;
    serde_json::from_slice(line).map_err(|error| malformed(&error))
}

/// Rejects text that would become too many values.
fn within(json: &[u8], values_max: u64) -> Result<(), String> {
    if json_values(json) <= values_max { Ok(()) } else { Err(format!("the reply has more than {values_max} values")) }
}

/// A reply that is expected over HTTP, where it comes in the response to its request.
#[derive(Debug, Clone)]
pub(in crate::upstream) struct Awaited {
    id: RequestId,
    values_max: u64,
    /// Whether it is a call's result. Others are parsed as their types: `rmcp` learns the headers of calls from a list.
    is_result: bool,
    room: Option<Wanted>,
}

impl Awaited {
    /// Returns the reply that the message expects, if any.
    pub(in crate::upstream) fn by(message: &ClientJsonRpcMessage) -> Option<Self> {
        let ClientJsonRpcMessage::Request(JsonRpcRequest { id, request, .. }) = message else { return None };
        let values_max = match Reading::of(request) {
            Reading::Raw { values_max } => values_max,
            Reading::Result { .. } => RESULT_VALUES_MAX,
            Reading::Typed | Reading::Cancelled => TYPED_VALUES_MAX,
        };
        let is_result = matches!(request, ClientRequest::CallToolRequest(_));
        Some(Self { id: id.clone(), values_max, is_result, room: Wanted::by(request) })
    }

    pub(in crate::upstream) fn id(&self) -> &RequestId {
        &self.id
    }

    pub(in crate::upstream) fn is_call(&self) -> bool {
        self.room.is_some()
    }

    /// Checks whether nobody waits for it any more.
    pub(in crate::upstream) fn is_given_up(&self) -> bool {
        self.room.as_ref().is_some_and(Wanted::is_given_up)
    }

    /// Waits until there is room for so many bytes of it.
    pub(in crate::upstream) async fn make_room(&self, bytes: usize) -> Result<(), CallAbandoned> {
        match &self.room {
            Some(room) if bytes >= LARGE_BYTES_MIN => room.take(bytes).await,
            _ => Ok(()),
        }
    }

    /// Reads a body that should be this reply.
    pub(in crate::upstream) async fn reply(self, body: Vec<u8>) -> Result<ServerJsonRpcMessage, String> {
        if body.len() < TYPED_ASIDE_BYTES_MIN {
            return self.read(&body);
        }
        aside(move || self.read(&body)).await.map_err(|error| error.to_string())?
    }

    fn read(self, body: &[u8]) -> Result<ServerJsonRpcMessage, String> {
        match serde_json::from_slice::<Envelope<'_>>(body) {
            Ok(Envelope { method: None, id: Some(id), result: Some(result) })
                if self.is_result && reply_id(id).is_some_and(|id| self.is_named(&id)) =>
            {
                Ok(result_message(self.id, result))
            }
            _ => match typed_within(body, self.values_max)? {
                ServerJsonRpcMessage::Response(reply) if !self.is_named(&reply.id) => {
                    Err("the reply answers another request".to_owned())
                }
                message => Ok(message),
            },
        }
    }

    /// Returns the message to pass on in place of an event, if the event is this reply with a large result.
    fn with_result_as_text(&self, text: &str) -> Option<String> {
        if !self.is_result || text.len() < TEXT_BYTES_MIN {
            return None;
        }
        let Envelope { method: None, id: Some(id), result: Some(result) } = serde_json::from_str(text).ok()? else {
            return None;
        };
        reply_id(id).filter(|id| self.is_named(id))?;
        serde_json::to_string(&result_message(self.id.clone(), result)).ok()
    }

    fn is_named(&self, id: &RequestId) -> bool {
        *id == self.id || as_number(id).as_ref() == Some(&self.id)
    }
}

/// The replacement for an event's text; `None` drops the event.
#[derive(Debug)]
pub(in crate::upstream) struct Instead(pub(in crate::upstream) Option<String>);

impl Instead {
    /// Replaces an event that may be the awaited reply but cannot be read.
    pub(in crate::upstream) fn of_awaited(awaited: Option<&Awaited>, why: &str) -> Self {
        Self::of_reply(awaited.map(|awaited| awaited.id.clone()), why)
    }

    fn of_reply(id: Option<RequestId>, why: &str) -> Self {
        tracing::warn!(why, "an event of a server is not read");
        Self(id.and_then(|id| serde_json::to_string(&refusal(id, why.to_owned())).ok()))
    }

    /// Returns the replacement for a text that arrives while `awaited` is open; `None` if the text is read as it is.
    pub(in crate::upstream) fn of(text: &str, awaited: Option<&Awaited>) -> Option<Self> {
        awaited.and_then(|awaited| awaited.with_result_as_text(text)).map(|message| Self(Some(message))).or_else(|| {
            let why = within(text.as_bytes(), TYPED_VALUES_MAX).err()?;
            Self::of_many(text, awaited, &why)
        })
    }

    /// Returns the replacement for a text with more values than messages other than results have.
    fn of_many(text: &str, awaited: Option<&Awaited>, why: &str) -> Option<Self> {
        let id = match serde_json::from_str::<Envelope<'_>>(text) {
            // Nobody waits for a server's requests or notifications.
            Ok(Envelope { method: Some(_), .. }) => return Some(Self::of_reply(None, why)),
            Ok(Envelope { id: Some(id), .. }) => reply_id(id),
            Ok(_) | Err(_) => return Some(Self::of_awaited(awaited, why)),
        };
        let values_max = match awaited {
            Some(awaited) if id.as_ref().is_some_and(|id| awaited.is_named(id)) => awaited.values_max,
            _ => TYPED_VALUES_MAX,
        };
        within(text.as_bytes(), values_max).err().map(|why| Self::of_reply(id, &why))
    }
}

/// Returns the body, and the error in it if it is one.
pub(in crate::upstream) async fn error_in(body: Vec<u8>) -> (Vec<u8>, Option<JsonRpcError>) {
    let read = move || {
        let said = match typed(&body) {
            Ok(ServerJsonRpcMessage::Error(error)) => Some(error),
            _ => None,
        };
        (body, said)
    };
    aside(read).await.unwrap_or_default()
}

/// Returns the identifier of the request that a message answers, if it is a reply.
pub(in crate::upstream) fn id_of_reply(text: &str) -> Option<RequestId> {
    let Envelope { method: None, id: Some(id), .. } = serde_json::from_str(text).ok()? else { return None };
    reply_id(id).map(|id| as_number(&id).unwrap_or(id))
}

/// Checks whether a message expects an answer.
pub(in crate::upstream) fn is_request(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Envelope { method: Some(_), id: Some(_), .. }))
}

/// Parses a body on a worker thread, a few at once for all servers. The job keeps its slot until it ends, even if
/// nobody waits any more. A separate task waits for the slot: a call that is not polled would keep it from others.
async fn aside<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    static PLACES: Semaphore = Semaphore::const_new(BODIES_AT_ONCE_MAX);
    let reading = spawn(async move {
        let place = PLACES.acquire().await;
        let read = move || {
            let _held = place;
            read()
        };
        spawn_blocking(read).await
    });
    AbortOnDropHandle::new(reading).await?
}

/// Returns the identifier of a reply, unless it is too long to be one of ours.
fn reply_id(id: &RawValue) -> Option<RequestId> {
    let id = Some(id.get()).filter(|id| id.len() <= TOKEN_BYTES_MAX)?;
    serde_json::from_str(id).ok().as_ref().and_then(request_id)
}

fn read_reply(
    line: &[u8],
    envelope: &Envelope<'_>,
    ledger: &mut Ledger,
    probe: &mut Probe,
    health: &Arc<Health>,
) -> Read {
    let Some(id) = envelope.id.and_then(reply_id) else {
        // An error without an identifier answers the only request of a handshake.
        return read_peer(line, health);
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
    if let Err(no_room) = reading.take_room(line.len()) {
        return Some(refusal(id, no_room.to_string())).into();
    }
    match (reading, envelope.result) {
        (Reading::Cancelled, _) => Read::Nothing,
        (Reading::Result { .. }, Some(result)) => Some(result_message(id, result)).into(),
        (Reading::Raw { values_max }, Some(result)) if result.get().len() >= ASIDE_BYTES_MIN => {
            let result = result.to_owned();
            Read::Aside(spawn_blocking(move || Some(raw(id, &result, values_max))))
        }
        (Reading::Raw { values_max }, Some(result)) => Some(raw(id, result, values_max)).into(),
        _ => read_typed(line, move |line| Some(or_refusal(id, typed(line)))),
    }
}

fn raw(id: RequestId, result: &RawValue, values_max: u64) -> ServerJsonRpcMessage {
    let message = value_within(result.get(), values_max).map(|value| custom(id.clone(), value));
    or_refusal(id, message)
}

/// Makes the message with a call's result. A long one is passed on as its text, in a string value.
fn result_message(id: RequestId, result: &RawValue) -> ServerJsonRpcMessage {
    match result.get() {
        text if text.len() < TEXT_BYTES_MIN => raw(id, result, RESULT_VALUES_MAX),
        text => custom(id, Value::String(text.to_owned())),
    }
}

fn custom(id: RequestId, value: Value) -> ServerJsonRpcMessage {
    ServerJsonRpcMessage::response(ServerResult::CustomResult(CustomResult::new(value)), id)
}

fn value_within(json: &str, values_max: u64) -> Result<Value, String> {
    within(json.as_bytes(), values_max)?;
    serde_json::from_str(json).map_err(|error| malformed(&error))
}

/// Parses a long result from its text, for the call that takes it; returns other values unchanged. Only a few large
/// ones are parsed at once until they are taken.
pub(in crate::upstream) async fn read_result(result: Value, share: &ReplyShare) -> Result<Value, String> {
    static UNTAKEN: Semaphore = Semaphore::const_new(UNTAKEN_MAX);
    match result {
        Value::String(text) if text.len() >= ASIDE_BYTES_MIN => {
            let _turn = share.turn().await;
            let _untaken = UNTAKEN.acquire().await;
            let read = aside(move || value_within(&text, RESULT_VALUES_MAX)).await;
            read.map_err(|error| error.to_string())?
        }
        Value::String(text) if text.len() >= TEXT_BYTES_MIN => value_within(&text, RESULT_VALUES_MAX),
        other => Ok(other),
    }
}

fn or_refusal(id: RequestId, message: Result<ServerJsonRpcMessage, String>) -> ServerJsonRpcMessage {
    message.unwrap_or_else(|why| refusal(id, why))
}

/// Reads a line that is not a JSON object; it may still show which call it was meant to answer.
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

#[cfg(test)]
mod tests {
    use rmcp::model::{RequestId, ServerJsonRpcMessage};
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::{TYPED_VALUES_MAX, UNREADABLE, raw, reply_id, typed};

    fn many() -> String {
        format!("[{}[]]", "[],".repeat(usize::try_from(TYPED_VALUES_MAX).expect("a number") / 2))
    }

    fn raw_value(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).expect("JSON")
    }

    #[test]
    fn a_message_is_not_read_that_has_too_many_values() {
        let said = |data: &str| format!(r#"{{"jsonrpc":"2.0","method":"notifications/x","params":{{"data":{data}}}}}"#);
        assert!(typed(said("[]").as_bytes()).is_ok());
        assert!(typed(said(&many()).as_bytes()).is_err_and(|why| why.contains("values")));
        let refused = raw(RequestId::Number(1), &raw_value(&many()), TYPED_VALUES_MAX);
        assert!(matches!(refused, ServerJsonRpcMessage::Error(error) if error.error.code == UNREADABLE));
        let read = raw(RequestId::Number(1), &raw_value(&many()), u64::MAX);
        assert!(matches!(read, ServerJsonRpcMessage::Response(_)));
    }

    #[test]
    fn an_identifier_is_none_that_is_not_like_ours() {
        assert_eq!(reply_id(&raw_value("7")), Some(RequestId::Number(7)));
        assert_eq!(reply_id(&raw_value("\"7\"")), Some(RequestId::String("7".into())));
        assert_eq!(reply_id(&raw_value(&many())), None);
        assert_eq!(reply_id(&raw_value(&json!("x".repeat(100)).to_string())), None);
    }
}
