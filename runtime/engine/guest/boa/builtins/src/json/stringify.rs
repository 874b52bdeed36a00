//! `JSON.stringify`: appends to a single text, and does not use the native stack for nesting.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::value::IntegerOrInfinity;
use boa_engine::{Context, JsArgs, JsBigInt, JsResult, JsString, JsValue, js_string};

use super::quote::quote;
use crate::operations::{get_of_primitive, is_array, key_text, keys_of, length_of, range_error, type_error};
use crate::originals::Originals;
use crate::text::Text;

/// About the depth at which other engines exhaust their stack; it stops a `toJSON` that nests forever.
const DEPTH_MAX: usize = 10_000;
/// Longest indent of one level in the standard.
const GAP_MAX: usize = 10;

/// `JSON.stringify`
pub(crate) fn stringify_method(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let replacer = args.get_or_undefined(1).as_object();
    let (function, properties) = match replacer {
        Some(replacer) if replacer.is_callable() => (Some(replacer), None),
        Some(replacer) if is_array(&replacer, context)? => (None, Some(property_list(&replacer, context)?)),
        _ => (None, None),
    };
    let mut writer = Writer {
        function,
        properties,
        gap: gap(args.get_or_undefined(2), context)?,
        output: Text::with_capacity(64),
        open: Vec::new(),
        entered: Entered::default(),
    };
    match writer.write(args.get_or_undefined(0), context)? {
        true => Ok(writer.output.finish().into()),
        false => Ok(JsValue::undefined()),
    }
}

