//! The HTTP client of a connection, which adds the access token to each request.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use rmcp::model::{ClientJsonRpcMessage, JsonRpcError, ServerJsonRpcMessage};
use rmcp::transport::auth::WWWAuthenticateParams;
use rmcp::transport::streamable_http_client::{
    AuthRequiredError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
    StreamableHttpResponseLimits,
};
use tokio::sync::watch;
use tokio::time::timeout;

use super::access::Access;
use crate::config::Secret;
use crate::upstream::{Events, Headers, HttpError, OpenCalls, Outgoing, ReadRate, listen, post};

/// A client that authenticates its requests.
#[derive(Debug, Clone)]
pub(crate) struct AuthenticatedClient {
    client: Client,
    access: Arc<Access>,
    listening: Arc<watch::Sender<NotificationStream>>,
    calls: OpenCalls,
    unasked: Arc<ReadRate>,
}

/// The state of the stream on which the server of a legacy session (protocol before 2026-07-28) sends unsolicited
/// messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum NotificationStream {
    /// There is no session, so there will be no stream.
    #[default]
    NotWanted,
    Wanted,
    /// Opened or rejected.
    Answered,
}

impl AuthenticatedClient {
    /// `reply_bytes_max` is the size of the longest reply that the server may give.
    pub(crate) fn new(client: Client, access: Arc<Access>, reply_bytes_max: usize) -> Self {
        let unasked = Arc::new(ReadRate::new(reply_bytes_max));
        Self { client, access, listening: Arc::default(), calls: OpenCalls::default(), unasked }
    }

    /// Waits up to `wait` until the stream of a legacy session is open. What the server asks before that is lost.
    pub(crate) async fn listening(&self, wait: Duration) {
        let mut listening = self.listening.subscribe();
        // A server that leaves the stream unanswered is used anyway.
        let _ = timeout(wait, listening.wait_for(|listening| *listening != NotificationStream::Wanted)).await;
    }

    pub(crate) fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// Sends a request, and retries it once with other access if that may change the answer.
    async fn send<T, F>(&self, request: impl Fn(Client, Option<String>) -> F) -> Result<T, HttpError>
    where
        F: Future<Output = Result<T, HttpError>>,
    {
        let Ok(token) = self.access.token().await else { return Err(blocked()) };
        let revealed = token.as_ref().map(|token| token.reveal().to_owned());
        let error = match request(self.client.clone(), revealed).await {
            Err(error) => error,
            answered => return answered,
        };
        let Some(fresh) = self.other_access(&error, token).await else { return Err(error) };
        let result = request(self.client.clone(), Some(fresh.reveal().to_owned())).await;
        if let Err(error) = &result
            && matches!(rejection(error), HttpRejection::Challenge | HttpRejection::Bare)
        {
            self.access.give_up();
        }
        result
    }

    async fn other_access(&self, error: &HttpError, sent: Option<Secret>) -> Option<Secret> {
        match rejection(error) {
            HttpRejection::None => None,
            HttpRejection::Challenge => self.access.after_refusal(sent, true).await,
            HttpRejection::Bare => self.access.after_refusal(sent, false).await,
            HttpRejection::Scope(missing) => self.access.after_scope_refusal(&missing).await,
            HttpRejection::Forbidden => {
                self.access.forget_failure();
                None
            }
        }
    }
}

