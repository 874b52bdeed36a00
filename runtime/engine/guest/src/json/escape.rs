//! Single-letter escapes in JSON strings.

/// Returns the UTF-16 unit for the letter after a backslash; `None` for `u`, which begins hexadecimal digits.
pub fn unescaped(letter: u8) -> Option<u16> {
    let unit = match letter {
        b'"' | b'\\' | b'/' => letter,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'f' => 12,
        b'r' => b'\r',
        _ => return None,
    };
    Some(u16::from(unit))
}
