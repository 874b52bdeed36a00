//! Scores tools against a query: BM25 over weighted fields. Does not find words.

use super::{
    deed::Deed,
    fields::FIELDS,
    server_index::{Posting, ServerIndex},
    wanted::{Wanted, Word},
};

/// Weight of a word by field: name, title, summary, description, parameters, hints, server.
const WEIGHTS: [f64; FIELDS] = [3.0, 2.0, 1.2, 0.8, 0.8, 0.5, 1.0];

/// How strongly a field's length reduces the weight of its words; 0 for not at all.
const LENGTH_PARTS: [f64; FIELDS] = [0.5, 0.5, 0.4, 0.5, 0.4, 0.4, 0.0];

/// How quickly repeated words stop adding to the score: BM25's `k1`.
const SATURATION: f64 = 1.2;

/// Factor for a score when hardly any word matches.
const COVERAGE_MIN: f64 = 0.4;

/// Factor for a score when the tool's verb is not one that was asked for.
const OTHER_DEED: f64 = 0.9;

/// Factor for a score when the tool removes something and nobody asked for that.
const UNASKED_REMOVAL: f64 = 0.75;

/// A query, weighted by how common its words are in the indexes searched.
pub(super) struct Ranking {
    words: Vec<Weighed>,
    /// Maximum total weight of the words.
    most: f64,
    deed: Deed,
    /// Mean number of words per field of a tool.
    lengths: [f64; FIELDS],
}

/// The stems that may match a word, each with its weight.
struct Weighed(Vec<(String, f64)>);

impl Ranking {
    pub(super) fn new(wanted: Wanted, parts: &[&ServerIndex]) -> Ranking {
        let tools = number(parts.iter().map(|part| part.tools().len()).sum());
        let mut lengths = [0.0; FIELDS];
        for part in parts {
            lengths.iter_mut().zip(part.lengths).for_each(|(sum, words)| *sum += f64::from(words) / tools.max(1.0));
        }
        let rarity = |stem: &str| {
            let with = number(parts.iter().map(|part| part.postings(stem).len()).sum());
            ((tools - with + 0.5) / (with + 0.5)).ln_1p()
        };
        let most = wanted.words.iter().map(|word| word.weight * rarity(&word.stem)).sum();
        let words = wanted.words.into_iter().map(|word| Weighed::new(word, rarity)).collect();
        Ranking { words, most, deed: wanted.deed, lengths }
    }

    /// Returns the score of each tool in a server's index, in order; 0 for a tool without any of the words.
    pub(super) fn scores(&self, part: &ServerIndex) -> Vec<f64> {
        let mut sums = vec![Sum::default(); part.tools().len()];
        for word in &self.words {
            self.add(word, part, &mut sums);
        }
        let scored = sums.iter().zip(part.tools());
        scored.map(|(sum, tool)| sum.score * self.coverage(sum) * self.aptness(tool.deed)).collect()
    }

    fn add(&self, word: &Weighed, part: &ServerIndex, sums: &mut [Sum]) {
        for (stem, weight) in &word.0 {
            for posting in part.postings(stem) {
                let fit = self.fit(posting, part);
                if let Some(sum) = sums.get_mut(posting.tool) {
                    sum.raise(weight * fit / (SATURATION + fit), *weight);
                }
            }
        }
        sums.iter_mut().for_each(Sum::close);
    }

    /// Returns how often a tool has the stem, weighted by each field's weight and length.
    fn fit(&self, posting: &Posting, part: &ServerIndex) -> f64 {
        let lengths = part.tools().get(posting.tool).map(|tool| tool.lengths).unwrap_or_default();
        let mut fit = 0.0;
        let fields =
            posting.counts.into_iter().zip(lengths).zip(self.lengths).zip(WEIGHTS.into_iter().zip(LENGTH_PARTS));
        for (((count, length), usual), (weight, part)) in fields {
            if count > 0 {
                fit += weight * f64::from(count) / (1.0 - part + part * f64::from(length) / usual);
            }
        }
        fit
    }

    fn coverage(&self, sum: &Sum) -> f64 {
        COVERAGE_MIN + (1.0 - COVERAGE_MIN) * sum.covered / self.most.max(f64::MIN_POSITIVE)
    }

    fn aptness(&self, deed: Deed) -> f64 {
        let asked = self.deed;
        if deed.removes() && !(asked != Deed::default() && deed.fits(asked)) {
            UNASKED_REMOVAL
        } else if deed.fits(asked) {
            1.0
        } else {
            OTHER_DEED
        }
    }
}

impl Weighed {
    /// A stem that matches in place of another counts as no rarer than that one.
    fn new(word: Word, rarity: impl Fn(&str) -> f64) -> Weighed {
        let own = rarity(&word.stem);
        let weigh = |(stem, weight): (String, f64)| {
            let weight = weight * word.weight * rarity(&stem).min(own);
            (stem, weight)
        };
        Weighed(word.stems.into_iter().map(weigh).collect())
    }
}

/// A tool's score so far; for each word, only the best stem counts.
#[derive(Clone, Default)]
struct Sum {
    score: f64,
    covered: f64,
    word: (f64, f64),
}

impl Sum {
    fn raise(&mut self, score: f64, covered: f64) {
        self.word = (self.word.0.max(score), self.word.1.max(covered));
    }

    fn close(&mut self) {
        let (score, covered) = std::mem::take(&mut self.word);
        self.score += score;
        self.covered += covered;
    }
}

/// Tool counts are far below the range of `u32`.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
