//! `RegExp.prototype[Symbol.match]`.

use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsArray;
use boa_engine::{Context, JsResult, JsString, JsValue};

use super::compiled::{Compiled, compiled};
use super::exec::regexp_exec;
use super::subject::Subject;
use super::{advance, flags_of, has_own_engine, last_index, receiver, set_last_index, subject_text};

/// `RegExp.prototype[Symbol.match]`
pub(crate) fn match_all_of(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = receiver(this)?;
    let text = subject_text(args, context)?;
    let flags = flags_of(&object, context)?;
    if !flags.contains(b'g') {
        let result = regexp_exec(&object, &text, context)?;
        return Ok(result.map_or_else(JsValue::null, JsValue::from));
    }
    set_last_index(&object, 0, context)?;
    let items = if has_own_engine(&object, context)? && !flags.contains(b'y') {
        let compiled = compiled(&object, context)?;
        match compiled.has_flags(&flags) {
            true => all_matches(&compiled, &text),
            false => each_match(&object, &text, &flags, context)?,
        }
    } else {
        each_match(&object, &text, &flags, context)?
    };
    if items.is_empty() {
        return Ok(JsValue::null());
    }
    Ok(JsArray::from_iter(items, context).into())
}

/// Finds all matches in one pass, without anything that a script could observe.
fn all_matches(compiled: &Compiled, text: &JsString) -> Vec<JsValue> {
    let subject = Subject::once(text);
    let mut items = Vec::new();
    let mut from = 0;
    while from <= text.len() {
        let Some(found) = compiled.find(&subject, from) else {
            break;
        };
        items.push(subject.piece(found.range()).into());
        from = after(&found, text, compiled);
    }
    items
}

/// Returns where the next match may begin.
pub(super) fn after(found: &regress::Match, text: &JsString, compiled: &Compiled) -> usize {
    if found.end() > found.start() {
        return found.end();
    }
    let next = advance(text, found.end() as u64, compiled.is_unicode());
    usize::try_from(next).unwrap_or(usize::MAX)
}

/// Follows the steps of the standard, for objects that a script has modified.
fn each_match(object: &JsObject, text: &JsString, flags: &JsString, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let unicode = flags.contains(b'u') || flags.contains(b'v');
    let mut items = Vec::new();
    while let Some(result) = regexp_exec(object, text, context)? {
        let matched = result.get(0, context)?.to_string(context)?;
        if matched.is_empty() {
            step_over(object, text, unicode, context)?;
        }
        items.push(matched.into());
    }
    Ok(items)
}

/// Moves `lastIndex` past an empty match.
pub(super) fn step_over(object: &JsObject, text: &JsString, unicode: bool, context: &mut Context) -> JsResult<()> {
    let index = last_index(object, context)?;
    set_last_index(object, advance(text, index, unicode), context)
}
