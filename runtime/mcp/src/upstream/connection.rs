//! An open connection to one server: sends calls and returns replies, or the reason why there is none. Independent of
//! other servers.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use callbox::{Caller, ToolError, ToolErrorCode, ToolReply, ToolRequest};
use rmcp::RoleClient;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, PingRequest, RequestMetaObject, ServerPeerInfo, ServerResult,
};
use rmcp::service::{Peer, PeerRequestOptions, RunningService, ServiceError};
use serde_json::Value;
use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout};

use super::callers;
use super::freshness::Freshness;
use super::http_failure::{HttpFailure, root};
use super::large_replies::{LargeReplies, ReplyRoom};
use super::listing::{self, Listing, plain};
use super::options::ConnectOptions;
use super::pipe::read_result;
use super::redact::Redactor;
use super::reply;
use super::rounds::{self, ROUNDS_MAX};
use super::status::Era;
use super::upstream_client::{UpstreamClient, capabilities};
use super::wire::{Local, Wire};
use crate::auth::{Access, AuthFailure};
use crate::caller::CallerContext;
use crate::open_request::OpenRequest;
use crate::trace::{CallTrace, ServerPeer};
use callbox::internal::foreign;

/// How long closing the connection may take.
const CLOSE: Duration = Duration::from_millis(1000);

/// How long to wait for a process to exit after its output has ended.
const EXIT: Duration = Duration::from_millis(500);

/// How long reading a dead process's output may take; several times the reader's own limit.
const READ_OUT: Duration = Duration::from_secs(2);

/// How long a server has to answer a ping.
const PING: Duration = Duration::from_secs(5);

/// Messages of a server longer than this are shortened.
const WORDS_CHARS_MAX: usize = 300;

/// Maximum last lines of standard error shown.
const STDERR_LINES_MAX: usize = 8;

/// A connection. Dropping it kills the server's process.
#[derive(Debug)]
pub(super) struct Connection {
    name: String,
    peer: Peer<RoleClient>,
    service: Mutex<Option<RunningService<RoleClient, UpstreamClient>>>,
    local: Option<Local>,
    access: Option<Arc<Access>>,
    changes: UpstreamClient,
    subscription: OnceLock<AbortHandle>,
    is_closing: AtomicBool,
    /// Notified when a call finds that the other side is gone.
    lost: Notify,
    era: Era,
    /// The server, as a trace is told about it.
    server: ServerPeer,
    redactor: Redactor,
    call_wait: Duration,
    list_page_wait: Duration,
    freshness: Freshness,
    replies: LargeReplies,
}

