//! Which known names an unknown one may have meant; for messages, never for resolving a call.

use std::collections::BTreeSet;

use strsim::{jaro_winkler, normalized_damerau_levenshtein};

/// Returns the nearest known names, best first, at most `max`; none if none is near.
///
/// Letter case, separators and camel case do not count, and the order of words hardly matters: `listIssues`,
/// `list-issues` and `issues_list` are all near `list_issues`. Equally near names are sorted alphabetically.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>, max: usize) -> Vec<&'a str> {
    let wanted = Words::of(unknown);
    let score = |name| (wanted.likeness(&Words::of(name)), name);
    let mut near: Vec<(f64, &str)> =
        known.into_iter().map(score).filter(|(likeness, _)| *likeness >= LIKENESS_MIN).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.dedup();
    near.into_iter().take(max).map(|(_, name)| name).collect()
}

/// Looks up many unknown names within one bound on the total work: with two thousand wrong names and twenty thousand
/// right ones, the first few suggestions are enough.
#[derive(Debug)]
pub struct NearestNames {
    comparisons_left: usize,
}

impl NearestNames {
    /// Allows that many comparisons of two names; each takes about a microsecond.
    #[must_use]
    pub fn within(comparisons_max: usize) -> Self {
        Self { comparisons_left: comparisons_max }
    }

    /// Like [`nearest`], but returns nothing once too few comparisons are left for all known names.
    pub fn of<'a>(&mut self, unknown: &str, known: &'a [impl AsRef<str>], max: usize) -> Vec<&'a str> {
        match self.comparisons_left.checked_sub(known.len()) {
            Some(left) => {
                self.comparisons_left = left;
                nearest(unknown, known.iter().map(AsRef::as_ref), max)
            }
            None => Vec::new(),
        }
    }
}

/// Below this, suggestions are noise: `list_issues` and `get_weather` score 0.5.
const LIKENESS_MIN: f64 = 0.6;

/// Comparison takes quadratic time and a script chooses the name; real names are shorter.
const NAME_CHARS_MAX: usize = 128;

/// Jaro-Winkler finds transposed and missing letters, but rates too many names as similar below this.
const JARO_WINKLER_MIN: f64 = 0.88;

/// A name prepared for comparison: its words in lower case, and its letters without separators.
struct Words {
    words: BTreeSet<String>,
    letters: String,
}

impl Words {
    fn of(name: &str) -> Words {
        let mut spaced = String::new();
        let mut lower_before = false;
        for char in name.chars().take(NAME_CHARS_MAX) {
            if char.is_uppercase() && lower_before {
                spaced.push(' ');
            }
            lower_before = char.is_lowercase() || char.is_numeric();
            spaced.extend(if char.is_alphanumeric() { char } else { ' ' }.to_lowercase());
        }
        let words: Vec<&str> = spaced.split_whitespace().collect();
        Words { letters: words.concat(), words: words.into_iter().map(str::to_owned).collect() }
    }

    fn likeness(&self, other: &Words) -> f64 {
        if self.letters == other.letters {
            return 1.0;
        }
        [self.spelling(other), self.inclusion(other), self.shared_words(other)].into_iter().fold(0.0, f64::max)
    }

    fn spelling(&self, other: &Words) -> f64 {
        let edits = normalized_damerau_levenshtein(&self.letters, &other.letters);
        let jaro = jaro_winkler(&self.letters, &other.letters);
        if jaro >= JARO_WINKLER_MIN { edits.max(jaro - 0.1) } else { edits }
    }

    /// Scores a name that contains the other as a whole: higher the more of it that covers, and at its start.
    fn inclusion(&self, other: &Words) -> f64 {
        let (short, long) = if self.letters.len() <= other.letters.len() {
            (&self.letters, &other.letters)
        } else {
            (&other.letters, &self.letters)
        };
        // Two letters occur in almost any name.
        if short.len() < 3 || !long.contains(short.as_str()) {
            return 0.0;
        }
        let start = if long.starts_with(short.as_str()) { 0.05 } else { 0.0 };
        0.7 + start + 0.2 * ratio(short.len(), long.len())
    }

    fn shared_words(&self, other: &Words) -> f64 {
        let shared = self.words.intersection(&other.words).count();
        let all = self.words.union(&other.words).count();
        0.95 * ratio(shared, all)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let small = |count| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { small(part) / small(whole) }
}