impl StreamableHttpClient for AuthenticatedClient {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        _: Option<String>,
        headers: Headers,
    ) -> Result<StreamableHttpPostResponse, HttpError> {
        let limits = StreamableHttpResponseLimits::default();
        self.post_message_with_response_limits(uri, message, session, None, headers, limits).await
    }

    async fn post_message_with_response_limits(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        _: Option<String>,
        headers: Headers,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, HttpError> {
        self.listening.send_if_modified(|listening| {
            let begins = session.is_some() && *listening == NotificationStream::NotWanted;
            if begins {
                *listening = NotificationStream::Wanted;
            }
            begins
        });
        self.calls.note(&message);
        let posted = self.send(|client, token| {
            let uri = Arc::clone(&uri);
            let message = message.clone();
            let session = session.clone();
            let (headers, limits) = (headers.clone(), limits);
            async move {
                let outgoing = Outgoing { uri: &uri, session: session.as_deref(), token: token.as_deref(), headers };
                post(&client, outgoing, &message, limits).await
            }
        });
        posted.await.map(|answer| addressed(answer, &message))
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        _: Option<String>,
        headers: Headers,
    ) -> Result<(), HttpError> {
        self.send(|client, token| {
            let uri = Arc::clone(&uri);
            let session = Arc::clone(&session);
            let headers = headers.clone();
            async move { client.delete_session(uri, session, token, headers).await }
        })
        .await
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        _: Option<String>,
        headers: Headers,
    ) -> Result<Events, HttpError> {
        let event_bytes_max = StreamableHttpResponseLimits::default().max_sse_event_size;
        self.get_stream_with_max_sse_event_size(uri, session, last_event, None, headers, event_bytes_max).await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        _: Option<String>,
        headers: Headers,
        event_bytes_max: usize,
    ) -> Result<Events, HttpError> {
        let opened = self.send(|client, token| {
            let uri = Arc::clone(&uri);
            let session = session.clone();
            let last_event = last_event.clone();
            let headers = headers.clone();
            let calls = self.calls.clone();
            let pace = Arc::clone(&self.unasked);
            async move {
                let outgoing = Outgoing { uri: &uri, session: session.as_deref(), token: token.as_deref(), headers };
                listen(&client, outgoing, last_event.as_deref(), event_bytes_max, calls, pace).await
            }
        });
        let opened = opened.await;
        self.listening.send_replace(NotificationStream::Answered);
        opened
    }
}

/// Adds the request's id to an error without one, which a server sends if it did not read far enough to know the id:
/// otherwise no caller would get it.
fn addressed(answer: StreamableHttpPostResponse, posted: &ClientJsonRpcMessage) -> StreamableHttpPostResponse {
    match (answer, posted) {
        (
            StreamableHttpPostResponse::Json(ServerJsonRpcMessage::Error(error), session),
            ClientJsonRpcMessage::Request(request),
        ) if error.id.is_none() => {
            let error = JsonRpcError { id: Some(request.id.clone()), ..error };
            StreamableHttpPostResponse::Json(ServerJsonRpcMessage::Error(error), session)
        }
        (answer, _) => answer,
    }
}

/// How a server says that it rejects a request.
enum HttpRejection {
    None,
    /// 401 with a challenge.
    Challenge,
    /// 401 without a challenge.
    Bare,
    /// 403 because the access lacks scopes.
    Scope(String),
    /// 403 for another reason.
    Forbidden,
}

fn rejection(error: &HttpError) -> HttpRejection {
    match error {
        StreamableHttpError::AuthRequired(_) => HttpRejection::Challenge,
        StreamableHttpError::InsufficientScope(refused) => {
            // Relative addresses in the challenge do not matter here.
            let base = reqwest::Url::parse("http://127.0.0.1/").ok();
            let parsed = base.map(|base| WWWAuthenticateParams::parse(&refused.www_authenticate_header, &base));
            match parsed {
                Some(parsed) if parsed.is_insufficient_scope() => {
                    HttpRejection::Scope(parsed.scope.unwrap_or_default())
                }
                _ => HttpRejection::Forbidden,
            }
        }
        StreamableHttpError::HttpStatus(error) if error.status == 401 => HttpRejection::Bare,
        StreamableHttpError::HttpStatus(error) if error.status == 403 => HttpRejection::Forbidden,
        _ => HttpRejection::None,
    }
}

/// Returns an error as if from the server: the authentication failure is known without asking.
fn blocked() -> HttpError {
    StreamableHttpError::AuthRequired(AuthRequiredError::new(String::new()))
}
