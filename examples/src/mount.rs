//! The gateway mounted in an axum program, beside the program's own routes.

use std::{error::Error, sync::Arc};

use axum::{Router, routing::get};
use callbox::{CancellationToken, Catalog, Sandbox, ToolError};
use callbox_gateway::{Gateway, GatewayOptions, HttpOptions, Scope};

/// Returns a router with the gateway at `/mcp`, its health at `/healthz`, and a page of our own.
///
/// `stop` ends open streams when the program shuts down.
pub fn router(stop: CancellationToken) -> Result<Router, Box<dyn Error>> {
    let catalog = Catalog::builder()
        .function("clock", "now", "Seconds since 1970.", |(): ()| async {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            since.map(|since| since.as_secs()).map_err(|error| ToolError::failed(error.to_string()))
        })
        .build();
    let gateway = Gateway::over(Sandbox::new()?, catalog, GatewayOptions::default());
    let everyone = Arc::new(Scope::new("everyone", vec![], vec![]));
    let mcp = gateway.router(&everyone, &HttpOptions::default(), stop);
    Ok(Router::new().route("/", get(|| async { "our own page" })).merge(mcp))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    /// Sends one request and returns the whole answer.
    async fn ask(address: std::net::SocketAddr, request: String) -> String {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        answer
    }

    #[tokio::test]
    async fn both_answer() {
        let stop = super::CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = super::router(stop.clone()).expect("a router");
        let ended = stop.clone().cancelled_owned();
        let server = tokio::spawn(async { axum::serve(listener, router).with_graceful_shutdown(ended).await });
        let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assert!(ask(address, get("/")).await.contains("our own page"));
        assert!(ask(address, get("/healthz")).await.contains("200 OK"));
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;
        let post = format!(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert!(ask(address, post).await.contains("callbox"));
        stop.cancel();
        server.await.expect("the task").expect("the server");
    }
}
