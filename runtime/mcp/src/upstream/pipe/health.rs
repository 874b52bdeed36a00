//! What a server printed that was no message: counted and shown, so that a failed handshake or a
//! call that never ends can be explained; and whether all it wrote was read. It changes nothing about the
//! connection.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::super::redact::Redactor;
use crate::quote;

/// Enough to recognise a log line or a banner.
const FIRST_LINE_CHARS_MAX: usize = 160;

/// Enough of it to find a secret in.
const FIRST_LINE_BYTES_MAX: usize = 4096;

/// Shared between the wire and whoever reports on it.
#[derive(Debug, Default)]
pub(crate) struct Health {
    garbage: AtomicU64,
    first: Mutex<Option<String>>,
    lost: Mutex<Option<String>>,
    is_held_up: AtomicBool,
    read_out: CancellationToken,
}

impl Health {
    /// Everything that the server wrote has been handed on, and there will be no more.
    pub(super) fn read_out(&self) {
        self.read_out.cancel();
    }

    /// Waits for the end of what the server wrote.
    pub(crate) async fn until_read_out(&self) {
        self.read_out.cancelled().await;
    }

    /// A line that is no message at all.
    pub(super) fn garbage(&self, line: &[u8]) {
        self.garbage.fetch_add(1, Relaxed);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let start = line.get(..FIRST_LINE_BYTES_MAX).unwrap_or(line);
        first.get_or_insert_with(|| String::from_utf8_lossy(start).into_owned());
    }

    /// A message that may have been a reply and could not be given to any call.
    pub(super) fn lost(&self, reason: &str) {
        self.dropped(format!("a message that may have been the reply was dropped: {reason}"));
    }

    /// A request of the server that gets no answer.
    pub(super) fn refused(&self, reason: &str) {
        self.dropped(format!("a request of the server was dropped: {reason}"));
    }

    /// Whether nothing more is read before the server takes the answers to its own requests.
    pub(super) fn held_up(&self, is_held_up: bool) {
        self.is_held_up.store(is_held_up, Relaxed);
    }

    fn dropped(&self, what: String) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
    }

    /// Lines that were no message, and the first of them.
    pub(crate) fn printed(&self, redactor: &Redactor) -> Option<(u64, String)> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let shown = quote::line(&redactor.text(first), FIRST_LINE_CHARS_MAX);
        Some((self.garbage.load(Relaxed), shown))
    }

    /// What else than slowness may explain a call without an answer.
    pub(crate) fn timeout_hint(&self, redactor: &Redactor) -> Option<String> {
        if self.is_held_up.load(Relaxed) {
            return Some("the server does not take the answers to its own requests".to_owned());
        }
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lost.or_else(|| {
            let (lines, first) = self.printed(redactor)?;
            Some(format!(
                "the server printed {lines} lines that are not protocol to its standard output, \
                 the first: `{first}`"
            ))
        })
    }
}
