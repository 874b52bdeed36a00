//! Tracks the open requests, and how each reply is to be parsed.

use std::collections::{HashMap, VecDeque};

use rmcp::model::{ClientJsonRpcMessage, ClientNotification, ClientRequest, RequestId};
use serde_json::Value;

use crate::upstream::large_replies::{LARGE_BYTES_MIN, NoRoom, Wanted};
use crate::upstream::listing::LIST_VALUES_MAX;

/// How a reply is read.
#[derive(Debug)]
pub(super) enum Reading {
    /// As plain JSON, whatever it contains: one odd tool or block must not spoil the whole reply.
    Raw {
        /// Maximum values; a reply with more is rejected before any is made.
        values_max: u64,
    },
    /// As plain JSON, for a call's result, which needs room. A long one stays text until its call reads it.
    Result {
        /// Where to take room from, if the call sets it.
        room: Option<Wanted>,
    },
    /// As the type that the protocol gives it.
    Typed,
    /// Not at all: the request was cancelled.
    Cancelled,
}

/// Maximum cancelled requests whose replies are still expected, to be dropped silently. A server may never answer them;
/// beyond this number the oldest is forgotten, and a reply to it counts as unexpected.
const CANCELLED_MAX: usize = 1024;

/// The open requests.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    open: HashMap<RequestId, Reading>,
    /// The cancelled ones among them, oldest first; may include some that have been answered since.
    cancelled: VecDeque<RequestId>,
}

impl Ledger {
    /// Tracks an outgoing message.
    pub(super) fn note(&mut self, message: &ClientJsonRpcMessage) {
        match message {
            ClientJsonRpcMessage::Request(request) => {
                self.open.insert(request.id.clone(), Reading::of(&request.request));
            }
            ClientJsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.cancel(id);
                }
            }
            _ => {}
        }
    }

    fn cancel(&mut self, id: &RequestId) {
        let Some(reading) = self.open.get_mut(id) else { return };
        *reading = Reading::Cancelled;
        self.cancelled.push_back(id.clone());
        if self.cancelled.len() > CANCELLED_MAX
            && let Some(oldest) = self.cancelled.pop_front()
        {
            self.open.remove(&oldest);
        }
    }

    /// Returns the number of open requests.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Closes the request that a reply belongs to; `None` if it is not open.
    pub(super) fn settle(&mut self, id: &RequestId) -> Option<(RequestId, Reading)> {
        self.open.remove_entry(id).or_else(|| self.open.remove_entry(&as_number(id)?))
    }
}

impl Reading {
    /// Takes room for the reply, if it is large and its call asked for room.
    pub(super) fn take_room(&self, bytes: usize) -> Result<(), NoRoom> {
        match self {
            Self::Result { room: Some(room) } if bytes >= LARGE_BYTES_MIN => room.take_now(bytes),
            _ => Ok(()),
        }
    }

    pub(super) fn of(request: &ClientRequest) -> Self {
        match request {
            ClientRequest::ListToolsRequest(_) => Self::Raw { values_max: LIST_VALUES_MAX },
            ClientRequest::CallToolRequest(_) => Self::Result { room: Wanted::by(request) },
            _ => Self::Typed,
        }
    }
}

/// Some servers send our numeric ids back as text.
pub(super) fn as_number(id: &RequestId) -> Option<RequestId> {
    match id {
        RequestId::String(text) => text.parse().ok().map(RequestId::Number),
        RequestId::Number(_) => None,
    }
}

/// Returns the identifier in a message, if it can be one of ours.
pub(super) fn request_id(value: &Value) -> Option<RequestId> {
    match value {
        Value::Number(number) => number.as_i64().map(RequestId::Number),
        Value::String(text) => Some(RequestId::String(text.as_str().into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::{ClientJsonRpcMessage, RequestId};
    use serde_json::{from_value, json};

    use super::{CANCELLED_MAX, Ledger, Reading};

    fn called(id: i64) -> ClientJsonRpcMessage {
        let call = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "x" } });
        from_value(call).expect("a request")
    }

    fn cancelled(id: i64) -> ClientJsonRpcMessage {
        let params = json!({ "requestId": id });
        let told = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
        from_value(told).expect("a notification")
    }

    #[test]
    fn cancelled_calls_that_are_never_answered_are_forgotten() {
        let mut ledger = Ledger::default();
        ledger.note(&called(0));
        let many = i64::try_from(CANCELLED_MAX).expect("a number") * 4;
        for id in 1..=many {
            ledger.note(&called(id));
            ledger.note(&cancelled(id));
        }
        assert_eq!((ledger.open.len(), ledger.cancelled.len()), (CANCELLED_MAX + 1, CANCELLED_MAX));
        let mut settled = |id| ledger.settle(&RequestId::Number(id)).map(|(_, reading)| reading);
        assert!(settled(1).is_none());
        assert!(matches!(settled(many), Some(Reading::Cancelled)));
        assert!(matches!(settled(0), Some(Reading::Result { room: None })));
    }
}
