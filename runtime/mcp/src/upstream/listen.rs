//! The Streamable HTTP stream on which a server sends unsolicited messages, or the rest of a broken stream.

use std::sync::Arc;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, StatusCode};
use rmcp::transport::common::http_header::HEADER_LAST_EVENT_ID;
use rmcp::transport::streamable_http_client::{HttpStatusError, StreamableHttpError};

use super::events::{self, Events};
use super::expected_replies::{Expected, OpenCalls};
use super::post::{EVENTS, HttpError, Outgoing, challenged, header, media_type};
use super::read_rate::ReadRate;

/// Opens the stream, after `last_event` if one is given. All streams of a connection share one pace, so opening another
/// one does not speed up reading.
pub(crate) async fn listen(
    client: &Client,
    outgoing: Outgoing<'_>,
    last_event: Option<&str>,
    event_bytes_max: usize,
    calls: OpenCalls,
    pace: Arc<ReadRate>,
) -> Result<Events, HttpError> {
    pace.until_free().await;
    pace.book_stream();
    let mut request = outgoing.onto(client.get(outgoing.uri).header(ACCEPT, EVENTS));
    if let Some(last_event) = last_event {
        request = request.header(HEADER_LAST_EVENT_ID, last_event);
    }
    let response = request.send().await.map_err(StreamableHttpError::Client)?;
    challenged(&response)?;
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Err(StreamableHttpError::ServerDoesNotSupportSse),
        status if !status.is_success() => Err(HttpStatusError::new(status.as_u16(), None).into()),
        _ if media_type(&response).as_deref() != Some(EVENTS) => {
            Err(StreamableHttpError::UnexpectedContentType(header(&response, &CONTENT_TYPE)))
        }
        _ => Ok(events::of(response.bytes_stream(), event_bytes_max, Expected::Any(calls), pace)),
    }
}
