//! Substrings that do not form chains: in the engine, a slice of a slice keeps all previous slices alive.
//!
//! `s = s.slice(1)` in a loop builds a chain as long as the loop, and dropping it takes one native stack frame per
//! link. Copying a slice from time to time ends the chain there.

use std::cell::Cell;
use std::ops::Range;

use boa_engine::object::JsObject;
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::{Context, JsResult, JsString, JsValue, NativeFunction, js_string};

use super::originals;

/// Longest part that is always copied, code units: a slice would take more memory and keep the whole string alive.
const COPIED_UNITS_MAX: usize = 24;
/// One in this many slices is copied. A prime, so that in a loop with several slices per iteration each of them is
/// copied eventually.
const SLICES_BETWEEN_COPIES: u32 = 251;

thread_local! {
    static SLICES: Cell<u32> = const { Cell::new(0) };
}

/// Returns a part of a string.
pub(super) fn piece(text: &JsString, range: Range<usize>) -> JsString {
    if range.len() > COPIED_UNITS_MAX {
        return unchained(text.slice(range.start, range.end));
    }
    match text.as_str().get(range) {
        Some(part) => JsString::from(part),
        None => JsString::default(),
    }
}

/// Returns a new slice, or a copy of it.
fn unchained(slice: JsString) -> JsString {
    let count = SLICES.get().wrapping_add(1) % SLICES_BETWEEN_COPIES;
    SLICES.set(count);
    if count == 0 || slice.len() <= COPIED_UNITS_MAX {
        return JsString::from(slice.as_str());
    }
    slice
}

/// Wraps the methods of `String.prototype` that return slices.
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

/// Installs one wrapper under all of the names; its `name` is the first.
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
