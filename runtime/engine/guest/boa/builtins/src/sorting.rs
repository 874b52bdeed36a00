//! `sort` and `toSorted` of arrays and typed arrays.

use std::cmp::Ordering;

use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsArray, JsTypedArray};
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue};

use super::merge;
use super::operations::{comparator, length_of, range_error};
use super::originals::Originals;

/// `Array.prototype.sort`
pub(super) fn sort(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let compare = comparator(args.get_or_undefined(0))?;
    let object = this.to_object(context)?;
    let length = length_of(&object, context)?;
    let items = present_items(&object, length, context)?;
    let count = items.len() as u64;
    for (index, item) in (0u64..).zip(sorted(items, compare.as_ref(), context)?) {
        object.set(index, item, true, context)?;
    }
    for index in count..length {
        object.delete_property_or_throw(index, context)?;
    }
    Ok(object.into())
}

/// `Array.prototype.toSorted`
pub(super) fn to_sorted(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let compare = comparator(args.get_or_undefined(0))?;
    let object = this.to_object(context)?;
    let length = length_of(&object, context)?;
    if length > u64::from(u32::MAX) {
        return Err(range_error("array exceeded max size"));
    }
    let items = all_items(&object, length, context)?;
    let items = sorted(items, compare.as_ref(), context)?;
    Ok(JsArray::from_iter(items, context).into())
}

/// `%TypedArray%.prototype.sort`
pub(super) fn typed_sort(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let compare = comparator(args.get_or_undefined(0))?;
    // `keys` throws for anything but a live typed array, and does nothing that a script could observe.
    let validate = Originals::of(context)?.typed_array_keys.clone();
    validate.call(this, &[], context)?;
    let array = typed_array(this)?;
    let items = typed_items(&array, context)?;
    let items = typed_sorted(items, compare.as_ref(), context)?;
    write_all(&array, items, context)?;
    Ok(this.clone())
}

/// `%TypedArray%.prototype.toSorted`
pub(super) fn typed_to_sorted(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let compare = comparator(args.get_or_undefined(0))?;
    // The engine's own method creates an array of the same type; its numeric sort is correct.
    let original = Originals::of(context)?.typed_array_to_sorted.clone();
    let result = original.call(this, &[], context)?;
    let items = typed_items(&typed_array(this)?, context)?;
    let items = typed_sorted(items, compare.as_ref(), context)?;
    write_all(&typed_array(&result)?, items, context)?;
    Ok(result)
}

/// Returns the items that are present, accessing holes and items in the standard's order.
fn present_items(object: &JsObject, length: u64, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let mut items = Vec::new();
    for index in 0..length {
        if object.has_property(index, context)? {
            items.push(object.get(index, context)?);
        }
    }
    Ok(items)
}

fn all_items(object: &JsObject, length: u64, context: &mut Context) -> JsResult<Vec<JsValue>> {
    (0..length).map(|index| object.get(index, context)).collect()
}

/// Sorts the items; `undefined` items go to the end.
fn sorted(mut items: Vec<JsValue>, compare: Option<&JsObject>, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let count = items.len();
    items.retain(|item| !item.is_undefined());
    let mut items = match compare {
        Some(compare) => sorted_by(items, compare, context)?,
        None => sorted_as_text(items, context)?,
    };
    items.resize(count, JsValue::undefined());
    Ok(items)
}

fn sorted_by(mut items: Vec<JsValue>, compare: &JsObject, context: &mut Context) -> JsResult<Vec<JsValue>> {
    merge::sort(&mut items, |a, b| {
        let answer = compare.call(&JsValue::undefined(), &[a.clone(), b.clone()], context)?;
        Ok::<_, boa_engine::JsError>(answer.to_number(context)? > 0.0)
    })?;
    Ok(items)
}

fn sorted_as_text(items: Vec<JsValue>, context: &mut Context) -> JsResult<Vec<JsValue>> {
    // Nothing is compared, so nothing may be converted to a string.
    if items.len() < 2 {
        return Ok(items);
    }
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        keyed.push((item.to_string(context)?, item));
    }
    keyed.sort_by(|(a, _): &(JsString, JsValue), (b, _)| a.cmp(b));
    Ok(keyed.into_iter().map(|(_, item)| item).collect())
}

fn typed_array(value: &JsValue) -> JsResult<JsTypedArray> {
    let object =
        value.as_object().ok_or_else(|| JsNativeError::typ().with_message("the value is not a typed array"))?;
    JsTypedArray::from_object(object)
}

fn typed_items(array: &JsTypedArray, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let length = array.length(context)? as u64;
    all_items(&JsObject::from(array.clone()), length, context)
}

fn write_all(array: &JsTypedArray, items: Vec<JsValue>, context: &mut Context) -> JsResult<()> {
    let object = JsObject::from(array.clone());
    for (index, item) in (0u64..).zip(items) {
        object.set(index, item, true, context)?;
    }
    Ok(())
}

fn typed_sorted(mut items: Vec<JsValue>, compare: Option<&JsObject>, context: &mut Context) -> JsResult<Vec<JsValue>> {
    match compare {
        Some(compare) => sorted_by(items, compare, context),
        None => {
            items.sort_by(numeric_order);
            Ok(items)
        }
    }
}

/// Orders numbers ascending, −0 before +0, NaN last: a total order, as Rust's sort requires.
fn numeric_order(a: &JsValue, b: &JsValue) -> Ordering {
    match (a.as_bigint(), b.as_bigint()) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => total_order(a.as_number(), b.as_number()),
    }
}

fn total_order(a: Option<f64>, b: Option<f64>) -> Ordering {
    let (a, b) = (a.unwrap_or(f64::NAN), b.unwrap_or(f64::NAN));
    match (a.is_nan(), b.is_nan()) {
        (false, false) => a.total_cmp(&b),
        (a_nan, b_nan) => a_nan.cmp(&b_nan),
    }
}
