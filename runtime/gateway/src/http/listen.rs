//! Accepts connections, within limits on their number, headers and time, and closes them gracefully.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::connections::{AdmittedConnection, ConnectionClass, Connections};
use super::{HttpOptions, busy};
use crate::{Gateway, Scope};

/// Longest time for the headers of a request, and between requests, before the client is cut off.
const HEADERS_WAIT: Duration = Duration::from_secs(10);
/// Longest time in which a client may take nothing of its answer before it is cut off.
const ANSWER_PAUSE: Duration = Duration::from_secs(20);
/// Maximum bytes of all headers of a request.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Maximum headers of a request.
const HEADERS_MAX: usize = 64;
/// Time for the last answers to go out once the runs have ended.
const ANSWERS: Duration = Duration::from_secs(2);
/// Grace period for open streams after the last run, and the pause after a failed accept.
const CLOSE: Duration = Duration::from_millis(500);

impl Gateway {
    /// Serves HTTP on `listener` until `stop`; then accepts no more connections, lets runs continue for
    /// [`HttpOptions::drain_ms_max`], and ends the rest.
    pub async fn serve_http(
        &self,
        listener: TcpListener,
        scope: &Arc<Scope>,
        options: &HttpOptions,
        stop: CancellationToken,
    ) {
        let streams = CancellationToken::new();
        let routers =
            Routers { all: self.router(scope, options, streams.clone()), health: self.health_router(streams.clone()) };
        let open = take(listener, &routers, options, stop).await;
        self.drained(Duration::from_millis(options.drain_ms_max)).await;
        // Answers go out first, then endless streams are cut; the rest is dropped with the runtime.
        let mut closing = pin!(open.shutdown());
        if timeout(ANSWERS, &mut closing).await.is_err() {
            streams.cancel();
            let _ = timeout(CLOSE, closing).await;
        }
    }
}

/// Serves a router on `listener` until `stop`, within the same limits as the gateway, then closes what is open.
pub async fn serve_router(listener: TcpListener, router: Router, options: &HttpOptions, stop: CancellationToken) {
    let routers = Routers { all: router, health: Router::new().fallback(busy) };
    let open = take(listener, &routers, options, stop).await;
    // Whatever is still open after this is dropped with the runtime.
    let _ = timeout(CLOSE, open.shutdown()).await;
}

/// The routers that serve connections.
struct Routers {
    all: Router,
    /// For when all slots are taken.
    health: Router,
}

impl Routers {
    fn of(&self, part: ConnectionClass) -> &Router {
        match part {
            ConnectionClass::All => &self.all,
            ConnectionClass::Health => &self.health,
        }
    }
}

/// Accepts connections until `stop`; returns those that are open then.
async fn take(
    listener: TcpListener,
    routers: &Routers,
    options: &HttpOptions,
    stop: CancellationToken,
) -> GracefulShutdown {
    let open = GracefulShutdown::new();
    let crowd = Connections::new(options);
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = stop.cancelled() => break,
        };
        match taken {
            Ok((stream, from)) => match crowd.admit(from.ip()) {
                Some(admitted) => connect(stream, routers.of(admitted.part), &open, admitted),
                None => tracing::debug!(%from, "a connection is rejected: there is no slot for it"),
            },
            // For example too many open files: other connections have to close first.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(CLOSE).await;
            }
        }
    }
    open
}

fn connect(stream: TcpStream, router: &Router, open: &GracefulShutdown, admitted: AdmittedConnection) {
    // HTTP/1.1 only: detecting the version waits for a client's first bytes without a time limit, so silent clients
    // would take all slots.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WAIT)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    // Fails only if the socket is gone, which the first read will report.
    let _ = stream.set_nodelay(true);
    let AdmittedConnection { holder, permits, .. } = admitted;
    let service = TowerToHyperService::new(router.clone().layer(Extension(holder.clone())));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(ANSWER_PAUSE));
    let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service).into_owned();
    let connection = open.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            ended = connection => if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke off");
            },
            () = holder.left() => tracing::debug!("a connection makes way for another"),
        }
        drop(permits);
    });
}
