//! Ctrl-C and the termination signal: the first cancels, the second exits at once.

use std::io;

use callbox::CancellationToken;

use crate::exit::ExitCode;

/// Returns a token that the first interrupt cancels. Must be called inside the runtime.
pub(crate) fn listen() -> io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let mut interrupts = Interrupts::new()?;
    let cancel = token.clone();
    tokio::spawn(async move {
        interrupts.next().await;
        cancel.cancel();
        interrupts.next().await;
        std::process::exit(ExitCode::Stopped as i32);
    });
    Ok(token)
}

#[cfg(unix)]
struct Interrupts {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interrupts {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
