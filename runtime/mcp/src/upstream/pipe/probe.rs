//! Shortens the probe for the modern protocol (2026-07-28). A legacy server that ignores it would cost ten seconds;
//! here the client side answers "no" earlier, and the handshake continues.
//!
//! A modern server that was only slow to start then rejects the legacy handshake. Its late answer replaces that
//! rejection, so that it need not be started again.

use std::time::Duration;

use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, ClientRequest, DiscoverResult, ErrorCode, ErrorData, Implementation,
    InitializeResult, ProtocolVersion, RequestId, ServerJsonRpcMessage, ServerPeerInfo, ServerResult,
};
use tokio::time::Instant;

use super::message;

/// The state of the probe.
#[derive(Debug, Default)]
pub(super) struct Probe {
    wait: Option<Duration>,
    asked: Option<(RequestId, Instant)>,
    given_up: Option<RequestId>,
    greeting: Option<RequestId>,
    late: Option<DiscoverResult>,
    is_replaced: bool,
}

/// What to do with a reply.
#[derive(Debug)]
pub(super) enum Heard {
    /// Pass it on unchanged.
    Pass,
    /// Drop it: nobody waits for it any more.
    Late,
    /// Pass this on in its place.
    Instead(Box<ServerJsonRpcMessage>),
}

impl Probe {
    pub(super) fn new(wait: Option<Duration>) -> Self {
        Self { wait, ..Self::default() }
    }

    /// Tracks an outgoing message; returns false if it must not be sent.
    pub(super) fn lets_out(&mut self, message: &ClientJsonRpcMessage) -> bool {
        match message {
            ClientJsonRpcMessage::Request(request) => self.note(&request.id, &request.request),
            ClientJsonRpcMessage::Notification(sent) if self.is_replaced => {
                // The server never saw the handshake that this would end.
                return !matches!(sent.notification, ClientNotification::InitializedNotification(_));
            }
            _ => {}
        }
        true
    }

    fn note(&mut self, id: &RequestId, request: &ClientRequest) {
        match (request, self.wait) {
            (ClientRequest::DiscoverRequest(_), Some(wait)) => self.asked = Some((id.clone(), Instant::now() + wait)),
            (ClientRequest::InitializeRequest(_), _) => self.greeting = Some(id.clone()),
            _ => {}
        }
    }

    /// Returns when the probe is given up; `None` if it is not open.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.asked.as_ref().map(|(_, deadline)| *deadline)
    }

    /// Answers the probe in place of the server.
    pub(super) fn give_up(&mut self) -> Option<ServerJsonRpcMessage> {
        let (id, _) = self.asked.take()?;
        self.given_up = Some(id.clone());
        let error = ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "no answer to the probe", None);
        Some(ServerJsonRpcMessage::error(error, Some(id)))
    }

    /// Tracks the reply to `id`, whose text is `line`.
    pub(super) fn hear(&mut self, id: &RequestId, line: &[u8], is_result: bool) -> Heard {
        if self.asked.as_ref().is_some_and(|(asked, _)| asked == id) {
            self.asked = None;
        }
        if self.given_up.as_ref() == Some(id) {
            self.late = modern_answer(line);
            return Heard::Late;
        }
        match self.late.take() {
            Some(late) if self.greeting.as_ref() == Some(id) && !is_result => {
                self.is_replaced = true;
                Heard::Instead(Box::new(ServerJsonRpcMessage::response(greeted(late), id.clone())))
            }
            _ => Heard::Pass,
        }
    }
}

fn modern_answer(line: &[u8]) -> Option<DiscoverResult> {
    let ServerJsonRpcMessage::Response(response) = message::typed(line).ok()? else { return None };
    let ServerResult::DiscoverResult(result) = response.result else { return None };
    result.supported_versions.contains(&ProtocolVersion::V_2026_07_28).then_some(result)
}

/// Turns the answer to the probe into an answer to the legacy handshake. From the version in it, `rmcp` knows that
/// there is no session.
fn greeted(late: DiscoverResult) -> ServerResult {
    let peer = ServerPeerInfo::from_discover_result(ProtocolVersion::V_2026_07_28, late);
    let mut greeted = InitializeResult::new(peer.capabilities);
    greeted.protocol_version = peer.protocol_version;
    greeted.server_info = peer.server_info.unwrap_or_else(|| Implementation::new("", ""));
    greeted.instructions = peer.instructions;
    ServerResult::InitializeResult(greeted)
}
