//! Counts and shows what a server printed that is not a message, to explain a failed handshake or a call that never
//! ends, and tracks whether all output was read. It does not affect the connection.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::super::redact::Redactor;
use callbox::internal::foreign;

/// Enough to recognise a log line or a banner.
const FIRST_LINE_CHARS_MAX: usize = 160;

/// Enough of the line to find a secret in.
const FIRST_LINE_BYTES_MAX: usize = 4096;

/// Shared between the pipe and the code that reports on it.
#[derive(Debug, Default)]
pub(crate) struct Health {
    garbage: AtomicU64,
    first: Mutex<Option<String>>,
    lost: Mutex<Option<String>>,
    is_held_up: AtomicBool,
    read_out: CancellationToken,
}

impl Health {
    /// Records that all of the server's output has been passed on and there will be no more.
    pub(super) fn read_out(&self) {
        self.read_out.cancel();
    }

    /// Waits for the end of the server's output.
    pub(crate) async fn until_read_out(&self) {
        self.read_out.cancelled().await;
    }

    /// Records a line that is not a message.
    pub(super) fn garbage(&self, line: &[u8]) {
        self.garbage.fetch_add(1, Relaxed);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let start = line.get(..FIRST_LINE_BYTES_MAX).unwrap_or(line);
        first.get_or_insert_with(|| String::from_utf8_lossy(start).into_owned());
    }

    /// Records a message that may have been a reply but could not be assigned to a call.
    pub(super) fn lost(&self, reason: &str) {
        self.dropped(format!("a message that may have been the reply was dropped: {reason}"));
    }

    /// Records a request of the server that gets no answer.
    pub(super) fn refused(&self, reason: &str) {
        self.dropped(format!("a request of the server was dropped: {reason}"));
    }

    /// Sets whether reading is paused until the server takes the answers to its own requests.
    pub(super) fn held_up(&self, is_held_up: bool) {
        self.is_held_up.store(is_held_up, Relaxed);
    }

    fn dropped(&self, what: String) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
    }

    /// Returns the number of lines that were not messages, and the first of them.
    pub(crate) fn printed(&self, redactor: &Redactor) -> Option<(u64, String)> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let shown = foreign::line(&redactor.text(first), FIRST_LINE_CHARS_MAX);
        Some((self.garbage.load(Relaxed), shown))
    }

    /// Returns an explanation other than slowness for a call without an answer.
    pub(crate) fn timeout_hint(&self, redactor: &Redactor) -> Option<String> {
        if self.is_held_up.load(Relaxed) {
            return Some("the server does not take the answers to its own requests".to_owned());
        }
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lost.or_else(|| {
            let (lines, first) = self.printed(redactor)?;
            Some(format!(
                "the server printed {lines} lines that are not protocol messages to its standard output, \
                 the first: `{first}`"
            ))
        })
    }
}
