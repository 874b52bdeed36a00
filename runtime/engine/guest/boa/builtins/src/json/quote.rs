//! Writes strings for `JSON.stringify`.

use boa_engine::string::{JsStr, JsStrVariant};

use crate::text::Text;

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
