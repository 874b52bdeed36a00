//! A small copy of a value from which as much can be learned as from the whole, for learning later.

use callbox_mcp::secrecy;
use serde_json::{Map, Value};

use super::format::URI_BYTES_MAX;
use super::object::FIELDS_MAX;
use super::walk::{VALUES_SEEN_MAX, step};
use super::{DEPTH_MAX, NODES_MAX};

/// Maximum text copied from one value; a type with all its parts has less.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// Longer names are data, which is not stored.
const NAME_BYTES_MAX: usize = 256;

/// The part of a result that learning examines: some items of a long array, no long texts.
///
/// ```
/// use callbox_gateway::{Learned, Sample};
/// use serde_json::{Value, json};
///
/// let rows: Value = (0..1_000).map(|n| json!({ "id": n, "text": "long ".repeat(1_000) })).collect();
/// let sample = Sample::of(&rows);
/// assert!(sample.bytes < 25_000);
/// let (mut whole, mut part) = (Learned::new(), Learned::new());
/// whole.observe(&rows);
/// part.observe(&sample.value);
/// assert_eq!(whole.schema(), part.schema());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// To be learned from instead of the whole value.
    pub value: Value,
    /// Approximate size in bytes, at most a few megabytes.
    pub bytes: usize,
}

impl Sample {
    /// Takes a sample of a value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut taking = Taking { seen: 0, text_bytes: 0 };
        let value = taking.value(value, DEPTH_MAX);
        Self { value, bytes: taking.seen * size_of::<Value>() + taking.text_bytes }
    }
}

/// Walks a value as `walk` does, so that it stops at the same point.
struct Taking {
    seen: usize,
    text_bytes: usize,
}

impl Taking {
    fn value(&mut self, value: &Value, depth: u8) -> Value {
        self.seen += 1;
        match value {
            Value::String(text) => Value::String(self.text(text).to_owned()),
            Value::Array(_) if self.is_over() => Value::Array(Vec::new()),
            Value::Object(_) if self.is_over() => Value::Object(Map::new()),
            Value::Array(items) => Value::Array(self.items(items, depth)),
            Value::Object(fields) if fields.len() > FIELDS_MAX => Value::Object(self.map(fields, depth)),
            Value::Object(fields) => Value::Object(self.fields(fields, depth)),
            other => other.clone(),
        }
    }

    fn is_over(&self) -> bool {
        self.seen > 2 * VALUES_SEEN_MAX
    }

    /// Replaces text that is too long to have a format or be a word by a blank, which teaches the same.
    fn text<'t>(&mut self, text: &'t str) -> &'t str {
        let text = if text.len() > URI_BYTES_MAX || self.text_bytes > TEXT_BYTES_MAX { " " } else { text };
        self.text_bytes += text.len();
        text
    }

    fn items(&mut self, items: &[Value], depth: u8) -> Vec<Value> {
        let mut some = Vec::new();
        for item in items.iter().step_by(step(items.len())) {
            if self.seen >= VALUES_SEEN_MAX {
                break;
            }
            some.push(self.below(item, depth));
        }
        some
    }

    /// Names of a map are data: the appended blank keeps them recognisable as such although fewer are left.
    fn map(&mut self, fields: &Map<String, Value>, depth: u8) -> Map<String, Value> {
        let mut some = Map::new();
        for (at, (name, value)) in fields.iter().step_by(step(fields.len())).enumerate() {
            if self.seen >= VALUES_SEEN_MAX {
                break;
            }
            let name = self.name(name, at) + " ";
            some.insert(name, self.below(value, depth));
        }
        some
    }

    fn fields(&mut self, fields: &Map<String, Value>, depth: u8) -> Map<String, Value> {
        let all = fields.iter().enumerate();
        all.map(|(at, (name, value))| (self.name(name, at), self.below(value, depth))).collect()
    }

    /// Returns the name; a long one is replaced by one that is data, and secret, alike.
    fn name(&mut self, name: &str, at: usize) -> String {
        let name = match name.len() > NAME_BYTES_MAX {
            true if secrecy::looks_secret(name) => format!("secret data {at}"),
            true => format!("data {at}"),
            false => name.to_owned(),
        };
        self.text_bytes += name.len();
        name
    }

    /// Copies an item or field; on the last level, only that it exists.
    fn below(&mut self, value: &Value, depth: u8) -> Value {
        match depth.checked_sub(1) {
            Some(depth) => self.value(value, depth),
            None => Value::Null,
        }
    }
}

/// A type with this many parts is learned from less text than this.
const _: () = assert!(NODES_MAX * NAME_BYTES_MAX < TEXT_BYTES_MAX);
