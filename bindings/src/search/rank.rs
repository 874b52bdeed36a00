//! How well a tool fits what is wanted: BM25 over weighted fields; finds no words.

use super::{
    fields::FIELDS,
    shelf::{Counts, Posting, Shelf},
    wanted::{Wanted, Word},
};

/// What a word in each field counts for: name, title, summary, description, parameters, hints, server.
const WEIGHTS: [f64; FIELDS] = [3.0, 2.0, 1.5, 1.0, 0.6, 0.3, 1.0];

/// How much a longer field takes from each of its words, 0 for nothing.
const LENGTH_PARTS: [f64; FIELDS] = [0.5, 0.5, 0.5, 0.6, 0.6, 0.7, 0.0];

/// How soon more of a word adds nothing: BM25's `k1`.
const SATURATION: f64 = 1.2;

/// What remains of a score when hardly a word is there.
const COVERAGE_MIN: f64 = 0.5;

/// The servers that are looked through, and what is usual among them.
pub(super) struct Scope<'a> {
    shelves: &'a [&'a Shelf],
    tools: f64,
    /// Words in each field of a tool, on average.
    lengths: [f64; FIELDS],
}

impl<'a> Scope<'a> {
    pub(super) fn of(shelves: &'a [&'a Shelf]) -> Scope<'a> {
        let tools = number(shelves.iter().map(|shelf| shelf.len()).sum());
        let mut lengths = [0.0; FIELDS];
        for (field, length) in lengths.iter_mut().enumerate() {
            let words: u64 = shelves.iter().filter_map(|shelf| shelf.lengths.get(field)).sum();
            *length = number(usize::try_from(words).unwrap_or(usize::MAX)) / tools.max(1.0);
        }
        Scope { shelves, tools, lengths }
    }
}

impl Scope<'_> {
    /// The score of each tool of a shelf, in the order of its tools.
    pub(super) fn scores(&self, wanted: &Wanted, shelf: &Shelf) -> Vec<f64> {
        let mut sums = vec![Sum::default(); shelf.len()];
        let mut most = 0.0;
        for word in &wanted.words {
            most += self.add(word, shelf, &mut sums);
        }
        sums.iter().map(|sum| sum.score * (COVERAGE_MIN + (1.0 - COVERAGE_MIN) * sum.rarity / most.max(1.0))).collect()
    }

    /// Adds what a word counts for to each tool; says how rare it is.
    fn add(&self, word: &Word, shelf: &Shelf, sums: &mut [Sum]) -> f64 {
        let own = self.rarity(&word.stem);
        for (stem, weight) in &word.stems {
            let rarity = self.rarity(stem).min(own);
            for posting in shelf.postings(stem) {
                let fit = self.fit(posting, shelf);
                if let Some(sum) = sums.get_mut(posting.tool) {
                    sum.raise(weight * rarity * fit / (SATURATION + fit), weight * rarity);
                }
            }
        }
        sums.iter_mut().for_each(Sum::close);
        own
    }

    /// How few tools have a stem; the most for one that none has.
    fn rarity(&self, stem: &str) -> f64 {
        let with = number(self.shelves.iter().map(|shelf| shelf.postings(stem).len()).sum());
        ((self.tools - with + 0.5) / (with + 0.5)).ln_1p()
    }

    /// How often a tool has the stem, each time by its field's weight and length.
    fn fit(&self, posting: &Posting, shelf: &Shelf) -> f64 {
        let lengths: Counts = shelf.lengths_of(posting.tool);
        let fields = posting.counts.iter().zip(lengths).zip(self.lengths).zip(WEIGHTS.iter().zip(LENGTH_PARTS));
        let had = fields.filter(|(((count, _), _), _)| **count > 0);
        had.map(|(((count, length), usual), (weight, part))| {
            weight * f64::from(*count) / (1.0 - part + part * f64::from(length) / usual)
        })
        .sum()
    }
}

/// What a tool has scored; the best stem of a word counts, not all of them.
#[derive(Clone, Default)]
struct Sum {
    score: f64,
    rarity: f64,
    word: (f64, f64),
}

impl Sum {
    fn raise(&mut self, score: f64, rarity: f64) {
        self.word = (self.word.0.max(score), self.word.1.max(rarity));
    }

    fn close(&mut self) {
        let (score, rarity) = std::mem::take(&mut self.word);
        self.score += score;
        self.rarity += rarity;
    }
}

/// Counts of tools and words are far below what a `u32` holds.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
