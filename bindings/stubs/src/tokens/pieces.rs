//! Splits a text where tokens never join, by the patterns of the o200k vocabulary.

use std::sync::LazyLock;

use regex_automata::{Anchored, Input, meta::Regex};

/// Words with the characters that may surround them, numbers, punctuation, line ends, trailing white space.
const PIECE: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}",
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"|\s*[\r\n]+",
    r"|\s+$",
);

/// White space before something else: its last character belongs to what follows. The vocabulary's own pattern uses
/// lookahead, which a linear-time engine does not support; this one matches the character and gives it back.
const SPACES_AND_ONE: &str = r"\s+\s";

/// Single white space.
const SPACE: &str = r"\s+";

/// The patterns; the first match counts. `None` if they do not compile, which a test would detect.
static PATTERNS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new_many(&[PIECE, SPACES_AND_ONE, SPACE]).ok());

/// The pattern that matches one character too many.
const GIVES_BACK: usize = 1;

/// Returns the pieces of a text; together they make up the text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(end(rest)?);
        rest = after;
        Some(piece)
    })
}

/// Returns the end of the first piece of a text. Every character matches one of the patterns.
fn end(text: &str) -> Option<usize> {
    let found = PATTERNS.as_ref()?.find(Input::new(text).anchored(Anchored::Yes))?;
    if found.pattern().as_usize() != GIVES_BACK {
        return Some(found.end());
    }
    text.get(..found.end())?.char_indices().next_back().map(|(last, _)| last)
}
