//! Makes a value too large to show smaller without breaking its structure, and says what was cut.

use serde_json::{Map, Value, json};

use crate::outcome::Preview;

const CUTS_SHOWN_MAX: usize = 20;
/// Deeper parts of a preview are replaced by their outline.
const DEPTH_MAX: usize = 12;

/// A stand-in for `value` that takes at most `bytes_max` as JSON, or as little as can be.
///
/// Strings, arrays and objects are cut to ever fewer members until the whole fits. What was cut is
/// marked in place with a text that begins with `…`.
pub(crate) fn preview(value: &Value, whole_bytes: u64, bytes_max: u64) -> Preview {
    let mut width = Width { members: 256, chars: 4_096 };
    loop {
        let mut cut = Cutter { width, cut: Vec::new(), hidden: 0 };
        let shorter = cut.shorten(value, "$", 0);
        let fits = json_bytes(&shorter) <= bytes_max;
        if fits || width.is_least() {
            let value = if fits { shorter } else { outline(value) };
            return Preview { value, cut: cut.lines(), whole_bytes };
        }
        width = width.narrower();
    }
}

/// Size as compact JSON.
pub(crate) fn json_bytes(value: &Value) -> u64 {
    struct Counter(u64);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // A `Value` has string keys only and the counter never fails.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

#[derive(Clone, Copy)]
struct Width {
    members: usize,
    chars: usize,
}

impl Width {
    fn narrower(self) -> Self {
        Self { members: (self.members / 2).max(1), chars: (self.chars / 2).max(16) }
    }

    fn is_least(self) -> bool {
        self.members == 1 && self.chars == 16
    }
}

struct Cutter {
    width: Width,
    cut: Vec<String>,
    hidden: usize,
}

impl Cutter {
    fn shorten(&mut self, value: &Value, path: &str, depth: usize) -> Value {
        match value {
            Value::String(text) => self.shorten_text(text, path),
            Value::Array(_) | Value::Object(_) if depth >= DEPTH_MAX => {
                self.note(format!("{path}: everything below"));
                outline(value)
            }
            Value::Array(items) => self.shorten_array(items, path, depth),
            Value::Object(object) => self.shorten_object(object, path, depth),
            plain => plain.clone(),
        }
    }

    fn shorten_text(&mut self, text: &str, path: &str) -> Value {
        let Some((end, _)) = text.char_indices().nth(self.width.chars) else {
            return Value::from(text);
        };
        let all = text.chars().count();
        let left_out = all - self.width.chars;
        self.note(format!("{path}: {left_out} of {all} characters"));
        json!(format!("{}… {left_out} more characters", text.get(..end).unwrap_or_default()))
    }

    fn shorten_array(&mut self, items: &[Value], path: &str, depth: usize) -> Value {
        let kept = items.iter().take(self.width.members).enumerate();
        let mut shorter: Vec<_> =
            kept.map(|(i, item)| self.shorten(item, &format!("{path}[{i}]"), depth + 1)).collect();
        let left_out = items.len() - shorter.len();
        if left_out > 0 {
            self.note(format!("{path}: {left_out} of {} items", items.len()));
            shorter.push(json!(format!("… {left_out} more items")));
        }
        Value::Array(shorter)
    }

    fn shorten_object(&mut self, object: &Map<String, Value>, path: &str, depth: usize) -> Value {
        let kept = object.iter().take(self.width.members);
        let mut shorter = Map::new();
        for (at, (key, value)) in kept.enumerate() {
            let key = self.key(key, at, path);
            let value = self.shorten(value, &format!("{path}.{key}"), depth + 1);
            shorter.insert(key, value);
        }
        let left_out = object.len().saturating_sub(self.width.members);
        if left_out > 0 {
            self.note(format!("{path}: {left_out} of {} keys", object.len()));
            shorter.insert("…".to_owned(), json!(format!("{left_out} more keys")));
        }
        Value::Object(shorter)
    }

    /// The number keeps keys apart that begin alike.
    fn key(&mut self, key: &str, at: usize, path: &str) -> String {
        let Some((end, _)) = key.char_indices().nth(self.width.chars) else {
            return key.to_owned();
        };
        self.note(format!("{path}: the end of a key of {} characters", key.chars().count()));
        format!("{}… #{at}", key.get(..end).unwrap_or_default())
    }

    fn note(&mut self, line: String) {
        if self.cut.len() < CUTS_SHOWN_MAX {
            self.cut.push(line);
        } else {
            self.hidden += 1;
        }
    }

    fn lines(mut self) -> Vec<String> {
        if self.hidden > 0 {
            self.cut.push(format!("and {} more places", self.hidden));
        }
        self.cut
    }
}

fn outline(value: &Value) -> Value {
    match value {
        Value::Array(items) => json!(format!("… array of {} items", items.len())),
        Value::Object(object) => json!(format!("… object of {} keys", object.len())),
        Value::String(text) => json!(format!("… text of {} characters", text.chars().count())),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fits(value: &Value, bytes_max: u64) -> Preview {
        let preview = preview(value, json_bytes(value), bytes_max);
        let bytes = json_bytes(&preview.value);
        assert!(bytes <= bytes_max.max(60), "{bytes} bytes: {}", preview.value);
        assert!(!preview.cut.is_empty());
        preview
    }

    #[test]
    fn a_long_list_keeps_its_head_and_says_what_is_gone() {
        let rows: Vec<_> = (0..1_000).map(|i| json!({"id": i, "text": "x".repeat(100)})).collect();
        let preview = fits(&json!({"rows": rows, "total": 1_000}), 4_096);
        assert_eq!(preview.value["total"], json!(1_000));
        assert_eq!(preview.value["rows"][0]["id"], json!(0));
        assert!(preview.cut.iter().any(|line| line.starts_with("$.rows: ")), "{:?}", preview.cut);
    }

    #[test]
    fn every_shape_of_large_value_fits() {
        fits(&json!("x".repeat(1 << 20)), 1_024);
        fits(&json!({"k".repeat(1 << 20): 1}), 1_024);
        let alike = fits(&json!({"k".repeat(5_000): 1, "k".repeat(6_000): 2}), 1_024);
        assert_eq!(alike.value.as_object().map(Map::len), Some(2));
        let wide: Map<_, _> = (0..100_000).map(|i| (format!("key{i}"), json!(i))).collect();
        fits(&Value::Object(wide), 1_024);
        let deep = (0..100).fold(json!("x".repeat(10_000)), |inner, _| json!([inner.clone(), 1]));
        fits(&deep, 512);
        fits(&json!(vec![json!(vec!["x".repeat(50); 50]); 50]), 64);
    }
}
