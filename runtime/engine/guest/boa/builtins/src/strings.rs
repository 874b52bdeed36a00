//! Replacements for methods of `String.prototype`: `indexOf`, `includes`, `split`, `replace` and the like.

use boa_engine::object::builtins::JsArray;
use boa_engine::value::IntegerOrInfinity;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsSymbol, JsValue, js_string};

use super::find;
use super::operations::{method_of, range_error, this_text, type_error};
use super::piece::piece;
use super::regexp::is_regexp;
use super::substitution::{Found, Replacement};
use super::text::Text;

/// Longest string, in code units; the engine's own limit.
const UNITS_MAX: usize = u32::MAX as usize;

/// `String.prototype.indexOf`
pub(super) fn index_of(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = this_text(this, context)?;
    let wanted = args.get_or_undefined(0).to_string(context)?;
    let from = position(args.get_or_undefined(1), text.len(), context)?;
    Ok(place(find::first(text.as_str(), wanted.as_str(), from)))
}

/// `String.prototype.lastIndexOf`
pub(super) fn last_index_of(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = this_text(this, context)?;
    let wanted = args.get_or_undefined(0).to_string(context)?;
    let from = args.get_or_undefined(1).to_number(context)?;
    let from = if from.is_nan() { text.len() } else { position(&from.into(), text.len(), context)? };
    Ok(place(find::last(text.as_str(), wanted.as_str(), from)))
}

/// `String.prototype.includes`
pub(super) fn includes(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = this_text(this, context)?;
    let wanted = args.get_or_undefined(0);
    if is_regexp(wanted, context)? {
        return Err(type_error("the first argument of `includes` must not be a regular expression"));
    }
    let wanted = wanted.to_string(context)?;
    let from = position(args.get_or_undefined(1), text.len(), context)?;
    Ok(find::first(text.as_str(), wanted.as_str(), from).is_some().into())
}

/// `String.prototype.repeat`. The engine's own first builds a list of all copies, sixteen bytes each.
pub(super) fn repeat(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = this_text(this, context)?;
    let count = args.get_or_undefined(0).to_integer_or_infinity(context)?;
    let Some(count) = count.as_integer().and_then(|count| usize::try_from(count).ok()) else {
        return Err(range_error("the count of `repeat` must be a finite number, not below 0"));
    };
    let Some(units) = text.len().checked_mul(count).filter(|units| *units <= UNITS_MAX) else {
        return Err(range_error("the text that `repeat` makes would be too long"));
    };
    if units == 0 {
        return Ok(js_string!().into());
    }
    // About as many rows as copies per row keeps both lists short.
    let row_len = count.isqrt();
    let row = JsString::concat_array(&vec![text.as_str(); row_len]);
    let mut rows = vec![row.as_str(); count / row_len];
    rows.extend(std::iter::repeat_n(text.as_str(), count % row_len));
    Ok(JsString::concat_array(&rows).into())
}

