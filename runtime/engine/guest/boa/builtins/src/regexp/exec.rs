//! `exec` and `test`, and the standard's RegExpExec, on which all other methods are built.

use std::rc::Rc;

use boa_engine::builtins::regexp::RegExp;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsArray;
use boa_engine::property::PropertyDescriptor;
use boa_engine::{Context, JsResult, JsString, JsValue, js_string};
use regress::{Match, Range};

use super::compiled::{Compiled, compiled};
use super::subject::Subject;
use super::{has_own_engine, last_index, receiver, set_last_index, subject_text};
use crate::operations::type_error;

/// `RegExp.prototype.exec`
pub(crate) fn exec(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = regular_expression(this.as_object())?;
    let text = subject_text(args, context)?;
    let result = builtin_exec(&object, &text, context)?;
    Ok(result.map_or_else(JsValue::null, JsValue::from))
}

/// `RegExp.prototype.test`
pub(crate) fn test(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = receiver(this)?;
    let text = subject_text(args, context)?;
    if has_own_engine(&object, context)? {
        return Ok(next_match(&object, &text, context)?.is_some().into());
    }
    Ok(regexp_exec(&object, &text, context)?.is_some().into())
}

/// RegExpExec: calls the object's `exec`, whatever it is.
pub(super) fn regexp_exec(object: &JsObject, text: &JsString, context: &mut Context) -> JsResult<Option<JsObject>> {
    let exec = object.get(js_string!("exec"), context)?;
    let Some(exec) = exec.as_callable() else {
        let object = regular_expression(Some(object.clone()))?;
        return builtin_exec(&object, text, context);
    };
    let result = exec.call(&object.clone().into(), &[text.clone().into()], context)?;
    if !result.is_object() && !result.is_null() {
        return Err(type_error("`exec` returned neither an object nor null"));
    }
    Ok(result.as_object())
}

fn regular_expression(object: Option<JsObject>) -> JsResult<JsObject> {
    object
        .filter(|object| object.is::<RegExp>())
        .ok_or_else(|| type_error("`exec` was called on a value that is not a regular expression"))
}

/// RegExpBuiltinExec.
fn builtin_exec(object: &JsObject, text: &JsString, context: &mut Context) -> JsResult<Option<JsObject>> {
    match next_match(object, text, context)? {
        Some((compiled, subject, found)) => result_array(&compiled, &subject, &found, context).map(Some),
        None => Ok(None),
    }
}

/// The part of RegExpBuiltinExec that matches and moves `lastIndex`.
fn next_match(
    object: &JsObject,
    text: &JsString,
    context: &mut Context,
) -> JsResult<Option<(Rc<Compiled>, Subject, Match)>> {
    let start = last_index(object, context)?;
    let compiled = compiled(object, context)?;
    let moves = compiled.has('g') || compiled.has('y');
    let start = usize::try_from(if moves { start } else { 0 }).unwrap_or(usize::MAX);
    let subject = (start <= text.len()).then(|| Subject::kept(text, context));
    let found = subject.and_then(|subject| {
        let by_code_points = compiled.has('u') || compiled.has('v');
        let start = if by_code_points { subject.start_of_code_point(start) } else { start };
        let found = compiled.find(&subject, start)?;
        Some((subject, found))
    });
    if moves {
        let next = found.as_ref().map_or(0, |(_, found)| found.end());
        set_last_index(object, next as u64, context)?;
    }
    Ok(found.map(|(subject, found)| (compiled, subject, found)))
}

fn result_array(compiled: &Compiled, subject: &Subject, found: &Match, context: &mut Context) -> JsResult<JsObject> {
    let texts: Vec<JsValue> = found.groups().map(|range| captured(subject, range)).collect();
    let array = JsObject::from(JsArray::from_iter(texts, context));
    define(&array, js_string!("index"), found.start());
    define(&array, js_string!("input"), subject.text().clone());
    let groups = named(found, |range| captured(subject, range));
    define(&array, js_string!("groups"), groups);
    if compiled.has('d') {
        let indices = indices_array(found, context);
        define(&array, js_string!("indices"), indices);
    }
    Ok(array)
}

/// Returns the text of a group; `undefined` if it did not participate.
pub(super) fn captured(subject: &Subject, range: Option<Range>) -> JsValue {
    range.map_or_else(JsValue::undefined, |range| subject.piece(range).into())
}

/// Returns the named groups as an object without a prototype; `undefined` if the pattern has none.
pub(super) fn named(found: &Match, mut value: impl FnMut(Option<Range>) -> JsValue) -> JsValue {
    let mut groups = found.named_groups().peekable();
    if groups.peek().is_none() {
        return JsValue::undefined();
    }
    let object = JsObject::with_null_proto();
    for (name, range) in groups {
        define(&object, JsString::from(name), value(range));
    }
    object.into()
}

fn indices_array(found: &Match, context: &mut Context) -> JsObject {
    let pairs: Vec<JsValue> = found.groups().map(|range| pair(range, context)).collect();
    let array = JsObject::from(JsArray::from_iter(pairs, context));
    let groups = named(found, |range| pair(range, context));
    define(&array, js_string!("groups"), groups);
    array
}

fn pair(range: Option<Range>, context: &mut Context) -> JsValue {
    range.map_or_else(JsValue::undefined, |range| {
        let ends = [range.start.into(), range.end.into()];
        JsArray::from_iter(ends, context).into()
    })
}

/// CreateDataProperty on an object that no script has seen.
fn define(object: &JsObject, key: JsString, value: impl Into<JsValue>) {
    let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(true).configurable(true);
    object.insert_property(key, property);
}
