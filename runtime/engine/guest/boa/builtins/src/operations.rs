//! Abstract operations of the standard that boa does not expose, built on its public interface.

use boa_engine::builtins::object::OrdinaryObject;
use boa_engine::builtins::proxy::Proxy;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsArray;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsSymbol, JsValue, js_string};

use super::originals::Originals;

/// LengthOfArrayLike.
pub fn length_of(object: &JsObject, context: &mut Context) -> JsResult<u64> {
    object.get(js_string!("length"), context)?.to_length(context)
}

/// IsArray, which looks through proxies and throws for a revoked one.
pub fn is_array(object: &JsObject, context: &mut Context) -> JsResult<bool> {
    if !object.is::<Proxy>() {
        return Ok(object.is_array());
    }
    let original = Originals::of(context)?.is_array.clone();
    let answer = original.call(&JsValue::undefined(), &[object.clone().into()], context)?;
    Ok(answer.to_boolean())
}

/// EnumerableOwnPropertyNames, keys only.
pub fn keys_of(object: &JsObject, context: &mut Context) -> JsResult<Vec<PropertyKey>> {
    if object.is::<OrdinaryObject>() {
        let mut keys = object.own_property_keys(context)?;
        keys.retain(|key| is_enumerable_text_key(object, key));
        return Ok(keys);
    }
    let original = Originals::of(context)?.object_keys.clone();
    let names = original.call(&JsValue::undefined(), &[object.clone().into()], context)?;
    let Some(names) = names.as_object() else {
        return Ok(Vec::new());
    };
    let names = JsArray::from_object(names)?;
    let length = names.length(context)?;
    (0..length).map(|index| names.at(int(index), context)?.to_property_key(context)).collect()
}

fn is_enumerable_text_key(object: &JsObject, key: &PropertyKey) -> bool {
    if matches!(key, PropertyKey::Symbol(_)) {
        return false;
    }
    let descriptor = object.borrow().properties().get(key);
    descriptor.is_some_and(|property| property.enumerable() == Some(true))
}

/// Converts an array index to the signed number that `at` takes; an array is never longer than 2^32.
fn int(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// Reads a property of a primitive's prototype, with the primitive as the getter's receiver.
pub fn get_of_primitive(value: &JsValue, name: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let prototype = value.to_object(context)?.prototype();
    let Some(prototype) = prototype else { return Ok(JsValue::undefined()) };
    let get = Originals::of(context)?.reflect_get.clone();
    get.call(&JsValue::undefined(), &[prototype.into(), name.clone().into(), value.clone()], context)
}

/// Returns a property key as the string that a script sees.
pub fn key_text(key: &PropertyKey) -> JsString {
    match key {
        PropertyKey::String(text) => text.clone(),
        PropertyKey::Index(index) => JsString::from(index.get()),
        PropertyKey::Symbol(_) => js_string!(),
    }
}

/// GetMethod.
pub(crate) fn method_of(value: &JsValue, key: JsSymbol, context: &mut Context) -> JsResult<Option<JsObject>> {
    let Some(object) = value.as_object() else {
        return Ok(None);
    };
    let method = object.get(key, context)?;
    if method.is_null_or_undefined() {
        return Ok(None);
    }
    match method.as_callable() {
        Some(callable) => Ok(Some(callable)),
        None => Err(type_error("the method is not a function")),
    }
}

/// SpeciesConstructor with `%RegExp%` as the default.
pub(crate) fn regexp_species(object: &JsObject, context: &mut Context) -> JsResult<JsObject> {
    let default = context.intrinsics().constructors().regexp().constructor();
    let constructor = object.get(js_string!("constructor"), context)?;
    if constructor.is_undefined() {
        return Ok(default);
    }
    let Some(constructor) = constructor.as_object() else {
        return Err(type_error("property `constructor` is not an object"));
    };
    let species = constructor.get(JsSymbol::species(), context)?;
    if species.is_null_or_undefined() {
        return Ok(default);
    }
    match species.as_constructor() {
        Some(species) => Ok(species),
        None => Err(type_error("`Symbol.species` is not a constructor")),
    }
}

/// Returns the comparator of a sort, which must be undefined or callable.
pub(crate) fn comparator(value: &JsValue) -> JsResult<Option<JsObject>> {
    if value.is_undefined() {
        return Ok(None);
    }
    match value.as_callable() {
        Some(callable) => Ok(Some(callable)),
        None => Err(type_error("the comparison function must be a function or undefined")),
    }
}

/// RequireObjectCoercible and ToString.
pub(crate) fn this_text(this: &JsValue, context: &mut Context) -> JsResult<JsString> {
    this.require_object_coercible()?.to_string(context)
}

/// Creates a RangeError with this message.
pub(crate) fn range_error(message: impl Into<std::borrow::Cow<'static, str>>) -> boa_engine::JsError {
    JsNativeError::range().with_message(message).into()
}

/// Creates a TypeError with this message.
pub(crate) fn type_error(message: &'static str) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message).into()
}
