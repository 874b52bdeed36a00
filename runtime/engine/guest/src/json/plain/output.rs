//! Text that grows without being copied: memory that the engine asked for is never given back, so a
//! buffer that doubles would cost three times what it holds.

/// A full piece is put aside at this size, bytes.
const PIECE_BYTES: usize = 64 << 10;

/// UTF-8 in pieces.
pub(super) struct Output {
    aside: Vec<Vec<u8>>,
    piece: Vec<u8>,
}

impl Output {
    pub(super) fn new() -> Self {
        Self { aside: Vec::new(), piece: Vec::with_capacity(64) }
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.open().push(byte);
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.open().extend_from_slice(bytes);
    }

    /// The piece to write at.
    pub(super) fn open(&mut self) -> &mut Vec<u8> {
        if self.piece.len() >= PIECE_BYTES {
            let mut full = std::mem::take(&mut self.piece);
            full.shrink_to_fit();
            self.aside.push(full);
        }
        &mut self.piece
    }

    /// The whole; each piece is let go when it is copied.
    pub(super) fn finish(self) -> Vec<u8> {
        if self.aside.is_empty() {
            return self.piece;
        }
        let len = self.aside.iter().map(Vec::len).sum::<usize>() + self.piece.len();
        let mut whole = Vec::with_capacity(len);
        self.aside.into_iter().chain([self.piece]).for_each(|piece| whole.extend_from_slice(&piece));
        whole
    }
}
