//! Converts between a pattern as written and as `source` shows it: the engine shows `\/` as `\\/`.

use boa_engine::JsString;

const BACKSLASH: u16 = b'\\' as u16;
const SLASH: u16 = b'/' as u16;

/// Recovers the pattern from what the engine shows, which has a backslash added before every slash.
pub(super) fn written(shown: &JsString) -> Vec<u16> {
    let units = shown.to_vec();
    let mut pattern = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        let added = *unit == BACKSLASH && units.get(index + 1) == Some(&SLASH);
        if !added {
            pattern.push(*unit);
        }
    }
    pattern
}

/// EscapeRegExpPattern: escapes the pattern so that it means the same between slashes.
pub(super) fn shown(pattern: &[u16]) -> JsString {
    let mut shown = Vec::with_capacity(pattern.len());
    let (mut escaped, mut in_class) = (false, false);
    for &unit in pattern {
        if unit == SLASH && !escaped && !in_class {
            shown.push(BACKSLASH);
        }
        shown.push(unit);
        if escaped {
            escaped = false;
            continue;
        }
        escaped = unit == BACKSLASH;
        in_class = match u8::try_from(unit) {
            Ok(b'[') => true,
            Ok(b']') => false,
            _ => in_class,
        };
    }
    JsString::from(shown.as_slice())
}
