//! The engine's own functions and the replacements, saved before any script can change them.

use std::rc::Rc;

use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsResult, JsString, JsSymbol, JsValue, js_string};

use super::operations::type_error;

/// The functions that the replacements compare with and call, whatever a script has replaced since.
pub(crate) struct Originals {
    pub(crate) object_keys: JsObject,
    pub(crate) is_array: JsObject,
    pub(crate) is_raw_json: JsObject,
    pub(crate) reflect_get: JsObject,
    pub(crate) reflect_delete: JsObject,
    pub(crate) regexp_source: JsObject,
    pub(crate) regexp_flags: Vec<(u8, JsObject)>,
    pub(crate) regexp_species: JsObject,
    pub(crate) regexp_exec: JsObject,
    pub(crate) regexp_compile: JsObject,
    pub(crate) typed_array_keys: JsObject,
    pub(crate) typed_array_to_sorted: JsObject,
}

impl Originals {
    /// Returns the functions of this context.
    pub(crate) fn of(context: &Context) -> JsResult<Rc<Self>> {
        match context.get_data::<Rc<Self>>() {
            Some(originals) => Ok(Rc::clone(originals)),
            None => Err(type_error("the built-in functions are not installed")),
        }
    }

    /// Collects the functions from a fresh realm.
    pub(super) fn collect(context: &mut Context) -> JsResult<Self> {
        let constructors = context.intrinsics().constructors();
        let object = constructors.object().constructor();
        let array = constructors.array().constructor();
        let regexp = constructors.regexp().prototype();
        let regexp_constructor = constructors.regexp().constructor();
        let typed_array = constructors.typed_array().prototype();
        let json = global(js_string!("JSON"), context)?;
        let reflect = global(js_string!("Reflect"), context)?;
        Ok(Self {
            object_keys: function(&object, js_string!("keys"))?,
            is_array: function(&array, js_string!("isArray"))?,
            is_raw_json: function(&json, js_string!("isRawJSON"))?,
            reflect_get: function(&reflect, js_string!("get"))?,
            reflect_delete: function(&reflect, js_string!("deleteProperty"))?,
            regexp_source: getter(&regexp, js_string!("source"))?,
            regexp_flags: flag_getters(&regexp)?,
            regexp_species: getter(&regexp_constructor, JsSymbol::species())?,
            regexp_exec: function(&regexp, js_string!("exec"))?,
            regexp_compile: function(&regexp, js_string!("compile"))?,
            typed_array_keys: function(&typed_array, js_string!("keys"))?,
            typed_array_to_sorted: function(&typed_array, js_string!("toSorted"))?,
        })
    }
}

/// Returns the getters of the flags, in the order of `flags`.
fn flag_getters(regexp: &JsObject) -> JsResult<Vec<(u8, JsObject)>> {
    Ok(vec![
        (b'd', getter(regexp, js_string!("hasIndices"))?),
        (b'g', getter(regexp, js_string!("global"))?),
        (b'i', getter(regexp, js_string!("ignoreCase"))?),
        (b'm', getter(regexp, js_string!("multiline"))?),
        (b's', getter(regexp, js_string!("dotAll"))?),
        (b'u', getter(regexp, js_string!("unicode"))?),
        (b'v', getter(regexp, js_string!("unicodeSets"))?),
        (b'y', getter(regexp, js_string!("sticky"))?),
    ])
}

fn global(name: JsString, context: &mut Context) -> JsResult<JsObject> {
    let value = context.global_object().get(name, context)?;
    value.as_object().ok_or_else(missing)
}

/// Returns the current value of a method.
pub(super) fn function(holder: &JsObject, key: impl Into<PropertyKey>) -> JsResult<JsObject> {
    let property = holder.borrow().properties().get(&key.into());
    let value = property.as_ref().and_then(|property| property.value());
    value.and_then(JsValue::as_callable).ok_or_else(missing)
}

fn getter(holder: &JsObject, key: impl Into<PropertyKey>) -> JsResult<JsObject> {
    let property = holder.borrow().properties().get(&key.into());
    let value = property.as_ref().and_then(|property| property.get());
    value.and_then(JsValue::as_callable).ok_or_else(missing)
}

fn missing() -> boa_engine::JsError {
    type_error("a built-in function is missing from the engine")
}
