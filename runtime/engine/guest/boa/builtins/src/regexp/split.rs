//! `RegExp.prototype[Symbol.split]`.

use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsArray;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsSymbol, JsValue, js_string};

use super::compiled::{Compiled, compiled};
use super::exec::{captured, regexp_exec};
use super::subject::Subject;
use super::{advance, flags_of, has_own_engine, has_own_species, last_index, receiver, set_last_index, subject_text};
use crate::operations::{length_of, regexp_species};
use crate::piece::piece;

/// `RegExp.prototype[Symbol.split]`
pub(crate) fn split(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = receiver(this)?;
    let text = subject_text(args, context)?;
    let plain = has_own_engine(&object, context)? && has_own_species(&object, context)?;
    let splitter_maker = if plain { None } else { Some(regexp_species(&object, context)?) };
    let flags = flags_of(&object, context)?;
    let limit = args.get_or_undefined(1);
    if splitter_maker.is_none() && has_own_engine(&object, context)? {
        // Creating the sticky copy would read this first; a getter may change the expression.
        object.get(JsSymbol::r#match(), context)?;
        let compiled = compiled(&object, context)?;
        if compiled.has_flags(&flags) && !flags.contains(b'y') {
            let limit = limit_of(limit, context)?;
            let parts = parts_between(&compiled, &text, limit);
            return Ok(JsArray::from_iter(parts, context).into());
        }
    }
    let maker = match splitter_maker {
        Some(maker) => maker,
        None => regexp_species(&object, context)?,
    };
    let splitter = splitter(&object, &maker, &flags, context)?;
    let limit = limit_of(limit, context)?;
    let unicode = flags.contains(b'u') || flags.contains(b'v');
    let parts = each_part(&splitter, &text, unicode, limit, context)?;
    Ok(JsArray::from_iter(parts, context).into())
}

fn limit_of(limit: &JsValue, context: &mut Context) -> JsResult<usize> {
    let limit = if limit.is_undefined() { u32::MAX } else { limit.to_u32(context)? };
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Creates a sticky copy of the expression, as the standard requires when a script may observe it.
fn splitter(object: &JsObject, maker: &JsObject, flags: &JsString, context: &mut Context) -> JsResult<JsObject> {
    let flags = if flags.contains(b'y') { flags.clone() } else { js_string!(flags, &js_string!("y")) };
    maker.construct(&[object.clone().into(), flags.into()], Some(maker), context)
}

/// Splits in one pass over the string: the standard's sticky attempts together amount to one search.
fn parts_between(compiled: &Compiled, text: &JsString, limit: usize) -> Vec<JsValue> {
    let subject = Subject::once(text);
    let mut parts = Vec::new();
    let (mut start, mut from) = (0, 0);
    if text.is_empty() && compiled.find(&subject, 0).is_some() {
        return parts;
    }
    while from < text.len() && parts.len() < limit {
        let Some(found) = compiled.find(&subject, from) else {
            break;
        };
        if found.start() >= text.len() {
            break;
        }
        if found.end() == start {
            let next = advance(text, from as u64, compiled.is_unicode());
            from = usize::try_from(next).unwrap_or(usize::MAX);
            continue;
        }
        parts.push(subject.piece(start..found.start()).into());
        parts.extend(found.groups().skip(1).map(|range| captured(&subject, range)));
        start = found.end();
        from = start;
    }
    parts.push(subject.piece(start..text.len()).into());
    parts.truncate(limit);
    parts
}

/// Follows the steps of the standard, for objects that a script has modified.
fn each_part(
    splitter: &JsObject,
    text: &JsString,
    unicode: bool,
    limit: usize,
    context: &mut Context,
) -> JsResult<Vec<JsValue>> {
    let size = text.len() as u64;
    let mut parts = Vec::new();
    if limit == 0 {
        return Ok(parts);
    }
    if size == 0 && regexp_exec(splitter, text, context)?.is_some() {
        return Ok(parts);
    }
    let (mut start, mut from) = (0, 0);
    while from < size {
        set_last_index(splitter, from, context)?;
        let result = regexp_exec(splitter, text, context)?;
        let end = match &result {
            Some(_) => last_index(splitter, context)?.min(size),
            None => start,
        };
        let (Some(result), false) = (result, end == start) else {
            from = advance(text, from, unicode);
            continue;
        };
        parts.push(part(text, start, from).into());
        start = end;
        if parts.len() >= limit {
            return Ok(parts);
        }
        for index in 1..length_of(&result, context)?.max(1) {
            parts.push(result.get(index, context)?);
            if parts.len() >= limit {
                return Ok(parts);
            }
        }
        from = start;
    }
    parts.push(part(text, start, size).into());
    Ok(parts)
}

/// Returns a part of the string. Both ends are within the string, so the conversions succeed.
fn part(text: &JsString, start: u64, end: u64) -> JsString {
    let end = usize::try_from(end).unwrap_or(usize::MAX).min(text.len());
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(end);
    piece(text, start..end)
}
