//! How deep and how many the values of a JSON text are, told before anything is made of it: a text of two bytes a value
//! becomes many times its size.

use serde_json::Value;

use crate::{
    limits::{Limit, Limits},
    outcome::Stopped,
};

/// What a value takes of the host, bytes, about: as an entry of an object it stands beside its key.
const VALUE_BYTES: u64 = size_of::<(u64, String, Value)>() as u64;

/// The shape of a JSON text; of a text that is no JSON some shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonShape {
    /// How deep arrays and objects nest.
    pub(crate) depth: u32,
    /// No fewer than there are.
    pub(crate) values: u64,
}

impl JsonShape {
    pub(crate) fn of(text: &[u8]) -> Self {
        let (mut open, mut depth, mut values) = (0_u32, 0, 1);
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

/// To behind the end of a string that has begun.
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

/// No fewer than the values in a JSON text, told before anything is made of it: for whoever bounds what is parsed. Of a text
/// that is no JSON, some number.
///
/// ```
/// assert_eq!(callbox::json_values(br#"{ "a": [1, 2, ",,,"] }"#), 5);
/// ```
#[must_use]
pub fn json_values(text: &[u8]) -> u64 {
    JsonShape::of(text).values
}

/// Whether so many values, beside their texts, take no more of the host than the guest may have.
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
