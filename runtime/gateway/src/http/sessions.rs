//! Legacy sessions: a bounded number, each owned by a principal, each asleep while nothing is asked.
//!
//! An awake session is an `rmcp` service with its tasks and channels, some 150 KB. A session that is idle for a while,
//! or one too many, is put to sleep: only the parameters of its `initialize` remain, and the next request repeats the
//! handshake from them, unseen by the client.

mod life;
mod session_request;
mod table;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures::Stream;
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, InitializeRequestParams, ServerJsonRpcMessage};
use rmcp::transport::common::server_side_http::session_id;
use rmcp::transport::streamable_http_server::session::local::{EventIdParseError, LocalSessionHandle, SessionError};
use rmcp::transport::streamable_http_server::session::{
    RestoreOutcome, ServerSseMessage, SessionId, SessionManager, SessionState, SessionStore, SessionStoreError,
};
use tokio::time::sleep;

use life::{Life, LifeEnd, SessionTransport};
pub(super) use session_request::SessionRequest;
use table::{AwakeSession, Table};

use super::HttpOptions;
use super::rejection::{LimitReached, Rejection};
use crate::open_requests::OpenRequests;

/// Maximum bytes of the `initialize` parameters; real clients need a few hundred.
const INITIALIZE_BYTES_MAX: usize = 16 * 1024;

/// How long an idle session stays awake: as long as `rmcp` keeps answers for clients whose connection broke off.
const AWAKE: Duration = Duration::from_secs(60);

/// Maximum idle sessions awake at once, per principal and in total.
const PRINCIPAL_AWAKE_MAX: usize = 32;
const AWAKE_MAX: usize = 256;

/// How often idle sessions are looked for.
const LOOK: Duration = Duration::from_secs(5);

/// The sessions. Clones share them.
#[derive(Clone)]
pub(super) struct Sessions(Arc<Mutex<Table<Life>>>);

/// The reason why a session operation failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionFault {
    #[error("there is no such session")]
    Unknown,
    #[error("a limit is reached")]
    Rejection,
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    EventId(#[from] EventIdParseError),
}

/// The messages that a client is sent.
type MessageStream = std::pin::Pin<Box<dyn Stream<Item = ServerSseMessage> + Send + Sync>>;

impl Sessions {
    pub(super) fn new(options: &HttpOptions) -> Self {
        Self(Arc::new(Mutex::new(Table::new(table::SessionLimits {
            sessions_max: options.sessions_max,
            principal_sessions_max: options.principal_sessions_max,
            idle: Duration::from_millis(options.session_idle_ms_max),
            awake_max: AWAKE_MAX,
            principal_awake_max: PRINCIPAL_AWAKE_MAX,
            awake: AWAKE,
        }))))
    }

    /// Returns the visit of a request, which may name a session; `None` if that session is not the principal's.
    pub(super) fn visit(&self, principal: &str, session: Option<&str>) -> Option<SessionRequest> {
        let Some(id) = session else { return Some(SessionRequest::new(principal)) };
        let id = SessionId::from(id);
        self.table().visit(&id, principal).then(|| SessionRequest::of(principal, self.stay(id)))
    }

    fn stay(&self, id: SessionId) -> SessionUse {
        SessionUse { sessions: self.clone(), id }
    }

    fn table(&self) -> MutexGuard<'_, Table<Life>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, id: &SessionId) -> Result<LocalSessionHandle, SessionFault> {
        self.table().life(id).map(Life::handle).ok_or(SessionFault::Unknown)
    }

    /// Begins a life of an existing session.
    fn wake(&self, id: &SessionId) -> SessionTransport {
        let mut table = self.table();
        let (number, open) = (table.next_life(), OpenRequests::default());
        let end = LifeEnd { sessions: Arc::downgrade(&self.0), id: id.clone(), number };
        let (life, transport) = life::begin(id, open.clone(), end);
        table.wake(id, AwakeSession { number, open, life });
        transport
    }

    /// Stores the parameters of `initialize` for the next life.
    fn keep(&self, id: &SessionId, message: &ClientJsonRpcMessage) -> Result<(), SessionFault> {
        let params = initialize(message).and_then(|params| serde_json::to_vec(params).ok()).unwrap_or_default();
        let mut table = self.table();
        if params.len() <= INITIALIZE_BYTES_MAX {
            table.keep(id, params.into());
            return Ok(());
        }
        table.end(id);
        session_request::refuse(Rejection::Large(LimitReached {
            limit: "initialize_bytes_max",
            max: INITIALIZE_BYTES_MAX,
        }));
        Err(SessionFault::Rejection)
    }

    /// Starts a task that sweeps idle sessions until no session is left.
    fn look_after(&self) {
        let sessions = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while still_there(&sessions) {
                sleep(LOOK).await;
            }
        });
    }
}

