//! The tokens of the o200k vocabulary and their ranks.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::LazyLock;

/// The length of each token, in order of rank, a zero, then the tokens; packed by the example `pack_vocabulary`.
const PACKED: &[u8] = include_bytes!("../../artefacts/o200k.br");

const BUFFER_BYTES: usize = 64 << 10;

/// Length of the longest token, bytes.
pub(super) const TOKEN_BYTES_MAX: usize = 128;

/// The tokens by rank.
pub(super) struct Vocabulary {
    ranks: HashMap<&'static [u8], u32>,
}

impl Vocabulary {
    /// Returns a token's rank; lower ranks are merged first.
    pub(super) fn rank(&self, token: &[u8]) -> Option<u32> {
        if token.len() > TOKEN_BYTES_MAX { None } else { self.ranks.get(token).copied() }
    }

    /// Returns all tokens, in order of rank.
    #[cfg(test)]
    pub(super) fn tokens(&self) -> Vec<&'static [u8]> {
        let mut tokens: Vec<_> = self.ranks.iter().collect();
        tokens.sort_by_key(|(_, rank)| **rank);
        tokens.into_iter().map(|(token, _)| *token).collect()
    }
}

/// Returns the vocabulary, unpacked on first use.
pub(super) fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary { ranks: ranks(unpacked().leak()) });
    &VOCABULARY
}

/// Unpacks the vocabulary, which is kept for the life of the process.
fn unpacked() -> Vec<u8> {
    let mut bytes = Vec::new();
    // Reading from memory fails only if the file is corrupt, which a test would detect.
    let read = brotli_decompressor::Decompressor::new(PACKED, BUFFER_BYTES).read_to_end(&mut bytes);
    debug_assert!(read.is_ok(), "{read:?}");
    bytes
}

fn ranks(unpacked: &'static [u8]) -> HashMap<&'static [u8], u32> {
    let mut parts = unpacked.splitn(2, |byte| *byte == 0);
    let lengths = parts.next().unwrap_or_default();
    let mut rest = parts.next().unwrap_or_default();
    let mut ranks = HashMap::with_capacity(lengths.len());
    for (rank, length) in (0..).zip(lengths) {
        let Some((token, after)) = rest.split_at_checked(usize::from(*length)) else { break };
        ranks.insert(token, rank);
        rest = after;
    }
    ranks
}
