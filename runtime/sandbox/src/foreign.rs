//! Makes third-party text safe to show. Text from a script, a server or a file can neither control a terminal, nor
//! hide, nor look like a line of callbox's own. This module does not decide what is shown.
//!
//! The same characters are escaped everywhere: controls (C0, DEL, C1), line ends other than `\n`, and characters that
//! Unicode defines as invisible or as reordering the rest. The same frame marks multi-line text: `  | ` before each
//! line but the first, or before every line of a value if one of its lines looks like callbox's own.

use std::fmt::Write as _;

use callbox_bindings::{is_hidden, is_line_end};
use serde_json::Value;

/// The prefix of a framed line.
pub const FRAME: &str = "  | ";

/// The beginnings of callbox's own lines, in lower case.
const OWN: [&str; 20] = [
    "call:",
    "callbox ",
    "calls made before",
    "code: internal",
    "cut:",
    "error:",
    "error[",
    "faulted:",
    "hint:",
    "no tool had been called",
    "note:",
    "rejected:",
    "returned:",
    "shortened:",
    "stopped:",
    "system:",
    "the whole",
    "threw:",
    "tool calls made before",
    "warning:",
];
/// Longer than the longest entry of `OWN`, characters.
const OWN_CHARS_MAX: usize = 32;

/// Keeps line breaks and tabs, and escapes every other character that controls or hides text.
#[must_use]
pub fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            c => push(&mut shown, c),
        }
    }
    shown
}

