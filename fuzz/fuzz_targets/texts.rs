//! Counts, names and compares any text that scripts and servers may supply: budgets hold, names are identifiers.
//!
//! Run like `catalogue`, with `texts` instead.

#![no_main]

use std::collections::HashSet;

use callbox_bindings::{count_tokens, count_tokens_within, identifiers, nearest};
use libfuzzer_sys::fuzz_target;

const NEAREST_MAX: usize = 3;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let tokens = count_tokens(&text);
    assert!(tokens <= text.len(), "a token has a byte at least");
    assert_eq!(count_tokens_within(&text, tokens), Some(tokens));
    if let Some(fewer) = tokens.checked_sub(1) {
        assert_eq!(count_tokens_within(&text, fewer), None);
    }
    let names: Vec<&str> = text.split('\n').collect();
    let found: HashSet<String> = identifiers(&names).into_iter().collect();
    assert_eq!(found.len(), names.len(), "no two are equal");
    if let [wanted, known @ ..] = names.as_slice() {
        assert!(nearest(wanted, known.iter().copied(), NEAREST_MAX).len() <= NEAREST_MAX);
    }
});
