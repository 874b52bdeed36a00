//! Iterates over the parts of an array, object, map, set, error or typed array.

use super::place::Place;
use crate::engine::{Class, Engine, Result, Type};
use crate::json::quote;

/// Something with parts that is being written.
pub(super) struct Parts<E: Engine> {
    object: E::Value,
    rest: Rest<E>,
    place: Option<Place<E::Key>>,
    written: bool,
}

/// The parts that have not been written.
enum Rest<E: Engine> {
    /// Items of an array or typed array.
    Items { next: u64, length: u64 },
    /// Members of an object.
    Members(std::vec::IntoIter<Place<E::Key>>),
    /// Values copied from a set, or pairs from a map.
    Values(u64, std::vec::IntoIter<E::Value>),
    /// Entries of a map with string keys, written as members.
    Entries(std::vec::IntoIter<(String, E::Value)>),
}

impl<E: Engine> Parts<E> {
    /// Starts the iteration over an object.
    pub(super) fn of(engine: &mut E, object: E::Value, class: Class) -> Result<Self, E> {
        let rest = rest(engine, &object, class)?;
        Ok(Self { object, rest, place: None, written: false })
    }

    /// Returns the next part.
    pub(super) fn next(&mut self, engine: &mut E) -> Result<Option<E::Value>, E> {
        let (place, value) = match &mut self.rest {
            Rest::Items { next, length } => {
                if *next >= *length {
                    return Ok(None);
                }
                let index = *next;
                *next += 1;
                self.place = Some(Place::Index(index));
                return engine.item(&self.object, index).map(Some);
            }
            Rest::Members(places) => {
                let Some(place) = places.next() else { return Ok(None) };
                let place = self.place.insert(place);
                return place.read(engine, &self.object).map(Some);
            }
            Rest::Values(next, values) => {
                let Some(value) = values.next() else { return Ok(None) };
                *next += 1;
                (Place::Index(*next - 1), value)
            }
            Rest::Entries(entries) => {
                let Some((name, value)) = entries.next() else { return Ok(None) };
                (Place::Name(name), value)
            }
        };
        self.place = Some(place);
        Ok(Some(value))
    }

    /// Appends the comma and key before a part.
    pub(super) fn write_prefix(&self, engine: &mut E, output: &mut Vec<u8>) {
        if self.written {
            output.push(b',');
        }
        if let Some(place) = self.place.as_ref().filter(|_| !self.is_list()) {
            place.with_text(engine, |key| quote(output, key));
            output.push(b':');
        }
    }

    /// Records that a part was written.
    pub(super) fn wrote(&mut self) {
        self.written = true;
    }

    /// Checks whether the value is written as an array.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.rest, Rest::Items { .. } | Rest::Values(..))
    }

    /// Returns the opening bracket.
    pub(super) fn begin(&self) -> u8 {
        if self.is_list() { b'[' } else { b'{' }
    }

    /// Returns the closing bracket.
    pub(super) fn end(&self) -> u8 {
        if self.is_list() { b']' } else { b'}' }
    }

    /// Returns the object whose parts these are.
    pub(super) fn object(&self) -> &E::Value {
        &self.object
    }

    /// Returns the place of the part being written.
    pub(super) fn place(&self) -> Option<&Place<E::Key>> {
        self.place.as_ref()
    }
}

fn rest<E: Engine>(engine: &mut E, object: &E::Value, class: Class) -> Result<Rest<E>, E> {
    match class {
        Class::TypedArray => Ok(Rest::Items { next: 0, length: engine.typed_array_length(object) }),
        Class::Map => Ok(of_map(engine, object)),
        Class::Set => Ok(Rest::Values(0, engine.set_values(object).into_iter())),
        Class::Error => of_error(engine, object),
        _ if engine.is_array(object)? => Ok(Rest::Items { next: 0, length: engine.length(object)? }),
        _ => {
            let keys = engine.keys(object)?;
            Ok(Rest::Members(keys.into_iter().map(Place::Key).collect::<Vec<_>>().into_iter()))
        }
    }
}

fn of_map<E: Engine>(engine: &mut E, map: &E::Value) -> Rest<E> {
    let entries = engine.map_entries(map);
    if entries.iter().all(|(key, _)| engine.type_of(key) == Type::Text) {
        let named = entries.into_iter().map(|(key, value)| (engine.with_text(&key, str::to_owned), value));
        return Rest::Entries(named.collect::<Vec<_>>().into_iter());
    }
    let pairs = entries.into_iter().map(|(key, value)| engine.array(vec![key, value]));
    Rest::Values(0, pairs.collect::<Vec<_>>().into_iter())
}

/// Lists `name` and `message`, which are not enumerable or not own, then the enumerable own members.
fn of_error<E: Engine>(engine: &mut E, error: &E::Value) -> Result<Rest<E>, E> {
    const FIRST: [&str; 2] = ["name", "message"];
    let mut places: Vec<_> = FIRST.iter().map(|&name| Place::Name(name.to_owned())).collect();
    for key in engine.keys(error)? {
        if !engine.with_key(&key, |name| FIRST.contains(&name)) {
            places.push(Place::Key(key));
        }
    }
    Ok(Rest::Members(places.into_iter()))
}
