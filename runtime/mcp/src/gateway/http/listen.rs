//! Takes connections under bounds on their number, their headers and their time, and ends them in an
//! orderly way.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::HttpOptions;
use crate::gateway::{Gateway, Scope};

/// A client that sends its headers more slowly, or a request less often, is cut off.
const HEADERS_WAIT: Duration = Duration::from_secs(10);
/// A client that takes nothing of its answer for so long is cut off.
const ANSWER_PAUSE: Duration = Duration::from_secs(20);
/// Of all headers of a request, bytes.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Headers of a request.
const HEADERS_MAX: usize = 64;
/// What the last answers get to go out once the runs have ended.
const ANSWERS: Duration = Duration::from_secs(2);
/// What open streams get to end once the runs have, and what is waited after a failure to take a connection.
const CLOSE: Duration = Duration::from_millis(500);

impl Gateway {
    /// Serves HTTP on `listener` until `stop`; then takes no more connections, lets runs go on for
    /// [`HttpOptions::drain_ms_max`], and ends what is left.
    pub async fn serve_http(
        &self,
        listener: TcpListener,
        scope: &Arc<Scope>,
        options: &HttpOptions,
        stop: CancellationToken,
    ) {
        let streams = CancellationToken::new();
        let router = self.router(scope, options, streams.clone());
        let open = take(listener, &router, options, stop).await;
        self.drained(Duration::from_millis(options.drain_ms_max)).await;
        // Answers go out first; then streams without an end are cut; what is left is dropped with the runtime.
        let mut closing = pin!(open.shutdown());
        if timeout(ANSWERS, &mut closing).await.is_err() {
            streams.cancel();
            let _ = timeout(CLOSE, closing).await;
        }
    }
}

/// Serves a router on `listener` until `stop`, under the same bounds as the gateway; then ends what is open.
pub async fn serve_router(listener: TcpListener, router: Router, options: &HttpOptions, stop: CancellationToken) {
    let open = take(listener, &router, options, stop).await;
    // What is still open after this is dropped with the runtime.
    let _ = timeout(CLOSE, open.shutdown()).await;
}

/// Takes connections until `stop`; gives those that are open then.
async fn take(
    listener: TcpListener,
    router: &Router,
    options: &HttpOptions,
    stop: CancellationToken,
) -> GracefulShutdown {
    let open = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(options.connections_max));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, _)) => connect(stream, router.clone(), &open, place),
                // Too many open files, for one: others have to go first.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(CLOSE).await;
                }
            },
            () = stop.cancelled() => break,
        }
    }
    open
}

fn connect(stream: TcpStream, router: Router, open: &GracefulShutdown, place: OwnedSemaphorePermit) {
    // Only HTTP/1.1: to find out which version a client speaks, its first bytes would be waited for without an
    // end, and silent clients would take all places.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WAIT)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    // It fails only on a socket that is gone, which the first read will show.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(ANSWER_PAUSE));
    let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service).into_owned();
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke off");
        }
        drop(place);
    });
}
