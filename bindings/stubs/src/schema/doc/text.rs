//! Formats the text of tags; other modules decide which tags there are.

use serde_json::Value;

use super::pattern::on_one_line;

/// Defaults and examples are cut to this length.
const JSON_BYTES_MAX: usize = 1_000;

pub(super) fn tag_text(tag: &str, value: &Value) -> Option<String> {
    match (tag, value) {
        ("default" | "examples", value) => Some(bounded_json(value)),
        (_, Value::Bool(true)) => Some(String::new()),
        (_, Value::Bool(false)) => None,
        ("pattern", Value::String(pattern)) => Some(on_one_line(pattern)),
        (_, Value::String(text)) => Some(text.clone()),
        (_, Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns a value as JSON, cut if long.
pub(super) fn bounded_json(value: &Value) -> String {
    let mut text = Bounded(Vec::new());
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => String::from_utf8_lossy(&text.0).into_owned(),
        Err(_) => format!("{}…", String::from_utf8_lossy(&text.0).trim_end_matches('\u{fffd}')),
    }
}

/// Accepts a limited number of bytes, then fails, so that serialising a huge value stops early.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(JSON_BYTES_MAX.saturating_sub(self.0.len()));
        self.0.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
