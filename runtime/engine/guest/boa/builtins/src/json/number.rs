//! Parses numbers in a JSON text.

use boa_engine::JsValue;

use super::source::Source;

/// Number of digits that always fit an `i32`.
const SMALL_DIGITS_MAX: usize = 9;

/// Parses the number at `start`, and returns its value and end; `Err` is the position of the error.
pub(super) fn number(source: &impl Source, start: usize) -> Result<(JsValue, usize), usize> {
    let negative = is(source, start, b'-');
    let digits = start + usize::from(negative);
    let whole = integer_end(source, digits)?;
    let end = exponent_end(source, fraction_end(source, whole)?)?;
    if end == whole && whole - digits <= SMALL_DIGITS_MAX {
        return Ok((small(source, digits..whole, negative), end));
    }
    let text: String =
        (start..end).filter_map(|at| source.unit(at)).filter_map(|unit| char::from_u32(u32::from(unit))).collect();
    // Rust's parser is exact and accepts everything that the grammar above does.
    let value: f64 = text.parse().map_err(|_| start)?;
    Ok((JsValue::from(value), end))
}

fn small(source: &impl Source, digits: std::ops::Range<usize>, negative: bool) -> JsValue {
    let value = digits
        .filter_map(|at| source.unit(at))
        .fold(0_i32, |value, unit| value * 10 + i32::from(unit) - i32::from(b'0'));
    match (negative, value) {
        (true, 0) => JsValue::from(-0.0_f64),
        (true, value) => JsValue::from(-value),
        (false, value) => JsValue::from(value),
    }
}

fn integer_end(source: &impl Source, at: usize) -> Result<usize, usize> {
    if is(source, at, b'0') {
        return Ok(at + 1);
    }
    digits_end(source, at)
}

fn fraction_end(source: &impl Source, at: usize) -> Result<usize, usize> {
    match is(source, at, b'.') {
        true => digits_end(source, at + 1),
        false => Ok(at),
    }
}

fn exponent_end(source: &impl Source, at: usize) -> Result<usize, usize> {
    if !is(source, at, b'e') && !is(source, at, b'E') {
        return Ok(at);
    }
    let signed = is(source, at + 1, b'+') || is(source, at + 1, b'-');
    digits_end(source, at + 1 + usize::from(signed))
}

/// Returns the end of a sequence of at least one digit.
fn digits_end(source: &impl Source, start: usize) -> Result<usize, usize> {
    let mut at = start;
    while source.unit(at).is_some_and(is_digit) {
        at += 1;
    }
    if at == start { Err(at) } else { Ok(at) }
}

fn is(source: &impl Source, at: usize, ascii: u8) -> bool {
    source.unit(at) == Some(u16::from(ascii))
}

fn is_digit(unit: u16) -> bool {
    (u16::from(b'0')..=u16::from(b'9')).contains(&unit)
}
