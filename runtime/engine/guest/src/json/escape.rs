//! Escapes of one letter in a JSON string.

/// The unit that stands for a letter behind a backslash; `u` begins digits, and is none of them.
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
