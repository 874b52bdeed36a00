//! Cuts a text where tokens never join, by the patterns of the o200k vocabulary.

use std::sync::LazyLock;

use regex_automata::{Anchored, Input, meta::Regex};

/// Words with what may stand before and after them, numbers, punctuation, ends of lines, white space at the end of the text.
const PIECE: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}",
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"|\s*[\r\n]+",
    r"|\s+$",
);

/// White space before something else: its last character belongs to what follows. The vocabulary's own pattern says so by
/// looking ahead, which a linear engine cannot; this one takes the character and gives it back.
const SPACES_AND_ONE: &str = r"\s+\s";

/// A single one.
const SPACE: &str = r"\s+";

/// The patterns, the first that matches counts. There is none if they do not compile, which a test would see.
static PATTERNS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new_many(&[PIECE, SPACES_AND_ONE, SPACE]).ok());

/// Which of the patterns takes one character too many.
const GIVES_BACK: usize = 1;

/// The pieces of a text; together they are the text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(end(rest)?);
        rest = after;
        Some(piece)
    })
}

/// Where the first piece of a text ends. Every character is in one of the patterns.
fn end(text: &str) -> Option<usize> {
    let found = PATTERNS.as_ref()?.find(Input::new(text).anchored(Anchored::Yes))?;
    if found.pattern().as_usize() != GIVES_BACK {
        return Some(found.end());
    }
    text.get(..found.end())?.char_indices().next_back().map(|(last, _)| last)
}