/// Puts idle sessions to sleep and ends those that have expired. Returns whether any is left.
fn still_there(sessions: &Weak<Mutex<Table<Life>>>) -> bool {
    let Some(sessions) = sessions.upgrade() else { return false };
    let mut table = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    table.sweep(Instant::now())
}

fn initialize(message: &ClientJsonRpcMessage) -> Option<&InitializeRequestParams> {
    let ClientJsonRpcMessage::Request(request) = message else { return None };
    match &request.request {
        ClientRequest::InitializeRequest(initialize) => Some(&initialize.params),
        _ => None,
    }
}

/// A request, or the answer to one, in progress in a session.
pub(super) struct SessionUse {
    sessions: Sessions,
    id: SessionId,
}

impl Drop for SessionUse {
    fn drop(&mut self) {
        self.sessions.table().leave(&self.id, Instant::now());
    }
}

impl SessionManager for Sessions {
    type Error = SessionFault;
    type Transport = SessionTransport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Self::Error> {
        let principal = session_request::principal().ok_or(SessionFault::Rejection)?;
        let id = session_id();
        let begun = self.table().begin(id.clone(), &principal);
        let is_first = begun.map_err(|reached| {
            session_request::refuse(Rejection::Many(reached));
            SessionFault::Rejection
        })?;
        session_request::stay(self.stay(id.clone()));
        if is_first {
            self.look_after();
        }
        let transport = self.wake(&id);
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Self::Error> {
        self.keep(id, &message)?;
        let answer = self.handle(id)?.initialize(message).await?;
        if matches!(answer, ServerJsonRpcMessage::Error(_)) {
            self.table().end(id);
        }
        Ok(answer)
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Self::Error> {
        Ok(self.table().life(id).is_some())
    }

    /// Ends the session at its client's request. `rmcp` also calls this at the end of a life, which `LifeEnd` handles.
    async fn close_session(&self, id: &SessionId) -> Result<(), Self::Error> {
        if session_request::principal().is_some() {
            self.table().end(id);
        }
        Ok(())
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let handle = self.handle(id)?;
        let receiver = handle.establish_request_wise_channel().await?;
        handle.push_message(message, receiver.http_request_id).await?;
        Ok(life::stream(receiver))
    }

    async fn accept_message(&self, id: &SessionId, message: ClientJsonRpcMessage) -> Result<(), Self::Error> {
        Ok(self.handle(id)?.push_message(message, None).await?)
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        Ok(life::stream(self.handle(id)?.establish_common_channel().await?))
    }

    /// Resumes a stream after an event. Events from before the session slept are lost; the stream continues from now.
    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let handle = self.handle(id)?;
        let is_of_request = last_event_id.contains('/');
        let stream: MessageStream = match handle.resume(last_event_id.parse()?).await {
            Err(SessionError::InvalidEventId) if !is_of_request => {
                Box::pin(life::stream(handle.establish_common_channel().await?))
            }
            resumed => Box::pin(life::stream(resumed?)),
        };
        Ok(stream)
    }

    async fn restore_session(&self, id: SessionId) -> Result<RestoreOutcome<Self::Transport>, Self::Error> {
        Ok(RestoreOutcome::Restored(self.wake(&id)))
    }
}

/// Where `rmcp` loads a sleeping session from.
#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn load(&self, id: &str) -> Result<Option<SessionState>, SessionStoreError> {
        let Some(kept) = self.table().kept(id) else { return Ok(None) };
        Ok(Some(SessionState::new(serde_json::from_slice(&kept)?)))
    }

    /// The state was already stored by `initialize_session`.
    async fn store(&self, _: &str, _: &SessionState) -> Result<(), SessionStoreError> {
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), SessionStoreError> {
        self.table().end(id);
        Ok(())
    }
}
