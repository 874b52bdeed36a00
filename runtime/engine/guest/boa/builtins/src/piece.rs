//! Parts of strings that do not pile up: the engine's slice of a slice keeps every one before it alive.
//!
//! `s = s.slice(1)` in a loop makes such a chain as long as the loop, and letting go of it takes one
//! native stack frame for each link. So now and then a part is copied, and the chain ends there.

use std::cell::Cell;
use std::ops::Range;

use boa_engine::object::JsObject;
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::{Context, JsResult, JsString, JsValue, NativeFunction, js_string};

use super::originals;

/// A shorter part is copied: a slice would take more memory and keep the whole string alive.
const COPIED_UNITS_MAX: usize = 24;
/// Every how many-th slice is a copy. A prime, so that a loop that makes several slices each time
/// round meets every one of them.
const SLICES_BETWEEN_COPIES: u32 = 251;

thread_local! {
    static SLICES: Cell<u32> = const { Cell::new(0) };
}

/// A part of a string.
pub(super) fn piece(text: &JsString, range: Range<usize>) -> JsString {
    if range.len() > COPIED_UNITS_MAX {
        return unchained(text.slice(range.start, range.end));
    }
    match text.as_str().get(range) {
        Some(part) => JsString::from(part),
        None => JsString::default(),
    }
}

/// A slice just made, or a copy of it.
fn unchained(slice: JsString) -> JsString {
    let count = SLICES.get().wrapping_add(1) % SLICES_BETWEEN_COPIES;
    SLICES.set(count);
    if count == 0 || slice.len() <= COPIED_UNITS_MAX {
        return JsString::from(slice.as_str());
    }
    slice
}

/// Wraps the methods of `String.prototype` that answer with slices.
pub(super) fn wrap_slicing_methods(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().string().prototype();
    wrap(&prototype, &[js_string!("slice")], 2, context)?;
    wrap(&prototype, &[js_string!("substring")], 2, context)?;
    wrap(&prototype, &[js_string!("substr")], 2, context)?;
    wrap(&prototype, &[js_string!("trim")], 0, context)?;
    let (start, left) = (js_string!("trimStart"), js_string!("trimLeft"));
    wrap(&prototype, &[start, left], 0, context)?;
    let (end, right) = (js_string!("trimEnd"), js_string!("trimRight"));
    wrap(&prototype, &[end, right], 0, context)
}

/// Puts one wrapper under all of the names; the first is its own.
fn wrap(holder: &JsObject, names: &[JsString], length: usize, context: &Context) -> JsResult<()> {
    let Some(name) = names.first() else {
        return Ok(());
    };
    let original = originals::function(holder, name.clone())?;
    let wrapper = NativeFunction::from_copy_closure_with_captures(call_and_unchain, original);
    let wrapper = super::built(name.clone(), length, wrapper, context);
    for name in names {
        let property =
            PropertyDescriptor::builder().value(wrapper.clone()).writable(true).enumerable(false).configurable(true);
        holder.insert_property(PropertyKey::from(name.clone()), property);
    }
    Ok(())
}

fn call_and_unchain(this: &JsValue, args: &[JsValue], original: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let result = original.call(this, args, context)?;
    Ok(match result.as_string() {
        Some(slice) => {
            drop(result);
            unchained(slice).into()
        }
        None => result,
    })
}
