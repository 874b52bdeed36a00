//! JSON as editors let users write it, with comments and trailing commas. Both are overwritten with blanks, so that
//! positions in errors match the original text.

use std::path::Path;

use serde_json::Value;

use crate::error::ConfigError;

/// Parses JSON in which comments and trailing commas are allowed; `source` names it in errors.
///
/// # Errors
///
/// [`ConfigError::Malformed`], with the position.
pub fn parse(text: &str, source: &Path) -> Result<Value, ConfigError> {
    let plain = blank(text);
    serde_json::from_slice(&plain).map_err(|error| malformed(text, source, &error))
}

fn malformed(text: &str, source: &Path, error: &serde_json::Error) -> ConfigError {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let before = line.floor_char_boundary(error.column().saturating_sub(1));
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    ConfigError::Malformed {
        file: source.to_path_buf(),
        line: error.line().max(1),
        column: line.get(..before).unwrap_or_default().chars().count() + 1,
        expected: said.strip_suffix(&place).unwrap_or(&said).to_owned(),
    }
}

/// Replaces comments, trailing commas and a byte order mark in `text` with as many blanks.
fn blank(text: &str) -> Vec<u8> {
    let mut plain = text.as_bytes().to_vec();
    if text.starts_with('\u{feff}') {
        overwrite(&mut plain, 0, 3);
    }
    let last_end = text.rfind("*/");
    let mut at = 0;
    let mut comma = None;
    while let Some(&byte) = plain.get(at) {
        let end = at + token_length(plain.get(at..).unwrap_or_default(), last_end.is_some_and(|last| last >= at + 2));
        match byte {
            b'/' if end > at + 1 => overwrite(&mut plain, at, end),
            b',' => comma = Some(at),
            b']' | b'}' => {
                if let Some(comma) = comma.take() {
                    overwrite(&mut plain, comma, comma + 1);
                }
            }
            _ if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at = end;
    }
    plain
}

/// Returns the length of the first token in `rest`: a whole string, a whole comment, or one byte. `is_closed` says
/// whether a comment that begins here ends; otherwise each unclosed one would be searched to the end of the text.
fn token_length(rest: &[u8], is_closed: bool) -> usize {
    match rest {
        [b'"', inside @ ..] => 1 + string_length(inside),
        [b'/', b'/', ..] => rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
        // An unclosed comment is left unchanged, so that the parser reports it.
        [b'/', b'*', inside @ ..] if is_closed => {
            inside.windows(2).position(|pair| pair == b"*/").map_or(1, |inner| inner + 4)
        }
        _ => 1,
    }
}

/// Returns the bytes up to and including the closing quote.
fn string_length(inside: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in inside.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

fn overwrite(plain: &mut [u8], from: usize, to: usize) {
    for byte in plain.get_mut(from..to).unwrap_or_default().iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
}
