//! The replies that may arrive on a stream of events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::{ClientJsonRpcMessage, RequestId};

use super::pipe::{Awaited, id_of_reply};

/// The replies that are expected on a stream.
#[derive(Debug)]
pub(crate) enum Expected {
    /// The reply to the request that the stream answers.
    One(Awaited),
    /// Any reply: the stream belongs to no request, or is a resumed one.
    Any(OpenCalls),
}

impl Expected {
    /// Returns the request that the text is a reply to, if any.
    pub(super) fn by(&self, text: &str) -> Option<Awaited> {
        match self {
            Self::One(awaited) => Some(awaited.clone()),
            Self::Any(calls) => calls.take(&id_of_reply(text)?),
        }
    }

    /// Returns the only request whose reply may arrive, if there is just one.
    pub(super) fn only(&self) -> Option<&Awaited> {
        match self {
            Self::One(awaited) => Some(awaited),
            Self::Any(_) => None,
        }
    }
}

/// The calls of a connection that wait for their replies. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenCalls(Arc<Mutex<HashMap<RequestId, Awaited>>>);

impl OpenCalls {
    /// Tracks an outgoing message, if it is a call.
    pub(crate) fn note(&self, message: &ClientJsonRpcMessage) {
        let Some(awaited) = Awaited::by(message).filter(Awaited::is_call) else { return };
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, call| !call.is_given_up());
        open.insert(awaited.id().clone(), awaited);
    }

    /// Removes and returns the call with that id, if it still waits. A call has one reply; later ones are unexpected.
    fn take(&self, id: &RequestId) -> Option<Awaited> {
        let call = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        call.filter(|call| !call.is_given_up())
    }
}