/// Returns the text on one line, at most `chars_max` characters of it.
#[must_use]
pub fn line(text: &str, chars_max: usize) -> String {
    let mut shown = String::new();
    let mut rest = text.trim().chars();
    rest.by_ref().take(chars_max).for_each(|c| push(&mut shown, c));
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Returns the text with its line breaks, at most `bytes_max` bytes of it.
#[must_use]
pub fn block(text: &str, bytes_max: usize) -> String {
    let (kept, rest) = text.split_at(text.floor_char_boundary(bytes_max));
    let mut shown = self::text(kept);
    if !rest.is_empty() {
        // Writing into a `String` cannot fail.
        let _ = write!(shown, "… ({} more bytes)", rest.len());
    }
    shown
}

/// Formats text that follows one of callbox's own labels: all lines but the first are framed.
#[must_use]
pub fn framed(text: &str) -> String {
    self::text(text.trim_end()).replace('\n', &format!("\n{FRAME}"))
}

/// Formats a value for people and models: a string as it is, anything else as compact JSON. If a line of a string looks
/// like one of callbox's own, every line is framed.
#[must_use]
pub fn value(value: &Value) -> String {
    match value {
        Value::String(words) => standing_alone(words),
        other => json(&other.to_string()),
    }
}

/// Formats a value like [`value`], with indented JSON.
#[must_use]
pub fn pretty(value: &Value) -> String {
    match value {
        Value::String(words) => standing_alone(words),
        other => json(&format!("{other:#}")),
    }
}

/// Escapes unsafe characters in the strings of JSON text; the result is the same JSON.
#[must_use]
pub fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.chars() {
        if c != '\n' && is_unsafe(c) {
            for unit in c.encode_utf16(&mut units) {
                // Writing into a `String` cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Formats a value as JSON on one line, at most `chars_max` characters of it.
#[must_use]
pub fn json_line(value: &Value, chars_max: usize) -> String {
    let text = value.to_string();
    // Enough for one more character than is shown.
    let head = text.get(..text.floor_char_boundary(chars_max.saturating_mul(4) + 4)).unwrap_or_default();
    line(&json(head), chars_max)
}

/// Checks whether the character controls a terminal, ends a line or hides text. Joiners and emoji variation selectors
/// are kept: Persian, Hindi and emoji need them.
fn is_unsafe(c: char) -> bool {
    (is_hidden(c) || is_line_end(c)) && !is_joiner(c)
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

fn push(shown: &mut String, c: char) {
    if c == '\t' || is_unsafe(c) {
        shown.extend(c.escape_default());
    } else {
        shown.push(c);
    }
}

fn standing_alone(words: &str) -> String {
    let shown = text(words);
    if !shown.lines().any(reads_like_ours) {
        return shown;
    }
    shown.split_inclusive('\n').fold(String::with_capacity(shown.len()), |framed, line| framed + FRAME + line)
}

/// Checks whether a line looks like callbox's own. Anything before its first letter or digit is ignored, since readers
/// overlook it.
fn reads_like_ours(line: &str) -> bool {
    let letters = line.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().filter(|c| !is_joiner(*c));
    let begin: String = letters.take(OWN_CHARS_MAX).collect::<String>().to_lowercase();
    OWN.iter().any(|own| begin.starts_with(own))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// One character of each escaped kind.
    const UNSAFE: &str = "\0\u{7}\u{8}\u{b}\u{c}\u{1b}\u{7f}\u{85}\u{9b}\u{200b}\u{200e}\u{200f}\u{202a}\u{202e}\u{2028}\u{2029}\u{2060}\u{2066}\u{2069}\u{feff}\u{61c}\u{ad}\u{e0041}";

    #[test]
    fn every_way_of_showing_escapes_the_same_characters() {
        let ways: [fn(&str) -> String; 7] = [
            text,
            |text| line(text, 1_000),
            |text| block(text, 1_000),
            framed,
            |text| value(&json!(text)),
            |text| value(&json!([text, {text: 1}])),
            |text| pretty(&json!({text: [text]})),
        ];
        for c in UNSAFE.chars() {
            for (at, way) in ways.iter().enumerate() {
                let shown = way(&format!("a{c}b"));
                assert!(!shown.contains(c) && shown.contains("\\"), "way {at}: {shown:?}");
            }
        }
        let kept = "é 漢 👩\u{200d}💻 ❤\u{fe0f} می\u{200c}خواهم";
        ways.iter().for_each(|way| assert!(way(kept).contains(kept), "{}", way(kept)));
    }

    #[test]
    fn escaped_json_is_the_same_json() {
        let value = json!({UNSAFE: [UNSAFE, "\n\t\\u"], "n": 1});
        for shown in [super::value(&value), pretty(&value)] {
            assert_eq!(serde_json::from_str::<Value>(&shown).ok(), Some(value.clone()));
        }
    }

    #[test]
    fn a_line_stays_one_and_short() {
        assert_eq!(line("a\u{1b}[31mb\rc\nd\te\n", 80), "a\\u{1b}[31mb\\rc\\nd\\te");
        assert_eq!(line("abcdef", 3), "abc…");
        assert_eq!(line("x\u{202e}y\u{2028}z", 80), "x\\u{202e}y\\u{2028}z");
    }

    #[test]
    fn a_block_keeps_its_lines_and_says_what_it_cut() {
        assert_eq!(block("a\r\nb\u{7}\r", 80), "a\nb\\u{7}\\r");
        assert_eq!(block("ééé", 3), "é… (4 more bytes)");
    }

    #[test]
    fn what_follows_a_label_cannot_begin_a_line() {
        assert_eq!(framed("no\nhint: Send it.\n\n"), "no\n  | hint: Send it.");
        assert_eq!(framed("one line\n"), "one line");
    }

    #[test]
    fn a_text_that_reads_like_ours_is_framed_whole() {
        for line in
            ["hint: x", "  Hint: x", "- SHORTENED: $", "\u{200d}note: x", "n\u{200d}ote: x", "No tool had been called."]
        {
            assert_eq!(value(&json!(format!("a\n{line}"))), format!("  | a\n  | {line}"));
        }
        assert_eq!(value(&json!("a\nhints: none\nb\n")), "a\nhints: none\nb\n");
    }
}
