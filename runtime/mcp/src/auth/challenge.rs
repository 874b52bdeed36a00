//! A server's challenge to unauthenticated clients: where to sign in and for which scopes. Many servers send it only in
//! response to a JSON-RPC request, and not to the `GET` that usual discovery sends.

use reqwest::header::{HeaderName, HeaderValue};
use rmcp::model::{ClientJsonRpcMessage, ProtocolVersion};
use rmcp::transport::common::http_header::{HEADER_MCP_METHOD, HEADER_MCP_PROTOCOL_VERSION};
use rmcp::transport::streamable_http_client::{StreamableHttpError, StreamableHttpResponseLimits};
use serde_json::json;

use super::target::Target;
use crate::upstream::{Outgoing, http_client, post};

/// Some servers accept a handshake and ask for access only when it comes to their tools.
const METHOD: &str = "tools/list";

/// Returns the server's `WWW-Authenticate`, if it sends one.
pub(super) async fn challenge(target: &Target) -> Option<String> {
    let client = http_client(&target.server, &target.launch).ok()?;
    let version = ProtocolVersion::V_2026_07_28;
    let headers = [header(HEADER_MCP_METHOD, METHOD)?, header(HEADER_MCP_PROTOCOL_VERSION, version.as_str())?];
    let uri = target.launch.url.reveal();
    let outgoing = Outgoing { uri, session: None, token: None, headers: headers.into() };
    match post(&client, outgoing, &request(&version)?, StreamableHttpResponseLimits::default()).await {
        Err(StreamableHttpError::AuthRequired(refused)) => Some(refused.www_authenticate_header),
        _ => None,
    }
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
}

/// Makes a self-contained request of the modern protocol (2026-07-28); other servers still check access first.
fn request(version: &ProtocolVersion) -> Option<ClientJsonRpcMessage> {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "callbox", "version": env!("CARGO_PKG_VERSION") },
    });
    let request = json!({ "jsonrpc": "2.0", "id": 0, "method": METHOD, "params": { "_meta": meta } });
    serde_json::from_value(request).ok()
}
