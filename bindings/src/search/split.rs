//! Text to words as they are compared: folded, parted, stemmed; knows nothing of tools.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longer words are cut: no word of a language is, and comparing spellings takes quadratic time.
const WORD_CHARS_MAX: usize = 40;

/// A capital inside a longer run of words is taken for style, not for a name such as `GitHub`.
const COMPOUND_PARTS: usize = 2;

/// Splits text; remembers the stems of words it has met.
pub(super) struct Splitter {
    stemmer: Stemmer,
    stems: HashMap<String, String>,
}

impl Splitter {
    pub(super) fn new() -> Splitter {
        Splitter { stemmer: Stemmer::create(Algorithm::English), stems: HashMap::new() }
    }

    /// Hands each word of the first `chars_max` characters on, as it is spelled and as its stem.
    pub(super) fn each(&mut self, text: &str, chars_max: usize, mut take: impl FnMut(&str, &str)) {
        for word in words(text, chars_max) {
            let stem = self.stem(&word);
            take(&word, stem);
        }
    }

    /// Stems of English; other words stay what they are.
    pub(super) fn stem(&mut self, word: &str) -> &str {
        if !self.stems.contains_key(word) {
            let stem = stem(&self.stemmer, word);
            self.stems.insert(word.to_owned(), stem);
        }
        self.stems.get(word).map_or("", String::as_str)
    }
}

fn stem(stemmer: &Stemmer, word: &str) -> String {
    let english = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if english { stemmer.stem(word).into_owned() } else { word.to_owned() }
}

/// The words of the first `chars_max` characters, in small letters without accents.
///
/// `listIssues`, `list_issues` and `list-issues` are two words, `GitHub` is three: `git`, `hub` and
/// `github`. Scripts that do not part words give each character and each pair of neighbours.
pub(super) fn words(text: &str, chars_max: usize) -> Vec<String> {
    let text = folded(text, chars_max);
    let mut words = Vec::new();
    let mut before: Option<(usize, &str)> = None;
    for (at, word) in text.unicode_word_indices() {
        if !is_character(word) {
            pieces(word, &mut words);
            before = None;
            continue;
        }
        if let Some((_, left)) = before.filter(|(end, _)| *end == at) {
            words.push(format!("{left}{word}"));
        }
        words.push(word.to_owned());
        before = Some((at + word.len(), word));
    }
    words
}

/// Compatible forms made one, accents taken off.
fn folded(text: &str, chars_max: usize) -> String {
    if text.is_ascii() {
        return text.chars().take(chars_max).collect();
    }
    let plain = text.chars().take(chars_max).nfkd().filter(|char| !matches!(char, '\u{300}'..='\u{36f}'));
    plain.nfc().take(chars_max).collect()
}

/// One character of a script that parts no words, as Chinese.
fn is_character(word: &str) -> bool {
    let first = word.chars().next().unwrap_or('a');
    let caseless = !first.is_ascii() && !first.is_lowercase() && !first.is_uppercase();
    caseless && word.graphemes(true).nth(1).is_none()
}

/// Takes a word apart at signs and inner capitals; `sha256` is also `sha`.
fn pieces(word: &str, words: &mut Vec<String>) {
    for run in word.split(|char: char| !char.is_alphanumeric() && char.is_ascii()).filter(|run| !run.is_empty()) {
        let parts = camel(run);
        if parts.len() == COMPOUND_PARTS {
            words.push(small(run));
        }
        for part in parts {
            let letters = part.trim_end_matches(|char: char| char.is_ascii_digit());
            if letters.len() < part.len() && letters.chars().count() > 2 {
                words.push(small(letters));
            }
            words.push(small(part));
        }
    }
}

fn small(word: &str) -> String {
    word.chars().take(WORD_CHARS_MAX).flat_map(char::to_lowercase).collect()
}

/// `listIssues` and `HTTPServer` at their inner capitals.
fn camel(run: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let chars: Vec<(usize, char)> = run.char_indices().collect();
    for triple in chars.windows(2).enumerate() {
        let (index, [(_, before), (at, char)]) = triple else { continue };
        let next_small = chars.get(index + 2).is_some_and(|(_, next)| next.is_lowercase());
        let begins = char.is_uppercase() && (!before.is_uppercase() || next_small);
        if begins && !before.is_ascii_digit() {
            starts.push(*at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([run.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| run.get(*start..end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted() {
        for (text, expected) in [
            ("list_issues", "list issues"),
            ("list-issues.v2", "list issues v2"),
            ("crm_googleGetAdAccounts", "crm google get ad accounts"),
            ("HTTPServer", "httpserver http server"),
            ("GitHub", "github git hub"),
            ("sha256", "sha sha256"),
            ("Don't stop", "don t stop"),
            ("ÀÉ café Straße", "ae cafe straße"),
            ("ｆｕｌｌ width", "full width"),
            ("", ""),
            ("?! 🎉", ""),
        ] {
            assert_eq!(words(text, 100).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn other_scripts_have_words() {
        assert_eq!(words("火车票 ok", 100), ["火", "火车", "车", "车票", "票", "ok"]);
        assert_eq!(words("Поиск писем", 100), ["поиск", "писем"]);
        assert_eq!(words("이메일 보내기", 100), ["이메일", "보내기"]);
        assert!(!words("ค้นหาอีเมล", 100).is_empty());
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(words(&"a".repeat(10_000), 1_000).concat().len(), WORD_CHARS_MAX);
        assert!(words(&"\u{fdfa}".repeat(10_000), 100).concat().chars().count() <= 300);
        assert_eq!(words(&"a ".repeat(10_000), 10).len(), 5);
    }

    #[test]
    fn stems_are_of_english_alone() {
        let mut splitter = Splitter::new();
        assert_eq!(splitter.stem("repositories").to_owned(), splitter.stem("repository"));
        assert_eq!(splitter.stem("поисками"), "поисками");
        assert_eq!(splitter.stem("sha256"), "sha256");
    }
}