/// `String.prototype.split`
pub(super) fn split(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this.require_object_coercible()?;
    let (separator, limit) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if let Some(splitter) = method_of(separator, JsSymbol::split(), context)? {
        return splitter.call(separator, &[this.clone(), limit.clone()], context);
    }
    let text = this.to_string(context)?;
    let limit = match limit.is_undefined() {
        true => u32::MAX,
        false => limit.to_u32(context)?,
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let by = separator.to_string(context)?;
    let parts = match (limit, separator.is_undefined(), by.is_empty()) {
        (0, _, _) => Vec::new(),
        (_, true, _) => vec![text.into()],
        (_, _, true) => units(&text, limit),
        _ => parts(&text, &by, limit),
    };
    Ok(JsArray::from_iter(parts, context).into())
}

/// `String.prototype.replace`
pub(super) fn replace(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this.require_object_coercible()?;
    let (wanted, value) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if let Some(replacer) = method_of(wanted, JsSymbol::replace(), context)? {
        return replacer.call(wanted, &[this.clone(), value.clone()], context);
    }
    let text = this.to_string(context)?;
    let wanted = wanted.to_string(context)?;
    let replacement = Replacement::new(value, context)?;
    let places = find::first(text.as_str(), wanted.as_str(), 0);
    put_in(&text, &wanted, places, &replacement, context)
}

/// `String.prototype.replaceAll`
pub(super) fn replace_all(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this.require_object_coercible()?;
    let (wanted, value) = (args.get_or_undefined(0), args.get_or_undefined(1));
    refuse_single(wanted, context)?;
    if let Some(replacer) = method_of(wanted, JsSymbol::replace(), context)? {
        return replacer.call(wanted, &[this.clone(), value.clone()], context);
    }
    let text = this.to_string(context)?;
    let wanted = wanted.to_string(context)?;
    let replacement = Replacement::new(value, context)?;
    let subject = text.clone();
    let step = wanted.len().max(1);
    let mut from = 0;
    let places = std::iter::from_fn(|| {
        let at = find::first(subject.as_str(), wanted.as_str(), from)?;
        from = at + step;
        Some(at)
    });
    put_in(&text, &wanted, places, &replacement, context)
}

/// Throws if a regular expression passed to `replaceAll` is not global.
fn refuse_single(wanted: &JsValue, context: &mut Context) -> JsResult<()> {
    let Some(object) = wanted.as_object() else {
        return Ok(());
    };
    if !is_regexp(wanted, context)? {
        return Ok(());
    }
    let flags = object.get(js_string!("flags"), context)?;
    let flags = flags.require_object_coercible()?.to_string(context)?;
    if flags.contains(b'g') {
        return Ok(());
    }
    Err(type_error("`replaceAll` was called with a regular expression that is not global"))
}

fn put_in(
    text: &JsString,
    wanted: &JsString,
    places: impl IntoIterator<Item = usize>,
    replacement: &Replacement,
    context: &mut Context,
) -> JsResult<JsValue> {
    let mut output = None;
    let mut copied = 0;
    for at in places {
        let output = output.get_or_insert_with(|| Text::with_capacity(text.len()));
        push_part(output, text, copied, at);
        let found =
            Found { matched: wanted.clone(), text, position: at, captures: Vec::new(), groups: JsValue::undefined() };
        replacement.push(output, found, context)?;
        copied = at + wanted.len();
    }
    let Some(mut output) = output else {
        return Ok(text.clone().into());
    };
    push_part(&mut output, text, copied, text.len());
    Ok(output.finish().into())
}

fn push_part(output: &mut Text, text: &JsString, start: usize, end: usize) {
    if let Some(part) = text.as_str().get(start..end) {
        output.push(part);
    }
}

fn units(text: &JsString, limit: usize) -> Vec<JsValue> {
    (0..text.len().min(limit)).map(|at| piece(text, at..at + 1).into()).collect()
}

fn parts(text: &JsString, by: &JsString, limit: usize) -> Vec<JsValue> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(at) = find::first(text.as_str(), by.as_str(), start) {
        parts.push(piece(text, start..at).into());
        if parts.len() >= limit {
            return parts;
        }
        start = at + by.len();
    }
    parts.push(piece(text, start..text.len()).into());
    parts
}

/// Converts a position argument, clamped to the string.
fn position(value: &JsValue, length: usize, context: &mut Context) -> JsResult<usize> {
    Ok(match value.to_integer_or_infinity(context)? {
        IntegerOrInfinity::PositiveInfinity => length,
        IntegerOrInfinity::NegativeInfinity => 0,
        IntegerOrInfinity::Integer(at) => usize::try_from(at.max(0)).map_or(length, |at| at.min(length)),
    })
}

fn place(found: Option<usize>) -> JsValue {
    found.map_or_else(|| JsValue::from(-1), JsValue::from)
}
