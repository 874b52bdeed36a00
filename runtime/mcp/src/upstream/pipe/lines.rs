//! Lines of bounded length from a stream of bytes. Does not look at the contents of a line, except for the identifier
//! in one that is too long to be kept.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

use super::reply_id::ReplyId;
use crate::upstream::read_rate::ReadRate;

/// A few pipe buffers; large replies come in fewer, larger pieces.
const BUFFER_BYTES: usize = 64 * 1024;

/// Bytes of an oversize line that are skipped before the rest counts as unsolicited: its identifier may come last, so
/// it may be a reply.
const SKIPPED_BYTES_MAX: usize = 256 << 20;

/// One line, or what became of it.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// A whole line without its end.
    Whole(Vec<u8>),
    /// A line over the limit, with the `id` at its top level if one was found.
    TooLong {
        /// The identifier.
        id: Option<Value>,
    },
    /// No more lines.
    End,
}

/// Reads lines.
pub(super) struct Lines<R> {
    read: BufReader<R>,
    line: Vec<u8>,
    bytes_max: usize,
    skipping: Option<Skip>,
    pace: ReadRate,
    /// Bytes of the line being skipped, or skipped last, that were not booked.
    skipped_bytes: usize,
    is_hurried: bool,
}

/// A line that is too long, and whether that was reported already.
struct Skip {
    id: ReplyId,
    said: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(read: R, bytes_max: usize) -> Self {
        let read = BufReader::with_capacity(BUFFER_BYTES, read);
        Self {
            read,
            line: Vec::new(),
            bytes_max,
            skipping: None,
            pace: ReadRate::new(bytes_max),
            skipped_bytes: 0,
            is_hurried: false,
        }
    }

    /// Returns the maximum bytes of one line.
    pub(super) fn bytes_max(&self) -> usize {
        self.bytes_max
    }

    /// Takes back the cost of a line that was a reply: only unsolicited lines are limited in bytes per second.
    pub(super) fn was_asked_for(&self, line: &[u8]) {
        self.pace.take_back(line.len());
    }

    /// Takes back the cost of an oversize line that was a reply; otherwise books what was skipped of it.
    pub(super) fn was_too_long(&self, asked_for: bool) {
        match asked_for {
            true => self.pace.take_back(self.bytes_max + BUFFER_BYTES),
            false => self.pace.book(self.skipped_bytes, 0),
        }
    }

    /// Books the extra cost of a request.
    pub(super) fn was_request(&self) {
        self.pace.book_request();
    }

    /// Stops pacing: the process has ended, and there is no more than what is in the pipe.
    pub(super) fn hurry(&mut self) {
        self.is_hurried = true;
    }

    #[cfg(test)]
    pub(super) fn owed_bytes(&self) -> u64 {
        self.pace.owed_bytes()
    }

    #[cfg(test)]
    pub(super) fn pay(&self) {
        self.pace.take_back(usize::MAX / 2);
    }

    /// Returns the next line. Dropping the future loses nothing: bytes are stored as soon as they are taken from the
    /// stream.
    pub(super) async fn next(&mut self) -> Line {
        loop {
            if !self.is_hurried {
                self.pace.until_free().await;
            }
            let Ok(available) = self.read.fill_buf().await else { return Line::End };
            if available.is_empty() {
                return Line::End;
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let (piece, _) = available.split_at(end.unwrap_or(available.len()));
            let was_skipping = self.skipping.is_some();
            let line = take(&mut self.line, &mut self.skipping, piece, end.is_some(), self.bytes_max);
            let (taken, ends) = (piece.len() + usize::from(end.is_some()), end.is_some());
            self.read.consume(taken);
            self.book(taken, ends, was_skipping);
            if let Some(line) = line {
                return line;
            }
        }
    }

    fn book(&mut self, bytes: usize, ends: bool, was_skipping: bool) {
        if !was_skipping {
            self.skipped_bytes = 0;
        }
        if was_skipping && self.skipped_bytes < SKIPPED_BYTES_MAX {
            self.skipped_bytes += bytes;
        } else {
            self.pace.book(bytes, usize::from(ends));
        }
    }
}

/// Adds a piece of a line; returns the line once there is something to report about it.
fn take(line: &mut Vec<u8>, skipping: &mut Option<Skip>, piece: &[u8], ends: bool, bytes_max: usize) -> Option<Line> {
    if skipping.is_none() && line.len() + piece.len() > bytes_max {
        let mut id = ReplyId::default();
        id.feed(&std::mem::take(line));
        *skipping = Some(Skip { id, said: false });
    }
    let Some(skip) = skipping else {
        make_room(line, line.len() + piece.len(), bytes_max);
        line.extend_from_slice(piece);
        return ends.then(|| Line::Whole(std::mem::take(line)));
    };
    skip.id.feed(piece);
    // Once the identifier is known the call can fail; the rest of the line may take forever.
    let speak = !skip.said && (ends || skip.id.found().is_some());
    let said = speak.then(|| Line::TooLong { id: skip.id.found().cloned() });
    skip.said |= speak;
    if ends {
        *skipping = None;
    }
    said
}

/// Makes room for a line of `bytes`, in steps that end with the longest line. Doubling the size of the first piece
/// would exceed that, with the previous step still held for the copy.
fn make_room(line: &mut Vec<u8>, bytes: usize, bytes_max: usize) {
    if bytes <= line.capacity() {
        return;
    }
    let mut capacity = bytes_max;
    while capacity / 2 >= bytes {
        capacity /= 2;
    }
    line.reserve_exact(capacity.saturating_sub(line.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_end_is_paced_sooner_or_later() {
        let mut lines = Lines::new(tokio::io::empty(), 1 << 10);
        lines.book(SKIPPED_BYTES_MAX, false, true);
        assert_eq!(lines.owed_bytes(), 0);
        lines.book(1 << 20, false, true);
        assert_ne!(lines.owed_bytes(), 0);
    }

    #[test]
    fn a_line_never_has_more_room_than_the_longest_one() {
        const BYTES_MAX: usize = 1 << 20;
        for piece_bytes in [1, 4096, 40_000, 65_536, BYTES_MAX] {
            let (mut line, mut moves) = (Vec::new(), 0);
            while line.len() + piece_bytes <= BYTES_MAX {
                let before = line.capacity();
                assert_eq!(take(&mut line, &mut None, &vec![b'x'; piece_bytes], false, BYTES_MAX), None);
                assert!(line.capacity() <= BYTES_MAX, "{} bytes by pieces of {piece_bytes}", line.capacity());
                moves += usize::from(line.capacity() != before);
            }
            assert!(moves <= 21, "{moves} moves by pieces of {piece_bytes}");
        }
    }
}
