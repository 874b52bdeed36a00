//! What a value is to the wall: a word, a text, something with parts, or nothing JSON can say.

use boa_engine::builtins::date::Date;
use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::regexp::RegExp;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsArrayBuffer, JsDataView, JsDate, JsSharedArrayBuffer, JsWeakMap, JsWeakSet};
use boa_engine::{Context, JsResult, JsString, JsValue};

use crate::json::stringify::unboxed;

/// A value, sorted.
pub(super) enum Kind {
    /// `undefined`.
    Absent,
    /// `null`, a boolean or a number, written out.
    Word(String),
    /// A string.
    Text(JsString),
    /// Something with parts.
    Object(JsObject),
    /// Nothing JSON can say.
    Unfit(Unfit),
}

/// What was found and what to do about it.
pub(super) struct Unfit {
    pub(super) found: String,
    pub(super) hint: &'static str,
}

impl Unfit {
    /// A value that contains itself.
    pub(super) fn cycle() -> Self {
        Self::new("a cycle", "Return a value that does not contain itself.")
    }

    fn new(found: &str, hint: &'static str) -> Self {
        Self { found: found.to_owned(), hint }
    }
}

/// What is refused or decided before any `toJSON` is asked.
pub(super) fn before_to_json(value: &JsValue, context: &mut Context) -> JsResult<Option<Kind>> {
    let Some(object) = value.as_object() else {
        return Ok(None);
    };
    if object.is::<Promise>() {
        let unfit = Unfit::new("a promise", "Await it first.");
        return Ok(Some(Kind::Unfit(unfit)));
    }
    if object.is::<Date>() && is_invalid(object, context)? {
        let unfit = Unfit::new("an invalid date", "Check the date before returning it.");
        return Ok(Some(Kind::Unfit(unfit)));
    }
    Ok(None)
}

fn is_invalid(date: JsObject, context: &mut Context) -> JsResult<bool> {
    let time = JsDate::from_object(date)?.get_time(context)?;
    Ok(time.as_number().is_none_or(f64::is_nan))
}

/// The kind of a value whose `toJSON` was asked.
pub(super) fn of(value: &JsValue, context: &mut Context) -> JsResult<Kind> {
    let value = match value.as_object() {
        Some(object) => unboxed(value.clone(), &object, context)?,
        None => value.clone(),
    };
    if value.is_undefined() {
        return Ok(Kind::Absent);
    }
    if let Some(text) = value.as_string() {
        return Ok(Kind::Text(text));
    }
    if let Some(number) = value.as_number() {
        return Ok(number_kind(number));
    }
    match value.as_object() {
        Some(object) => object_kind(object, context),
        None => Ok(primitive_kind(&value)),
    }
}

fn number_kind(number: f64) -> Kind {
    if number.is_finite() {
        return Kind::Word(JsString::from(number).to_std_string_lossy());
    }
    let found = JsString::from(number).to_std_string_lossy();
    let hint = "Return null or a string in its place.";
    Kind::Unfit(Unfit { found, hint })
}

fn primitive_kind(value: &JsValue) -> Kind {
    if let Some(flag) = value.as_boolean() {
        return Kind::Word(flag.to_string());
    }
    if value.is_bigint() {
        let hint = "Use `Number(x)` or `String(x)`.";
        return Kind::Unfit(Unfit::new("a BigInt", hint));
    }
    if value.is_symbol() {
        return Kind::Unfit(Unfit::new("a symbol", "Return its description."));
    }
    Kind::Word("null".to_owned())
}

fn object_kind(object: JsObject, context: &mut Context) -> JsResult<Kind> {
    if object.is_callable() {
        let hint = "Call it and return what it gives.";
        return Ok(Kind::Unfit(Unfit::new("a function", hint)));
    }
    if object.is::<RegExp>() {
        return Ok(Kind::Text(JsValue::from(object).to_string(context)?));
    }
    if object.is::<Date>() {
        let text = JsDate::from_object(object)?.to_iso_string(context)?;
        return Ok(Kind::Text(text.to_string(context)?));
    }
    if let Some((found, hint)) = opaque(&object, context) {
        return Ok(Kind::Unfit(Unfit::new(found, hint)));
    }
    // A promise may also come out of a `toJSON`.
    Ok(match before_to_json(&object.clone().into(), context)? {
        Some(kind) => kind,
        None => Kind::Object(object),
    })
}

/// Objects whose content no member shows.
fn opaque(object: &JsObject, context: &Context) -> Option<(&'static str, &'static str)> {
    let bytes = "Return `Array.from(new Uint8Array(buffer))`.";
    let weak = "Return a plain object or array.";
    if JsArrayBuffer::from_object(object.clone()).is_ok() {
        return Some(("an ArrayBuffer", bytes));
    }
    if JsSharedArrayBuffer::from_object(object.clone()).is_ok() {
        return Some(("a SharedArrayBuffer", bytes));
    }
    if JsDataView::from_object(object.clone()).is_ok() {
        return Some(("a DataView", bytes));
    }
    if JsWeakMap::from_object(object.clone()).is_ok() {
        return Some(("a WeakMap", weak));
    }
    if JsWeakSet::from_object(object.clone()).is_ok() {
        return Some(("a WeakSet", weak));
    }
    let constructors = context.intrinsics().constructors();
    let prototype = object.prototype()?;
    if prototype == constructors.weak_ref().prototype() {
        return Some(("a WeakRef", weak));
    }
    if prototype == constructors.finalization_registry().prototype() {
        return Some(("a FinalizationRegistry", weak));
    }
    None
}
