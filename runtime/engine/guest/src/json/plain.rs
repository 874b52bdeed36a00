//! A value as plain JSON for the other side of the wall: what JSON cannot say is refused, never lost.
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
//! | NaN, infinities, BigInt, symbols, functions, promises, buffers, weak collections, cycles | refused |

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsError, JsString, JsValue, js_string};

use super::quote::quote_utf8;
use super::stringify::{after_to_json, raw_json};

mod kind;
mod output;
mod parts;
mod path;

use kind::{Kind, Unfit};
use output::Output;
use parts::Parts;

/// Why a value does not cross the wall.
#[derive(Debug)]
pub enum Refusal {
    /// The script's own code threw while the value was read.
    Threw(JsError),
    /// Something in the value has no JSON form.
    NotJson {
        /// Where it stands, as `$.items[3].when`.
        path: String,
        /// What it is.
        found: String,
        /// What the author may do about it; may be empty.
        hint: String,
        /// Whether it is the nesting that is refused.
        too_deep: bool,
    },
}

impl From<JsError> for Refusal {
    fn from(error: JsError) -> Self {
        Self::Threw(error)
    }
}

/// Writes a value as JSON; arrays and objects may nest `depth_max` deep, and `[]` is 1 deep.
///
/// # Errors
///
/// When the script's code threw, or a part of the value has no JSON form.
pub fn plain(value: &JsValue, depth_max: usize, context: &mut Context) -> Result<Vec<u8>, Refusal> {
    let mut writer = Writer { output: Output::new(), open: Vec::new(), entered: Entered::default(), depth_max };
    let key = PropertyKey::from(js_string!());
    writer.part(value.clone(), &key, &Slot { prefix: Vec::new(), in_list: true }, context)?;
    while let Some(parts) = writer.open.pop() {
        writer.go_on(parts, context)?;
    }
    Ok(writer.output.finish())
}

/// Where a part goes.
struct Slot {
    /// What comes before the part: a comma, a key.
    prefix: Vec<u8>,
    /// Whether `undefined` is `null` there, and not left out.
    in_list: bool,
}

type Entered = HashSet<JsObject, BuildHasherDefault<DefaultHasher>>;

struct Writer {
    output: Output,
    open: Vec<Parts>,
    entered: Entered,
    depth_max: usize,
}

impl Writer {
    /// Writes one more part of what was opened last, or its end.
    fn go_on(&mut self, mut parts: Parts, context: &mut Context) -> Result<(), Refusal> {
        let part = parts.next(context);
        let Some((key, value)) = part.map_err(Refusal::Threw)? else {
            self.output.push(parts.end());
            self.entered.remove(parts.object());
            return Ok(());
        };
        let depth = self.open.len();
        let slot = Slot { prefix: parts.prefix(&key), in_list: parts.is_list() };
        self.open.push(parts);
        if self.part(value, &key, &slot, context)?
            && let Some(parts) = self.open.get_mut(depth)
        {
            parts.wrote();
        }
        Ok(())
    }

    /// Writes or opens a value; `false` if it is left out.
    fn part(&mut self, value: JsValue, key: &PropertyKey, slot: &Slot, context: &mut Context) -> Result<bool, Refusal> {
        let kind = kind::before_to_json(&value, context)?;
        if let Some(Kind::Unfit(unfit)) = kind {
            return Err(self.refuse(unfit));
        }
        let value = after_to_json(value, key, context)?;
        let kind = kind::of(&value, context)?;
        if matches!(kind, Kind::Absent) && !slot.in_list {
            return Ok(false);
        }
        self.output.extend(&slot.prefix);
        match kind {
            Kind::Absent => self.output.extend(b"null"),
            Kind::Word(word) => self.output.extend(word.as_bytes()),
            Kind::Text(text) => quote_utf8(self.output.open(), text.as_str()),
            Kind::Unfit(unfit) => return Err(self.refuse(unfit)),
            Kind::Object(object) => self.enter(object, context)?,
        }
        Ok(true)
    }

    fn enter(&mut self, object: JsObject, context: &mut Context) -> Result<(), Refusal> {
        if let Some(raw) = raw_json(&object, context)? {
            self.output.extend(raw.to_std_string_lossy().as_bytes());
            return Ok(());
        }
        if self.open.len() >= self.depth_max {
            return Err(self.too_deep());
        }
        if !self.entered.insert(object.clone()) {
            return Err(self.refuse(Unfit::cycle()));
        }
        let parts = Parts::of(object, context)?;
        self.output.push(parts.begin());
        self.open.push(parts);
        Ok(())
    }

    fn refuse(&self, unfit: Unfit) -> Refusal {
        Refusal::NotJson {
            path: path::path(&self.open),
            found: unfit.found,
            hint: unfit.hint.to_owned(),
            too_deep: false,
        }
    }

    fn too_deep(&self) -> Refusal {
        Refusal::NotJson {
            path: path::path(&self.open),
            found: format!("arrays and objects nested deeper than {}", self.depth_max),
            hint: "Return a flatter value.".to_owned(),
            too_deep: true,
        }
    }
}

/// A key as its JSON text with the colon.
fn quoted_key(key: &JsString) -> Vec<u8> {
    let mut text = Vec::with_capacity(key.len() + 3);
    quote_utf8(&mut text, key.as_str());
    text.push(b':');
    text
}
