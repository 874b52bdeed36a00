//! JSON on its way into and out of a call, in the script's own form: text if values are passed as text, a value if they
//! are converted from a component's typed values. Neither form is converted to the other and back.

use serde_json::Value;

use crate::preview::json_bytes;

/// The JSON of arguments or of a result.
#[derive(Debug)]
pub(crate) enum Payload {
    /// Text, UTF-8.
    Text(Vec<u8>),
    /// A value, and its size as JSON text.
    Value { value: Value, bytes: u64 },
}

/// The form in which a script wants its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Value,
}

impl Payload {
    pub(crate) fn of_value(value: Value) -> Self {
        Self::Value { bytes: json_bytes(&value), value }
    }

    /// Returns the size as JSON text.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Value { bytes, .. } => *bytes,
        }
    }

    /// Converts to a value; text that is not JSON becomes `null`.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => serde_json::from_slice(&text).unwrap_or(Value::Null),
            Self::Value { value, .. } => value,
        }
    }

    pub(crate) fn into_text(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text,
            Self::Value { value, .. } => serde_json::to_vec(&value).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json_shape::JsonShape;

    #[test]
    fn both_forms_are_of_one_size_and_shape() {
        let value = json!({ "a": [1, { "b": "é" }], "c": null });
        let text = Payload::Text(value.to_string().into_bytes());
        let made = Payload::of_value(value.clone());
        let shape = JsonShape::of(value.to_string().as_bytes());
        let shape_of_value = JsonShape::of_value(&value);
        assert_eq!((text.bytes(), shape.depth), (made.bytes(), shape_of_value.depth));
        assert!(shape.values >= shape_of_value.values);
        assert_eq!((text.into_value(), made.into_text()), (value.clone(), value.to_string().into_bytes()));
    }
}
