//! Writes JSON strings.

/// Appends the string in quotes.
pub fn quote(output: &mut Vec<u8>, text: &str) {
    // Reserves in one go, so that a long text is not copied as the output doubles.
    output.reserve(text.len() + 2);
    output.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| needs_escape(byte)) {
        let (plain, from) = rest.split_at(at);
        output.extend_from_slice(plain);
        if let Some((&byte, behind)) = from.split_first() {
            push_escape(output, byte);
            rest = behind;
        }
    }
    output.extend_from_slice(rest);
    output.push(b'"');
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn push_escape(output: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        8 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        12 => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        _ => return output.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    };
    output.extend_from_slice(&[b'\\', short]);
}
