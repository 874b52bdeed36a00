//! The connection to an address: `rmcp`'s Streamable HTTP over our own client, which keeps connections alive and never
//! leaves the server's origin.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, ClientBuilder, Url};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::common::client_side_sse::ExponentialBackoff;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;

use super::bounded_transport::BoundedTransport;
use super::options::ConnectOptions;
use crate::auth::AuthenticatedClient;
use crate::config::{HttpLaunch, Secret};
use crate::error::{FailureCode, UpstreamError};
use crate::tls;

/// Long enough for a slow network, short enough to retry within the time for connecting.
const TCP_CONNECT: Duration = Duration::from_secs(8);

/// Closes idle connections before common load balancers do (60 s).
const POOL_IDLE: Duration = Duration::from_secs(50);

/// The calls of seven principals, and room for cancellations.
const REQUESTS_AT_ONCE_MAX: usize = 256;

/// Hops within the origin; from `/mcp` to `/mcp/` is one.
const REDIRECTS_MAX: usize = 4;

/// The transport to that address.
pub(super) type Wire = BoundedTransport<StreamableHttpClientTransport<AuthenticatedClient>>;

/// Returns a transport that has sent nothing yet.
pub(super) fn open(client: AuthenticatedClient, server: &str, launch: &HttpLaunch, options: &ConnectOptions) -> Wire {
    let mut config = StreamableHttpClientTransportConfig::with_uri(launch.url.reveal())
        .max_concurrent_requests(REQUESTS_AT_ONCE_MAX)
        .max_sse_event_size(options.reply_bytes_max)
        .max_json_response_size(options.reply_bytes_max);
    config.retry_config = Arc::new(resumption());
    BoundedTransport::new(StreamableHttpClientTransport::with_client(client, config), server)
}

/// How often a broken stream is resumed before its call fails: three times within two seconds. The default is to try
/// forever.
fn resumption() -> ExponentialBackoff {
    let mut policy = ExponentialBackoff::default();
    policy.max_times = Some(3);
    policy.base_duration = Duration::from_millis(250);
    policy.max_delay = Some(Duration::from_secs(1));
    policy
}

/// Builds the client for that address; sends the configured headers with each request.
pub(crate) fn client(server: &str, launch: &HttpLaunch) -> Result<Client, UpstreamError> {
    let headers = headers(server, &launch.headers)?;
    let builder = Client::builder()
        .user_agent(concat!("callbox/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(TCP_CONNECT)
        .pool_idle_timeout(POOL_IDLE)
        .tcp_nodelay(true)
        .redirect(Policy::custom(within_origin));
    trust(builder, launch).build().map_err(|error| {
        let message = format!("server `{server}`: cannot create an HTTP client: {}", error.without_url());
        UpstreamError::new(FailureCode::Unreachable, message)
    })
}

/// Uses the platform's certificates for https. Plain http needs none, and loading them takes time.
fn trust(builder: ClientBuilder, launch: &HttpLaunch) -> ClientBuilder {
    tls::choose_provider();
    match launch.url.reveal().to_ascii_lowercase().starts_with("https:") {
        true => builder,
        false => builder.tls_certs_only([]),
    }
}

/// Credentials must not follow a redirect to another origin.
fn within_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let same = attempt.previous().first().map(Url::origin) == Some(attempt.url().origin());
    match same && attempt.previous().len() <= REDIRECTS_MAX {
        true => attempt.follow(),
        false => attempt.stop(),
    }
}

fn headers(server: &str, headers: &[(String, Secret)]) -> Result<HeaderMap, UpstreamError> {
    let wrong = |name: &str| {
        let message = format!("server `{server}`: `{name}` is not a valid HTTP header");
        UpstreamError::new(FailureCode::Misconfigured, message)
            .with_hint("Correct `headers`; values must not contain line breaks.")
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let key = HeaderName::try_from(name.as_str()).map_err(|_| wrong(name))?;
        let mut value = HeaderValue::try_from(value.reveal()).map_err(|_| wrong(name))?;
        value.set_sensitive(true);
        map.append(key, value);
    }
    Ok(map)
}

/// Returns the address without user, password, query and fragment.
pub(super) fn shown(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return "its address".to_owned() };
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for addresses that cannot have a user, and so have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}
