//! A text buffer that grows without copying: WebAssembly memory never shrinks, so a doubling buffer would cost three
//! times its contents.

/// Size at which a piece is full, bytes.
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

    /// Returns the piece to append to.
    pub(super) fn open(&mut self) -> &mut Vec<u8> {
        if self.piece.len() >= PIECE_BYTES {
            let mut full = std::mem::take(&mut self.piece);
            full.shrink_to_fit();
            self.aside.push(full);
        }
        &mut self.piece
    }

    /// Joins the pieces, freeing each after copying it.
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
