//! Parses sizes and times from the command line: `64MiB`, `500kB`, `1024`.

use std::{fmt, str::FromStr};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("b", 1),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
];

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.replace('_', "").parse().map_err(|_| expected(text))?;
        let unit = unit.trim().to_ascii_lowercase();
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(|| expected(text))?;
        number.checked_mul(*factor).map(Self).ok_or_else(|| format!("`{text}` is too large"))
    }
}

/// Parses a finite number of milliseconds.
pub(crate) fn time(text: &str) -> Result<f64, String> {
    let ms = text.parse().ok().filter(|ms: &f64| ms.is_finite());
    ms.ok_or_else(|| format!("expected a number of milliseconds, found `{text}`"))
}

fn expected(text: &str) -> String {
    format!("expected a whole number of bytes such as `65536`, `64KiB` or `2MB`, found `{text}`")
}

/// Uses the largest binary unit that is exact: a limit is printed as it may be given, which `bytesize` rounds.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = |shift: u32| self.0 >= 1 << shift && self.0.is_multiple_of(1 << shift);
        match self.0 {
            bytes if exact(30) => write!(f, "{}GiB", bytes >> 30),
            bytes if exact(20) => write!(f, "{}MiB", bytes >> 20),
            bytes if exact(10) => write!(f, "{}KiB", bytes >> 10),
            bytes => write!(f, "{bytes}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, time};

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("0", 0),
            ("1024", 1024),
            ("1_000", 1000),
            ("64KiB", 65_536),
            ("64kib", 65_536),
            ("2MB", 2_000_000),
            ("1 GiB", 1 << 30),
            ("7B", 7),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "KiB", "-1", "1.5MiB", "1TiB", "0x10", "99999999999999999999", "18446744073709551615KiB"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_size_reads_as_it_was_written() {
        for text in ["0", "1000", "64KiB", "16MiB", "3GiB", "1025"] {
            assert_eq!(text.parse::<Bytes>().map(|bytes| bytes.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_time_is_a_number() {
        assert_eq!(time("-1.5"), Ok(-1.5));
        for text in ["nan", "inf", "-inf", "now", ""] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
