//! Posts one message to a server over Streamable HTTP and reads its answer.
//!
//! Replaces `rmcp`'s own, which makes values of whatever arrives: text with two bytes per value grows to sixty times
//! its size. Here the values are counted before any is made.

use std::borrow::Cow;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;

use futures::TryStreamExt as _;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, ErrorData, JsonRpcMessage, RequestId, ServerJsonRpcMessage};
use rmcp::transport::common::http_header::HEADER_SESSION_ID;
use rmcp::transport::streamable_http_client::{
    AuthRequiredError, HttpStatusError, InsufficientScopeError, StreamableHttpError, StreamableHttpPostResponse,
    StreamableHttpResponseLimits,
};

use super::events;
use super::expected_replies::Expected;
use super::large_replies::LARGE_BYTES_MIN;
use super::pipe::{Awaited, error_in};
use super::read_rate::ReadRate;

pub(crate) type HttpError = StreamableHttpError<reqwest::Error>;
pub(crate) type Headers = HashMap<HeaderName, HeaderValue>;

pub(super) const EVENTS: &str = "text/event-stream";
const JSON: &str = "application/json";
/// Maximum bytes of the body of an error response.
const ERROR_BYTES_MAX: usize = 1 << 20;
/// Maximum bytes shown of a body that is not JSON.
const PREVIEW_BYTES_MAX: usize = 256;

/// The destination of a message, and what is sent with it.
pub(crate) struct Outgoing<'a> {
    pub(crate) uri: &'a str,
    pub(crate) session: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
    pub(crate) headers: Headers,
}

impl Outgoing<'_> {
    pub(super) fn onto(&self, request: RequestBuilder) -> RequestBuilder {
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = self.token.into_iter().fold(request, RequestBuilder::bearer_auth);
        self.session.into_iter().fold(request, |request, session| request.header(HEADER_SESSION_ID, session))
    }
}

/// Posts the message and reads the head of the answer, or all of it if it is JSON.
pub(crate) async fn post(
    client: &Client,
    outgoing: Outgoing<'_>,
    message: &ClientJsonRpcMessage,
    limits: StreamableHttpResponseLimits,
) -> Result<StreamableHttpPostResponse, HttpError> {
    let request = outgoing.onto(client.post(outgoing.uri).header(ACCEPT, format!("{EVENTS}, {JSON}")));
    let session = outgoing.session;
    let response = request.json(message).send().await.map_err(StreamableHttpError::Client)?;
    challenged(&response)?;
    match response.status() {
        StatusCode::ACCEPTED | StatusCode::NO_CONTENT => Ok(StreamableHttpPostResponse::Accepted),
        StatusCode::NOT_FOUND if session.is_some() => Err(StreamableHttpError::SessionExpired),
        status if status.is_success() => answered(response, message, limits).await,
        _ => failed(response, message, session.is_some(), limits).await,
    }
}

/// Fails with the server's authentication challenge, if there is one.
pub(super) fn challenged(response: &Response) -> Result<(), HttpError> {
    let Some(challenge) = header(response, &WWW_AUTHENTICATE) else { return Ok(()) };
    match response.status() {
        StatusCode::UNAUTHORIZED => Err(StreamableHttpError::AuthRequired(AuthRequiredError::new(challenge))),
        StatusCode::FORBIDDEN => {
            Err(StreamableHttpError::InsufficientScope(InsufficientScopeError::new(challenge, None)))
        }
        _ => Ok(()),
    }
}

async fn answered(
    response: Response,
    message: &ClientJsonRpcMessage,
    limits: StreamableHttpResponseLimits,
) -> Result<StreamableHttpPostResponse, HttpError> {
    let (kind, session) = (media_type(&response), session_of(&response));
    let awaited = Awaited::by(message);
    match (kind.as_deref(), awaited) {
        // An answer to a message that expects none is not read: each could be an endless stream.
        (_, None) => Ok(StreamableHttpPostResponse::Accepted),
        (Some(EVENTS), Some(awaited)) => {
            let (bytes_max, expected) = (limits.max_sse_event_size, Expected::One(awaited));
            let events = events::of(response.bytes_stream(), bytes_max, expected, Arc::new(ReadRate::new(bytes_max)));
            Ok(StreamableHttpPostResponse::Sse(events, session))
        }
        (Some(JSON), Some(awaited)) => {
            let body = whole(response, limits.max_json_response_size, Some(&awaited)).await?;
            let reply = awaited.reply(body).await.map_err(unexpected)?;
            Ok(StreamableHttpPostResponse::Json(reply, session))
        }
        _ => Err(StreamableHttpError::UnexpectedContentType(header(&response, &CONTENT_TYPE))),
    }
}

