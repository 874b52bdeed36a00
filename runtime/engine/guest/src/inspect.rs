//! A value as one line of text for people, about as node shows it; it never runs a script's getters or traps.

use boa_engine::builtins::error::Error;
use boa_engine::builtins::promise::PromiseState;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsDate, JsMap, JsPromise, JsProxy, JsRegExp, JsSet, JsTypedArray};
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsValue, js_string};

use crate::errors;
use crate::run::Run;

/// Levels shown; below them stands `[Object]`.
const DEPTH_MAX: usize = 5;

/// Items or properties shown of one object.
const ITEMS_MAX: usize = 100;

/// Bytes of text after which nothing more is added.
const TEXT_MAX: usize = 64 * 1024;

/// The text of `value`.
pub(crate) fn inspect(value: &JsValue, context: &mut Context) -> String {
    let mut inspector = Inspector { out: String::new(), above: Vec::new(), context };
    inspector.value(value);
    inspector.out
}

struct Inspector<'a> {
    out: String,
    /// The objects that are being shown, outermost first.
    above: Vec<JsObject>,
    context: &'a mut Context,
}

impl Inspector<'_> {
    fn value(&mut self, value: &JsValue) {
        match value.variant() {
            JsVariant::String(text) => self.quoted(&text.to_std_string_lossy()),
            JsVariant::Object(object) => self.object(&object),
            JsVariant::BigInt(number) => self.out += &format!("{}n", number.to_string_radix(10)),
            JsVariant::Float64(number) if number == 0.0 && number.is_sign_negative() => self.out += "-0",
            JsVariant::Symbol(symbol) => {
                let name = symbol.descriptive_string().to_std_string_lossy();
                self.out += &name;
            }
            _ => self.out += &value.display().to_string(),
        }
    }

    fn quoted(&mut self, text: &str) {
        let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
        self.out.push(mark);
        for character in text.chars().take(TEXT_MAX) {
            match character {
                '\n' => self.out += "\\n",
                '\r' => self.out += "\\r",
                '\t' => self.out += "\\t",
                '\\' => self.out += "\\\\",
                _ if character == mark => {
                    self.out.push('\\');
                    self.out.push(mark);
                }
                _ => self.out.push(character),
            }
        }
        self.out.push(mark);
    }

    fn object(&mut self, object: &JsObject) {
        if self.above.iter().any(|other| JsObject::equals(other, object)) {
            self.out += "[Circular]";
        } else if self.above.len() >= DEPTH_MAX {
            self.out += if object.is_array() { "[Array]" } else { "[Object]" };
        } else {
            self.above.push(object.clone());
            self.shape(object);
            self.above.pop();
        }
    }

    fn shape(&mut self, object: &JsObject) {
        if JsProxy::from_object(object.clone()).is_ok() {
            let run = Run::of(self.context);
            let tools = run.objects.shelf_of(object).map(|shelf| run.catalog.describe(shelf));
            self.out += &tools.unwrap_or_else(|| "[Proxy]".to_owned());
        } else if object.is_array() {
            self.array(object);
        } else if object.is_callable() {
            self.function(object);
        } else if object.is::<Error>() {
            self.error(object);
        } else if !self.built_in(object) {
            self.plain(object);
        }
    }

    fn array(&mut self, array: &JsObject) {
        let length = own(array, "length").and_then(|length| length.value().and_then(JsValue::as_number));
        let length = length.unwrap_or(0.0);
        let items = (0_u32..).take(ITEMS_MAX).take_while(|index| f64::from(*index) < length);
        let items: Vec<_> = items.map(|index| property(array, &PropertyKey::from(index))).collect();
        let left = length - items.len() as f64;
        self.list("[", "]", items, left, |this, item| match item {
            Some(item) => this.property(&item),
            None => this.out += "<empty>",
        });
    }

    fn function(&mut self, function: &JsObject) {
        let name = own(function, "name").and_then(|name| name.value().and_then(JsValue::as_string));
        match name.map(|name| name.to_std_string_lossy()) {
            Some(name) if !name.is_empty() => self.out += &format!("[Function: {name}]"),
            _ => self.out += "[Function (anonymous)]",
        }
    }

    fn error(&mut self, error: &JsObject) {
        let line = errors::one_line(&error.clone().into(), self.context);
        let properties = self.properties(error);
        let nested = self.above.len() > 1;
        self.out += &if nested { format!("[{line}]") } else { line };
        if !properties.is_empty() {
            self.out.push(' ');
            self.members(properties);
        }
    }

    /// Shows what has its own form; `false` when `object` has none.
    fn built_in(&mut self, object: &JsObject) -> bool {
        if let Ok(date) = JsDate::from_object(object.clone()) {
            let text = date.to_iso_string(self.context).ok().and_then(|text| text.as_string());
            self.out += &text.map_or("Invalid Date".to_owned(), |text| text.to_std_string_lossy());
        } else if let Ok(regexp) = JsRegExp::from_object(object.clone()) {
            self.out += &regexp.to_string(self.context).unwrap_or_else(|_| "[RegExp]".to_owned());
        } else if let Ok(map) = JsMap::from_object(object.clone()) {
            self.map(&map);
        } else if let Ok(set) = JsSet::from_object(object.clone()) {
            self.set(&set);
        } else if let Ok(promise) = JsPromise::from_object(object.clone()) {
            self.promise(&promise);
        } else if let Ok(array) = JsTypedArray::from_object(object.clone()) {
            self.typed_array(object, &array);
        } else {
            return false;
        }
        true
    }

    fn map(&mut self, map: &JsMap) {
        let mut entries = Vec::new();
        let _ = map.for_each_native(|key, value| {
            entries.push((key, value));
            Ok(())
        });
        self.out += &format!("Map({}) ", entries.len());
        let left = entries.len().saturating_sub(ITEMS_MAX) as f64;
        self.list("{", "}", entries, left, |this, (key, value)| {
            this.value(&key);
            this.out += " => ";
            this.value(&value);
        });
    }

    fn set(&mut self, set: &JsSet) {
        let mut values = Vec::new();
        let _ = set.for_each_native(|value| {
            values.push(value);
            Ok(())
        });
        self.out += &format!("Set({}) ", values.len());
        let left = values.len().saturating_sub(ITEMS_MAX) as f64;
        self.list("{", "}", values, left, |this, value| this.value(&value));
    }

    fn promise(&mut self, promise: &JsPromise) {
        self.out += "Promise { ";
        match promise.state() {
            PromiseState::Pending => self.out += "<pending>",
            PromiseState::Fulfilled(value) => self.value(&value),
            PromiseState::Rejected(reason) => {
                self.out += "<rejected> ";
                self.value(&reason);
            }
        }
        self.out += " }";
    }

    fn typed_array(&mut self, object: &JsObject, array: &JsTypedArray) {
        let length = array.length(self.context).unwrap_or(0);
        let shown = length.min(ITEMS_MAX);
        let items: Vec<_> = (0..shown).filter_map(|index| object.get(index, self.context).ok()).collect();
        self.out += &format!("{}({length}) ", class(object).unwrap_or_else(|| "TypedArray".to_owned()));
        self.list("[", "]", items, (length - shown) as f64, |this, item| this.value(&item));
    }

    fn plain(&mut self, object: &JsObject) {
        match class(object) {
            Some(class) if class != "Object" => self.out += &format!("{class} "),
            None => self.out += "[Object: null prototype] ",
            Some(_) => {}
        }
        let properties = self.properties(object);
        self.members(properties);
    }

    /// The enumerable properties of an object that is no proxy.
    fn properties(&mut self, object: &JsObject) -> Vec<(PropertyKey, PropertyDescriptor)> {
        let keys = object.own_property_keys(self.context).unwrap_or_default();
        let properties = keys.into_iter().filter_map(|key| Some((key.clone(), property(object, &key)?)));
        properties.filter(|(_, property)| property.enumerable() == Some(true)).collect()
    }

    fn members(&mut self, properties: Vec<(PropertyKey, PropertyDescriptor)>) {
        let left = properties.len().saturating_sub(ITEMS_MAX) as f64;
        self.list("{", "}", properties, left, |this, (key, property)| {
            this.key(&key);
            this.out += ": ";
            this.property(&property);
        });
    }

    fn key(&mut self, key: &PropertyKey) {
        match key {
            PropertyKey::String(name) => {
                let name = name.to_std_string_lossy();
                if is_identifier(&name) { self.out += &name } else { self.quoted(&name) }
            }
            PropertyKey::Symbol(symbol) => {
                self.out += &format!("[{}]", symbol.descriptive_string().to_std_string_lossy());
            }
            PropertyKey::Index(index) => self.out += &format!("'{}'", index.get()),
        }
    }

    fn property(&mut self, property: &PropertyDescriptor) {
        match property.value() {
            Some(value) => self.value(value),
            None => self.out += "[Getter]",
        }
    }

    fn list<T>(&mut self, open: &str, close: &str, items: Vec<T>, left: f64, show: impl Fn(&mut Self, T)) {
        if items.is_empty() {
            self.out += open;
            self.out += close;
            return;
        }
        self.out += open;
        let mut separator = " ";
        for item in items.into_iter().take(ITEMS_MAX) {
            self.out += separator;
            separator = ", ";
            if self.out.len() > TEXT_MAX {
                self.out += "…";
                break;
            }
            show(self, item);
        }
        if left > 0.0 {
            self.out += &format!(", ... {left} more");
        }
        self.out.push(' ');
        self.out += close;
    }
}

fn own(object: &JsObject, key: &str) -> Option<PropertyDescriptor> {
    property(object, &PropertyKey::from(js_string!(key)))
}

/// An own property, read past every trap.
fn property(object: &JsObject, key: &PropertyKey) -> Option<PropertyDescriptor> {
    object.borrow().properties().get(key)
}

/// The name of the class; `None` without a prototype.
fn class(object: &JsObject) -> Option<String> {
    let constructor = own(&object.prototype()?, "constructor").and_then(|found| found.value().cloned());
    let constructor = constructor.and_then(|constructor| constructor.as_object());
    let name = constructor.and_then(|constructor| own(&constructor, "name"));
    let name = name.and_then(|name| name.value().and_then(JsValue::as_string));
    Some(name.map_or_else(|| "Object".to_owned(), |name| name.to_std_string_lossy()))
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_' || first == '$')
        && characters.all(|other| other.is_alphanumeric() || other == '_' || other == '$')
}
