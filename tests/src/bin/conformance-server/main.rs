//! The server under test in the official conformance suite: the gateway's HTTP side in front of the tools, prompts and
//! resources that the suite expects. Prints its URL, and ends when its standard input does.

#![expect(deprecated, reason = "the suite uses logging, sampling and roots, which are deprecated")]

mod acts;
mod data;
mod fixture;
mod jobs;
mod rounds;

use std::io::{Read as _, Write as _};

use callbox_gateway::{HttpOptions, router_of, serve_router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use fixture::Fixture;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    // The suite checks that a page from this same server may send requests.
    let origins = [format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")];
    let options = HttpOptions { origins: origins.to_vec(), ..HttpOptions::default() };
    let stop = CancellationToken::new();
    let fixture = Fixture::new()?;
    let router = router_of(move || fixture.clone(), &options, stop.clone());
    writeln!(std::io::stdout(), "http://127.0.0.1:{port}/mcp")?;
    end_with_input(stop.clone());
    serve_router(listener, router, &options, stop).await;
    Ok(())
}

/// The process that started the server keeps its standard input open while it is needed.
fn end_with_input(stop: CancellationToken) {
    std::thread::spawn(move || {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        stop.cancel();
    });
}
