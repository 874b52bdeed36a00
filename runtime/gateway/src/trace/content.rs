//! The contents of scripts, arguments and results as the text of an attribute. Whether it is wanted is decided
//! elsewhere.

use callbox::Returned;
use serde_json::Value;

/// Maximum bytes of one attribute. Collectors commonly reject messages of some MiB, and a run has many calls.
const CONTENT_BYTES_MAX: u64 = 16 * 1024;

/// Returns the value as JSON; a long one is reduced to an outline.
pub(super) fn shown(value: &Value) -> String {
    let whole = Returned::whole(value.clone());
    whole.within(CONTENT_BYTES_MAX).map_or(whole.value, |preview| preview.value).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_value_is_shortened_and_stays_json() {
        assert_eq!(shown(&json!({ "a": [1, "x"] })), r#"{"a":[1,"x"]}"#);
        let long = shown(&json!({ "code": "x".repeat(100_000), "rows": vec![7; 100_000] }));
        assert!(long.len() as u64 <= CONTENT_BYTES_MAX, "{}", long.len());
        assert!(serde_json::from_str::<Value>(&long).is_ok());
    }
}
