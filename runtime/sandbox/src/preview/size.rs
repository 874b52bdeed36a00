//! Sizes of values as compact JSON.

use std::io::{Error, ErrorKind, Result, Write};

use serde_json::Value;

/// Returns the size as compact JSON, bytes.
pub(crate) fn json_bytes(value: &Value) -> u64 {
    within(value, u64::MAX).unwrap_or(u64::MAX)
}

/// Returns the size, unless it exceeds `bytes_max`; stops counting there.
pub(super) fn within(value: &Value, bytes_max: u64) -> Option<u64> {
    let mut counter = Counter { bytes: 0, bytes_max };
    // A `Value` has only string keys, so this fails only if the size is exceeded.
    serde_json::to_writer(&mut counter, value).ok().map(|()| counter.bytes)
}

/// Returns the size of a string as JSON, including quotes.
pub(super) fn string_bytes(text: &str) -> u64 {
    2 + text.chars().map(char_bytes).sum::<u64>()
}

/// Returns the size of a character inside a JSON string.
pub(super) fn char_bytes(c: char) -> u64 {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        c => c.len_utf8() as u64,
    }
}

struct Counter {
    bytes: u64,
    bytes_max: u64,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > self.bytes_max { Err(Error::from(ErrorKind::QuotaExceeded)) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_character_is_counted_as_it_is_written() {
        let text: String = ('\0'..='\u{ff}').chain(['\u{2028}', '漢', '😀']).collect();
        assert_eq!(string_bytes(&text), json!(text).to_string().len() as u64);
    }

    #[test]
    fn counting_stops_where_it_is_too_much() {
        assert_eq!((within(&json!([1, 2]), 5), within(&json!([1, 2]), 4)), (Some(5), None));
    }
}
