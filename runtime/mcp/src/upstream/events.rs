//! The events by which a server answers over HTTP: none is longer than it may be, and none has more values.

use std::future::ready;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::{Sse, SseStream};

use super::pipe::{Awaited, Instead};

pub(crate) type Events = BoxStream<'static, Result<Sse, SseError>>;

/// The events in the pieces of a body. One that is too long is the last; where it may be a reply, the reason stands in its
/// place.
pub(super) fn of<E: std::error::Error + Send + Sync + 'static>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    bytes_max: usize,
    awaited: Option<Awaited>,
) -> Events {
    let bounded = pieces.scan(Measure::new(bytes_max), |measure, piece| ready(measure.pass(piece)));
    readable(SseStream::from_bytes_stream(Box::pin(bounded)).boxed(), awaited)
}

/// Events of a stream that belongs to no request, or is taken up again.
pub(crate) fn uncorrelated(events: Events) -> Events {
    readable(events, None)
}

/// The same events, but for those that would become too many values.
fn readable(events: Events, awaited: Option<Awaited>) -> Events {
    events.map(move |event| checked(event, awaited.as_ref())).boxed()
}

fn checked(event: Result<Sse, SseError>, awaited: Option<&Awaited>) -> Result<Sse, SseError> {
    let (Instead(data), event) = match event {
        Err(SseError::Body(error)) => match error.downcast_ref() {
            Some(Broken::TooLong(_)) => (Instead::of_awaited(awaited, &error.to_string()), Sse::default()),
            _ => return Err(SseError::Body(error)),
        },
        Err(error) => return Err(error),
        Ok(event) => match Instead::of(event.data.as_deref().unwrap_or_default(), awaited) {
            None => return Ok(event),
            Some(instead) => (instead, event),
        },
    };
    // An event without data is no message.
    Ok(Sse { data, ..event })
}

/// Why no more pieces come.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the reply has more than {0} bytes")]
    TooLong(usize),
    #[error(transparent)]
    Wire(Box<dyn std::error::Error + Send + Sync>),
}

/// How much of an event has come.
#[derive(Debug)]
struct Measure {
    bytes_max: usize,
    /// Of its lines that have ended.
    event_bytes: usize,
    line_bytes: usize,
    is_comment: bool,
    is_after_return: bool,
    is_over: bool,
}

impl Measure {
    fn new(bytes_max: usize) -> Self {
        Self { bytes_max, event_bytes: 0, line_bytes: 0, is_comment: false, is_after_return: false, is_over: false }
    }

    /// The pieces before the one in which an event becomes too long, and nothing after what failed.
    fn pass<E>(&mut self, piece: Result<Bytes, E>) -> Option<Result<Bytes, Broken>>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        if self.is_over {
            return None;
        }
        let passed = match piece {
            Ok(piece) if self.holds(&piece) => Ok(piece),
            Ok(_) => Err(Broken::TooLong(self.bytes_max)),
            Err(error) => Err(Broken::Wire(error.into())),
        };
        self.is_over = passed.is_err();
        Some(passed)
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
            0 => 0,
            _ if self.is_comment => self.event_bytes,
            bytes => self.event_bytes + bytes + 1,
        };
        (self.line_bytes, self.is_comment) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures::stream;
    use rmcp::model::ClientJsonRpcMessage;
    use serde_json::{from_value, json};

    use super::*;

    fn call() -> Option<Awaited> {
        let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "x" } });
        Awaited::by(&from_value::<ClientJsonRpcMessage>(call).expect("a request"))
    }

    async fn data(text: &str, bytes_max: usize, awaited: Option<Awaited>) -> Vec<Option<String>> {
        // Byte by byte, so that each place is one where a piece may end.
        let pieces: Vec<_> = text.bytes().map(|byte| Ok::<_, io::Error>(Bytes::from(vec![byte]))).collect();
        let events = of(stream::iter(pieces), bytes_max, awaited);
        events.map(|event| event.expect("an event").data).collect().await
    }

    #[tokio::test]
    async fn an_event_that_is_too_long_is_the_last_and_says_why() {
        let fits = format!("data: {}", "x".repeat(20));
        for end in ["\n", "\r", "\r\n"] {
            let text = format!("{fits}{end}{end}: a comment{end}{fits}{end}{end}{fits}x{end}{end}{fits}{end}{end}");
            let read = data(&text, fits.len() + 1, call()).await;
            assert_eq!(read.len(), 3, "{read:?}");
            assert_eq!(read[0].as_deref(), Some("x".repeat(20).as_str()));
            let why = read[2].as_deref().expect("a refusal");
            assert!(why.contains("\"id\":7") && why.contains("more than 27 bytes"), "{why}");
            assert_eq!(data(&text, fits.len() + 1, None).await[2], None);
        }
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
            assert_eq!(read(&reply(1 << 17), awaited.as_ref()), Some(reply(1 << 17)), "a result may be so large");
        }
        let refusal = read(&reply(1 << 21), None).expect("whoever waits is told");
        assert!(refusal.contains("\"id\":7") && refusal.contains("more than 2097152 values"), "{refusal}");
        let text = read(&reply(1 << 21), call().as_ref()).expect("a message");
        assert!(text.contains("\"id\":7,\"result\":\"[0,0,"), "a large result goes on as its text: {:.80}", text);
    }
}
