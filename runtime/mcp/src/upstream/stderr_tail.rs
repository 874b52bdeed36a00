//! The last lines of a server's standard error, in a bounded buffer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::read_rate::ReadRate;
use super::redact::Redactor;
use callbox::internal::foreign;

/// Longer lines say no more.
const LINE_CHARS_MAX: usize = 400;

/// Read in pieces of this size, so that a flood costs little memory.
const PIECE_BYTES: usize = 4096;

/// How long to wait for the rest once a process has ended; a grandchild may hold the pipe open.
const REST: Duration = Duration::from_millis(100);

/// A bounded buffer that is still being filled.
#[derive(Debug, Clone)]
pub(super) struct StderrTail {
    kept: Arc<Mutex<Buffer>>,
    read: CancellationToken,
}

#[derive(Debug)]
struct Buffer {
    bytes: VecDeque<u8>,
    bytes_max: usize,
}

impl StderrTail {
    fn new(bytes_max: usize) -> Self {
        let kept = Buffer { bytes: VecDeque::new(), bytes_max };
        Self { kept: Arc::new(Mutex::new(kept)), read: CancellationToken::new() }
    }

    /// Reads `source` to its end in the background.
    pub(super) fn follow<R: AsyncRead + Send + Unpin + 'static>(mut source: R, bytes_max: usize) -> Self {
        let tail = Self::new(bytes_max);
        let writer = tail.clone();
        tokio::spawn(async move {
            let (mut piece, pace) = (vec![0; PIECE_BYTES], ReadRate::new(0));
            while let Ok(length @ 1..) = source.read(&mut piece).await {
                pace.book(length, 0);
                pace.until_free().await;
                writer.push(piece.get(..length).unwrap_or_default());
            }
            writer.read.cancel();
        });
        tail
    }

    fn push(&self, piece: &[u8]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes.extend(piece);
        let excess = kept.bytes.len().saturating_sub(kept.bytes_max);
        kept.bytes.drain(..excess);
    }

    /// Waits briefly for what a process wrote before it ended.
    pub(super) async fn rest(&self) {
        // On a timeout, the lines so far have to do.
        let _ = timeout(REST, self.read.cancelled()).await;
    }

    /// Returns the last lines that are not blank, at most `lines_max`, oldest first.
    pub(super) fn lines(&self, lines_max: usize, redactor: &Redactor) -> Vec<String> {
        // Redact before anything is shortened, or half of a secret might stay.
        let text = redactor.text(self.text(redactor.bytes_max()));
        let shown = |line| foreign::line(line, LINE_CHARS_MAX);
        let told = text.lines().rev().filter(|line| !line.trim().is_empty());
        let mut lines: Vec<String> = told.take(lines_max).map(shown).collect();
        lines.reverse();
        lines
    }

    /// Returns the buffer without a first line whose beginning may be lost. If there is no other line, drops the first
    /// `rest_max` bytes, which may be the end of a secret.
    fn text(&self, rest_max: usize) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_cut = kept.bytes.len() >= kept.bytes_max;
        let end_of_first = kept.bytes.iter().position(|byte| *byte == b'\n');
        let start = if is_cut { end_of_first.unwrap_or(rest_max) } else { 0 };
        let bytes: Vec<u8> = kept.bytes.iter().skip(start).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Redactor, StderrTail};

    #[tokio::test]
    async fn only_the_last_whole_lines_are_kept() {
        let tail = StderrTail::new(16);
        tail.push(b"one\ntwo\n\nthree\n\x1b[2Jx");
        let nothing = Redactor::default();
        assert_eq!(tail.lines(9, &nothing), ["three", "\\u{1b}[2Jx"]);
        assert_eq!(tail.lines(1, &nothing), ["\\u{1b}[2Jx"]);
    }

    #[tokio::test]
    async fn a_secret_that_lost_its_beginning_is_not_shown() {
        let tail = StderrTail::new(24);
        tail.push(b"the token is canary-of-tail and more");
        let redactor = Redactor::default();
        redactor.learn("canary-of-tail");
        let lines = tail.lines(9, &redactor).concat();
        assert!(lines.ends_with("more") && !lines.contains("tail"), "{lines}");
    }
}
