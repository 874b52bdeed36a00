//! The weight of a JSON value: a measure of the work to compare, hash or copy it.

use serde_json::Value;

/// Maximum nesting of a value that is weighed: the host's stack is small.
const DEPTH_MAX: u32 = 200;

/// One unit for each value and for each 16 bytes of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight(pub(crate) u64);

impl Weight {
    /// Returns `None` for a value that weighs more than `most`; stops looking there.
    pub(crate) fn of(value: &Value, most: u64) -> Option<Self> {
        let mut left = most;
        add(value, &mut left, DEPTH_MAX)?;
        Some(Self(most - left))
    }
}

fn add(value: &Value, left: &mut u64, depth: u32) -> Option<()> {
    take(left, 1)?;
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(text) => take(left, text.len() as u64 / 16),
        Value::Array(items) => items.iter().try_for_each(|item| add(item, left, depth)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            take(left, name.len() as u64 / 16)?;
            add(member, left, depth)
        }),
        _ => Some(()),
    }
}

fn take(left: &mut u64, weight: u64) -> Option<()> {
    *left = left.checked_sub(weight)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_and_text_weigh() {
        let value = json!({ "a": [1, null, "x".repeat(32)] });
        assert_eq!(Weight::of(&value, 100), Some(Weight(7)));
        assert_eq!(Weight::of(&value, 6), None);
        assert_eq!(Weight::of(&(0..300).fold(json!(1), |inner, _| json!([inner])), 1_000), None);
    }
}
