//! Shortens human-readable text; knows no markup.

/// Returns the first sentence of a text as one line, cut with `…` after `chars_max` characters.
///
/// A sentence ends at `.`, `!` or `?` before white space that is not followed by a lower-case letter (so that `e.g.
/// this` continues), at a Chinese or Japanese full stop, and at an empty line.
pub fn first_sentence(text: &str, chars_max: usize) -> String {
    shortened(&one_line(sentence(text.trim())), chars_max)
}

/// Whether the text has more than its first sentence.
pub(crate) fn has_more(text: &str, chars_max: usize) -> bool {
    let text = text.trim();
    let first = sentence(text);
    first.len() < text.len() || first.chars().count() > chars_max
}

/// Returns the text if short enough, else its first words and `…`.
pub(crate) fn shortened(text: &str, chars_max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars_max) else {
        return text.to_owned();
    };
    let kept = text.get(..end).unwrap_or_default();
    let words = kept.rsplit_once(char::is_whitespace).map(|(words, _)| words).filter(|words| !words.is_empty());
    format!("{}…", words.unwrap_or(kept).trim_end())
}

/// Returns only the letters and digits, in lower case, to recognise texts that say the same.
pub fn letters(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sentence(text: &str) -> &str {
    let ends = text.char_indices().find(|(at, char)| ends_here(text, *at, *char));
    let end = ends.map_or(text.len(), |(at, char)| if char == '\n' { at } else { at + char.len_utf8() });
    text.get(..end).unwrap_or(text).trim_end()
}

fn ends_here(text: &str, at: usize, char: char) -> bool {
    let rest = text.get(at + char.len_utf8()..).unwrap_or_default();
    match char {
        '。' | '！' | '？' => true,
        '.' | '!' | '?' => {
            let next = rest.trim_start().chars().next();
            rest.starts_with(char::is_whitespace) && !next.is_some_and(char::is_lowercase)
        }
        '\n' => rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_is_found() {
        for (text, sentence) in [
            ("List issues. Needs a token.", "List issues."),
            ("List issues, e.g. open ones. Then more.", "List issues, e.g. open ones."),
            ("Version 1.2 of it! Yes", "Version 1.2 of it!"),
            ("No full stop\n\nArgs:\n  x", "No full stop"),
            ("one\n  line\tof many", "one line of many"),
            ("列出问题。然后", "列出问题。"),
            ("  \n ", ""),
            ("Is it? It is.", "Is it?"),
        ] {
            assert_eq!(first_sentence(text, 120), sentence);
        }
    }

    #[test]
    fn long_sentences_end_at_a_word() {
        assert_eq!(first_sentence("one two three four", 9), "one two…");
        assert_eq!(first_sentence("ääääääääää", 4), "ääää…");
        assert_eq!(first_sentence("four", 4), "four");
        assert!(has_more("One. Two.", 100) && has_more("four", 3) && !has_more("One.\n", 100));
    }
}
