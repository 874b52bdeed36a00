//! Splits wire names into words, and forms names in the styles of WIT and Rust.

use super::Style;

/// `list-issues`: words of lower-case ASCII letters and digits that begin with a letter, which every version of WIT's
/// grammar allows.
pub(crate) const KEBAB: Style = Style { candidate: kebab, joint: "-x" };

/// `list_issues`.
pub(crate) const SNAKE: Style = Style { candidate: snake, joint: "_x" };

/// `ListIssues`.
pub(crate) const CAMEL: Style = Style { candidate: camel, joint: "X" };

/// Further words are dropped once a name has this many letters, since paths to inner types get long.
const LETTERS_MAX: usize = 56;

fn kebab(wire: &str) -> String {
    words(wire).join("-")
}

fn snake(wire: &str) -> String {
    let name = words(wire).join("_");
    // Words that Rust does not allow as raw identifiers.
    if matches!(name.as_str(), "self" | "super" | "crate") { format!("{name}_") } else { name }
}

fn camel(wire: &str) -> String {
    let name: String = words(wire).iter().map(|word| capitalised(word)).collect();
    if name == "Self" { "Itself".to_owned() } else { name }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// Returns at least one word, each matching `[a-z][a-z0-9]*`.
fn words(wire: &str) -> Vec<String> {
    if wire.is_empty() {
        return vec!["empty".to_owned()];
    }
    let mut words: Vec<String> = Vec::new();
    let mut letters = 0;
    for piece in pieces(wire) {
        letters += piece.len();
        if letters > LETTERS_MAX && !words.is_empty() {
            break;
        }
        add(&mut words, &piece);
    }
    if words.is_empty() {
        words.push("x".to_owned());
    }
    words
}

/// Adds a word; one that begins with a digit is appended to the previous word.
fn add(words: &mut Vec<String>, piece: &str) {
    let mut word = piece.to_ascii_lowercase();
    word.truncate(LETTERS_MAX);
    let digit = word.starts_with(|first: char| first.is_ascii_digit());
    match (digit, words.last_mut()) {
        (false, _) => words.push(word),
        (true, Some(last)) => last.push_str(&word),
        (true, None) => words.push(format!("x{word}")),
    }
}

/// Splits into runs of ASCII letters and digits, also where a capital begins a word: `listIssues`, `HTTPServer`.
fn pieces(wire: &str) -> Vec<String> {
    let chars: Vec<char> = wire.chars().take(4 * LETTERS_MAX).collect();
    let mut pieces = vec![String::new()];
    let mut before = ' ';
    for (index, char) in chars.iter().copied().enumerate() {
        let next_small = chars.get(index + 1).is_some_and(char::is_ascii_lowercase);
        let begins = char.is_ascii_uppercase() && (!before.is_ascii_uppercase() || next_small);
        if begins || !char.is_ascii_alphanumeric() {
            pieces.push(String::new());
        }
        if char.is_ascii_alphanumeric()
            && let Some(piece) = pieces.last_mut()
        {
            piece.push(char);
        }
        before = char;
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
