//! One time that a session is awake: the service of `rmcp` that speaks for it.

use std::sync::{Mutex, PoisonError, Weak};

use futures::{Stream, stream};
use rmcp::transport::WorkerTransport;
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionHandle, LocalSessionWorker, SessionConfig, StreamableHttpMessageReceiver, create_local_session,
};
use rmcp::transport::streamable_http_server::session::{ServerSseMessage, SessionId};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::table::Table;
use crate::open_requests::{Counted, OpenRequests};

/// What a session's service speaks over.
pub(in crate::http) type SessionTransport = Counted<WorkerTransport<LocalSessionWorker>, LifeEnd>;

/// A life; it ends when it is dropped.
pub(super) struct Life {
    handle: LocalSessionHandle,
    _end: DropGuard,
}

impl Life {
    pub(super) fn handle(&self) -> LocalSessionHandle {
        self.handle.clone()
    }
}

/// Tells, when it is dropped, that the service of a life has ended.
pub(in crate::http) struct LifeEnd {
    pub(super) sessions: Weak<Mutex<Table<Life>>>,
    pub(super) id: SessionId,
    pub(super) number: u64,
}

impl Drop for LifeEnd {
    fn drop(&mut self) {
        if let Some(sessions) = self.sessions.upgrade() {
            sessions.lock().unwrap_or_else(PoisonError::into_inner).lose(&self.id, self.number);
        }
    }
}

/// Begins a life whose open requests are counted in `open`.
pub(super) fn begin(id: &SessionId, open: OpenRequests, end: LifeEnd) -> (Life, SessionTransport) {
    let mut config = SessionConfig::default();
    // When it has been idle for too long is the table's to say.
    config.keep_alive = None;
    let (handle, worker) = create_local_session(id.clone(), config);
    let stop = CancellationToken::new();
    let transport = WorkerTransport::spawn_with_ct(worker, stop.clone());
    (Life { handle, _end: stop.drop_guard() }, Counted::new(transport, open, end))
}

/// What comes through a channel of the session.
pub(super) fn stream(receiver: StreamableHttpMessageReceiver) -> impl Stream<Item = ServerSseMessage> + Send + Sync {
    let mut messages = receiver.inner;
    stream::poll_fn(move |context| messages.poll_recv(context))
}
