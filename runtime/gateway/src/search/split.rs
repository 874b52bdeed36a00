//! Splits text into words for comparison: folded, separated, stemmed. Knows nothing about tools.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longer words are cut: no real word is longer, and comparing spellings takes quadratic time.
const WORD_CHARS_MAX: usize = 40;

/// Returns the stem of an English word; other words stay as they are.
pub(super) fn stem(word: &str) -> String {
    let english = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if english { Stemmer::create(Algorithm::English).stem(word).into_owned() } else { word.to_owned() }
}

/// Passes on the words of the first `chars_max` characters, in lower case and without accents.
///
/// `listIssues`, `list_issues` and `list-issues` are two words, `GitHub` is three: `github`, `git` and `hub`. Scripts
/// that do not separate words yield each character and each pair of neighbours.
pub(super) fn each_word(text: &str, chars_max: usize, take: &mut impl FnMut(&str)) {
    let text = text.char_indices().nth(chars_max).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    if text.is_ascii() {
        return runs(text, take);
    }
    let plain = folded(text);
    let mut before: Option<(usize, &str)> = None;
    for (at, word) in plain.unicode_word_indices() {
        if !is_character(word) {
            runs(word, take);
            before = None;
            continue;
        }
        if let Some((_, left)) = before.filter(|(end, _)| *end == at) {
            take(&format!("{left}{word}"));
        }
        take(word);
        before = Some((at + word.len(), word));
    }
}

/// Returns the words of a text, as passed on by [`each_word`].
pub(super) fn words(text: &str, chars_max: usize) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, chars_max, &mut |word| words.push(word.to_owned()));
    words
}

/// Maximum expansion of one character; the single character that expands further carries no meaning here.
const EXPANSION_MAX: usize = 3;

/// Unifies compatible forms and removes accents.
fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|char| !matches!(char, '\u{300}'..='\u{36f}'));
    bare.nfc().take(EXPANSION_MAX * text.len()).collect()
}

/// Whether the word is a single character of a script that does not separate words, such as Chinese.
fn is_character(word: &str) -> bool {
    let first = word.chars().next().unwrap_or('a');
    let caseless = !first.is_ascii() && !first.is_lowercase() && !first.is_uppercase();
    caseless && word.graphemes(true).nth(1).is_none()
}

/// Splits text at ASCII punctuation and white space.
fn runs(text: &str, take: &mut impl FnMut(&str)) {
    let parted = text.split(|char: char| char.is_ascii() && !char.is_ascii_alphanumeric());
    parted.filter(|run| !run.is_empty()).for_each(|run| parts(run, take));
}

/// Splits a word at its inner capitals; with only one of them, also passes on the whole word, which may be a name.
fn parts(run: &str, take: &mut impl FnMut(&str)) {
    // Fast path for most words.
    if run.len() <= WORD_CHARS_MAX && run.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return take(run);
    }
    let capitals: Vec<usize> = inner_capitals(run).collect();
    if capitals.len() == 1 {
        take(&small(run));
    }
    let starts = [0].into_iter().chain(capitals.iter().copied());
    let ends = capitals.iter().copied().chain([run.len()]);
    for part in starts.zip(ends).filter_map(|(start, end)| run.get(start..end)) {
        let part = small(part);
        // `sha256` also yields `sha`.
        let letters = part.trim_end_matches(|char: char| char.is_ascii_digit());
        if letters.len() < part.len() && letters.len() > 2 {
            take(letters);
        }
        take(&part);
    }
}

fn small(word: &str) -> String {
    let end = word.char_indices().nth(WORD_CHARS_MAX).map_or(word.len(), |(end, _)| end);
    word.get(..end).unwrap_or(word).to_lowercase()
}

/// Returns where a new word starts in `listIssues` and `HTTPServer`.
fn inner_capitals(run: &str) -> impl Iterator<Item = usize> {
    let mut before: Option<char> = None;
    run.char_indices().filter_map(move |(at, char)| {
        let left = before.replace(char)?;
        let next = run.get(at + char.len_utf8()..).and_then(|rest| rest.chars().next());
        let begins = char.is_uppercase() && (left.is_lowercase() || next.is_some_and(char::is_lowercase));
        (begins && !left.is_ascii_digit()).then_some(at)
    })
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
        assert!(words(&"\u{fdfa}".repeat(10_000), 100).concat().chars().count() <= 1_000);
        assert_eq!(words(&"a ".repeat(10_000), 10).len(), 5);
    }

    #[test]
    fn stems_are_of_english_alone() {
        assert_eq!(stem("repositories"), stem("repository"));
        assert_eq!(stem("поисками"), "поисками");
        assert_eq!(stem("sha256"), "sha256");
    }
}
