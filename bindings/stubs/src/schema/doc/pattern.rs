//! Writes a regular expression inside a comment without changing its meaning, whatever it contains.

use crate::unseen::{is_hidden, is_line_end};

/// Returns the expression on one line, with escapes for anything a comment would lose or change.
pub(super) fn on_one_line(pattern: &str) -> String {
    let mut text = String::new();
    let (mut escaped, mut before) = (false, ' ');
    let mut chars = pattern.chars().peekable();
    while let Some(char) = chars.next() {
        let at_end = chars.peek().is_none();
        let lost = match char {
            ' ' => before == ' ' || at_end,
            char => char.is_whitespace() || is_line_end(char) || is_hidden(char),
        };
        if !lost {
            text.push(char);
        } else if escaped {
            // A backslash before a line end means that line end.
            text.push_str(escape(char).trim_start_matches('\\'));
        } else {
            text.push_str(&escape(char));
        }
        escaped = char == '\\' && !escaped;
        before = char;
    }
    // The compiler obeys comments that begin with `@ts-`.
    text.replace("@ts-", "@t\\u0073-")
}

fn escape(char: char) -> String {
    match char {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        char => char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn nothing_is_lost() {
        for (pattern, line) in [
            ("^a b$", "^a b$"),
            ("^a\nb$", "^a\\nb$"),
            ("^a\\\nb$", "^a\\nb$"),
            ("^a\\\\\nb$", "^a\\\\\\nb$"),
            (" a  b ", "\\u0020a \\u0020b\\u0020"),
            ("\u{200b}\u{2028}\u{e0041}", "\\u200b\\u2028\\udb40\\udc41"),
            ("\u{a0}\t[\r]", "\\u00a0\\t[\\r]"),
            ("@ts-ignore", "@t\\u0073-ignore"),
        ] {
            assert_eq!(on_one_line(pattern), line);
        }
    }
}
