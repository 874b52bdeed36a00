//! Times in the demo's data: whole minutes of one fixed month, without a calendar.

use std::{borrow::Cow, fmt};

use callbox::ToolError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// What [`shape_of`] returns for a readable time.
const READABLE: &str = "0000-00-00T00:00";

/// Minutes since the beginning of March 2026, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Minute(u32);

impl Minute {
    /// A time of day on a day of the month, counted from 1.
    pub(super) const fn at(day: u32, hour: u32, minute: u32) -> Self {
        Self(((day - 1) * 24 + hour) * 60 + minute)
    }

    pub(super) const fn plus(self, minutes: u32) -> Self {
        Self(self.0 + minutes)
    }

    /// Whether the time is within the bounds; a missing bound admits every time.
    pub(super) fn is_within(self, from: Option<&Bound>, to: Option<&Bound>) -> bool {
        let text = self.to_string();
        let text = text.get(..READABLE.len()).unwrap_or_default();
        from.is_none_or(|from| text >= from.0.as_str()) && to.is_none_or(|to| text < to.0.as_str())
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minute) = (self.0 / 60, self.0 % 60);
        write!(f, "2026-03-{:02}T{:02}:{minute:02}:00Z", hours / 24 + 1, hours % 24)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Minute {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A time given by a caller, cut to the minute. Kept as text, because such texts sort like times.
#[derive(Debug)]
pub(super) struct Bound(String);

impl Bound {
    /// Reads the argument `name`, if given.
    pub(super) fn read(name: &str, text: Option<&str>) -> Result<Option<Self>, ToolError> {
        let Some(text) = text else { return Ok(None) };
        match text.get(..READABLE.len()).filter(|minute| text.ends_with('Z') && shape_of(minute) == READABLE) {
            Some(minute) => Ok(Some(Self(minute.to_owned()))),
            None => Err(ToolError::failed(format!(
                "`{name}` must be a UTC time like `2026-03-02T09:30:00Z`, found `{text}`"
            ))),
        }
    }
}

fn shape_of(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_reads_as_a_time() {
        assert_eq!(Minute::at(7, 23, 50).plus(15).to_string(), "2026-03-08T00:05:00Z");
    }

    #[test]
    fn the_first_bound_is_inside_and_the_second_is_not() {
        let bound = |text| Bound::read("from", Some(text)).expect("a time");
        let (from, to) = (bound("2026-03-02T09:30:00.000Z"), bound("2026-03-02T09:31Z"));
        assert!(Minute::at(2, 9, 30).is_within(from.as_ref(), to.as_ref()));
        assert!(!Minute::at(2, 9, 31).is_within(from.as_ref(), to.as_ref()));
        assert!(!Minute::at(2, 9, 29).is_within(from.as_ref(), None));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["yesterday", "2026-03-02", "2026-03-02T09:30:00+02:00", "", "é2026-03-02T09:3Z"] {
            assert!(Bound::read("to", Some(text)).is_err(), "{text}");
        }
    }
}
