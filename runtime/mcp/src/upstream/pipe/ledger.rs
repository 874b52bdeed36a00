//! Which requests are open, and how much of each reply's form is to be trusted to `rmcp`.

use std::collections::{HashMap, VecDeque};

use rmcp::model::{ClientJsonRpcMessage, ClientNotification, ClientRequest, RequestId};
use serde_json::Value;

use crate::upstream::large::{LARGE_BYTES_MIN, NoRoom, Wanted};
use crate::upstream::listing::LIST_VALUES_MAX;

/// How a reply is read.
#[derive(Debug)]
pub(super) enum Reading {
    /// As plain JSON, whatever it holds: one odd tool or block must not spoil the whole reply.
    Raw {
        /// Most of its values; with more it is refused before any is made.
        values_max: u64,
    },
    /// The same of a call's result, for which there has to be room. A long one stays text until its call reads it.
    Result {
        /// Where the call cares.
        room: Option<Wanted>,
    },
    /// As the type the protocol gives it.
    Typed,
    /// Not at all: the request was cancelled.
    Cancelled,
}

/// Cancelled requests whose answers are still awaited, so as to be dropped without a word. A server may answer none of
/// them; past this number the oldest is forgotten, and its answer would count as one that nobody asked for.
const CANCELLED_MAX: usize = 1024;

/// The open requests.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    open: HashMap<RequestId, Reading>,
    /// The cancelled ones among them, oldest first; also some that were answered meanwhile.
    cancelled: VecDeque<RequestId>,
}

impl Ledger {
    /// Takes note of a message that goes out.
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

    /// How many requests are open.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Closes the request a reply belongs to; nothing if there is none, or no longer.
    pub(super) fn settle(&mut self, id: &RequestId) -> Option<(RequestId, Reading)> {
        self.open.remove_entry(id).or_else(|| self.open.remove_entry(&as_number(id)?))
    }
}

impl Reading {
    /// Takes room for the reply, where it is large and its call cares.
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

/// Some servers send our number back as text.
pub(super) fn as_number(id: &RequestId) -> Option<RequestId> {
    match id {
        RequestId::String(text) => text.parse().ok().map(RequestId::Number),
        RequestId::Number(_) => None,
    }
}

/// The identifier in a message, if it is one we can have given.
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
