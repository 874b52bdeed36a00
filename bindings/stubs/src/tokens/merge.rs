//! Byte-pair encoding of one piece: two neighbours that form a token are merged, the pair of the lowest rank first, and
//! the leftmost among equals.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::vocabulary::Vocabulary;

/// Counts the tokens of a piece, in O(n log n).
pub(super) fn count(vocabulary: &Vocabulary, piece: &str) -> usize {
    let piece = piece.as_bytes();
    if vocabulary.rank(piece).is_some() { 1 } else { Merging::new(vocabulary, piece).count() }
}

/// A piece being merged.
struct Merging<'a> {
    vocabulary: &'a Vocabulary,
    piece: &'a [u8],
    /// Indexed by a part's first byte: the part's end. For parts merged into another, the end precedes the start.
    ends: Vec<usize>,
    /// Indexed by the byte after a part's last: the part's start.
    starts: Vec<usize>,
    /// Pairs that may be merged: rank, start of the left part, end of the right one.
    pairs: BinaryHeap<Reverse<(u32, usize, usize)>>,
}

impl<'a> Merging<'a> {
    fn new(vocabulary: &'a Vocabulary, piece: &'a [u8]) -> Self {
        let ends = (1..=piece.len()).collect();
        let starts = (0..=piece.len()).map(|end| end.saturating_sub(1)).collect();
        let mut merging = Self { vocabulary, piece, ends, starts, pairs: BinaryHeap::new() };
        for start in 0..piece.len() {
            merging.offer(start);
        }
        merging
    }

    fn count(mut self) -> usize {
        let mut parts = self.piece.len();
        while let Some(Reverse((_, start, end))) = self.pairs.pop() {
            if self.merge(start, end) {
                parts -= 1;
            }
        }
        parts
    }

    /// Merges two parts, if they still exist.
    fn merge(&mut self, start: usize, end: usize) -> bool {
        let Some(middle) = self.end(start) else { return false };
        if self.end(middle) != Some(end) {
            return false;
        }
        self.set(start, middle, end);
        self.offer(start);
        if let Some(before) = self.before(start) {
            self.offer(before);
        }
        true
    }

    /// Queues the part at `start` for merging with the next, if together they are a token.
    fn offer(&mut self, start: usize) {
        let Some(end) = self.end(start).and_then(|middle| self.end(middle)) else { return };
        if let Some(rank) = self.piece.get(start..end).and_then(|pair| self.vocabulary.rank(pair)) {
            self.pairs.push(Reverse((rank, start, end)));
        }
    }

    /// Returns the end of the part at `start`, if there is one.
    fn end(&self, start: usize) -> Option<usize> {
        self.ends.get(start).copied().filter(|end| *end > start)
    }

    fn before(&self, start: usize) -> Option<usize> {
        if start == 0 { None } else { self.starts.get(start).copied() }
    }

    fn set(&mut self, start: usize, middle: usize, end: usize) {
        put(&mut self.ends, start, end);
        put(&mut self.ends, middle, 0);
        put(&mut self.starts, end, start);
    }
}

fn put(places: &mut [usize], at: usize, value: usize) {
    if let Some(place) = places.get_mut(at) {
        *place = value;
    }
}
