//! The server-sent events of a server's replies over HTTP, limited in size and in number of values.

use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::{Sse, SseStream};

use super::expected_replies::Expected;
use super::large_replies::{CallAbandoned, LARGE_BYTES_MIN};
use super::pipe::{Awaited, Instead, is_request};
use super::read_rate::ReadRate;

/// Requests of servers are smaller than this.
const SMALL_BYTES: usize = 64 << 10;

pub(crate) type Events = BoxStream<'static, Result<Sse, SseError>>;

/// Reads the events in the pieces of a body, no faster than `pace`. An event that is too long is the last one; if it
/// may be a reply, it is replaced by an error that says so.
pub(super) fn of<E: std::error::Error + Send + Sync + 'static>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    bytes_max: usize,
    expected: Expected,
    pace: Arc<ReadRate>,
) -> Events {
    let expected = Arc::new(expected);
    let measured = pieces.scan(Measure::new(bytes_max), |measure, piece| ready(Some(measure.pass(piece))));
    let admitted = measured.then({
        let (expected, pace) = (Arc::clone(&expected), Arc::clone(&pace));
        move |piece| admitted(piece, bytes_max, Arc::clone(&expected), Arc::clone(&pace))
    });
    let whole = admitted.scan(false, |is_broken, piece| {
        let was_broken = std::mem::replace(is_broken, piece.is_err());
        ready((!was_broken).then_some(piece))
    });
    let events = SseStream::from_bytes_stream(Box::pin(whole));
    events.then(move |event| readable(event, Arc::clone(&expected), Arc::clone(&pace))).boxed()
}

/// Returns the piece, once it may be read and there is room for the reply that it may be part of.
async fn admitted(
    piece: Result<Piece, Broken>,
    bytes_max: usize,
    expected: Arc<Expected>,
    pace: Arc<ReadRate>,
) -> Result<Bytes, Broken> {
    let Piece { bytes, event_bytes, ended } = piece?;
    pace.until_free().await;
    // A piece may be a single byte, which takes as long to handle as a small message.
    pace.book(bytes.len(), ended.max(1));
    if let Some(awaited) = expected.only().filter(|_| event_bytes >= LARGE_BYTES_MIN) {
        awaited.make_room(bytes_max).await?;
    }
    Ok(bytes)
}

/// Returns the event in a form that the call waiting for it can read.
async fn readable(event: Result<Sse, SseError>, expected: Arc<Expected>, pace: Arc<ReadRate>) -> Result<Sse, SseError> {
    let text = event.as_ref().ok().and_then(|event| event.data.as_deref()).unwrap_or_default();
    let awaited = expected.by(text);
    // Larger ones already cost enough by their size.
    if text.len() < SMALL_BYTES && is_request(text) {
        pace.book_request();
    }
    if let Some(awaited) = awaited.as_ref().filter(|_| expected.only().is_none()) {
        pace.take_back(text.len());
        if awaited.make_room(text.len()).await.is_err() {
            return Ok(Sse::default());
        }
    }
    checked(event, awaited.as_ref())
}

/// Returns the event, unless it would become too many values.
fn checked(event: Result<Sse, SseError>, awaited: Option<&Awaited>) -> Result<Sse, SseError> {
    let (Instead(data), event) = match event {
        Err(SseError::Body(error)) => match error.downcast_ref() {
            Some(Broken::CallAbandoned(_)) => (Instead(None), Sse::default()),
            Some(Broken::TooLong(_)) => (Instead::of_awaited(awaited, &error.to_string()), Sse::default()),
            _ => return Err(SseError::Body(error)),
        },
        Err(error) => return Err(error),
        Ok(event) => match Instead::of(event.data.as_deref().unwrap_or_default(), awaited) {
            None => return Ok(event),
            Some(instead) => (instead, event),
        },
    };
    // An event without data is not a message.
    Ok(Sse { data, ..event })
}

/// The reason why no more pieces come.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the reply has more than {0} bytes")]
    TooLong(usize),
    #[error(transparent)]
    CallAbandoned(#[from] CallAbandoned),
    #[error(transparent)]
    Wire(Box<dyn std::error::Error + Send + Sync>),
}

