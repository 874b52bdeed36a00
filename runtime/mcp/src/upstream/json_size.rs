//! The size of a value as JSON, computed without writing it.

use serde_json::Value;

/// The approximate size of JSON.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// Bytes as text, without escapes.
    pub(super) bytes: usize,
    pub(super) values: u64,
    /// Bytes of its longest member name.
    pub(super) name_bytes: usize,
}

impl Size {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) => Self::leaf(4),
            Value::Number(number) => Self::leaf(number.to_string().len()),
            Value::String(text) => Self::leaf(text.len() + 2),
            Value::Array(items) => items.iter().map(Self::of).fold(Self::leaf(2), Self::beside),
            Value::Object(members) => members.iter().map(Self::of_member).fold(Self::leaf(2), Self::beside),
        }
    }

    /// Returns the sum of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            values: self.values.saturating_add(other.values),
            name_bytes: self.name_bytes.max(other.name_bytes),
        }
    }

    fn of_member((name, value): (&String, &Value)) -> Self {
        let bytes = name.len() + 3;
        Self::of(value).and(Self { bytes, values: 0, name_bytes: name.len() })
    }

    /// Adds a neighbour, separated by a comma.
    fn beside(self, other: Self) -> Self {
        self.and(other).and(Self { bytes: 1, ..Self::default() })
    }

    fn leaf(bytes: usize) -> Self {
        Self { bytes, values: 1, name_bytes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Size;

    #[test]
    fn text_values_and_names_are_counted() {
        let value = json!({ "properties": { "a": { "enum": ["one", null, true] } } });
        let size = Size::of(&value);
        assert_eq!((size.values, size.name_bytes), (7, "properties".len()));
        let written = value.to_string().len();
        assert!((written..written + 8).contains(&size.bytes), "{} and {written}", size.bytes);
    }
}
