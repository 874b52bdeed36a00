//! Inspects values of boa without running a script.

use boa_engine::JsBigInt;
use boa_engine::builtins::date::Date;
use boa_engine::builtins::error::Error;
use boa_engine::builtins::map::ordered_map::OrderedMap;
use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::proxy::Proxy;
use boa_engine::builtins::regexp::RegExp;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{
    JsArrayBuffer, JsDataView, JsMap, JsSet, JsSharedArrayBuffer, JsTypedArray, JsWeakMap, JsWeakSet,
};
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsString, JsSymbol, JsValue};
use callbox_engine_guest::engine::{Class, Label, OwnProperty, Type};

/// Returns the type of a value.
pub(crate) fn type_of(value: &JsValue, context: &Context) -> Type {
    match value.variant() {
        JsVariant::Undefined => Type::Undefined,
        JsVariant::Null => Type::Null,
        JsVariant::Boolean(flag) => Type::Boolean(flag),
        JsVariant::Integer32(number) => Type::Number(number.into()),
        JsVariant::Float64(number) => Type::Number(number),
        JsVariant::String(_) => Type::Text,
        JsVariant::BigInt(_) => Type::BigInt,
        JsVariant::Symbol(_) => Type::Symbol,
        JsVariant::Object(object) => Type::Object(class(&object, context)),
    }
}

fn class(object: &JsObject, context: &Context) -> Class {
    if object.is_ordinary() {
        Class::Plain
    } else if object.is_array() {
        Class::Array
    } else if object.is::<Proxy>() {
        Class::Proxy
    } else if object.is_callable() {
        Class::Function
    } else if object.is::<Error>() {
        Class::Error
    } else if object.is::<Promise>() {
        Class::Promise
    } else if object.is::<Date>() {
        Class::Date
    } else if object.is::<RegExp>() {
        Class::RegExp
    } else if is_boxed(object) {
        Class::Boxed
    } else {
        collection(object, context)
    }
}

fn is_boxed(object: &JsObject) -> bool {
    object.is::<f64>()
        || object.is::<bool>()
        || object.is::<JsString>()
        || object.is::<JsBigInt>()
        || object.is::<JsSymbol>()
}

fn collection(object: &JsObject, context: &Context) -> Class {
    if object.is::<OrderedMap<JsValue>>() || JsMap::from_object(object.clone()).is_ok() {
        Class::Map
    } else if JsSet::from_object(object.clone()).is_ok() {
        Class::Set
    } else if JsTypedArray::from_object(object.clone()).is_ok() {
        Class::TypedArray
    } else if JsArrayBuffer::from_object(object.clone()).is_ok() {
        Class::ArrayBuffer
    } else if JsSharedArrayBuffer::from_object(object.clone()).is_ok() {
        Class::SharedArrayBuffer
    } else if JsDataView::from_object(object.clone()).is_ok() {
        Class::DataView
    } else if JsWeakMap::from_object(object.clone()).is_ok() {
        Class::WeakMap
    } else if JsWeakSet::from_object(object.clone()).is_ok() {
        Class::WeakSet
    } else {
        weak(object, context)
    }
}

/// Identifies weak references and finalization registries by their prototypes; the engine exposes nothing else.
fn weak(object: &JsObject, context: &Context) -> Class {
    let constructors = context.intrinsics().constructors();
    match object.prototype() {
        Some(prototype) if prototype == constructors.weak_ref().prototype() => Class::WeakRef,
        Some(prototype) if prototype == constructors.finalization_registry().prototype() => Class::FinalizationRegistry,
        _ => Class::Plain,
    }
}

/// Returns an own property, bypassing proxy traps.
pub(crate) fn own(object: &JsObject, key: &PropertyKey) -> Option<OwnProperty<JsValue>> {
    object.borrow().properties().get(key).map(|property| unread(&property))
}

fn unread(property: &PropertyDescriptor) -> OwnProperty<JsValue> {
    property.value().map_or(OwnProperty::Accessor, |value| OwnProperty::Value(value.clone()))
}

/// Returns the enumerable own properties of an object that is not a proxy.
pub(crate) fn own_properties(object: &JsObject, context: &mut Context) -> Vec<(Label, OwnProperty<JsValue>)> {
    let keys = object.own_property_keys(context).unwrap_or_default();
    let shown = |key: PropertyKey| {
        let property = object.borrow().properties().get(&key)?;
        (property.enumerable() == Some(true)).then(|| (label(&key), unread(&property)))
    };
    keys.into_iter().filter_map(shown).collect()
}

fn label(key: &PropertyKey) -> Label {
    match key {
        PropertyKey::String(name) => Label::Name(name.to_std_string_lossy()),
        PropertyKey::Index(index) => Label::Index(index.get()),
        PropertyKey::Symbol(symbol) => Label::Symbol(symbol.descriptive_string().to_std_string_lossy()),
    }
}

/// Formats a BigInt as digits, a symbol as `Symbol(description)`.
pub(crate) fn primitive_text(value: &JsValue) -> String {
    match value.variant() {
        JsVariant::BigInt(number) => number.to_string_radix(10),
        JsVariant::Symbol(symbol) => symbol.descriptive_string().to_std_string_lossy(),
        _ => String::new(),
    }
}

/// Calls `read` with a string as UTF-8, copied only if it is not ASCII.
pub(crate) fn with_text<R>(text: &JsString, read: impl FnOnce(&str) -> R) -> R {
    match text.as_str().as_latin1().filter(|bytes| bytes.is_ascii()).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
        Some(ascii) => read(ascii),
        None => read(&text.to_std_string_lossy()),
    }
}