/// A piece of the body.
struct Piece {
    bytes: Bytes,
    /// Bytes so far of the event in which it ends.
    event_bytes: usize,
    /// Number of events that end in it.
    ended: usize,
}

/// Measures the current event.
#[derive(Debug)]
struct Measure {
    bytes_max: usize,
    /// Bytes of its complete lines.
    event_bytes: usize,
    line_bytes: usize,
    is_comment: bool,
    is_after_return: bool,
    /// Events that ended in this piece.
    ended: usize,
}

impl Measure {
    fn new(bytes_max: usize) -> Self {
        Self { bytes_max, event_bytes: 0, line_bytes: 0, is_comment: false, is_after_return: false, ended: 0 }
    }

    /// Passes the piece, unless an event in it is too long.
    fn pass<E>(&mut self, piece: Result<Bytes, E>) -> Result<Piece, Broken>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let bytes = piece.map_err(|error| Broken::Wire(error.into()))?;
        self.ended = 0;
        if !self.holds(&bytes) {
            return Err(Broken::TooLong(self.bytes_max));
        }
        Ok(Piece { bytes, event_bytes: self.event_bytes + self.line_bytes, ended: self.ended })
    }

    fn holds(&mut self, piece: &[u8]) -> bool {
        piece.iter().all(|byte| {
            self.count(*byte);
            self.event_bytes + self.line_bytes <= self.bytes_max
        })
    }

    fn count(&mut self, byte: u8) {
        let is_second_half = self.is_after_return && byte == b'\n';
        self.is_after_return = byte == b'\r';
        match byte {
            b'\n' if is_second_half => {}
            b'\n' | b'\r' => self.end_line(),
            _ => {
                self.is_comment |= self.line_bytes == 0 && byte == b':';
                self.line_bytes += 1;
            }
        }
    }

    fn end_line(&mut self) {
        self.event_bytes = match self.line_bytes {
            // An empty line ends an event.
            0 => {
                self.ended += 1;
                0
            }
            _ if self.is_comment => self.event_bytes,
            bytes => self.event_bytes + bytes + 1,
        };
        (self.line_bytes, self.is_comment) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use futures::stream;
    use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientJsonRpcMessage, ClientRequest, RequestId};
    use serde_json::{from_value, json};

    use super::*;
    use crate::upstream::expected_replies::OpenCalls;
    use crate::upstream::large_replies::{LargeReplies, ReplyShare};

    fn call() -> Option<Awaited> {
        let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "x" } });
        Awaited::by(&from_value::<ClientJsonRpcMessage>(call).expect("a request"))
    }

    async fn data(text: &str, bytes_max: usize, expected: Expected) -> Vec<Option<String>> {
        // Byte by byte, so that a piece ends at every possible place.
        let pieces: Vec<_> = text.bytes().map(|byte| Ok::<_, io::Error>(Bytes::from(vec![byte]))).collect();
        let events = of(stream::iter(pieces), bytes_max, expected, Arc::new(ReadRate::new(bytes_max)));
        events.map(|event| event.expect("an event").data).collect().await
    }

    #[tokio::test]
    async fn an_event_that_is_too_long_is_the_last_and_says_why() {
        let fits = format!("data: {}", "x".repeat(20));
        for end in ["\n", "\r", "\r\n"] {
            let text = format!("{fits}{end}{end}: a comment{end}{fits}{end}{end}{fits}x{end}{end}{fits}{end}{end}");
            let read = data(&text, fits.len() + 1, Expected::One(call().expect("a call"))).await;
            assert_eq!(read.len(), 3, "{read:?}");
            assert_eq!(read[0].as_deref(), Some("x".repeat(20).as_str()));
            let why = read[2].as_deref().expect("a refusal");
            assert!(why.contains("\"id\":7") && why.contains("more than 27 bytes"), "{why}");
            assert_eq!(data(&text, fits.len() + 1, Expected::Any(OpenCalls::default())).await[2], None);
        }
    }

    #[tokio::test]
    async fn a_stream_that_never_ends_is_read_no_faster_than_its_pace() {
        for text in ["data: {}\n\n", ": \n", "\n", "x"] {
            let piece = Bytes::from(text.repeat((64 << 10) / text.len()));
            // As much as is read at once, plus what takes another second.
            let pieces = stream::repeat(piece).take((20 << 20) / (64 << 10)).map(Ok::<_, io::Error>);
            let began = std::time::Instant::now();
            let flood = of(pieces, 1 << 30, Expected::Any(OpenCalls::default()), Arc::new(ReadRate::new(1 << 10)));
            let _ = tokio::time::timeout(Duration::from_secs(1), flood.for_each(|_| ready(()))).await;
            assert!(began.elapsed() > Duration::from_millis(900), "20 MiB of {text:?} took {:?}", began.elapsed());
        }
    }

    #[tokio::test]
    async fn a_byte_a_piece_costs_more_than_its_byte() {
        let pieces = stream::iter(vec![b"x"; 1_000]).map(|byte| Ok::<_, io::Error>(Bytes::from_static(byte)));
        let pace = Arc::new(ReadRate::new(1 << 20));
        of(pieces, 1 << 20, Expected::Any(OpenCalls::default()), Arc::clone(&pace)).for_each(|_| ready(())).await;
        assert!(pace.owed_bytes() > 100_000, "{} bytes", pace.owed_bytes());
    }

    #[tokio::test]
    async fn a_reply_on_any_stream_is_read_as_its_call_wants() {
        let room = LargeReplies::default().room(ReplyShare::default());
        let mut params = CallToolRequest::new(CallToolRequestParams::new("x"));
        params.extensions.insert(room.wanted());
        let calls = OpenCalls::default();
        let message = ClientJsonRpcMessage::request(ClientRequest::CallToolRequest(params), RequestId::Number(7));
        calls.note(&message);
        let reply = format!("data: {}\n\n", json!({ "id": "7", "result": { "x": "y".repeat(2 << 20) } }));
        let pace = Arc::new(ReadRate::new(4 << 20));
        let read = async |calls: &OpenCalls| {
            let pieces = stream::iter([Ok::<_, io::Error>(Bytes::from(reply.clone()))]);
            let mut events = of(pieces, 4 << 20, Expected::Any(calls.clone()), Arc::clone(&pace));
            events.next().await.expect("one").expect("an event").data.expect("a message")
        };
        assert!(read(&calls).await.contains(r#""id":7,"result":"{\"x\":\"yy"#), "a long result goes on as its text");
        assert_eq!(pace.owed_bytes(), 0, "it was waited for");
        assert_eq!(room.wanted().take_now(1 << 20), Ok(()), "it has room already");
        assert!(read(&calls).await.contains(r#""result":{"x""#), "a call has one reply");
        let owed = pace.owed_bytes();
        assert_ne!(owed, 0);
        drop(room);
        assert!(read(&OpenCalls::default()).await.contains(r#""result":{"x""#), "nobody waits for it");
        assert!(pace.owed_bytes() > owed);
    }

    #[test]
    fn how_many_values_are_read_depends_on_the_message() {
        let zeros = |count: usize| "0,".repeat(count);
        let read = |text: &str, awaited: Option<&Awaited>| {
            checked(Ok(Sse::default().data(text)), awaited).expect("an event").data
        };
        let told = format!(r#"{{"method":"notifications/x","params":[{}0]}}"#, zeros(1 << 17));
        let reply = |count| format!(r#"{{"id":7,"result":[{}0]}}"#, zeros(count));
        for awaited in [call(), None] {
            assert_eq!(read(&told, awaited.as_ref()), None, "it is nobody's reply");
        }
        let refusal = read(&reply(1 << 17), None).expect("whoever waits is told");
        assert!(refusal.contains("\"id\":7") && refusal.contains("more than 131072 values"), "{refusal}");
        for count in [1 << 17, 1 << 21] {
            let text = read(&reply(count), call().as_ref()).expect("a message");
            assert!(text.contains("\"id\":7,\"result\":\"[0,0,"), "a long result goes on as its text: {text:.80}");
        }
    }
}