/// Returns the distinct names in a replacer array.
fn property_list(replacer: &JsObject, context: &mut Context) -> JsResult<Vec<PropertyKey>> {
    let mut seen: HashSet<PropertyKey, BuildHasherDefault<DefaultHasher>> = HashSet::default();
    let mut names = Vec::new();
    for index in 0..length_of(replacer, context)? {
        let value = replacer.get(index, context)?;
        let object = value.as_object();
        let boxed = object.is_some_and(|object| object.is::<JsString>() || object.is::<f64>());
        if !value.is_string() && !value.is_number() && !boxed {
            continue;
        }
        let name = PropertyKey::from(value.to_string(context)?);
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Returns the indent of one level.
fn gap(space: &JsValue, context: &mut Context) -> JsResult<JsString> {
    let space = match space.as_object() {
        Some(object) if object.is::<f64>() => space.to_number(context)?.into(),
        Some(object) if object.is::<JsString>() => space.to_string(context)?.into(),
        _ => space.clone(),
    };
    if let Some(text) = space.as_string() {
        return Ok(text.get(..GAP_MAX).unwrap_or(text));
    }
    if !space.is_number() {
        return Ok(js_string!());
    }
    let width = match space.to_integer_or_infinity(context)? {
        IntegerOrInfinity::PositiveInfinity => GAP_MAX,
        IntegerOrInfinity::NegativeInfinity => 0,
        IntegerOrInfinity::Integer(width) => usize::try_from(width.max(0)).unwrap_or(GAP_MAX),
    };
    Ok(JsString::from(" ".repeat(width.min(GAP_MAX))))
}

type Entered = HashSet<JsObject, BuildHasherDefault<DefaultHasher>>;

struct Writer {
    function: Option<JsObject>,
    properties: Option<Vec<PropertyKey>>,
    gap: JsString,
    output: Text,
    open: Vec<Open>,
    entered: Entered,
}

/// An array or object being written.
enum Open {
    Array { object: JsObject, next: u64, length: u64 },
    Object { object: JsObject, keys: std::vec::IntoIter<PropertyKey>, empty: bool },
}

impl Writer {
    /// Writes the whole value; returns `false` if it has no JSON form.
    fn write(&mut self, value: &JsValue, context: &mut Context) -> JsResult<bool> {
        let key = PropertyKey::from(js_string!());
        // Only a replacer function can see the holder of the root value.
        let holder = JsObject::with_object_proto(context.intrinsics());
        holder.create_data_property_or_throw(key.clone(), value.clone(), context)?;
        let value = self.prepared(value.clone(), &holder, &key, context)?;
        if !has_form(&value) {
            return Ok(false);
        }
        self.put(&value, context)?;
        while let Some(open) = self.open.pop() {
            self.go_on(open, context)?;
        }
        Ok(true)
    }

    /// Writes the next part of the innermost open value, or its end.
    fn go_on(&mut self, open: Open, context: &mut Context) -> JsResult<()> {
        match open {
            Open::Array { object, next, length } => self.go_on_array(object, next, length, context),
            Open::Object { object, keys, empty } => self.go_on_object(object, keys, empty, context),
        }
    }

    fn go_on_array(&mut self, object: JsObject, next: u64, length: u64, context: &mut Context) -> JsResult<()> {
        if next >= length {
            self.close(&object, b"]", length == 0);
            return Ok(());
        }
        let key = PropertyKey::from(next);
        let value = object.get(key.clone(), context)?;
        let value = self.prepared(value, &object, &key, context)?;
        self.open.push(Open::Array { object, next: next + 1, length });
        self.separate(next == 0);
        if has_form(&value) {
            return self.put(&value, context);
        }
        self.output.push_bytes(b"null");
        Ok(())
    }

    fn go_on_object(
        &mut self,
        object: JsObject,
        mut keys: std::vec::IntoIter<PropertyKey>,
        empty: bool,
        context: &mut Context,
    ) -> JsResult<()> {
        for key in keys.by_ref() {
            let value = object.get(key.clone(), context)?;
            let value = self.prepared(value, &object, &key, context)?;
            if !has_form(&value) {
                continue;
            }
            self.open.push(Open::Object { object, keys, empty: false });
            self.separate(empty);
            quote(&mut self.output, key_text(&key).as_str());
            let colon: &[u8] = if self.gap.is_empty() { b":" } else { b": " };
            self.output.push_bytes(colon);
            return self.put(&value, context);
        }
        self.close(&object, b"}", empty);
        Ok(())
    }

    /// Applies `toJSON`, the replacer function and unboxing to a value.
    fn prepared(
        &self,
        value: JsValue,
        holder: &JsObject,
        key: &PropertyKey,
        context: &mut Context,
    ) -> JsResult<JsValue> {
        let mut value = after_to_json(value, key, context)?;
        if let Some(function) = &self.function {
            let args = [key_text(key).into(), value];
            value = function.call(&holder.clone().into(), &args, context)?;
        }
        match value.as_object() {
            Some(object) => unboxed(value, &object, context),
            None => Ok(value),
        }
    }

    /// Writes or opens a value that has a JSON form.
    fn put(&mut self, value: &JsValue, context: &mut Context) -> JsResult<()> {
        if let Some(object) = value.as_object() {
            return self.put_object(object, context);
        }
        if let Some(text) = value.as_string() {
            quote(&mut self.output, text.as_str());
        } else if let Some(flag) = value.as_boolean() {
            let word: &[u8] = if flag { b"true" } else { b"false" };
            self.output.push_bytes(word);
        } else if value.is_bigint() {
            return Err(type_error("a BigInt has no JSON form"));
        } else if value.as_number().is_some_and(f64::is_finite) {
            self.output.push(value.to_string(context)?.as_str());
        } else {
            self.output.push_bytes(b"null");
        }
        Ok(())
    }

    fn put_object(&mut self, object: JsObject, context: &mut Context) -> JsResult<()> {
        let is_raw = Originals::of(context)?.is_raw_json.clone();
        if let Some(raw) = raw_json(&object, &is_raw, context)? {
            self.output.push(raw.as_str());
            return Ok(());
        }
        if self.open.len() >= DEPTH_MAX {
            let message = format!("the value is nested deeper than {DEPTH_MAX} levels");
            return Err(range_error(message));
        }
        if !self.entered.insert(object.clone()) {
            return Err(type_error("the value contains itself, so it has no JSON form"));
        }
        let open = self.opened(object, context)?;
        let begin: &[u8] = match open {
            Open::Array { .. } => b"[",
            Open::Object { .. } => b"{",
        };
        self.output.push_bytes(begin);
        self.open.push(open);
        Ok(())
    }

    fn opened(&self, object: JsObject, context: &mut Context) -> JsResult<Open> {
        if is_array(&object, context)? {
            let length = length_of(&object, context)?;
            return Ok(Open::Array { object, next: 0, length });
        }
        let keys = match &self.properties {
            Some(properties) => properties.clone(),
            None => keys_of(&object, context)?,
        };
        Ok(Open::Object { object, keys: keys.into_iter(), empty: true })
    }

    /// Writes the separator before a part.
    fn separate(&mut self, first: bool) {
        if !first {
            self.output.push_bytes(b",");
        }
        self.new_line();
    }

    fn close(&mut self, object: &JsObject, end: &[u8], empty: bool) {
        self.entered.remove(object);
        if !empty {
            self.new_line();
        }
        self.output.push_bytes(end);
    }

    fn new_line(&mut self) {
        if self.gap.is_empty() {
            return;
        }
        self.output.push_bytes(b"\n");
        for _ in 0..self.open.len() {
            self.output.push(self.gap.as_str());
        }
    }
}

/// Checks whether the value is written rather than left out; a BigInt counts, because it is an error.
fn has_form(value: &JsValue) -> bool {
    !value.is_undefined() && !value.is_symbol() && !value.is_callable()
}

/// Returns the result of the value's `toJSON`, or the value itself.
fn after_to_json(value: JsValue, key: &PropertyKey, context: &mut Context) -> JsResult<JsValue> {
    let method = if let Some(object) = value.as_object() {
        object.get(js_string!("toJSON"), context)?
    } else if value.is_bigint() {
        get_of_primitive(&value, &js_string!("toJSON"), context)?
    } else {
        return Ok(value);
    };
    match method.as_callable() {
        Some(method) => method.call(&value, &[key_text(key).into()], context),
        None => Ok(value),
    }
}

/// Returns the primitive in a boxed value.
pub fn unboxed(value: JsValue, object: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    if object.is::<f64>() {
        return Ok(value.to_number(context)?.into());
    }
    if object.is::<JsString>() {
        return Ok(value.to_string(context)?.into());
    }
    if let Some(flag) = object.downcast_ref::<bool>() {
        return Ok((*flag).into());
    }
    if let Some(number) = object.downcast_ref::<JsBigInt>() {
        return Ok(number.clone().into());
    }
    Ok(value)
}

/// Returns the text of a raw JSON object, which never has a prototype; `is_raw` is the engine's own `JSON.isRawJSON`.
pub fn raw_json(object: &JsObject, is_raw: &JsObject, context: &mut Context) -> JsResult<Option<JsString>> {
    if object.prototype().is_some() || object.is_callable() {
        return Ok(None);
    }
    let answer = is_raw.call(&JsValue::undefined(), &[object.clone().into()], context)?;
    if !answer.to_boolean() {
        return Ok(None);
    }
    Ok(object.get(js_string!("rawJSON"), context)?.as_string())
}
