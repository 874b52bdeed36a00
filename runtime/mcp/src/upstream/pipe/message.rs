//! One line as a message. A reply that cannot be read fails the call it belongs to; a line that
//! belongs to nothing is counted.

use std::sync::Arc;

use callbox::json_values;
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
use crate::upstream::large::{GivenUp, LARGE_BYTES_MIN, ReplyShare, Wanted};

/// The outermost form of a message, its inside not yet read.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    method: Option<IgnoredAny>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
}

/// A result from this size on, bytes, stays text until its call takes it: calls end while nobody takes what they brought,
/// and values take up to fifty times their text.
const TEXT_BYTES_MIN: usize = 64 << 10;

/// From this size on it is read on a thread of its own: many small values take a second.
const ASIDE_BYTES_MIN: usize = 512 << 10;

/// The same for what is read as a type of the protocol, which tries one after the other.
const TYPED_ASIDE_BYTES_MIN: usize = 64 << 10;

/// Most values in a message that is read as a type of the protocol: handshakes, errors, and what a server says unasked
/// have some dozens.
const TYPED_VALUES_MAX: u64 = 1 << 17;

/// Most values of a result. So many take some 250 MB where each is a member of an object of its own; real results of the
/// longest reply that is taken have fewer.
const RESULT_VALUES_MAX: u64 = 1 << 21;

/// Bodies that are read aside at once: each takes a thread.
const BODIES_AT_ONCE_MAX: usize = 2;

/// Large results of all servers that are values and were not taken: one of the most values takes some 250 MB.
const UNTAKEN_MAX: usize = 4;

/// What became of a line.
pub(super) enum Read {
    /// It is none, or one that nobody waits for.
    Nothing,
    Message(Box<ServerJsonRpcMessage>),
    /// It is still being read.
    Aside(BeingRead),
}

/// The reading of a message on a thread of its own.
pub(super) type BeingRead = JoinHandle<Option<ServerJsonRpcMessage>>;

impl From<Option<ServerJsonRpcMessage>> for Read {
    fn from(message: Option<ServerJsonRpcMessage>) -> Self {
        message.map_or(Self::Nothing, |message| Self::Message(Box::new(message)))
    }
}

/// The message in `line`.
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

/// Marks an error that this wire and not the server gives. A server that uses it too only passes
/// its own words off as ours.
pub(in crate::upstream) const UNREADABLE: ErrorCode = ErrorCode(-32_055);

/// Says in the place of the server that its reply cannot be used.
pub(super) fn refusal(id: RequestId, reason: String) -> ServerJsonRpcMessage {
    let error = ErrorData::new(UNREADABLE, reason, None);
    ServerJsonRpcMessage::error(error, Some(id))
}

/// A request or a notification of the server.
fn read_peer(line: &[u8], health: &Arc<Health>) -> Read {
    let health = Arc::clone(health);
    read_typed(line, move |line| typed(line).inspect_err(|_| health.garbage(line)).ok())
}

/// Reads at once what is small, and the rest on a thread of its own.
fn read_typed(line: &[u8], read: impl FnOnce(&[u8]) -> Option<ServerJsonRpcMessage> + Send + 'static) -> Read {
    if line.len() < TYPED_ASIDE_BYTES_MIN {
        return read(line).into();
    }
    let line = line.to_owned();
    Read::Aside(spawn_blocking(move || read(&line)))
}

/// A message as the type that the protocol gives it, or why it is none.
pub(super) fn typed(line: &[u8]) -> Result<ServerJsonRpcMessage, String> {
    typed_within(line, TYPED_VALUES_MAX)
}

fn typed_within(line: &[u8], values_max: u64) -> Result<ServerJsonRpcMessage, String> {
    within(line, values_max)?;
    serde_json::from_slice(line).map_err(|error| malformed(&error))
}

/// Refuses a text that would become too many values.
fn within(json: &[u8], values_max: u64) -> Result<(), String> {
    if json_values(json) <= values_max { Ok(()) } else { Err(format!("the reply has more than {values_max} values")) }
}

/// A reply that is waited for over HTTP, where each comes in the answer to its request.
#[derive(Debug, Clone)]
pub(in crate::upstream) struct Awaited {
    id: RequestId,
    values_max: u64,
    /// Whether it is a call's result. The others are read as their types: from a list `rmcp` learns the headers of calls.
    is_result: bool,
    room: Option<Wanted>,
}

impl Awaited {
    /// What answers that message, if it wants an answer.
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

    /// Whether nobody waits for it any more.
    pub(in crate::upstream) fn is_given_up(&self) -> bool {
        self.room.as_ref().is_some_and(Wanted::is_given_up)
    }

    /// Waits until there is room for so many bytes of it.
    pub(in crate::upstream) async fn make_room(&self, bytes: usize) -> Result<(), GivenUp> {
        match &self.room {
            Some(room) if bytes >= LARGE_BYTES_MIN => room.take(bytes).await,
            _ => Ok(()),
        }
    }

    /// Reads a body that is to be this reply.
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

    /// The message that goes on in the place of an event that is this reply, where that is a large result.
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

/// What goes on in the place of an event's text; with nothing in its place it is dropped.
#[derive(Debug)]
pub(in crate::upstream) struct Instead(pub(in crate::upstream) Option<String>);

impl Instead {
    /// Of what may be the reply that is waited for, and cannot be read.
    pub(in crate::upstream) fn of_awaited(awaited: Option<&Awaited>, why: &str) -> Self {
        Self::of_reply(awaited.map(|awaited| awaited.id.clone()), why)
    }

    fn of_reply(id: Option<RequestId>, why: &str) -> Self {
        tracing::warn!(why, "an event of a server is not read");
        Self(id.and_then(|id| serde_json::to_string(&refusal(id, why.to_owned())).ok()))
    }

    /// Of a text that comes while this reply, or none, is waited for; nothing where the text is read as it is.
    pub(in crate::upstream) fn of(text: &str, awaited: Option<&Awaited>) -> Option<Self> {
        awaited.and_then(|awaited| awaited.with_result_as_text(text)).map(|message| Self(Some(message))).or_else(|| {
            let why = within(text.as_bytes(), TYPED_VALUES_MAX).err()?;
            Self::of_many(text, awaited, &why)
        })
    }

    /// Of a text of more values than messages have that are no results.
    fn of_many(text: &str, awaited: Option<&Awaited>, why: &str) -> Option<Self> {
        let id = match serde_json::from_str::<Envelope<'_>>(text) {
            // Nobody waits for what a server asks or tells.
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

/// The body, and the error that it is, if it is one.
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

/// The identifier of the request that a message answers, if it is a reply.
pub(in crate::upstream) fn id_of_reply(text: &str) -> Option<RequestId> {
    let Envelope { method: None, id: Some(id), .. } = serde_json::from_str(text).ok()? else { return None };
    reply_id(id).map(|id| as_number(&id).unwrap_or(id))
}

/// Whether a message wants an answer.
pub(in crate::upstream) fn is_request(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Envelope { method: Some(_), id: Some(_), .. }))
}

/// Reads a body on a thread of its own, so many of all servers at once. It keeps its place to its end, also where nobody
/// waits for it any more; and a task of its own waits for the place: a call that nobody polls would keep it from others.
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

/// The identifier of a reply, unless it is too long for one of ours.
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

/// The result of a call. A long one goes on as its text, in a value that is a string.
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

/// The result that the text of a long one is, for the call that takes it; other values are themselves. Until they are
/// taken, the values of few large ones are there at once.
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
