//! How well a tool fits what is wanted: BM25 over weighted fields; finds no words.

use super::{
    deed::Deed,
    fields::FIELDS,
    server_index::{Posting, ServerIndex},
    wanted::{Wanted, Word},
};

/// What a word in each field counts for: name, title, summary, description, parameters, hints, server.
const WEIGHTS: [f64; FIELDS] = [3.0, 2.0, 1.2, 0.8, 0.8, 0.5, 1.0];

/// How much a longer field takes from each of its words, 0 for nothing.
const LENGTH_PARTS: [f64; FIELDS] = [0.5, 0.5, 0.4, 0.5, 0.4, 0.4, 0.0];

/// How soon more of a word adds nothing: BM25's `k1`.
const SATURATION: f64 = 1.2;

/// What remains of a score when hardly a word is there.
const COVERAGE_MIN: f64 = 0.4;

/// What remains of a score when the tool's verb is none that was asked for.
const OTHER_DEED: f64 = 0.9;

/// What remains of a score when the tool takes something away and nobody asked for it.
const UNASKED_REMOVAL: f64 = 0.75;

/// What is wanted, weighed by what is usual on some parts.
pub(super) struct Ranking {
    words: Vec<Weighed>,
    /// The most that the words may count for.
    most: f64,
    deed: Deed,
    /// Words in each field of a tool, on average.
    lengths: [f64; FIELDS],
}

/// The stems that may stand for a word, each with what it counts for.
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

    /// The score of each tool of a part, in the order of its tools; 0 for one that has no word.
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

    /// How often a tool has the stem, each time by its field's weight and length.
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
    /// A stem that stands for another word is not rarer than that.
    fn new(word: Word, rarity: impl Fn(&str) -> f64) -> Weighed {
        let own = rarity(&word.stem);
        let weigh = |(stem, weight): (String, f64)| {
            let weight = weight * word.weight * rarity(&stem).min(own);
            (stem, weight)
        };
        Weighed(word.stems.into_iter().map(weigh).collect())
    }
}

/// What a tool has scored; the best stem of a word counts, not all of them.
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

/// Counts of tools are far below what a `u32` holds.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
