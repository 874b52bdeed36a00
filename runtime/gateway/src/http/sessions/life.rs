//! A life: one period in which a session is awake, with the `rmcp` service that serves it.

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

/// The transport of a session's service.
pub(in crate::http) type SessionTransport = Counted<WorkerTransport<LocalSessionWorker>, LifeEnd>;

/// A life; dropping it ends it.
pub(super) struct Life {
    handle: LocalSessionHandle,
    _end: DropGuard,
}

impl Life {
    pub(super) fn handle(&self) -> LocalSessionHandle {
        self.handle.clone()
    }
}

/// Reports, when dropped, that the service of a life has ended.
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
    // The table decides when the session has been idle for too long.
    config.keep_alive = None;
    let (handle, worker) = create_local_session(id.clone(), config);
    let stop = CancellationToken::new();
    let transport = WorkerTransport::spawn_with_ct(worker, stop.clone());
    (Life { handle, _end: stop.drop_guard() }, Counted::new(transport, open, end))
}

/// Returns the messages of one of the session's channels.
pub(super) fn stream(receiver: StreamableHttpMessageReceiver) -> impl Stream<Item = ServerSseMessage> + Send + Sync {
    let mut messages = receiver.inner;
    stream::poll_fn(move |context| messages.poll_recv(context))
}
