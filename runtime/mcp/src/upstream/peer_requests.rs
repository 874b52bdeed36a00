//! Limits the open requests of a server: their number, and the length of their ids and methods.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::{ClientJsonRpcMessage, RequestId, ServerJsonRpcMessage, ServerNotification, ServerRequest};
use tokio::sync::Notify;

/// Each open request is a task until its answer is written, and a server may not read answers.
const OPEN_MAX: usize = 64;

/// Maximum bytes of a request's id and of its method; the answer repeats both.
const NAME_BYTES_MAX: usize = 1024;

/// The open requests of one server.
#[derive(Debug, Default)]
pub(super) struct PeerRequests(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    open: Mutex<OpenRequests>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct OpenRequests {
    asked: HashSet<RequestId>,
    /// Answers that have not been written yet.
    leaving: usize,
}

/// An answer being sent; dropped once it is written or abandoned.
#[derive(Debug)]
pub(super) struct Leaving(Arc<Shared>);

/// The reason why a request is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeerRequestRejected {
    TooMany,
    LongName,
    /// Two answers with one id could not be told apart.
    Repeated,
}

impl PeerRequestRejected {
    pub(super) fn reason(self) -> String {
        match self {
            Self::TooMany => format!("{OPEN_MAX} others have no answer yet"),
            Self::LongName => format!("its id or its method has more than {NAME_BYTES_MAX} bytes"),
            Self::Repeated => "another one with its id has no answer yet".to_owned(),
        }
    }
}

impl PeerRequests {
    /// Tracks an incoming message.
    ///
    /// # Errors
    ///
    /// If it is a request that is to be dropped.
    pub(super) fn admit(&self, message: &ServerJsonRpcMessage) -> Result<(), PeerRequestRejected> {
        match message {
            ServerJsonRpcMessage::Request(request) => self.enter(&request.id, &request.request),
            ServerJsonRpcMessage::Notification(told) => {
                if let ServerNotification::CancelledNotification(cancelled) = &told.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.withdraw(id);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Tracks an outgoing message. If it is an answer, the returned value must be kept until it is written.
    pub(super) fn leave(&self, message: &ClientJsonRpcMessage) -> Option<Leaving> {
        let id = match message {
            ClientJsonRpcMessage::Response(response) => Some(&response.id),
            ClientJsonRpcMessage::Error(error) => error.id.as_ref(),
            _ => return None,
        };
        let mut open = self.0.open();
        if let Some(id) = id {
            open.asked.remove(id);
        }
        open.leaving += 1;
        drop(open);
        Some(Leaving(Arc::clone(&self.0)))
    }

    /// Checks whether one more request may come in.
    pub(super) fn has_room(&self) -> bool {
        self.0.open().has_room()
    }

    /// Waits until a request has been answered or withdrawn.
    pub(super) async fn freed(&self) {
        self.0.freed.notified().await;
    }

    fn enter(&self, id: &RequestId, request: &ServerRequest) -> Result<(), PeerRequestRejected> {
        if is_long(id, request) {
            return Err(PeerRequestRejected::LongName);
        }
        let mut open = self.0.open();
        if !open.has_room() {
            return Err(PeerRequestRejected::TooMany);
        }
        if open.asked.insert(id.clone()) { Ok(()) } else { Err(PeerRequestRejected::Repeated) }
    }

    /// Removes a request that gets no answer any more.
    fn withdraw(&self, id: &RequestId) {
        if self.0.open().asked.remove(id) {
            self.0.freed.notify_one();
        }
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, OpenRequests> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenRequests {
    fn has_room(&self) -> bool {
        self.asked.len() + self.leaving < OPEN_MAX
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut open = self.0.open();
        open.leaving = open.leaving.saturating_sub(1);
        drop(open);
        self.0.freed.notify_one();
    }
}

fn is_long(id: &RequestId, request: &ServerRequest) -> bool {
    let id_bytes = match id {
        RequestId::String(id) => id.len(),
        RequestId::Number(_) => 0,
    };
    let method_bytes = match request {
        ServerRequest::CustomRequest(custom) => custom.method.len(),
        // A method of the protocol.
        _ => 0,
    };
    id_bytes.max(method_bytes) > NAME_BYTES_MAX
}

#[cfg(test)]
mod tests {
    use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
    use serde_json::{Value, from_value, json};

    use super::{NAME_BYTES_MAX, OPEN_MAX, PeerRequestRejected, PeerRequests};

    fn asked(id: impl Into<Value>, method: &str) -> ServerJsonRpcMessage {
        from_value(json!({ "jsonrpc": "2.0", "id": id.into(), "method": method })).expect("a request")
    }

    fn answer(id: usize) -> ClientJsonRpcMessage {
        from_value(json!({ "jsonrpc": "2.0", "id": id, "result": {} })).expect("an answer")
    }

    fn full() -> PeerRequests {
        let requests = PeerRequests::default();
        (0..OPEN_MAX).for_each(|id| requests.admit(&asked(id, "ping")).expect("room"));
        assert!(!requests.has_room());
        requests
    }

    #[tokio::test]
    async fn an_answer_makes_room_once_it_is_written() {
        let requests = full();
        assert_eq!(requests.admit(&asked("one more", "ping")), Err(PeerRequestRejected::TooMany));
        let leaving = requests.leave(&answer(7)).expect("it is an answer");
        assert!(!requests.has_room());
        drop(leaving);
        requests.freed().await;
        assert_eq!(requests.admit(&asked("one more", "ping")), Ok(()));
    }

    #[tokio::test]
    async fn a_request_that_is_withdrawn_makes_room() {
        let requests = full();
        let withdrawn = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 3 } });
        requests.admit(&from_value(withdrawn).expect("a notification")).expect("it is told");
        requests.freed().await;
        assert!(requests.has_room());
    }

    #[test]
    fn a_name_is_bounded_and_an_id_used_once() {
        let (requests, long) = (PeerRequests::default(), "x".repeat(NAME_BYTES_MAX + 1));
        assert_eq!(requests.admit(&asked(long.as_str(), "ping")), Err(PeerRequestRejected::LongName));
        assert_eq!(requests.admit(&asked(1, &long)), Err(PeerRequestRejected::LongName));
        assert_eq!(requests.admit(&asked(1, "ping")), Ok(()));
        assert_eq!(requests.admit(&asked(1, "ping")), Err(PeerRequestRejected::Repeated));
        assert_eq!(requests.admit(&asked("1", "ping")), Ok(()));
    }
}
