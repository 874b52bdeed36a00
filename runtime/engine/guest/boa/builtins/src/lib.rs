//! Native replacements for the built-in functions of boa that harm legitimate scripts. Independent of tools and of the
//! host.
//!
//! boa's `sort` panics on an inconsistent comparator, its string search and regular expression methods are quadratic,
//! and its `JSON` uses the script parser. The replacements keep names, lengths, attributes and the order of all
//! observable operations.

use std::rc::Rc;

use boa_engine::native_function::NativeFunctionPointer;
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::{Context, JsResult, JsString, JsSymbol, NativeFunction, js_string};

mod find;
pub mod json;
mod merge;
pub mod operations;
mod originals;
mod piece;
mod regexp;
mod sorting;
mod strings;
mod substitution;
#[cfg(test)]
mod tests;
mod text;

/// Installs the replacements. Call it once, before any script runs in the realm.
///
/// # Errors
///
/// If the engine lacks a function that the replacements need.
pub fn install(context: &mut Context) -> JsResult<()> {
    let mut originals = originals::Originals::collect(context)?;
    replace_array_methods(context);
    replace_string_methods(context);
    piece::wrap_slicing_methods(context)?;
    originals.regexp_exec = replace_regexp_methods(context);
    replace_json(context)?;
    context.insert_data(Rc::new(originals));
    Ok(())
}

fn replace_array_methods(context: &mut Context) {
    let constructors = context.intrinsics().constructors();
    let array = constructors.array().prototype();
    let typed = constructors.typed_array().prototype();
    let (sort, to_sorted) = (js_string!("sort"), js_string!("toSorted"));
    put(&array, sort.clone(), 1, sorting::sort, context);
    put(&array, to_sorted.clone(), 1, sorting::to_sorted, context);
    put(&typed, sort, 1, sorting::typed_sort, context);
    put(&typed, to_sorted, 1, sorting::typed_to_sorted, context);
}

fn replace_string_methods(context: &mut Context) {
    let string = context.intrinsics().constructors().string().prototype();
    let methods: [(JsString, usize, NativeFunctionPointer); 7] = [
        (js_string!("indexOf"), 1, strings::index_of),
        (js_string!("lastIndexOf"), 1, strings::last_index_of),
        (js_string!("includes"), 1, strings::includes),
        (js_string!("repeat"), 1, strings::repeat),
        (js_string!("split"), 2, strings::split),
        (js_string!("replace"), 2, strings::replace),
        (js_string!("replaceAll"), 2, strings::replace_all),
    ];
    for (name, length, function) in methods {
        put(&string, name, length, function, context);
    }
}

/// Replaces the methods and returns the new `exec`, which lets the other methods check that no script has replaced it.
fn replace_regexp_methods(context: &mut Context) -> JsObject {
    let prototype = context.intrinsics().constructors().regexp().prototype();
    let exec = put(&prototype, js_string!("exec"), 1, regexp::exec, context);
    put_source_getter(&prototype, context);
    put(&prototype, js_string!("test"), 1, regexp::test, context);
    put(&prototype, js_string!("compile"), 2, regexp::compile, context);
    let methods: [(JsSymbol, JsString, usize, NativeFunctionPointer); 3] = [
        (JsSymbol::r#match(), js_string!("[Symbol.match]"), 1, regexp::match_all_of),
        (JsSymbol::replace(), js_string!("[Symbol.replace]"), 2, regexp::replace),
        (JsSymbol::split(), js_string!("[Symbol.split]"), 2, regexp::split),
    ];
    for (symbol, name, length, function) in methods {
        put_named(&prototype, symbol.into(), name, length, function, context);
    }
    exec
}

fn put_source_getter(prototype: &JsObject, context: &Context) {
    let getter = NativeFunction::from_fn_ptr(regexp::source);
    let getter = built(js_string!("get source"), 0, getter, context);
    let property = PropertyDescriptor::builder().get(getter).enumerable(false).configurable(true);
    prototype.insert_property(js_string!("source"), property);
}

fn replace_json(context: &mut Context) -> JsResult<()> {
    let object = context.global_object().get(js_string!("JSON"), context)?;
    if let Some(object) = object.as_object() {
        put(&object, js_string!("parse"), 2, json::parse_method, context);
        put(&object, js_string!("stringify"), 3, json::stringify_method, context);
    }
    Ok(())
}

fn put(
    holder: &JsObject,
    name: JsString,
    length: usize,
    function: NativeFunctionPointer,
    context: &Context,
) -> JsObject {
    put_named(holder, name.clone().into(), name, length, function, context)
}

/// Replaces a method, keeping its position among the properties.
fn put_named(
    holder: &JsObject,
    key: PropertyKey,
    name: JsString,
    length: usize,
    function: NativeFunctionPointer,
    context: &Context,
) -> JsObject {
    let function = NativeFunction::from_fn_ptr(function);
    let function = built(name, length, function, context);
    let property =
        PropertyDescriptor::builder().value(function.clone()).writable(true).enumerable(false).configurable(true);
    holder.insert_property(key, property);
    function
}

fn built(name: JsString, length: usize, function: NativeFunction, context: &Context) -> JsObject {
    let function =
        FunctionObjectBuilder::new(context.realm(), function).name(name).length(length).constructor(false).build();
    function.into()
}
