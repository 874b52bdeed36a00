//! Strings as JSON writes them: as engine text for scripts, as UTF-8 for the host.

use boa_engine::string::{JsStr, JsStrVariant};

use crate::builtins::text::Text;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends the string in quotes; a lone surrogate becomes an escape.
pub(super) fn quote(output: &mut Text, text: JsStr<'_>) {
    output.push_unit(u16::from(b'"'));
    match text.variant() {
        JsStrVariant::Latin1(bytes) => quote_bytes(output, bytes),
        JsStrVariant::Utf16(units) => quote_units(output, units),
    }
    output.push_unit(u16::from(b'"'));
}

fn quote_bytes(output: &mut Text, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| needs_escape(byte)) {
        let (plain, from) = rest.split_at(at);
        output.push_bytes(plain);
        if let Some((&byte, behind)) = from.split_first() {
            output.push_bytes(escape(byte).as_bytes());
            rest = behind;
        }
    }
    output.push_bytes(rest);
}

fn quote_units(output: &mut Text, units: &[u16]) {
    let mut buffer = [0; 2];
    for decoded in char::decode_utf16(units.iter().copied()) {
        match decoded {
            Ok(shown) => match u8::try_from(shown) {
                Ok(byte) if needs_escape(byte) => output.push_bytes(escape(byte).as_bytes()),
                Ok(byte) => output.push_unit(u16::from(byte)),
                Err(_) => output.push_units(shown.encode_utf16(&mut buffer)),
            },
            Err(lone) => output.push_bytes(&unit_escape(lone.unpaired_surrogate())),
        }
    }
}

/// Appends the string in quotes as UTF-8; a lone surrogate becomes U+FFFD.
pub(super) fn quote_utf8(output: &mut Vec<u8>, text: JsStr<'_>) {
    // At once, so that a long text is not copied while the output doubles.
    output.reserve(text.len() + 2);
    output.push(b'"');
    match text.variant() {
        JsStrVariant::Latin1(bytes) => push_latin1(output, bytes),
        JsStrVariant::Utf16(units) => {
            for decoded in char::decode_utf16(units.iter().copied()) {
                push_char(output, decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
    }
    output.push(b'"');
}

fn push_latin1(output: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| needs_escape(byte) || !byte.is_ascii()) {
        let (plain, from) = rest.split_at(at);
        output.extend_from_slice(plain);
        if let Some((&byte, behind)) = from.split_first() {
            push_char(output, char::from(byte));
            rest = behind;
        }
    }
    output.extend_from_slice(rest);
}

fn push_char(output: &mut Vec<u8>, shown: char) {
    match u8::try_from(shown) {
        Ok(byte) if needs_escape(byte) => output.extend_from_slice(escape(byte).as_bytes()),
        Ok(byte) if byte.is_ascii() => output.push(byte),
        _ => output.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn escape(byte: u8) -> String {
    match byte {
        8 => "\\b".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'\n' => "\\n".to_owned(),
        12 => "\\f".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        _ => format!("\\u{byte:04x}"),
    }
}

fn unit_escape(unit: u16) -> [u8; 6] {
    let digit = |shift: u16| {
        let digit = usize::from(unit >> shift & 0xF);
        HEX.get(digit).copied().unwrap_or(b'0')
    };
    [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]
}
