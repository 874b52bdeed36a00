//! Counts tokens; the only module that knows the tokenizer.
//!
//! The vocabulary is tiktoken's file `o200k_base` (MIT licence), packed into 0.8 MB; no table is built before the first
//! count. Published crates contain tables of 30 MB or more, or do not bound the work for hostile text.

mod merge;
mod pieces;
mod vocabulary;

use pieces::pieces;
use vocabulary::{TOKEN_BYTES_MAX, vocabulary};

/// Counts the tokens of a text in the o200k vocabulary. The first call unpacks the vocabulary, which takes 40 to 70 ms
/// (`callbox types --demo`, with and without `--budget 600`).
pub fn count_tokens(text: &str) -> usize {
    pieces(text).map(|piece| merge::count(vocabulary(), piece)).sum()
}

/// Counts the tokens of a text; `None` if there are more than `tokens_max`. The work is bounded by `tokens_max`,
/// however long the text is.
pub fn count_tokens_within(text: &str, tokens_max: usize) -> Option<usize> {
    if too_long(text, tokens_max) {
        return None;
    }
    pieces(text).try_fold(0, |counted, piece| {
        let room = tokens_max - counted;
        let tokens = if too_long(piece, room) { None } else { Some(merge::count(vocabulary(), piece)) };
        tokens.filter(|tokens| *tokens <= room).map(|tokens| counted + tokens)
    })
}

/// Whether a text must have more tokens than this, whatever it contains.
fn too_long(text: &str, tokens_max: usize) -> bool {
    text.len().div_ceil(TOKEN_BYTES_MAX) > tokens_max
}

/// Returns how many more or fewer tokens a text has after another than on its own.
///
/// The tokenizer never joins two lines, so the tokens of lines can be added up, with one exception: it takes
/// punctuation at the end of a line together with slashes at the start of the next.
pub(crate) fn seam(before: &str, after: &str) -> isize {
    if !after.starts_with('/') {
        return 0;
    }
    let (last, first) = (last_line(before), first_line(after));
    signed(count_tokens(&format!("{last}{first}"))) - signed(count_tokens(last)) - signed(count_tokens(first))
}

pub(crate) fn signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

pub(crate) fn first_line(text: &str) -> &str {
    text.split_inclusive('\n').next().unwrap_or_default()
}

pub(crate) fn last_line(text: &str) -> &str {
    text.split_inclusive('\n').next_back().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use serde::Deserialize;

    use super::*;

    /// The hash that tiktoken checks when it loads the file.
    const PUBLISHED_SHA256: &str = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d";

    #[derive(Deserialize)]
    struct Case {
        text: String,
        times: usize,
        tokens: usize,
    }

    fn cases() -> impl Iterator<Item = (String, usize)> {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../tests/tokens/counts.json")).unwrap();
        cases.into_iter().map(|case| (case.text.repeat(case.times), case.tokens))
    }

    #[test]
    fn counts_are_those_of_tiktoken() {
        for (text, tokens) in cases() {
            assert_eq!(count_tokens(&text), tokens, "{text:?}");
        }
    }

    #[test]
    fn a_count_within_a_limit_is_the_count_or_nothing() {
        for (text, tokens) in cases() {
            assert_eq!(count_tokens_within(&text, tokens), Some(tokens), "{text:?}");
            assert_eq!(tokens.checked_sub(1).and_then(|fewer| count_tokens_within(&text, fewer)), None, "{text:?}");
        }
    }

    #[test]
    fn the_vocabulary_is_the_published_one() {
        let tokens = vocabulary().tokens().into_iter().enumerate();
        let file: String = tokens.map(|(rank, token)| format!("{} {rank}\n", BASE64_STANDARD.encode(token))).collect();
        assert_eq!(crate::hash::hex(file.as_bytes()), PUBLISHED_SHA256);
    }
}
