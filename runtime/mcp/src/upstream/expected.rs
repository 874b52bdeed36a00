//! Which replies may come on a stream of events.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::{ClientJsonRpcMessage, RequestId};

use super::pipe::{Awaited, id_of_reply};

/// The replies that are expected on a stream.
#[derive(Debug)]
pub(crate) enum Expected {
    /// That of the request which the stream answers.
    One(Awaited),
    /// Any: the stream belongs to no request, or is one that broke off and is taken up again.
    Any(OpenCalls),
}

impl Expected {
    /// Who waits for what is in that text, if it is a reply.
    pub(super) fn by(&self, text: &str) -> Option<Awaited> {
        match self {
            Self::One(awaited) => Some(awaited.clone()),
            Self::Any(calls) => calls.take(&id_of_reply(text)?),
        }
    }

    /// The only one whose reply may come, if there is one.
    pub(super) fn only(&self) -> Option<&Awaited> {
        match self {
            Self::One(awaited) => Some(awaited),
            Self::Any(_) => None,
        }
    }
}

/// The calls of a connection that wait for their replies. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenCalls(Arc<Mutex<HashMap<RequestId, Awaited>>>);

impl OpenCalls {
    /// Takes note of a message that goes out.
    pub(crate) fn note(&self, message: &ClientJsonRpcMessage) {
        let Some(awaited) = Awaited::by(message).filter(Awaited::is_call) else { return };
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, call| !call.is_given_up());
        open.insert(awaited.id().clone(), awaited);
    }

    /// The call with that id, if it still waits. It has one reply: whatever else comes with the id is not waited for.
    fn take(&self, id: &RequestId) -> Option<Awaited> {
        let call = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        call.filter(|call| !call.is_given_up())
    }
}
