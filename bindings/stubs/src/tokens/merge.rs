//! Byte-pair encoding of one piece: two neighbours that are a token become one, the pair of the lowest rank first, the
//! leftmost of equals.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::vocabulary::Vocabulary;

/// How many tokens a piece is. The work grows with its length as sorting does.
pub(super) fn count(vocabulary: &Vocabulary, piece: &str) -> usize {
    let piece = piece.as_bytes();
    if vocabulary.rank(piece).is_some() { 1 } else { Merging::new(vocabulary, piece).count() }
}

/// A piece under way.
struct Merging<'a> {
    vocabulary: &'a Vocabulary,
    piece: &'a [u8],
    /// By the place of its first byte: where a part ends. Parts that were taken into another end before they begin.
    ends: Vec<usize>,
    /// By the place of the byte behind its last: where a part begins.
    starts: Vec<usize>,
    /// Pairs that may be merged: rank, and where the left part begins and the right one ends.
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

    /// Makes one part of two, if they still are two.
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

    /// Remembers the part that begins there together with the next, if they are a token.
    fn offer(&mut self, start: usize) {
        let Some(end) = self.end(start).and_then(|middle| self.end(middle)) else { return };
        if let Some(rank) = self.piece.get(start..end).and_then(|pair| self.vocabulary.rank(pair)) {
            self.pairs.push(Reverse((rank, start, end)));
        }
    }

    /// Where the part that begins there ends, if one begins there.
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
