//! Which requests are open, and how much of each reply's form is to be trusted to `rmcp`.

use std::collections::HashMap;

use rmcp::model::{ClientJsonRpcMessage, ClientNotification, ClientRequest, RequestId};
use serde_json::Value;

/// How a reply is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As plain JSON, whatever it holds: one odd tool or block must not spoil the whole reply.
    Raw,
    /// As the type the protocol gives it.
    Typed,
    /// Not at all: the request was cancelled.
    Cancelled,
}

/// The open requests.
#[derive(Debug, Default)]
pub(super) struct Ledger(HashMap<RequestId, Reading>);

impl Ledger {
    /// Takes note of a message that goes out.
    pub(super) fn note(&mut self, message: &ClientJsonRpcMessage) {
        match message {
            ClientJsonRpcMessage::Request(request) => {
                self.0.insert(request.id.clone(), reading(&request.request));
            }
            ClientJsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                    && let Some(reading) = self.0.get_mut(id)
                {
                    *reading = Reading::Cancelled;
                }
            }
            _ => {}
        }
    }

    /// Closes the request a reply belongs to; nothing if there is none, or no longer.
    pub(super) fn settle(&mut self, id: &RequestId) -> Option<(RequestId, Reading)> {
        self.0.remove_entry(id).or_else(|| self.0.remove_entry(&as_number(id)?))
    }
}

fn reading(request: &ClientRequest) -> Reading {
    match request {
        ClientRequest::ListToolsRequest(_) | ClientRequest::CallToolRequest(_) => Reading::Raw,
        _ => Reading::Typed,
    }
}

/// Some servers send our number back as text.
fn as_number(id: &RequestId) -> Option<RequestId> {
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
