//! Makes untrusted text inert: whatever it contains, it cannot escape its comment or string.

use crate::unseen::{is_hidden, is_line_end};

/// Returns text as lines of a block comment, without blank ones at its ends.
///
/// Characters that are invisible or reorder others are dropped, so that a reader sees exactly what is there.
pub(super) fn lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.replace("\r\n", "\n").split(is_line_end).map(line).collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    match (first, last) {
        (Some(first), Some(last)) => lines.into_iter().take(last + 1).skip(first).collect(),
        _ => Vec::new(),
    }
}

/// Returns a string literal with the text as its value.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => literal.extend(['\\', char]),
            char if is_line_end(char) || char == '\t' || is_hidden(char) => literal.push_str(&escaped(char)),
            char => literal.push(char),
        }
    }
    literal.push('"');
    literal
}

fn line(text: &str) -> String {
    let shown: String = text.chars().filter(|char| !is_hidden(*char)).collect();
    // The compiler obeys comments that begin with `@ts-`.
    let line = shown.replace("*/", "*\\/").replace("@ts-", "@ ts-");
    line.trim_end().to_owned()
}

fn escaped(char: char) -> String {
    char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}