impl Connection {
    pub(super) fn new(
        name: &str,
        wire: Wire,
        era: Era,
        server: ServerPeer,
        redactor: Redactor,
        options: &ConnectOptions,
    ) -> Self {
        Self {
            name: name.to_owned(),
            peer: wire.service.peer().clone(),
            service: Mutex::new(Some(wire.service)),
            local: wire.local,
            access: wire.access,
            changes: wire.changes,
            subscription: OnceLock::new(),
            is_closing: AtomicBool::new(false),
            lost: Notify::new(),
            era,
            server,
            redactor,
            call_wait: Duration::from_millis(options.call_ms_ceiling),
            list_page_wait: Duration::from_millis(options.list_page_ms_max),
            freshness: Freshness::new(Duration::from_millis(options.relist_ms_min)),
            replies: LargeReplies::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Fetches the list of tools.
    pub(super) async fn list(&self) -> Result<Listing, ServiceError> {
        let listed = listing::fetch(&self.peer, self.list_page_wait).await;
        let listed = listed.map(|listing| listing.with_notes(|note| self.redactor.text(note)));
        match &listed {
            Ok(listing) => self.freshness.begin(listing.ttl_ms),
            Err(_) => self.freshness.put_off(),
        }
        listed
    }

    /// Returns the last lines of the server's standard error.
    pub(super) fn stderr(&self) -> Vec<String> {
        self.last_words(STDERR_LINES_MAX)
    }

    /// Returns an explanation other than slowness for a call without an answer.
    pub(super) fn timeout_hint(&self) -> Option<String> {
        self.local.as_ref()?.health.timeout_hint(&self.redactor)
    }

    /// Subscribes to tool changes at a modern server that supports it.
    pub(super) fn subscribe(&self, info: Option<&ServerPeerInfo>) {
        let tools = info.and_then(|info| info.capabilities.tools.as_ref());
        if self.era == Era::Modern && tools.is_some_and(|tools| tools.list_changed == Some(true)) {
            self.subscription.get_or_init(|| self.changes.subscribe(self.peer.clone()));
        }
    }

    /// Fetches the list of tools, if it has changed since the last fetch or has expired.
    pub(super) async fn changed_listing(&self) -> Option<Result<Listing, String>> {
        let has_changed = self.freshness.follows_changes() && self.changes.take();
        if !has_changed && !self.freshness.is_over() {
            return None;
        }
        let began = Instant::now();
        let listed = self.list().await;
        if has_changed {
            // The duration of a failed fetch says nothing about the list.
            self.freshness.note_change(listed.as_ref().map_or(Duration::ZERO, |_| began.elapsed()));
        }
        Some(match listed {
            Ok(listing) => Ok(listing),
            Err(error) => Err(self.explain(error).await),
        })
    }

    /// Waits until the list of tools has changed or expired.
    pub(super) async fn changed(&self) {
        tokio::select! {
            () = self.change() => {}
            () = self.freshness.over() => {}
        }
    }

    /// Waits until there is a change to follow.
    async fn change(&self) {
        self.changes.marked().await;
        self.freshness.until_changes_count().await;
    }

    /// Waits until the process has exited and its output has been read, or a call found nobody at the address.
    pub(super) async fn ended(&self) {
        match &self.local {
            Some(local) => {
                drop(local.process.exit().wait_for(Option::is_some).await);
                // Its last replies are still on their way to the calls.
                let _ = timeout(READ_OUT, local.health.until_read_out()).await;
            }
            None => self.unreachable().await,
        }
    }

    /// Waits until a call found nobody at the address and a ping does not either: one broken call must not end the
    /// calls of others.
    async fn unreachable(&self) {
        loop {
            self.lost.notified().await;
            if !self.answers().await {
                return;
            }
        }
    }

    /// Checks whether the server answers at all.
    async fn answers(&self) -> bool {
        let ping = ClientRequest::PingRequest(PingRequest::default());
        let asked = self.peer.send_cancellable_request(ping, PeerRequestOptions::with_timeout(PING)).await;
        let Ok(asked) = asked else { return false };
        matches!(asked.await_response().await, Ok(_) | Err(ServiceError::McpError(_)))
    }

    /// Runs one call. Dropping the future cancels it.
    pub(super) async fn call(&self, request: ToolRequest) -> Result<ToolReply, ToolError> {
        let caller = request.caller.clone();
        let params = params(request)?;
        let reply = match self.era {
            Era::Modern => self.in_rounds(params, &caller).await,
            Era::Legacy => self.watched(params, &caller).await,
        };
        if let (Some(trace), Ok(reply)) = (trace(&caller), &reply) {
            trace.answered(caller.call_id, reply);
        }
        reply
    }

    /// Makes a legacy call. Questions of the server meanwhile go to `UpstreamClient`, which may fail the call.
    async fn watched(&self, params: CallToolRequestParams, caller: &Caller) -> Result<ToolReply, ToolError> {
        let mut in_flight = self.changes.callers().enter(caller);
        let result = tokio::select! {
            biased;
            error = in_flight.failed() => Err(error),
            result = self.once(params, caller) => result,
        };
        let has_answered = !matches!(&result, Err(error) if error.code == ToolErrorCode::Timeout);
        if has_answered {
            in_flight.end();
        }
        reply::read(result?, self.era, &self.redactor)
    }

    /// Makes a modern call, and repeats it with answers while the server wants some.
    async fn in_rounds(&self, mut params: CallToolRequestParams, caller: &Caller) -> Result<ToolReply, ToolError> {
        let asking = self.changes.asking();
        for number in 0..=ROUNDS_MAX {
            let result = self.once(params.clone(), caller).await?;
            let Some(round) = rounds::wanted(&result)? else { return reply::read(result, self.era, &self.redactor) };
            if number == ROUNDS_MAX {
                break;
            }
            sleep(round.pause(number)).await;
            let answers = asking.all(round.requests.clone(), caller).await?;
            params = round.repeat(params, answers);
        }
        Err(rounds::endless())
    }

    /// Sends one request and returns its result.
    async fn once(&self, params: CallToolRequestParams, caller: &Caller) -> Result<Value, ToolError> {
        let room = self.room(caller);
        let _place = match self.local {
            Some(_) => None,
            None => self.place(&room, caller).await?,
        };
        let mut call = CallToolRequest::new(params);
        call.extensions.insert(room.wanted());
        match self.answer(ClientRequest::CallToolRequest(call), caller).await {
            Ok(result) => read_result(plain(result), &room.share)
                .await
                .map_err(|why| ToolError::new(ToolErrorCode::Protocol, why)),
            Err(ServiceError::McpError(error)) => {
                if let Some(trace) = trace(caller) {
                    trace.refused(caller.call_id, error.code.0);
                }
                Err(reply::refused(error, &self.redactor))
            }
            Err(error) => Err(self.failed(error).await),
        }
    }

    /// Over HTTP, waits until the principal may make one more call.
    async fn place(&self, room: &ReplyRoom, caller: &Caller) -> Result<Option<OwnedSemaphorePermit>, ToolError> {
        let late = || ServiceError::Timeout { timeout: self.call_wait };
        match caller.within(self.call_wait, room.place()).await {
            Some(place) => Ok(place),
            None => Err(self.failed(late()).await),
        }
    }

    /// Returns the call's room, to be held until the reply has been read.
    fn room(&self, caller: &Caller) -> Arc<ReplyRoom> {
        let of_principal = caller.context::<CallerContext>().map(|context| context.replies.clone());
        self.replies.room(of_principal.unwrap_or_default())
    }

    async fn answer(&self, request: ClientRequest, caller: &Caller) -> Result<ServerResult, ServiceError> {
        let mut options = PeerRequestOptions::no_options();
        if self.era == Era::Modern {
            options.meta = Some(meta_of(caller));
        }
        let handle = self.peer.send_cancellable_request(request, options).await?;
        if let Some(trace) = trace(caller) {
            trace.sent(caller.call_id, &handle.id.to_string(), &self.server);
        }
        let open = OpenRequest::new(handle);
        let late = || Err(ServiceError::Timeout { timeout: self.call_wait });
        caller.within(self.call_wait, open.answer()).await.unwrap_or_else(late)
    }

    async fn failed(&self, error: ServiceError) -> ToolError {
        let (code, retryable) = self.judge(&error);
        if code == ToolErrorCode::Unreachable {
            self.lost.notify_one();
        }
        let mut failed = ToolError::new(code, self.explain(error).await);
        failed.retryable = retryable;
        failed
    }

    fn judge(&self, error: &ServiceError) -> (ToolErrorCode, bool) {
        match error {
            _ if self.is_closing.load(Relaxed) => (ToolErrorCode::Cancelled, false),
            ServiceError::Timeout { .. } => (ToolErrorCode::Timeout, true),
            ServiceError::Cancelled { .. } => (ToolErrorCode::Cancelled, false),
            // The process is not restarted, so retrying is useless.
            ServiceError::TransportClosed | ServiceError::TransportSend(_) if self.local.is_some() => {
                (ToolErrorCode::ServerDied, false)
            }
            ServiceError::TransportClosed => (ToolErrorCode::Unreachable, true),
            ServiceError::TransportSend(error) => match HttpFailure::of(error.error.as_ref()) {
                Some(HttpFailure::TooLarge | HttpFailure::NotMcp) | None => (ToolErrorCode::Protocol, false),
                Some(http_failure) => (ToolErrorCode::Unreachable, http_failure.is_transient()),
            },
            _ => (ToolErrorCode::Protocol, false),
        }
    }

    /// Returns the authentication failure, if the request failed because of one.
    pub(super) fn auth_failure(&self, error: &ServiceError) -> Option<AuthFailure> {
        let ServiceError::TransportSend(sent) = error else { return None };
        let is_refused = HttpFailure::of(sent.error.as_ref()) == Some(HttpFailure::Unauthorized);
        self.access.as_ref().filter(|_| is_refused)?.auth_failure()
    }

    /// Describes what happened.
    pub(super) async fn explain(&self, error: ServiceError) -> String {
        match (&error, &self.local) {
            _ if self.is_closing.load(Relaxed) => "the connection was closed".to_owned(),
            (ServiceError::TransportClosed | ServiceError::TransportSend(_), Some(local)) => {
                self.explain_end(local).await
            }
            (ServiceError::Timeout { timeout }, _) => {
                format!("no answer within {} ms", timeout.as_millis())
            }
            (ServiceError::TransportSend(error), None) => self.explain_http(error.error.as_ref()),
            (ServiceError::TransportClosed, None) => {
                format!("the connection to server `{}` broke off", self.name)
            }
            (ServiceError::McpError(error), _) => self.words(&error.message),
            _ => self.words(&error.to_string()),
        }
    }

    async fn explain_end(&self, local: &Local) -> String {
        let how = match local.process.ended_within(EXIT).await {
            Some(exit) => format!("server `{}` ended ({exit})", self.name),
            None => format!("server `{}` closed its standard input or output", self.name),
        };
        local.process.stderr().rest().await;
        match self.last_words(1).pop() {
            Some(line) => format!("{how}; its last line of standard error: `{line}`"),
            None => how,
        }
    }

    fn explain_http(&self, error: &(dyn std::error::Error + 'static)) -> String {
        let said = self.words(&root(error));
        match HttpFailure::of(error) {
            Some(HttpFailure::Unauthorized) => self.explain_refusal(),
            Some(HttpFailure::Status(status)) => format!("server `{}` answers HTTP {status}", self.name),
            Some(HttpFailure::Connection) => format!("no connection to server `{}`: {said}", self.name),
            Some(HttpFailure::TooLarge | HttpFailure::NotMcp) | None => said,
        }
    }

    fn explain_refusal(&self) -> String {
        match self.access.as_ref().and_then(|access| access.auth_failure()) {
            Some(auth_failure) => self.words(&auth_failure.message_for_script(&self.name)),
            None => format!("server `{}` refuses access (HTTP 401 or 403)", self.name),
        }
    }

    fn words(&self, text: &str) -> String {
        foreign::line(&self.redactor.text(text.to_owned()), WORDS_CHARS_MAX)
    }

    fn last_words(&self, lines_max: usize) -> Vec<String> {
        let tail = self.local.as_ref().map(|local| local.process.stderr());
        tail.map(|tail| tail.lines(lines_max, &self.redactor)).unwrap_or_default()
    }

    /// Closes the connection, and ends the server's process with everything it started.
    pub(super) async fn stop(&self) {
        // Calls left unanswered by a dead process report that it died, not that we closed the connection.
        let is_dead = self.local.as_ref().is_some_and(|local| local.process.exit().borrow().is_some());
        self.is_closing.store(!is_dead, Relaxed);
        self.unsubscribe();
        if let Some(mut service) = self.service.lock().await.take() {
            // A failed or slow close does not matter: the process ends anyway.
            let _ = service.close_with_timeout(CLOSE).await;
        }
        if let Some(local) = &self.local {
            local.process.stop().await;
        }
    }

    fn unsubscribe(&self) {
        if let Some(subscription) = self.subscription.get() {
            subscription.abort();
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.unsubscribe();
    }
}

/// Returns the trace that the call belongs to.
fn trace(caller: &Caller) -> Option<&dyn CallTrace> {
    caller.context::<CallerContext>()?.trace.as_deref()
}

/// Returns the metadata that tells a modern server what it may ask in a call.
fn meta_of(caller: &Caller) -> RequestMetaObject {
    let forms = callers::person(caller).map(|person| person.forms());
    let mut meta = RequestMetaObject::default();
    meta.set_client_capabilities(capabilities(forms.unwrap_or_default()));
    meta
}

fn params(request: ToolRequest) -> Result<CallToolRequestParams, ToolError> {
    let mut params = CallToolRequestParams::new(request.tool);
    if let Some(trace) = trace(&request.caller) {
        trace.headers(request.caller.call_id).write(&mut params);
    }
    match request.arguments {
        Value::Object(arguments) => Ok(params.with_arguments(arguments)),
        Value::Null => Ok(params),
        _ => {
            let message = "expected an object as the arguments of the call";
            Err(ToolError::new(ToolErrorCode::InvalidArguments, message))
        }
    }
}
