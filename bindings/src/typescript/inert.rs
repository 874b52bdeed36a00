//! Untrusted text made inert: whatever it holds, it cannot leave its comment or its string.

/// Text as lines of a block comment, without blank ones at its ends.
///
/// Characters that are invisible or change the order of others are dropped, so that what a reader
/// sees is what stands there.
pub(super) fn lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.replace("\r\n", "\n").split(is_line_end).map(line).collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    match (first, last) {
        (Some(first), Some(last)) => lines.into_iter().take(last + 1).skip(first).collect(),
        _ => Vec::new(),
    }
}

/// Text as a string literal with the same value.
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
    // The compiler takes orders from comments that begin with `@ts-`.
    let line = shown.replace("*/", "*\\/").replace("@ts-", "@ ts-");
    line.trim_end().to_owned()
}

fn escaped(char: char) -> String {
    char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

pub(crate) fn is_line_end(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, and those that Unicode says show nothing (`Default_Ignorable_Code_Point`) or
/// lets reorder or hide others: what they carry, a model reads and a person does not see. The blank
/// of Braille looks like a space and is none.
pub(crate) fn is_hidden(char: char) -> bool {
    let control = char.is_control() && char != '\t';
    control
        || matches!(
            char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}'
                | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
