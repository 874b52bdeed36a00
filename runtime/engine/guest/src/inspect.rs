//! Formats a value as one line of readable text, much as Node.js does, without running the script's getters or traps.

use crate::engine::{Class, Engine, Label, OwnProperty, PromiseState, Type};
use crate::{errors, number, tools};

/// Levels shown; deeper objects are shown as `[Object]`.
const DEPTH_MAX: usize = 5;

/// Items or properties shown of one object.
const ITEMS_MAX: usize = 100;

/// Bytes of text after which output is cut off.
const TEXT_MAX: usize = 64 * 1024;

/// Formats `value`.
pub fn inspect<E: Engine>(engine: &mut E, value: &E::Value) -> String {
    let mut inspector = Inspector { out: String::new(), above: Vec::new(), engine };
    inspector.value(value);
    inspector.out
}

struct Inspector<'a, E: Engine> {
    out: String,
    /// The objects being formatted, outermost first.
    above: Vec<E::Value>,
    engine: &'a mut E,
}

impl<E: Engine> Inspector<'_, E> {
    fn value(&mut self, value: &E::Value) {
        match self.engine.type_of(value) {
            Type::Undefined => self.out += "undefined",
            Type::Null => self.out += "null",
            Type::Boolean(flag) => self.out += if flag { "true" } else { "false" },
            Type::Number(number) if number == 0.0 && number.is_sign_negative() => self.out += "-0",
            Type::Number(number) => self.out += &number::text(number),
            Type::Text => {
                let text = self.engine.with_text(value, str::to_owned);
                self.quoted(&text);
            }
            Type::BigInt => {
                self.out += &self.engine.primitive_text(value);
                self.out.push('n');
            }
            Type::Symbol => self.out += &self.engine.primitive_text(value),
            Type::Object(class) => self.object(value, class),
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

    fn object(&mut self, object: &E::Value, class: Class) {
        if self.above.iter().any(|other| self.engine.same(other, object)) {
            self.out += "[Circular]";
        } else if self.above.len() >= DEPTH_MAX {
            self.out += if class == Class::Array { "[Array]" } else { "[Object]" };
        } else {
            self.above.push(object.clone());
            self.shape(object, class);
            self.above.pop();
        }
    }

    fn shape(&mut self, object: &E::Value, class: Class) {
        if let Some(namespace) = tools::namespace_of(self.engine, object) {
            self.out += &self.engine.run().catalog.describe(namespace);
            return;
        }
        match class {
            Class::Proxy => self.out += "[Proxy]",
            Class::Array => self.array(object),
            Class::Function => self.function(object),
            Class::Error => self.error(object),
            Class::Date => {
                let ms = self.engine.date_ms(object);
                self.out += &if ms.is_nan() { "Invalid Date".to_owned() } else { number::iso(ms) };
            }
            Class::RegExp => self.out += &self.engine.regexp_text(object),
            Class::Map => self.map(object),
            Class::Set => self.set(object),
            Class::Promise => self.promise(object),
            Class::TypedArray => self.typed_array(object),
            _ => self.plain(object),
        }
    }

    fn array(&mut self, array: &E::Value) {
        let length = self.engine.own(array, "length").and_then(OwnProperty::value);
        let length = match length.map(|length| self.engine.type_of(&length)) {
            Some(Type::Number(length)) => length,
            _ => 0.0,
        };
        let mut items = Vec::new();
        for index in (0..ITEMS_MAX).take_while(|&index| (index as f64) < length) {
            items.push(self.engine.own(array, &index.to_string()));
        }
        let left = length - items.len() as f64;
        self.list("[", "]", items, left, |this, item| match item {
            Some(item) => this.property(item),
            None => this.out += "<empty>",
        });
    }

    fn function(&mut self, function: &E::Value) {
        match self.own_text(function, "name") {
            Some(name) if !name.is_empty() => self.out += &format!("[Function: {name}]"),
            _ => self.out += "[Function (anonymous)]",
        }
    }

    fn error(&mut self, error: &E::Value) {
        let line = errors::one_line(self.engine, error);
        let properties = self.engine.own_properties(error);
        let nested = self.above.len() > 1;
        self.out += &if nested { format!("[{line}]") } else { line };
        if !properties.is_empty() {
            self.out.push(' ');
            self.members(properties);
        }
    }

    fn map(&mut self, map: &E::Value) {
        let entries = self.engine.map_entries(map);
        self.out += &format!("Map({}) ", entries.len());
        let left = entries.len().saturating_sub(ITEMS_MAX) as f64;
        self.list("{", "}", entries, left, |this, (key, value)| {
            this.value(&key);
            this.out += " => ";
            this.value(&value);
        });
    }

    fn set(&mut self, set: &E::Value) {
        let values = self.engine.set_values(set);
        self.out += &format!("Set({}) ", values.len());
        let left = values.len().saturating_sub(ITEMS_MAX) as f64;
        self.list("{", "}", values, left, |this, value| this.value(&value));
    }

    fn promise(&mut self, promise: &E::Value) {
        self.out += "Promise { ";
        match self.engine.promise_state(promise) {
            PromiseState::Pending => self.out += "<pending>",
            PromiseState::Fulfilled(value) => self.value(&value),
            PromiseState::Rejected(reason) => {
                self.out += "<rejected> ";
                self.value(&reason);
            }
        }
        self.out += " }";
    }

    fn typed_array(&mut self, array: &E::Value) {
        let length = self.engine.typed_array_length(array);
        let shown = length.min(ITEMS_MAX as u64);
        let mut items = Vec::new();
        for index in 0..shown {
            items.extend(self.engine.item(array, index).ok());
        }
        let class = self.class(array).unwrap_or_else(|| "TypedArray".to_owned());
        self.out += &format!("{class}({length}) ");
        self.list("[", "]", items, (length - shown) as f64, |this, item| this.value(&item));
    }

    fn plain(&mut self, object: &E::Value) {
        match self.class(object) {
            Some(class) if class != "Object" => self.out += &format!("{class} "),
            None => self.out += "[Object: null prototype] ",
            Some(_) => {}
        }
        let properties = self.engine.own_properties(object);
        self.members(properties);
    }

    fn members(&mut self, properties: Vec<(Label, OwnProperty<E::Value>)>) {
        let left = properties.len().saturating_sub(ITEMS_MAX) as f64;
        self.list("{", "}", properties, left, |this, (label, property)| {
            this.label(&label);
            this.out += ": ";
            this.property(property);
        });
    }

    fn label(&mut self, label: &Label) {
        match label {
            Label::Name(name) if is_identifier(name) => self.out += name,
            Label::Name(name) => self.quoted(name),
            Label::Symbol(symbol) => self.out += &format!("[{symbol}]"),
            Label::Index(index) => self.out += &format!("'{index}'"),
        }
    }

    fn property(&mut self, property: OwnProperty<E::Value>) {
        match property {
            OwnProperty::Value(value) => self.value(&value),
            OwnProperty::Accessor => self.out += "[Getter]",
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

    /// Returns an own property that is a string.
    fn own_text(&mut self, object: &E::Value, name: &str) -> Option<String> {
        let value = self.engine.own(object, name).and_then(OwnProperty::value)?;
        (self.engine.type_of(&value) == Type::Text).then(|| self.engine.with_text(&value, str::to_owned))
    }

    /// Returns the class name; `None` without a prototype.
    fn class(&mut self, object: &E::Value) -> Option<String> {
        let prototype = self.engine.prototype(object)?;
        let constructor = self.engine.own(&prototype, "constructor").and_then(OwnProperty::value);
        let name = constructor.and_then(|constructor| match self.engine.type_of(&constructor) {
            Type::Object(_) => self.own_text(&constructor, "name"),
            _ => None,
        });
        Some(name.unwrap_or_else(|| "Object".to_owned()))
    }
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_' || first == '$')
        && characters.all(|other| other.is_alphanumeric() || other == '_' || other == '$')
}
