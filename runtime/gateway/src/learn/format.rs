//! The few string formats that can be recognised by their text. Stricter than their standards: in doubt, there is no
//! format.

use serde::{Deserialize, Serialize};

/// Longer URLs are not examined.
pub(super) const URI_BYTES_MAX: usize = 2_000;

/// A format, by its name in JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Format {
    Date,
    DateTime,
    Uri,
    Uuid,
}

impl Format {
    pub(super) fn of(text: &str) -> Option<Format> {
        match text.len() {
            10 if is_date(text) => Some(Format::Date),
            36 if is_uuid(text) => Some(Format::Uuid),
            20.. if is_date_time(text) => Some(Format::DateTime),
            8..=URI_BYTES_MAX if is_web_address(text) => Some(Format::Uri),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Format::Date => "date",
            Format::DateTime => "date-time",
            Format::Uri => "uri",
            Format::Uuid => "uuid",
        }
    }
}

/// Matches `2026-02-28`.
fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else {
        return false;
    };
    (1..=days_in(year, month)).contains(&day)
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// Matches `2026-02-28T12:30:00.5+01:00`: RFC 3339 without leap seconds.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let (time, offset) = match time.strip_suffix('Z') {
        Some(time) => (time, None),
        None => match time.rfind(['+', '-']).and_then(|at| time.split_at_checked(at)) {
            Some((time, offset)) => (time, offset.get(1..)),
            None => return false,
        },
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let clock = |text: &str| matches!(numbers(text, ':', [2, 2]), Some([hours, minutes]) if hours < 24 && minutes < 60);
    let seconds = matches!(numbers(time, ':', [2, 2, 2]), Some([hours, minutes, seconds]) if hours < 24 && minutes < 60 && seconds < 60);
    is_date(date) && seconds && (1..=9).contains(&fraction.len()) && all_digits(fraction) && offset.is_none_or(clock)
}

/// Matches `550e8400-e29b-41d4-a716-446655440000`.
fn is_uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    let fits = [8, 4, 4, 4, 12].iter().all(|len| {
        parts.next().is_some_and(|part| part.len() == *len && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    fits && parts.next().is_none()
}

/// Matches `https://example.org:8080/a?b#c`, in the characters that RFC 3986 allows.
fn is_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(host_end).unwrap_or_default();
    is_authority(authority) && path.matches('#').count() <= 1 && is_encoded(path)
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !host.is_empty() && host.bytes().all(letter) && (1..=5).contains(&port.len()) && all_digits(port)
}

fn is_encoded(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let escaped = |next: Option<u8>| next.is_some_and(|byte| byte.is_ascii_hexdigit());
        let fits = match byte {
            b'%' => escaped(bytes.next()) && escaped(bytes.next()),
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Parses decimal numbers with exactly the given number of digits each.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits && all_digits(part))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_looking() {
        let cases = [
            ("2026-02-28", Some(Format::Date)),
            ("2024-02-29", Some(Format::Date)),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-2-28ab", None),
            ("2026-02-28T12:30:00Z", Some(Format::DateTime)),
            ("2026-02-28T12:30:00.123+01:00", Some(Format::DateTime)),
            ("2026-02-28T24:30:00Z", None),
            ("2026-02-28T12:30:00", None),
            ("2026-02-28 12:30:00Z", None),
            ("2026-02-28T12:30:00.+01:00", None),
            ("550e8400-e29b-41d4-a716-446655440000", Some(Format::Uuid)),
            ("550e8400-e29b-41d4-a716-44665544000g", None),
            ("https://example.org/a?b=c#d", Some(Format::Uri)),
            ("http://localhost:8080", Some(Format::Uri)),
            ("https://example.org/a b", None),
            ("https://example.org/%zz", None),
            ("https:///nowhere", None),
            ("see https://example.org", None),
            ("", None),
        ];
        for (text, format) in cases {
            assert_eq!(Format::of(text), format, "{text}");
        }
    }
}
