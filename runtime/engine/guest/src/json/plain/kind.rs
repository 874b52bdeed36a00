//! Classifies a value for JSON: a literal, a string, something with parts, or a value without a JSON form.

use crate::engine::{Class, Engine, Result, Type};
use crate::number;

/// How a value is written.
pub(super) enum Kind<V> {
    /// `undefined`.
    Absent,
    /// The JSON text of `null`, a boolean or a number.
    Word(String),
    /// A string.
    Text(V),
    /// A string made for a date or regular expression; not a value of the engine.
    Made(String),
    /// An object with parts.
    Object(V, Class),
    /// A value without a JSON form.
    Unfit(Unfit),
}

/// What was found and how to fix it.
pub(super) struct Unfit {
    pub(super) found: String,
    pub(super) hint: &'static str,
}

impl Unfit {
    /// A value that contains itself.
    pub(super) fn cycle() -> Self {
        Self::new("a cycle", "Leave out what contains itself.")
    }

    /// A number that is not finite.
    pub(super) fn number(number: f64) -> Self {
        Self { found: number::text(number), hint: "Give null or a string in its place." }
    }

    fn new(found: &str, hint: &'static str) -> Self {
        Self { found: found.to_owned(), hint }
    }
}

/// Returns why a value is rejected before its `toJSON` is called.
pub(super) fn unfit_before_to_json<E: Engine>(engine: &mut E, value: &E::Value, class: Class) -> Option<Unfit> {
    match class {
        Class::Promise => Some(Unfit::new("a promise", "Await it first.")),
        Class::Date if engine.date_ms(value).is_nan() => {
            Some(Unfit::new("an invalid date", "Check the date before returning it."))
        }
        _ => None,
    }
}

/// Classifies a value after `toJSON`.
pub(super) fn of<E: Engine>(engine: &mut E, value: E::Value) -> Result<Kind<E::Value>, E> {
    match engine.type_of(&value) {
        Type::Object(Class::Boxed) => {
            let inner = engine.unboxed(&value)?;
            match engine.type_of(&inner) {
                // A boxed symbol is an object like any other.
                Type::Symbol | Type::Object(_) => Ok(object(engine, value, Class::Plain)),
                _ => Ok(primitive(engine, inner)),
            }
        }
        Type::Object(class) => Ok(object(engine, value, class)),
        _ => Ok(primitive(engine, value)),
    }
}

fn primitive<E: Engine>(engine: &mut E, value: E::Value) -> Kind<E::Value> {
    match engine.type_of(&value) {
        Type::Undefined => Kind::Absent,
        Type::Null | Type::Object(_) => Kind::Word("null".to_owned()),
        Type::Boolean(flag) => Kind::Word(flag.to_string()),
        Type::Number(number) => of_number(number),
        Type::Text => Kind::Text(value),
        Type::BigInt => Kind::Unfit(Unfit::new("a BigInt", "Use `Number(x)` or `String(x)`.")),
        Type::Symbol => Kind::Unfit(Unfit::new("a symbol", "Give its description.")),
    }
}

fn of_number<V>(number: f64) -> Kind<V> {
    if number.is_finite() { Kind::Word(number::text(number)) } else { Kind::Unfit(Unfit::number(number)) }
}

fn object<E: Engine>(engine: &mut E, value: E::Value, class: Class) -> Kind<E::Value> {
    if engine.is_callable(&value) {
        return Kind::Unfit(Unfit::new("a function", "Call it, and give its result."));
    }
    // `toJSON` may return a promise.
    if let Some(unfit) = unfit_before_to_json(engine, &value, class).or_else(|| opaque(class)) {
        return Kind::Unfit(unfit);
    }
    match class {
        Class::RegExp => Kind::Made(engine.regexp_text(&value)),
        Class::Date => Kind::Made(number::iso(engine.date_ms(&value))),
        _ => Kind::Object(value, class),
    }
}

/// Rejects objects whose contents are not in their members.
fn opaque(class: Class) -> Option<Unfit> {
    let bytes = "Give `Array.from(new Uint8Array(buffer))`.";
    let weak = "Give a plain object or array.";
    let (found, hint) = match class {
        Class::ArrayBuffer => ("an ArrayBuffer", bytes),
        Class::SharedArrayBuffer => ("a SharedArrayBuffer", bytes),
        Class::DataView => ("a DataView", bytes),
        Class::WeakMap => ("a WeakMap", weak),
        Class::WeakSet => ("a WeakSet", weak),
        Class::WeakRef => ("a WeakRef", weak),
        Class::FinalizationRegistry => ("a FinalizationRegistry", weak),
        _ => return None,
    };
    Some(Unfit::new(found, hint))
}
