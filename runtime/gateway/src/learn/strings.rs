//! The strings in one place: their format, and their words if there are few.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::format::Format;
use super::guard::Guard;
use super::key;

/// Maximum number of distinct words of an enumeration.
const WORDS_MAX: usize = 8;
/// A single word is more likely somebody's name than an enumeration.
const WORDS_MIN: usize = 2;
/// Longer text is not a word.
const WORD_BYTES_MAX: usize = 24;
/// How often words must have been seen to be stored, and in how many results.
const SEEN_MIN: u64 = 20;
const RESULTS_MIN: u64 = 3;
/// How often per distinct word.
const SEEN_PER_WORD_MIN: u64 = 5;

/// The strings in one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Strings {
    pub(super) seen: u64,
    /// The format that all of them have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Format>,
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    words: Words,
}

/// The distinct words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Words {
    Few(Few),
    /// Too many, or some that are not words. This state is final.
    Many,
}

/// Words that may make up an enumeration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Few {
    words: BTreeSet<String>,
    /// How many strings were counted. Fewer than [`Strings::seen`] if others were forgotten.
    seen: u64,
    /// In how many results; a result counts once for each name that was found to be data.
    results: u64,
}

/// The words that a type may name.
pub(super) struct Known<'a> {
    pub(super) words: &'a BTreeSet<String>,
    /// Whether these are all the words seen.
    pub(super) all: bool,
}

impl Strings {
    /// Counts one more string of the same result.
    pub(super) fn see(&mut self, text: &str, guard: Guard) {
        let format = || if guard == Guard::Secret { None } else { Format::of(text) };
        // A lost format stays lost, so it is not checked again.
        if self.seen == 0 {
            self.format = format();
        } else if self.format.is_some() && self.format != format() {
            self.format = None;
        }
        self.seen += 1;
        let taken = match &mut self.words {
            Words::Few(few) => guard == Guard::Open && few.took(text),
            Words::Many => false,
        };
        if !taken {
            self.words = Words::Many;
        }
    }

    pub(super) fn merge(&mut self, other: Strings) {
        self.seen = self.seen.saturating_add(other.seen);
        self.format = self.format.filter(|format| other.format == Some(*format));
        let mine = std::mem::replace(&mut self.words, Words::Many);
        self.words = mine.merged(other.words);
    }

    /// Forgets words that do not, or not yet, make up an enumeration.
    pub(super) fn settle(&mut self) {
        if let Words::Few(few) = &self.words
            && !few.may_be_kept()
        {
            self.words = Words::default();
        }
    }

    pub(super) fn known(&self) -> Option<Known<'_>> {
        match &self.words {
            Words::Few(few) if few.may_be_kept() => Some(Known { words: &few.words, all: few.seen >= self.seen }),
            _ => None,
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Words::Few(Few::default())
    }
}

impl Words {
    fn is_empty(&self) -> bool {
        matches!(self, Words::Few(few) if few.words.is_empty())
    }

    fn merged(self, other: Words) -> Words {
        let (Words::Few(mut mine), Words::Few(other)) = (self, other) else {
            return Words::Many;
        };
        mine.words.extend(other.words);
        mine.seen = mine.seen.saturating_add(other.seen);
        mine.results = mine.results.saturating_add(other.results);
        if mine.words.len() > WORDS_MAX { Words::Many } else { Words::Few(mine) }
    }
}

impl Few {
    /// Adds a word from the single result that this describes; false if it is not a word or there are too many.
    fn took(&mut self, text: &str) -> bool {
        let known = self.words.contains(text);
        if !known && (self.words.len() >= WORDS_MAX || !is_word(text)) {
            return false;
        }
        if !known {
            self.words.insert(text.to_owned());
        }
        self.seen += 1;
        self.results = 1;
        true
    }

    /// Applies the rule in the documentation of [`super`].
    fn may_be_kept(&self) -> bool {
        let distinct = self.words.len();
        let often = SEEN_MIN.max(SEEN_PER_WORD_MIN.saturating_mul(distinct as u64));
        (WORDS_MIN..=WORDS_MAX).contains(&distinct)
            && self.seen >= often
            && self.results >= RESULTS_MIN
            && self.words.iter().all(|word| is_word(word))
    }
}

/// Whether a text looks like `open`, `IN_PROGRESS`, `merge-commit` or `dueDate`, and not like a secret.
fn is_word(text: &str) -> bool {
    let short = !text.is_empty() && text.len() <= WORD_BYTES_MAX;
    short && text.split(['_', '-']).all(|part| !part.is_empty() && key::is_pronounceable(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_secrets() {
        for word in ["open", "IN_PROGRESS", "merge-commit", "dueDate", "M", "Closed", "https", "xs", "not_planned"] {
            assert!(is_word(word), "{word}");
        }
        for text in [
            "",
            "two words",
            "v2",
            "hunter2",
            "_",
            "a--b",
            "AKIAIOSFODNNSEVENEXAMPLE",
            "JBSWYDPEHPKPXP",
            "wJalrXUtnFEMIKMDENGbPxRf",
            "xkqjzvbn",
            "qpxjfgwkdhtzn",
            "ada@example.org",
            "naïve",
            "a/b",
            "abcdefghijklmnopqrstuvwxy",
        ] {
            assert!(!is_word(text), "{text}");
        }
    }
}
