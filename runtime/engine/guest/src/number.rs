//! Formats numbers and dates as JavaScript does.

/// Formats a number like `String(number)`.
pub fn text(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

const DAY_MS: f64 = 86_400_000.0;

/// Formats a time within ±8.64e15 milliseconds of the epoch like `toISOString`.
#[allow(clippy::cast_possible_truncation, reason = "a valid time has whole milliseconds, fewer than 2^53")]
pub fn iso(ms: f64) -> String {
    let days = (ms / DAY_MS).floor();
    let rest = (ms - days * DAY_MS) as i64;
    let (year, month, day) = date(days as i64);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        _ if year < 0 => format!("-{:06}", -year),
        _ => format!("+{year:06}"),
    };
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    let (seconds, ms) = (rest / 1_000 % 60, rest % 1_000);
    format!("{year}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{ms:03}Z")
}

/// Returns year, month and day of a day since the epoch, in the proleptic Gregorian calendar, using eras of 400 years
/// that begin on 1 March (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn date(days: i64) -> (i64, i64, i64) {
    let since = days + 719_468;
    let era = since.div_euclid(146_097);
    let of_era = since.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_language_does() {
        for (ms, text) in [
            (0.0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000.0, "2000-02-29T00:00:00.000Z"),
            (-1.0, "1969-12-31T23:59:59.999Z"),
            (-62_198_755_200_000.0, "-000001-01-01T00:00:00.000Z"),
            (253_402_300_800_000.0, "+010000-01-01T00:00:00.000Z"),
            (8.64e15, "+275760-09-13T00:00:00.000Z"),
            (-8.64e15, "-271821-04-20T00:00:00.000Z"),
        ] {
            assert_eq!(iso(ms), text);
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        for (number, text) in [(-0.0, "0"), (1e21, "1e+21"), (0.1, "0.1"), (f64::NAN, "NaN"), (5e-324, "5e-324")] {
            assert_eq!(super::text(number), text);
        }
    }
}
