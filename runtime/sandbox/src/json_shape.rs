//! Measures nesting depth and value count of JSON text before it is parsed: parsed, text with two bytes per value grows
//! to many times its size.

use serde_json::Value;

use crate::{
    limits::{Limit, Limits},
    stopped::Stopped,
};

/// Approximate host memory per value, bytes: an object entry with its key.
const VALUE_BYTES: u64 = size_of::<(u64, String, Value)>() as u64;

/// The shape of a JSON text; arbitrary if the text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonShape {
    /// Nesting depth of arrays and objects.
    pub(crate) depth: u32,
    /// Number of values; never too low.
    pub(crate) values: u64,
}

impl JsonShape {
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut open = 0_u32;
        let mut depth = 0;
        let mut values = 1;
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => skip_string(&mut bytes),
                b',' => values += 1,
                b'[' | b'{' => {
                    open = open.saturating_add(1);
                    depth = depth.max(open);
                    values += 1;
                }
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        Self { depth, values }
    }
}

/// Advances past the end of a string whose opening quote has been read.
fn skip_string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

impl JsonShape {
    pub(crate) fn of_value(value: &Value) -> Self {
        let mut shape = Self { depth: 0, values: 1 };
        let mut add = |inner: Self| {
            shape.depth = shape.depth.max(inner.depth);
            shape.values = shape.values.saturating_add(inner.values);
        };
        match value {
            Value::Array(items) => items.iter().map(Self::of_value).for_each(&mut add),
            Value::Object(object) => object.values().map(Self::of_value).for_each(&mut add),
            _ => return shape,
        }
        Self { depth: shape.depth.saturating_add(1), ..shape }
    }
}

/// Counts the values in a JSON text without parsing it, for callers that bound what they parse. The count is never too
/// low; for text that is not JSON it is arbitrary.
///
/// ```
/// assert_eq!(callbox::internal::json_values(br#"{ "a": [1, 2, ",,,"] }"#), 5);
/// ```
#[must_use]
pub fn json_values(text: &[u8]) -> u64 {
    JsonShape::of(text).values
}

/// Checks that this many values, not counting their text, take no more host memory than the guest's memory limit.
pub(crate) fn values_within(values: u64, limits: &Limits) -> Result<(), Stopped> {
    let (value, used) = (limits.memory_bytes_max, values.saturating_mul(VALUE_BYTES));
    if used <= value { Ok(()) } else { Err(Stopped::Limit { limit: Limit::MemoryBytes, value, used }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_count_brackets_and_commas_outside_of_strings() {
        for (text, depth, values) in [
            ("1", 0, 1),
            ("[]", 1, 2),
            ("[0,0,0]", 1, 4),
            (r#"{"a":[1,[2]],"b":{}}"#, 3, 7),
            (r#"["[[\"[[", "],,"]"#, 1, 3),
        ] {
            assert_eq!(JsonShape::of(text.as_bytes()), JsonShape { depth, values }, "{text}");
        }
    }

    #[test]
    fn values_take_many_times_their_text() {
        let limits = Limits { memory_bytes_max: 1 << 20, ..Limits::default() };
        assert_eq!(values_within(10_000, &limits), Ok(()));
        assert!(values_within(20_000, &limits).is_err());
    }
}
