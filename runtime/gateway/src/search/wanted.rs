//! Parses a query into its words and the stems that may match each; does not score tools.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    QUERY_CHARS_MAX, QUERY_WORDS_MAX,
    deed::Deed,
    server_index::ServerIndex,
    spelling::{Sketch, beginning_with, distance_max},
    split::{stem, words},
    synonyms::{is_light, is_stop_word, synonyms},
};

/// A parsed query.
pub(super) struct Wanted {
    pub(super) words: Vec<Word>,
    /// The actions that its verbs ask for.
    pub(super) deed: Deed,
}

/// One word of a query.
pub(super) struct Word {
    /// Its own stem.
    pub(super) stem: String,
    /// Its weight among the query's words, up to 1.
    pub(super) weight: f64,
    /// Stems that may match it, including its own if any tool has it; each with its weight, up to 1.
    pub(super) stems: Vec<(String, f64)>,
}

/// Weight of a synonym.
const SYNONYM: f64 = 0.7;

/// Weight of a word that begins with a query word: one that some tool has, and one that no tool has.
const BEGINNING_OF_KNOWN: f64 = 0.3;
const BEGINNING_OF_UNKNOWN: f64 = 0.6;

/// Shorter prefixes match too many words.
const BEGINNING_CHARS_MIN: usize = 3;

/// Weight of a word with one letter wrong; with two wrong, its square.
const MISSPELLED: f64 = 0.7;

/// Weight of a verb that goes with anything, as in `put a meeting`.
const LIGHT: f64 = 0.5;

/// Weight of a number: it is a value more often than part of a name.
const NUMBER: f64 = 0.3;

/// Maximum number of stems for one word; only the best are kept, since more are noise.
const STEMS_MAX: usize = 16;

impl Wanted {
    pub(super) fn new(text: &str, parts: &[&ServerIndex]) -> Wanted {
        let all = words(text, QUERY_CHARS_MAX);
        let telling: Vec<&String> = all.iter().filter(|word| is_telling(word)).collect();
        let chosen = if telling.is_empty() { all.iter().collect() } else { telling };
        let mut seen = BTreeSet::new();
        let fresh = chosen.into_iter().filter(|word| seen.insert(stem(word)));
        let fresh: Vec<&String> = fresh.take(QUERY_WORDS_MAX).collect();
        let deeds = fresh.iter().map(|word| Deed::of_word(word));
        Wanted {
            deed: deeds.fold(Deed::default(), Deed::with),
            words: fresh.into_iter().map(|word| Word::new(word, parts)).collect(),
        }
    }
}

/// Single letters and stop words are ignored if there are other words.
fn is_telling(word: &str) -> bool {
    let letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    !letter && !is_stop_word(word)
}

impl Word {
    fn new(word: &str, parts: &[&ServerIndex]) -> Word {
        let stem = stem(word);
        let known = parts.iter().any(|part| !part.postings(&stem).is_empty());
        let mut stems = Stems::default();
        if known {
            stems.add(&stem, 1.0);
        }
        for synonym in synonyms(word) {
            stems.add(&self::stem(synonym), SYNONYM);
        }
        add_longer(&mut stems, word, if known { BEGINNING_OF_KNOWN } else { BEGINNING_OF_UNKNOWN }, parts);
        if !known {
            add_near(&mut stems, word, parts);
        }
        Word { stem, weight: weight(word), stems: stems.best() }
    }
}

fn weight(word: &str) -> f64 {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        NUMBER
    } else if is_light(word) {
        LIGHT
    } else {
        1.0
    }
}

/// Stems with their maximum weight.
#[derive(Default)]
struct Stems(BTreeMap<String, f64>);

impl Stems {
    fn add(&mut self, stem: &str, weight: f64) {
        match self.0.get_mut(stem) {
            Some(known) => *known = known.max(weight),
            None => drop(self.0.insert(stem.to_owned(), weight)),
        }
    }

    fn best(self) -> Vec<(String, f64)> {
        let mut stems: Vec<_> = self.0.into_iter().collect();
        stems.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        stems.truncate(STEMS_MAX);
        stems
    }
}

fn add_longer(stems: &mut Stems, word: &str, weight: f64, parts: &[&ServerIndex]) {
    if word.chars().count() < BEGINNING_CHARS_MIN {
        return;
    }
    for spelling in parts.iter().flat_map(|part| beginning_with(part.spellings(), word)) {
        stems.add(&stem(&spelling.word), weight);
    }
}

/// Adds the spellings at the smallest distance.
fn add_near(stems: &mut Stems, word: &str, parts: &[&ServerIndex]) {
    let sketch = Sketch::of(word);
    let mut max = distance_max(word);
    if max == 0 {
        return;
    }
    let mut near = BTreeSet::new();
    for spelling in parts.iter().flat_map(|part| part.spellings()) {
        if let Some(distance) = spelling.distance(word, sketch, max) {
            if distance < max {
                near.clear();
                max = distance;
            }
            near.insert(&spelling.word);
        }
    }
    let weight = if max > 1 { MISSPELLED * MISSPELLED } else { MISSPELLED };
    near.into_iter().for_each(|word| stems.add(&stem(word), weight));
}
