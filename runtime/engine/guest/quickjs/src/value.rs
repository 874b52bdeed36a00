//! What a value of QuickJS is, and what is inside it; it runs no script.

use callbox_engine_guest::engine::{Class, Label, Own, Sort};

use crate::boot::Sample;
use crate::engine::QuickJs;
use crate::sys::{Atom, Property, Realm, Value};

impl QuickJs {
    pub(crate) fn sort_of(&self, value: &Value) -> Sort {
        value.sort(|| self.class_of(value))
    }

    fn class_of(&self, object: &Value) -> Class {
        /// Of an ordinary object: the first class of the engine.
        const ORDINARY: u32 = 1;
        let number = object.class();
        if number == ORDINARY {
            return Class::Plain;
        }
        match self.world.classes.get(number) {
            Some(Sample::Class(class)) => class,
            Some(Sample::RawJson) => Class::Plain,
            None if object.is_proxy() => Class::Proxy,
            None if self.realm.is_function(object) => Class::Function,
            None => Class::Plain,
        }
    }

    pub(crate) fn is_raw_json(&self, object: &Value) -> bool {
        self.world.classes.get(object.class()) == Some(Sample::RawJson)
    }
}

/// An own property of an object; a proxy has none here.
pub(crate) fn own(realm: Realm, object: &Value, key: &Atom) -> Option<Own<Value>> {
    if !object.is_object() || object.is_proxy() {
        return None;
    }
    realm.own(object, key).ok().flatten().map(|property| match property {
        Property::Value(value) => Own::Value(value),
        Property::Accessor => Own::Accessor,
    })
}

/// The enumerable properties; a proxy has none here.
pub(crate) fn own_properties(realm: Realm, object: &Value) -> Vec<(Label, Own<Value>)> {
    if object.is_proxy() {
        return Vec::new();
    }
    let keys = realm.keys(object, true).unwrap_or_default();
    keys.iter().filter_map(|key| Some((label(realm, key)?, own(realm, object, key)?))).collect()
}

fn label(realm: Realm, key: &Atom) -> Option<Label> {
    let key = realm.atom_value(key);
    if key.is_symbol() {
        return Some(Label::Symbol(symbol_text(&key)));
    }
    key.is_text().then(|| {
        realm.with_text(&key, |name| match name.parse::<u32>() {
            Ok(index) if index.to_string() == name => Label::Index(index),
            _ => Label::Name(name.to_owned()),
        })
    })
}

/// A symbol as `Symbol(description)`.
fn symbol_text(symbol: &Value) -> String {
    crate::boot::booted().map_or_else(String::new, |engine| engine.told(&engine.world.originals.symbol_text, symbol))
}
