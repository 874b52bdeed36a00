//! Compares spellings; knows nothing about the meaning of words.

use strsim::osa_distance;

/// A word as spelled in tools.
#[derive(Debug, Clone)]
pub(super) struct Spelling {
    pub(super) word: String,
    sketch: Sketch,
}

/// A summary that is quick to compare: two words of distance `d` differ by at most `2 d` letters, and in length by at
/// most `d`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sketch {
    /// One bit for each letter in the word, in 64 classes.
    letters: u64,
    chars: usize,
}

impl Sketch {
    pub(super) fn of(word: &str) -> Sketch {
        let bit = |char: char| 1_u64 << (u32::from(char) % 64);
        Sketch { letters: word.chars().map(bit).fold(0, |all, bit| all | bit), chars: word.chars().count() }
    }

    fn may_be_within(self, other: Sketch, distance: usize) -> bool {
        let apart = (self.letters ^ other.letters).count_ones();
        self.chars.abs_diff(other.chars) <= distance && usize::try_from(apart).is_ok_and(|apart| apart <= 2 * distance)
    }
}

impl Spelling {
    pub(super) fn new(word: String) -> Spelling {
        Spelling { sketch: Sketch::of(&word), word }
    }

    /// Returns the number of wrong, missing, extra or swapped letters, if at most `max`.
    pub(super) fn distance(&self, word: &str, sketch: Sketch, max: usize) -> Option<usize> {
        let near = self.sketch.may_be_within(sketch, max);
        near.then(|| osa_distance(&self.word, word)).filter(|distance| *distance <= max)
    }
}

/// Returns how many letters may be wrong: short words are similar to too many others.
pub(super) fn distance_max(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// Returns the spellings that begin with a word, given them in alphabetical order.
pub(super) fn beginning_with<'a>(spellings: &'a [Spelling], word: &'a str) -> impl Iterator<Item = &'a Spelling> {
    let start = spellings.partition_point(|spelling| spelling.word.as_str() < word);
    let rest = spellings.get(start..).unwrap_or_default();
    rest.iter().take_while(move |spelling| spelling.word.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(word: &str, other: &str, max: usize) -> Option<usize> {
        Spelling::new(word.to_owned()).distance(other, Sketch::of(other), max)
    }

    #[test]
    fn misspellings_are_near() {
        assert_eq!(distance("list", "lsit", 1), Some(1));
        assert_eq!(distance("repository", "repositry", 2), Some(1));
        assert_eq!(distance("appointment", "apointmnet", 2), Some(2));
        assert_eq!(distance("weather", "list", 2), None);
        assert_eq!(distance("погода", "погдоа", 1), Some(1));
    }

    #[test]
    fn beginnings_are_found() {
        let spellings: Vec<Spelling> =
            ["rep", "report", "repository", "rest"].map(|word| Spelling::new(word.into())).into();
        let found: Vec<&str> = beginning_with(&spellings, "repo").map(|spelling| spelling.word.as_str()).collect();
        assert_eq!(found, ["report", "repository"]);
    }
}
