//! Replacements for methods of `RegExp.prototype` that are linear in their input. Submodules compile and match.

use boa_engine::builtins::regexp::RegExp;
use boa_engine::object::JsObject;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsSymbol, JsValue, js_string};

use super::operations::type_error;
use super::originals::Originals;

pub(super) mod compiled;
mod exec;
mod matching;
mod pattern;
mod replace;
mod split;
mod subject;

pub(super) use exec::{exec, test};
pub(super) use matching::match_all_of;
pub(super) use replace::replace;
pub(super) use split::split;

/// `RegExp.prototype.compile`: calls the engine's own, and invalidates the cache for the object.
pub(super) fn compile(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let original = Originals::of(context)?.regexp_compile.clone();
    compiled::forget_all(context);
    let result = original.call(this, args, context);
    compiled::forget_all(context);
    result
}

/// `get RegExp.prototype.source`, which must return a pattern that compiles to the same expression.
pub(super) fn source(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let original = Originals::of(context)?.regexp_source.clone();
    let shown = original.call(this, args, context)?.to_string(context)?;
    Ok(pattern::shown(&pattern::written(&shown)).into())
}

/// IsRegExp.
pub(super) fn is_regexp(value: &JsValue, context: &mut Context) -> JsResult<bool> {
    let Some(object) = value.as_object() else {
        return Ok(false);
    };
    let matcher = object.get(JsSymbol::r#match(), context)?;
    if matcher.is_undefined() {
        return Ok(object.is::<RegExp>());
    }
    Ok(matcher.to_boolean())
}

/// Returns the receiver of a method that accepts any object.
fn receiver(this: &JsValue) -> JsResult<JsObject> {
    this.as_object().ok_or_else(|| type_error("the method was called on a value that is not an object"))
}

/// Returns the first argument as a string.
fn subject_text(args: &[JsValue], context: &mut Context) -> JsResult<JsString> {
    args.get_or_undefined(0).to_string(context)
}

/// Reads the `flags` of a regular expression, through whatever getter it has.
fn flags_of(object: &JsObject, context: &mut Context) -> JsResult<JsString> {
    object.get(js_string!("flags"), context)?.to_string(context)
}

fn last_index(object: &JsObject, context: &mut Context) -> JsResult<u64> {
    object.get(js_string!("lastIndex"), context)?.to_length(context)
}

fn set_last_index(object: &JsObject, index: u64, context: &mut Context) -> JsResult<()> {
    object.set(js_string!("lastIndex"), index, true, context)?;
    Ok(())
}

/// Checks whether the object is a regular expression whose `exec` no script has replaced.
///
/// Inspects only data, so that scripts cannot observe the check.
fn has_own_engine(object: &JsObject, context: &Context) -> JsResult<bool> {
    let key = js_string!("exec").into();
    let prototype = context.intrinsics().constructors().regexp().prototype();
    let unchanged = object.is::<RegExp>()
        && object.prototype().as_ref() == Some(&prototype)
        && !object.borrow().properties().contains_key(&key);
    if !unchanged {
        return Ok(false);
    }
    let found = prototype.borrow().properties().get(&key);
    let found = found.as_ref().and_then(|property| property.value());
    let ours = &Originals::of(context)?.regexp_exec;
    Ok(found.and_then(JsValue::as_object).as_ref() == Some(ours))
}

/// Checks whether `lastIndex` can be read without running a script.
fn has_plain_last_index(object: &JsObject) -> bool {
    let property = object.borrow().properties().get(&js_string!("lastIndex").into());
    let value = property.as_ref().and_then(|property| property.value());
    value.is_some_and(JsValue::is_number)
}

/// Checks whether constructing the object's species would give a plain copy of it.
fn has_own_species(object: &JsObject, context: &Context) -> JsResult<bool> {
    let key = js_string!("constructor").into();
    let constructors = context.intrinsics().constructors().regexp();
    let (prototype, constructor) = (constructors.prototype(), constructors.constructor());
    if object.borrow().properties().contains_key(&key) {
        return Ok(false);
    }
    let found = prototype.borrow().properties().get(&key);
    let found = found.as_ref().and_then(|property| property.value());
    if found.and_then(JsValue::as_object).as_ref() != Some(&constructor) {
        return Ok(false);
    }
    let species = constructor.borrow().properties().get(&JsSymbol::species().into());
    let species = species.as_ref().and_then(|property| property.get());
    let ours = &Originals::of(context)?.regexp_species;
    Ok(species.and_then(JsValue::as_object).as_ref() == Some(ours))
}

/// AdvanceStringIndex.
fn advance(text: &JsString, index: u64, unicode: bool) -> u64 {
    let pair = unicode
        && usize::try_from(index)
            .is_ok_and(|at| is_unit_in(text, at, 0xD800..0xDC00) && is_unit_in(text, at + 1, 0xDC00..0xE000));
    index + if pair { 2 } else { 1 }
}

fn is_unit_in(text: &JsString, index: usize, range: std::ops::Range<u16>) -> bool {
    text.code_unit_at(index).is_some_and(|unit| range.contains(&unit))
}
