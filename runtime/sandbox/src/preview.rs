//! Shortens a value that is too large to show without breaking its structure, and reports what was cut.
//!
//! The available bytes are shared out from the top down: members that need less than an equal share stay whole, and the
//! others share the rest. The work is proportional to the bytes shown, not to the size of the value.

mod share;
mod size;
mod text;

use serde_json::{Map, Value, json};

use crate::{foreign, outcome::Preview};

use share::{Member, Shares};
pub(crate) use size::json_bytes;
use size::{string_bytes, within};

const CUTS_SHOWN_MAX: usize = 20;
/// Deeper parts of a preview are replaced by their outline. Each level costs bytes, so this only bounds the stack.
const DEPTH_MAX: usize = 100;
/// Enough for the outline of any value.
const OUTLINE_BYTES: u64 = 48;
/// Longest key in a line that reports a cut, characters.
const PATH_KEY_CHARS_MAX: usize = 40;
/// Longest such line, characters.
const PATH_CHARS_MAX: usize = 160;

/// Returns a preview of `value` that takes at most `bytes_max` bytes of JSON, or as little as possible.
///
/// Members of arrays and objects are dropped from the end and long strings are cut, until the whole fits. Cuts are
/// marked in place with a string that contains `…`.
pub(crate) fn preview(value: &Value, whole_bytes: u64, bytes_max: u64) -> Preview {
    let mut cutter = Cutter { cut: Vec::new(), hidden: 0 };
    let (value, _) = cutter.fit(value, bytes_max, "$", 0);
    Preview { value, cut: cutter.lines(), whole_bytes }
}

struct Cutter {
    cut: Vec<String>,
    hidden: usize,
}

impl Cutter {
    /// Fits the value into this many bytes, and returns its size.
    fn fit(&mut self, value: &Value, bytes_max: u64, path: &str, depth: usize) -> (Value, u64) {
        if let Some(bytes) = within(value, bytes_max) {
            return (value.clone(), bytes);
        }
        let shorter = match value {
            Value::String(words) => self.fit_text(words, bytes_max, path),
            Value::Array(items) if depth < DEPTH_MAX => self.fit_array(items, bytes_max, path, depth),
            Value::Object(object) if depth < DEPTH_MAX => self.fit_object(object, bytes_max, path, depth),
            _ => None,
        };
        let shorter = shorter.unwrap_or_else(|| {
            self.note(&format!("{path}: everything below"));
            outline(value)
        });
        let bytes = json_bytes(&shorter);
        (shorter, bytes)
    }

    fn fit_text(&mut self, words: &str, bytes_max: u64, path: &str) -> Option<Value> {
        let (shorter, left_out) = text::cut(words, bytes_max)?;
        self.note(&format!("{path}: {left_out} of {} characters", words.chars().count()));
        Some(shorter.into())
    }

    fn fit_array(&mut self, items: &[Value], bytes_max: u64, path: &str, depth: usize) -> Option<Value> {
        let mark = json!(format!("… {} more items", items.len()));
        let room = bytes_max.checked_sub(2)?;
        let members = items.iter().map(|item| Member { label_bytes: 1, value: item });
        let mut shares = Shares::of(members, room, json_bytes(&mark) + 1, room / 16)?;
        let shown = shares.shown();
        if shown < items.len() {
            self.note(&format!("{path}: {} of {} items", items.len() - shown, items.len()));
        }
        let mut shorter = Vec::with_capacity(shown + 1);
        for (at, item) in items.iter().take(shown).enumerate() {
            let (item, bytes) = match shares.of_member(at) {
                share if share.is_whole => (item.clone(), share.bytes),
                share => self.fit(item, share.bytes, &format!("{path}[{at}]"), depth + 1),
            };
            shares.take(at, bytes);
            shorter.push(item);
        }
        if shown < items.len() {
            shorter.push(json!(format!("… {} more items", items.len() - shown)));
        }
        Some(Value::Array(shorter))
    }

    fn fit_object(&mut self, object: &Map<String, Value>, bytes_max: u64, path: &str, depth: usize) -> Option<Value> {
        let mark = json!({ "…": format!("{} more keys", object.len()) });
        let room = bytes_max.checked_sub(2)?;
        let key_chars_max = usize::try_from(room / 64).unwrap_or(usize::MAX).max(16);
        let keys = object.keys().enumerate().map(|(at, key)| key_within(key, at, key_chars_max));
        let members = object.values().zip(keys.clone()).map(|(value, key)| Member {
            // The colon and the comma.
            label_bytes: string_bytes(&key) + 2,
            value,
        });
        let mut shares = Shares::of(members, room, json_bytes(&mark), room / 64)?;
        let shown = shares.shown();
        if shown < object.len() {
            self.note(&format!("{path}: {} of {} keys", object.len() - shown, object.len()));
        }
        let mut shorter = Map::new();
        for (at, ((key, value), short)) in object.iter().zip(keys).take(shown).enumerate() {
            if short.len() != key.len() {
                self.note(&format!("{path}: the end of a key of {} characters", key.chars().count()));
            }
            let (value, bytes) = match shares.of_member(at) {
                share if share.is_whole => (value.clone(), share.bytes),
                share => self.fit(value, share.bytes, &below(path, &short), depth + 1),
            };
            shares.take(at, bytes);
            shorter.insert(short, value);
        }
        if shown < object.len() {
            shorter.insert("…".to_owned(), json!(format!("{} more keys", object.len() - shown)));
        }
        Some(Value::Object(shorter))
    }

