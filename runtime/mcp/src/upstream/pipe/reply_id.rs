//! Finds the `id` at the top level of a JSON object that is never held as a whole. Does not check that the text is
//! JSON.

use serde_json::Value;

/// Longer tokens cannot be identifiers of ours.
pub(super) const TOKEN_BYTES_MAX: usize = 64;

/// The scanner; it is fed the text piece by piece.
#[derive(Debug, Default)]
pub(super) struct ReplyId {
    depth: usize,
    quoted: bool,
    escaped: bool,
    token: Vec<u8>,
    key: Vec<u8>,
    found: Option<Value>,
}

impl ReplyId {
    /// Returns the identifier, once it was seen whole.
    pub(super) fn found(&self) -> Option<&Value> {
        self.found.as_ref()
    }

    /// Scans another piece.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        for byte in piece {
            if self.quoted {
                self.feed_quoted(*byte);
            } else {
                self.feed_plain(*byte);
            }
        }
    }

    fn feed_quoted(&mut self, byte: u8) {
        self.push(byte);
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.quoted = false,
            _ => {}
        }
    }

    fn feed_plain(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.quoted = true;
                self.push(byte);
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.end_member();
                self.depth = self.depth.saturating_sub(1);
            }
            b',' => self.end_member(),
            b':' if self.depth == 1 => self.key = std::mem::take(&mut self.token),
            _ if byte.is_ascii_whitespace() => {}
            _ => self.push(byte),
        }
    }

    fn push(&mut self, byte: u8) {
        if self.depth == 1 && self.token.len() <= TOKEN_BYTES_MAX {
            self.token.push(byte);
        }
    }

    fn end_member(&mut self) {
        if self.depth != 1 {
            return;
        }
        if self.key == b"\"id\"" && self.found.is_none() {
            self.found = serde_json::from_slice(&self.token).ok();
        }
        self.key.clear();
        self.token.clear();
    }
}
