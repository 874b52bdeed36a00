//! Characters that end a line, and those that are invisible to a reader.

/// Whether a program that reads lines may end one at this character.
#[must_use]
pub fn is_line_end(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character is a control character, or one that Unicode renders as nothing (`Default_Ignorable_Code_Point`)
/// or uses to reorder or hide others: a model reads what they carry, but a human does not see it. The blank Braille
/// pattern looks like a space but is not one.
#[must_use]
pub fn is_hidden(char: char) -> bool {
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
