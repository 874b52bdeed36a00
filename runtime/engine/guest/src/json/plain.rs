//! Writes a value as plain JSON for the host: values without a JSON form are rejected, never dropped silently.
//!
//! | value | becomes |
//! |---|---|
//! | null, booleans, strings, finite numbers | themselves; −0 is 0, a lone surrogate U+FFFD |
//! | `undefined` | left out of an object, `null` elsewhere |
//! | arrays, plain objects, proxies of them | themselves, through `toJSON` and getters |
//! | boxed primitives, `Date` | their value, ISO text |
//! | `Map` | an object if every key is a string, else an array of pairs |
//! | `Set`, typed arrays | arrays |
//! | `Error` | `name`, `message` and its own enumerable members |
//! | `RegExp` | its text |
//! | NaN, infinities, BigInt, symbols, functions, promises, buffers, weak collections, cycles | rejected |

use crate::engine::{Class, Engine, Result, Type};
use crate::frames::NotJson;
use crate::json::quote;

mod kind;
mod output;
mod parts;
mod place;

use kind::{Kind, Unfit};
use output::Output;
use parts::Parts;

/// Why a value cannot be passed to the host.
#[derive(Debug)]
pub enum Refusal<E> {
    /// Script code threw while the value was read.
    Threw(E),
    /// A part of the value has no JSON form.
    NotJson(NotJson),
}

impl<E> From<E> for Refusal<E> {
    fn from(error: E) -> Self {
        Self::Threw(error)
    }
}

/// Writes a value as JSON. Arrays and objects may nest `depth_max` deep; `[]` has depth 1.
///
/// # Errors
///
/// If script code throws, or a part of the value has no JSON form.
pub fn plain<E: Engine>(
    engine: &mut E,
    value: &E::Value,
    depth_max: usize,
) -> std::result::Result<Vec<u8>, Refusal<E::Error>> {
    let mut writer = Writer { output: Output::new(), open: Vec::new(), depth_max };
    writer.part(engine, value.clone())?;
    while !writer.open.is_empty() {
        writer.go_on(engine)?;
    }
    Ok(writer.output.finish())
}

struct Writer<E: Engine> {
    output: Output,
    open: Vec<Parts<E>>,
    depth_max: usize,
}

type Written<T, E> = std::result::Result<T, Refusal<<E as Engine>::Error>>;

impl<E: Engine> Writer<E> {
    /// Writes the next part of the innermost open value, or its end.
    fn go_on(&mut self, engine: &mut E) -> Written<(), E> {
        let depth = self.open.len();
        let Some(parts) = self.open.last_mut() else { return Ok(()) };
        let Some(value) = parts.next(engine)? else {
            self.output.push(parts.end());
            self.open.pop();
            return Ok(());
        };
        if self.part(engine, value)?
            && let Some(parts) = self.open.get_mut(depth - 1)
        {
            parts.wrote();
        }
        Ok(())
    }

    /// Writes or opens a value; returns `false` if it is left out.
    fn part(&mut self, engine: &mut E, value: E::Value) -> Written<bool, E> {
        if let Type::Object(class) = engine.type_of(&value)
            && let Some(unfit) = kind::unfit_before_to_json(engine, &value, class)
        {
            return Err(self.refuse(engine, unfit));
        }
        let value = self.after_to_json(engine, value)?;
        let kind = kind::of(engine, value)?;
        if matches!(kind, Kind::Absent) && self.open.last().is_some_and(|parts| !parts.is_list()) {
            return Ok(false);
        }
        if let Some(parts) = self.open.last() {
            parts.write_prefix(engine, self.output.open());
        }
        match kind {
            Kind::Absent => self.output.extend(b"null"),
            Kind::Word(word) => self.output.extend(word.as_bytes()),
            Kind::Text(text) => engine.with_text(&text, |text| quote(self.output.open(), text)),
            Kind::Made(text) => quote(self.output.open(), &text),
            Kind::Unfit(unfit) => return Err(self.refuse(engine, unfit)),
            Kind::Object(object, class) => self.enter(engine, object, class)?,
        }
        Ok(true)
    }

    /// Returns the result of the value's `toJSON`, or the value itself.
    fn after_to_json(&self, engine: &mut E, value: E::Value) -> Result<E::Value, E> {
        if !matches!(engine.type_of(&value), Type::Object(_) | Type::BigInt) {
            return Ok(value);
        }
        let method = engine.get(&value, "toJSON")?;
        if !engine.is_callable(&method) {
            return Ok(value);
        }
        let place = self.open.last().and_then(Parts::place);
        let key = place.map_or(String::new(), |place| place.with_text(engine, str::to_owned));
        let key = engine.text(&key);
        engine.call(&method, &value, &[key])
    }

    fn enter(&mut self, engine: &mut E, object: E::Value, class: Class) -> Written<(), E> {
        if let Some(raw) = engine.raw_json(&object)? {
            return self.raw(engine, &raw);
        }
        if self.open.len() >= self.depth_max {
            return Err(self.too_deep(engine));
        }
        if self.open.iter().any(|parts| engine.same(parts.object(), &object)) {
            return Err(self.refuse(engine, Unfit::cycle()));
        }
        let parts = Parts::of(engine, object, class)?;
        self.output.push(parts.begin());
        self.open.push(parts);
        Ok(())
    }

    /// Writes the script's own JSON text of a primitive (`JSON.rawJSON`), keeping its digits.
    fn raw(&mut self, engine: &mut E, raw: &str) -> Written<(), E> {
        let value = engine.parse(raw.as_bytes())?;
        match engine.type_of(&value) {
            Type::Number(number) if !number.is_finite() => return Err(self.refuse(engine, Unfit::number(number))),
            Type::Number(0.0) => self.output.push(b'0'),
            Type::Text => engine.with_text(&value, |text| quote(self.output.open(), text)),
            _ => self.output.extend(raw.as_bytes()),
        }
        Ok(())
    }

    fn refuse(&self, engine: &mut E, unfit: Unfit) -> Refusal<E::Error> {
        Refusal::NotJson(NotJson {
            path: place::path(engine, &self.open),
            found: unfit.found,
            hint: unfit.hint.to_owned(),
            too_deep: false,
        })
    }

    fn too_deep(&self, engine: &mut E) -> Refusal<E::Error> {
        Refusal::NotJson(NotJson {
            path: place::path(engine, &self.open),
            found: format!("arrays and objects nested deeper than {}", self.depth_max),
            hint: "Give a flatter value.".to_owned(),
            too_deep: true,
        })
    }
}