/// Interprets a status other than success. If the body is an error of the server, that error is used. A rejected
/// discovery is an answer: the server does not know the modern protocol.
async fn failed(
    response: Response,
    message: &ClientJsonRpcMessage,
    is_in_session: bool,
    limits: StreamableHttpResponseLimits,
) -> Result<StreamableHttpPostResponse, HttpError> {
    let (status, session) = (response.status(), session_of(&response));
    let is_json = media_type(&response).as_deref() == Some(JSON);
    let is_refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let may_pass = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
    let status_error = || HttpError::from(HttpStatusError::new(status.as_u16(), None));
    if may_pass && (!is_json || status == StatusCode::TOO_MANY_REQUESTS) {
        return Err(status_error());
    }
    let (body, said) = match is_json && !is_refused {
        true => match whole(response, limits.max_json_response_size.min(ERROR_BYTES_MAX), None).await {
            Ok(body) => error_in(body).await,
            Err(_) if may_pass => return Err(status_error()),
            // A body that breaks off says no more than the status.
            Err(StreamableHttpError::Client(_)) => (Vec::new(), None),
            Err(error) => return Err(error),
        },
        false => (beginning(response, limits.max_error_response_size).await, None),
    };
    let words = || format!("HTTP {status}: {}", preview(&body));
    let discovery = discovery(message).filter(|_| !is_in_session && !is_refused && status.is_client_error());
    match (discovery, said) {
        (Some(id), said) => {
            let invalid = || ErrorData::invalid_request(format!("server/discover rejected with {}", words()), None);
            let error = said.map_or_else(invalid, |said| said.error);
            Ok(StreamableHttpPostResponse::Json(ServerJsonRpcMessage::error(error, Some(id)), None))
        }
        (None, Some(said)) => Ok(StreamableHttpPostResponse::Json(JsonRpcMessage::Error(said), session)),
        // Unlike rmcp, a rejection without a challenge keeps its status.
        (None, None) if may_pass || is_refused => Err(status_error()),
        (None, None) => Err(unexpected(words())),
    }
}

/// Returns the id of the request, if it is the probe for the modern protocol.
fn discovery(message: &ClientJsonRpcMessage) -> Option<RequestId> {
    match message {
        ClientJsonRpcMessage::Request(request) if matches!(request.request, ClientRequest::DiscoverRequest(_)) => {
            Some(request.id.clone())
        }
        _ => None,
    }
}

/// Reads the whole body, up to `bytes_max`. A large reply waits for room.
async fn whole(response: Response, bytes_max: usize, awaited: Option<&Awaited>) -> Result<Vec<u8>, HttpError> {
    let too_large = || StreamableHttpError::ResponseBodyTooLarge { max_size: bytes_max };
    let told = response.content_length().map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    if told.is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    let mut pieces = pin!(response.bytes_stream());
    let pace = ReadRate::new(bytes_max);
    while let Some(piece) = pieces.try_next().await.map_err(StreamableHttpError::Client)? {
        pace.book(piece.len(), 1);
        pace.until_free().await;
        if piece.len() > bytes_max - body.len() {
            return Err(too_large());
        }
        if let Some(awaited) = awaited.filter(|_| body.len() + piece.len() >= LARGE_BYTES_MIN) {
            awaited.make_room(told.unwrap_or(bytes_max)).await.map_err(|given_up| unexpected(given_up.to_string()))?;
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// Reads as much of the body as arrives, up to `bytes_max`.
async fn beginning(response: Response, bytes_max: usize) -> Vec<u8> {
    let (mut body, mut pieces) = (Vec::new(), pin!(response.bytes_stream()));
    while body.len() < bytes_max
        && let Ok(Some(piece)) = pieces.try_next().await
    {
        body.extend(piece.iter().take(bytes_max - body.len()));
    }
    body
}

/// Returns the beginning of a text to show.
fn preview(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.get(..PREVIEW_BYTES_MAX).unwrap_or(body))
}

/// Returns the media type without its parameters, in lower case.
pub(super) fn media_type(response: &Response) -> Option<String> {
    let said = header(response, &CONTENT_TYPE)?;
    Some(said.split(';').next()?.trim().to_ascii_lowercase())
}

fn session_of(response: &Response) -> Option<String> {
    response.headers().get(HEADER_SESSION_ID)?.to_str().ok().map(str::to_owned)
}

pub(super) fn header(response: &Response, name: &HeaderName) -> Option<String> {
    response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn unexpected(words: String) -> HttpError {
    StreamableHttpError::UnexpectedServerResponse(Cow::Owned(words))
}
