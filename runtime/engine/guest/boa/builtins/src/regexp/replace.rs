//! `RegExp.prototype[Symbol.replace]`.

use boa_engine::object::JsObject;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue, js_string};
use regress::Match;

use super::compiled::{Compiled, compiled};
use super::exec::{captured, named, regexp_exec};
use super::matching::{after, step_over};
use super::subject::Subject;
use super::{flags_of, has_own_engine, has_plain_last_index, receiver, set_last_index, subject_text};
use crate::operations::length_of;
use crate::substitution::{Found, Replacement};
use crate::text::Text;

/// `RegExp.prototype[Symbol.replace]`
pub(crate) fn replace(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = receiver(this)?;
    let text = subject_text(args, context)?;
    let replacement = Replacement::new(args.get_or_undefined(1), context)?;
    let flags = flags_of(&object, context)?;
    if flags.contains(b'g') {
        set_last_index(&object, 0, context)?;
    }
    if has_own_engine(&object, context)? && has_plain_last_index(&object) {
        let compiled = compiled(&object, context)?;
        if compiled.has_flags(&flags) && !compiled.has('y') {
            return replace_matches(&compiled, &text, &replacement, context);
        }
    }
    replace_results(&object, &text, &flags, &replacement, context)
}

/// Replaces in one pass over the string. The matches do not depend on what a replacer function does meanwhile, so they
/// need not be collected first.
fn replace_matches(
    compiled: &Compiled,
    text: &JsString,
    replacement: &Replacement,
    context: &mut Context,
) -> JsResult<JsValue> {
    let subject = Subject::once(text);
    let mut output = Text::with_capacity(text.len());
    let mut copied = 0;
    let mut from = 0;
    let mut count = 0_usize;
    while from <= text.len() {
        let Some(found) = compiled.find(&subject, from) else {
            break;
        };
        count += 1;
        push_part(&mut output, text, copied, found.start());
        push_match(&mut output, &subject, &found, replacement, context)?;
        copied = found.end();
        if !compiled.has('g') {
            break;
        }
        from = after(&found, text, compiled);
    }
    if count == 0 {
        return Ok(text.clone().into());
    }
    push_part(&mut output, text, copied, text.len());
    Ok(output.finish().into())
}

fn push_match(
    output: &mut Text,
    subject: &Subject,
    found: &Match,
    replacement: &Replacement,
    context: &mut Context,
) -> JsResult<()> {
    if let Some(plain) = replacement.plain() {
        output.push(plain.as_str());
        return Ok(());
    }
    let captures = found.groups().skip(1);
    let found = Found {
        matched: subject.piece(found.range()),
        text: subject.text(),
        position: found.start(),
        captures: captures.map(|range| captured(subject, range)).collect(),
        groups: named(found, |range| captured(subject, range)),
    };
    replacement.push(output, found, context)
}

fn push_part(output: &mut Text, text: &JsString, start: usize, end: usize) {
    if let Some(part) = text.as_str().get(start..end) {
        output.push(part);
    }
}

/// Follows the steps of the standard, for objects that a script has modified.
fn replace_results(
    object: &JsObject,
    text: &JsString,
    flags: &JsString,
    replacement: &Replacement,
    context: &mut Context,
) -> JsResult<JsValue> {
    let results = results(object, text, flags, context)?;
    let mut output = Text::with_capacity(text.len());
    let mut copied = 0;
    for result in results {
        let found = found_in(&result, text, context)?;
        let (start, end) = (found.position, found.position + found.matched.len());
        let mut piece = Text::with_capacity(0);
        replacement.push(&mut piece, found, context)?;
        if start >= copied {
            push_part(&mut output, text, copied, start);
            output.push(piece.finish().as_str());
            copied = end;
        }
    }
    if copied < text.len() {
        push_part(&mut output, text, copied, text.len());
    }
    Ok(output.finish().into())
}

fn results(object: &JsObject, text: &JsString, flags: &JsString, context: &mut Context) -> JsResult<Vec<JsObject>> {
    let unicode = flags.contains(b'u') || flags.contains(b'v');
    let mut results = Vec::new();
    while let Some(result) = regexp_exec(object, text, context)? {
        results.push(result.clone());
        if !flags.contains(b'g') {
            break;
        }
        if result.get(0, context)?.to_string(context)?.is_empty() {
            step_over(object, text, unicode, context)?;
        }
    }
    Ok(results)
}

fn found_in<'a>(result: &JsObject, text: &'a JsString, context: &mut Context) -> JsResult<Found<'a>> {
    let count = length_of(result, context)?.max(1);
    let matched = result.get(0, context)?.to_string(context)?;
    let position = result
        .get(js_string!("index"), context)?
        .to_integer_or_infinity(context)?
        .clamp_finite(0, i64::try_from(text.len()).unwrap_or(i64::MAX));
    let mut captures = Vec::new();
    for index in 1..count {
        let capture = result.get(index, context)?;
        captures.push(match capture.is_undefined() {
            true => capture,
            false => capture.to_string(context)?.into(),
        });
    }
    Ok(Found {
        matched,
        text,
        position: usize::try_from(position).unwrap_or(0),
        captures,
        groups: result.get(js_string!("groups"), context)?,
    })
}
