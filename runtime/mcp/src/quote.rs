//! Shows text of third parties: shortened, and without characters that steer a terminal. It does
//! not decide what is shown.

/// `text` on one line, at most `chars_max` characters, control and direction characters escaped.
pub(crate) fn line(text: &str, chars_max: usize) -> String {
    let mut shown: String = text.trim().chars().take(chars_max).map(visible).collect();
    if text.trim().chars().nth(chars_max).is_some() {
        shown.push('…');
    }
    shown
}

/// `text` with its line breaks, at most `bytes_max` bytes, other control characters escaped.
pub(crate) fn block(text: &str, bytes_max: usize) -> String {
    let end = text.floor_char_boundary(bytes_max);
    let (kept, rest) = text.split_at(end);
    let mut shown = String::with_capacity(kept.len());
    for c in kept.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            _ => shown.push_str(&visible(c)),
        }
    }
    if !rest.is_empty() {
        shown.push_str(&format!("… ({} more bytes)", rest.len()));
    }
    shown
}

fn visible(c: char) -> String {
    if c.is_control() || is_direction_mark(c) { c.escape_default().to_string() } else { c.to_string() }
}

/// Marks that reorder what a terminal shows.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{block, line};

    #[test]
    fn a_line_cannot_steer_the_terminal_and_stays_short() {
        assert_eq!(line("a\u{1b}[31mb\rc\n", 80), "a\\u{1b}[31mb\\rc");
        assert_eq!(line("x\u{202e}y", 80), "x\\u{202e}y");
        assert_eq!(line("abcdef", 3), "abc…");
    }

    #[test]
    fn a_block_keeps_its_lines_and_says_what_it_cut() {
        assert_eq!(block("a\nb\u{7}", 80), "a\nb\\u{7}");
        assert_eq!(block("ééé", 3), "é… (4 more bytes)");
    }
}