    fn note(&mut self, line: &str) {
        if self.cut.len() < CUTS_SHOWN_MAX {
            self.cut.push(foreign::line(line, PATH_CHARS_MAX));
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

/// Shortens a key; the number distinguishes keys with the same beginning.
fn key_within(key: &str, at: usize, chars_max: usize) -> String {
    match key.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}… #{at}", key.get(..end).unwrap_or_default()),
        None => key.to_owned(),
    }
}

fn below(path: &str, key: &str) -> String {
    format!("{path}.{}", foreign::line(key, PATH_KEY_CHARS_MAX))
}

fn outline(value: &Value) -> Value {
    match value {
        Value::Array(items) => json!(format!("… array of {} items", items.len())),
        Value::Object(object) => json!(format!("… object of {} keys", object.len())),
        Value::String(words) => json!(format!("… text of {} characters", words.chars().count())),
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
        assert!(bytes <= bytes_max.max(60), "{bytes} of {bytes_max} bytes: {:.300}", preview.value.to_string());
        assert!(!preview.cut.is_empty());
        preview
    }

    /// Checks that a value much larger than the room fills at least nine tenths of it, or seven tenths if there is
    /// little room.
    #[track_caller]
    fn fills(value: &Value) {
        for (bytes_max, tenths) in [(1_000, 7), (4_096, 9), (16_000, 9), (100_000, 9)] {
            let bytes = json_bytes(&fits(value, bytes_max).value);
            assert!(bytes >= bytes_max * tenths / 10, "{bytes} of {bytes_max} bytes");
        }
    }

    fn rows(count: usize, text: usize) -> Value {
        (0..count).map(|i| json!({"id": i, "text": "x".repeat(text)})).collect()
    }

    #[test]
    fn a_long_list_keeps_its_head_and_says_what_is_gone() {
        let preview = fits(&json!({"rows": rows(1_000, 100), "total": 1_000}), 4_096);
        assert_eq!(preview.value["total"], json!(1_000));
        assert_eq!(preview.value["rows"][0], json!({"id": 0, "text": "x".repeat(100)}));
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
        let table = json!(vec![json!(vec!["x".repeat(50); 50]); 50]);
        (0..2_000).step_by(41).for_each(|bytes_max| drop(fits(&table, bytes_max)));
        (0..2_000).step_by(41).for_each(|bytes_max| {
            drop(fits(&json!({"a": {"b\n\u{1b}": rows(50, 90)}, "c": "é\n".repeat(3_000)}), bytes_max))
        });
    }

    #[test]
    fn the_room_is_used() {
        fills(&(0..200_000).map(|i| json!(i)).collect());
        fills(&json!("word ".repeat(100_000)));
        fills(&json!("a line of a log\n".repeat(50_000)));
        fills(&rows(3_000, 100));
        fills(&rows(300, 3_000));
        fills(&json!({"rows": rows(3_000, 100), "log": "line\n".repeat(100_000), "total": 7}));
        let tree = (0..14)
            .fold(json!("leaf of a tree"), |inner, level| json!({"level": level, "left": inner, "right": inner}));
        fills(&tree);
        let chain = (0..40).fold(json!("x".repeat(200_000)), |inner, level| json!({"level": level, "inner": [inner]}));
        fills(&chain);
    }

    #[test]
    fn a_log_keeps_its_head_and_its_tail() {
        let log: String = (0..10_000).map(|i| format!("{i} something happened\n")).collect();
        let preview = fits(&json!({ "log": log + "FAILED: the disk is full\n" }), 2_000);
        let shown = preview.value["log"].as_str().expect("a text");
        assert!(shown.starts_with("0 something happened\n1 "), "{shown}");
        assert!(shown.ends_with(" something happened\nFAILED: the disk is full\n"), "{shown}");
        assert!(shown.contains("\n… "), "{shown}");
    }

    #[test]
    fn what_is_said_of_a_cut_is_a_safe_line() {
        let preview = fits(&json!({"a\nhint: x\u{1b}": "x".repeat(9_000)}), 1_000);
        assert!(preview.cut[0].starts_with("$.a\\nhint: x\\u{1b}: "), "{:?}", preview.cut);
    }
}
