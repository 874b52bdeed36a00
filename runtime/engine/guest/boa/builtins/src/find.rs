//! Finds one string in another from a given position, without first walking up to it.

use boa_engine::string::{JsStr, JsStrVariant};

/// StringIndexOf.
pub(super) fn first(text: JsStr<'_>, wanted: JsStr<'_>, from: usize) -> Option<usize> {
    let rest = text.get(from.min(text.len())..)?;
    if wanted.is_empty() {
        return (from <= text.len()).then_some(from);
    }
    let at = match (rest.variant(), wanted.variant()) {
        (JsStrVariant::Latin1(rest), JsStrVariant::Latin1(wanted)) => search(rest, wanted),
        (JsStrVariant::Utf16(rest), JsStrVariant::Utf16(wanted)) => search(rest, wanted),
        (JsStrVariant::Utf16(rest), JsStrVariant::Latin1(wanted)) => {
            let wanted: Vec<u16> = wanted.iter().copied().map(u16::from).collect();
            search(rest, &wanted)
        }
        (JsStrVariant::Latin1(rest), JsStrVariant::Utf16(wanted)) => {
            // A unit that does not fit a byte cannot occur in the text.
            let wanted: Result<Vec<u8>, _> = wanted.iter().copied().map(u8::try_from).collect();
            search(rest, &wanted.ok()?)
        }
    };
    at.map(|at| from + at)
}

/// Finds the last occurrence that begins at or before `from`.
pub(super) fn last(text: JsStr<'_>, wanted: JsStr<'_>, from: usize) -> Option<usize> {
    let begin = text.len().checked_sub(wanted.len())?.min(from);
    let Some(first) = wanted.get(0) else {
        return Some(begin);
    };
    let mut end = begin + 1;
    loop {
        let at = last_unit(text, first, end)?;
        if text.get(at..at + wanted.len()) == Some(wanted) {
            return Some(at);
        }
        end = at;
    }
}

/// Finds the last `unit` before `end`.
fn last_unit(text: JsStr<'_>, unit: u16, end: usize) -> Option<usize> {
    match text.variant() {
        JsStrVariant::Latin1(bytes) => {
            let byte = u8::try_from(unit).ok()?;
            bytes.get(..end)?.iter().rposition(|&it| it == byte)
        }
        JsStrVariant::Utf16(units) => units.get(..end)?.iter().rposition(|&it| it == unit),
    }
}

fn search<T: Copy + PartialEq>(text: &[T], wanted: &[T]) -> Option<usize> {
    let (first, tail) = wanted.split_first()?;
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let found = at + rest.iter().position(|unit| unit == first)?;
        let behind = text.get(found + 1..)?;
        if behind.starts_with(tail) {
            return Some(found);
        }
        if behind.len() < tail.len() {
            return None;
        }
        at = found + 1;
    }
}
