//! Converts JSON to component values and back, guided by a WIT type. Knows nothing about calls.
//!
//! The mapping is documented at [`callbox_bindings::Wit`]. Both directions are total: a value that does not fit is an
//! error that names its path. Output is bounded by the number of bytes given, and stack use by the depth of WIT types.

mod lift;
mod lower;
mod names;
mod path;

use callbox_bindings::{JsonKind, WitBody, WitType};
use serde_json::Value;

pub(super) use lift::lifted;
pub(super) use lower::lowered;
use path::Path;

/// Why a value cannot be converted. Paths look like those in schema messages: `$.items[3].when`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConvertError {
    /// Another kind of value, a missing property, or a string that matches no case.
    #[error("`{path}`: expected {expected}, found {found}")]
    Unexpected { path: String, expected: String, found: String },
    /// An integer outside `s64`, or a number with a fraction where an integer is expected.
    #[error("`{path}`: {number} is not an integer from -2^63 to 2^63-1")]
    Integer { path: String, number: String },
    /// A number that JSON cannot represent.
    #[error("`{path}`: {number} is not a JSON number")]
    NotFinite { path: String, number: String },
    /// A `json` string that is not valid JSON.
    #[error("`{path}`: not JSON: {reason}")]
    NotJson { path: String, reason: String },
    /// Two properties of one object with the same name.
    #[error("`{path}`: the property is given twice")]
    Twice { path: String },
    /// The value is larger than allowed.
    #[error("the value takes more than {bytes_max} bytes")]
    Size { bytes_max: usize },
}

impl ConvertError {
    fn unexpected(path: Path<'_>, wit: &WitType, found: impl Into<String>) -> Self {
        Self::Unexpected { path: path.to_string(), expected: expected(wit), found: found.into() }
    }
}

/// Bytes that may still be produced.
struct Budget {
    bytes_max: usize,
    bytes_left: usize,
}

impl Budget {
    fn new(bytes_max: usize) -> Self {
        Self { bytes_max, bytes_left: bytes_max }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), ConvertError> {
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or(ConvertError::Size { bytes_max: self.bytes_max })?;
        Ok(())
    }
}

/// Returns the number as an integer, if it is one and fits `s64`.
fn whole(number: f64) -> Option<i64> {
    // 2^63 is the first integer that is too large; -2^63 is the last that still fits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() != 0.0 || !(-END..END).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked above to be an integer within range")]
    Some(number as i64)
}

/// Describes the JSON that a type expects, for messages.
fn expected(wit: &WitType) -> String {
    match wit {
        WitType::Json => "any value".to_owned(),
        WitType::Bool => kind_words(JsonKind::Boolean).to_owned(),
        WitType::S64 => "an integer".to_owned(),
        WitType::F64 => kind_words(JsonKind::Number).to_owned(),
        WitType::String => kind_words(JsonKind::String).to_owned(),
        WitType::List(_) => kind_words(JsonKind::Array).to_owned(),
        WitType::Map(_) => kind_words(JsonKind::Object).to_owned(),
        WitType::Tuple(items) => format!("an array of {}", items.len()),
        WitType::Option(inner) => format!("{} or null", expected(inner)),
        WitType::Named(named) => match &named.body {
            WitBody::Record { .. } => kind_words(JsonKind::Object).to_owned(),
            WitBody::Enum(cases) => one_of(cases.iter().map(|case| case.wire.as_str())),
            WitBody::ByKind(cases) => cases.iter().map(|case| kind_words(case.kind)).collect::<Vec<_>>().join(" or "),
            WitBody::ByTag { tag, .. } => format!("an object with a property {}", quoted(tag)),
        },
    }
}

/// Maximum number of strings listed in a message.
const LISTED_MAX: usize = 8;

fn one_of<'a>(mut texts: impl Iterator<Item = &'a str>) -> String {
    let listed: Vec<String> = texts.by_ref().take(LISTED_MAX).map(quoted).collect();
    let more = if texts.next().is_some() { ", …" } else { "" };
    format!("one of {}{more}", listed.join(", "))
}

/// Maximum number of characters quoted from a string.
const QUOTED_CHARS_MAX: usize = 60;

fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => kind_words(JsonKind::Object).to_owned(),
    }
}

fn kind_of(value: &Value) -> Option<JsonKind> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some(JsonKind::Boolean),
        Value::Number(_) => Some(JsonKind::Number),
        Value::String(_) => Some(JsonKind::String),
        Value::Array(_) => Some(JsonKind::Array),
        Value::Object(_) => Some(JsonKind::Object),
    }
}

fn kind_words(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Boolean => "a boolean",
        JsonKind::Number => "a number",
        JsonKind::Array => "an array",
        JsonKind::Object => "an object",
        JsonKind::String => "a string",
    }
}

#[cfg(test)]
mod tests;
