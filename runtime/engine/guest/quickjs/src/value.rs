//! Inspects values of QuickJS without running a script.

use callbox_engine_guest::engine::{Class, Engine, Label, OwnProperty};

use crate::boot::Sample;
use crate::engine::QuickJs;
use crate::sys::{Atom, Property, Realm, Value};

impl QuickJs {
    pub(crate) fn class_of(&self, object: &Value) -> Class {
        /// Class number of ordinary objects, the engine's first.
        const ORDINARY: u32 = 1;
        let number = object.class();
        if number == ORDINARY {
            return Class::Plain;
        }
        match self.shared.classes.get(number) {
            Some(Sample::Class(class)) => class,
            Some(Sample::RawJson) => Class::Plain,
            None if object.is_proxy() => Class::Proxy,
            None if self.realm.is_function(object) => Class::Function,
            None => Class::Plain,
        }
    }

    pub(crate) fn is_raw_json(&self, object: &Value) -> bool {
        self.shared.classes.get(object.class()) == Some(Sample::RawJson)
    }
}

/// Returns an own property of an object; `None` for a proxy.
pub(crate) fn own(realm: Realm, object: &Value, key: &Atom) -> Option<OwnProperty<Value>> {
    if !object.is_object() || object.is_proxy() {
        return None;
    }
    realm.own(object, key).ok().flatten().map(|property| match property {
        Property::Value(value) => OwnProperty::Value(value),
        Property::Accessor => OwnProperty::Accessor,
    })
}

/// Returns the enumerable own properties; none for a proxy.
pub(crate) fn own_properties(realm: Realm, object: &Value) -> Vec<(Label, OwnProperty<Value>)> {
    if object.is_proxy() {
        return Vec::new();
    }
    let keys = realm.keys(object, true).unwrap_or_default();
    keys.iter().filter_map(|key| Some((label(realm, key)?, own(realm, object, key)?))).collect()
}

fn label(realm: Realm, key: &Atom) -> Option<Label> {
    let key = realm.atom_value(key);
    if key.is_symbol() {
        return Some(Label::Symbol(QuickJs::of(realm).primitive_text(&key)));
    }
    key.is_text().then(|| {
        realm.with_text(&key, |name| match name.parse::<u32>() {
            Ok(index) if index.to_string() == name => Label::Index(index),
            _ => Label::Name(name.to_owned()),
        })
    })
}
