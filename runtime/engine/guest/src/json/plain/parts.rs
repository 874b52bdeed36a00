//! The parts of an array, object, map, set, error or typed array, one after the other.

use boa_engine::builtins::error::Error;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::{JsArray, JsMap, JsSet, JsTypedArray};
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsResult, JsString, JsValue, js_string};

use super::quoted_key;
use crate::builtins::operations::{is_array, key_text, keys_of, length_of};

/// Something with parts that is being written.
pub(super) struct Parts {
    object: JsObject,
    rest: Rest,
    place: Option<PropertyKey>,
    written: bool,
}

/// What is still to come.
enum Rest {
    /// Items of an array or typed array.
    Items { next: u64, length: u64 },
    /// Members of an object.
    Members(std::vec::IntoIter<PropertyKey>),
    /// Values that were taken out of a set or map beforehand.
    Values(u64, std::vec::IntoIter<JsValue>),
    /// The members a map stands for.
    Entries(std::vec::IntoIter<(JsString, JsValue)>),
}

impl Parts {
    /// The parts of an object.
    pub(super) fn of(object: JsObject, context: &mut Context) -> JsResult<Self> {
        let rest = rest(&object, context)?;
        Ok(Self { object, rest, place: None, written: false })
    }

    /// The next part and its key; nothing when all have come.
    pub(super) fn next(&mut self, context: &mut Context) -> JsResult<Option<(PropertyKey, JsValue)>> {
        let part = match &mut self.rest {
            Rest::Items { next, length } => {
                if *next >= *length {
                    return Ok(None);
                }
                let key = PropertyKey::from(*next);
                *next += 1;
                self.place = Some(key.clone());
                Some((key.clone(), self.object.get(key, context)?))
            }
            Rest::Members(keys) => match keys.next() {
                None => None,
                Some(key) => {
                    self.place = Some(key.clone());
                    Some((key.clone(), self.object.get(key, context)?))
                }
            },
            Rest::Values(next, values) => values.next().map(|value| {
                let key = PropertyKey::from(*next);
                *next += 1;
                (key, value)
            }),
            Rest::Entries(entries) => entries.next().map(|(key, value)| (PropertyKey::from(key), value)),
        };
        self.place = part.as_ref().map(|(key, _)| key.clone());
        Ok(part)
    }

    /// What comes before a part: a comma, and the key of a member.
    pub(super) fn prefix(&self, key: &PropertyKey) -> Vec<u8> {
        let mut prefix = Vec::new();
        if self.written {
            prefix.push(b',');
        }
        if !self.is_list() {
            prefix.extend(quoted_key(&key_text(key)));
        }
        prefix
    }

    /// Remembers that a part was written.
    pub(super) fn wrote(&mut self) {
        self.written = true;
    }

    /// Whether it is written as an array.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.rest, Rest::Items { .. } | Rest::Values(..))
    }

    /// The opening bracket.
    pub(super) fn begin(&self) -> u8 {
        if self.is_list() { b'[' } else { b'{' }
    }

    /// The closing bracket.
    pub(super) fn end(&self) -> u8 {
        if self.is_list() { b']' } else { b'}' }
    }

    /// Whose parts these are.
    pub(super) fn object(&self) -> &JsObject {
        &self.object
    }

    /// The key of the part that is being written.
    pub(super) fn place(&self) -> Option<&PropertyKey> {
        self.place.as_ref()
    }
}

fn rest(object: &JsObject, context: &mut Context) -> JsResult<Rest> {
    if is_array(object, context)? {
        return items(length_of(object, context)?);
    }
    if let Ok(array) = JsTypedArray::from_object(object.clone()) {
        return items(array.length(context)? as u64);
    }
    if let Ok(map) = JsMap::from_object(object.clone()) {
        return map_rest(&map, context);
    }
    if let Ok(set) = JsSet::from_object(object.clone()) {
        return set_rest(&set);
    }
    if object.is::<Error>() {
        return error_rest(object, context);
    }
    Ok(Rest::Members(keys_of(object, context)?.into_iter()))
}

fn items(length: u64) -> JsResult<Rest> {
    Ok(Rest::Items { next: 0, length })
}

fn map_rest(map: &JsMap, context: &mut Context) -> JsResult<Rest> {
    let mut entries = Vec::new();
    map.for_each_native(|key, value| {
        entries.push((key, value));
        Ok(())
    })?;
    let named: Option<Vec<(JsString, JsValue)>> =
        entries.iter().map(|(key, value)| Some((key.as_string()?, value.clone()))).collect();
    if let Some(named) = named {
        return Ok(Rest::Entries(named.into_iter()));
    }
    let pairs: Vec<JsValue> = entries.into_iter().map(|pair| pair_array(pair, context)).collect();
    Ok(Rest::Values(0, pairs.into_iter()))
}

fn pair_array((key, value): (JsValue, JsValue), context: &mut Context) -> JsValue {
    JsArray::from_iter([key, value], context).into()
}

fn set_rest(set: &JsSet) -> JsResult<Rest> {
    let mut values = Vec::new();
    set.for_each_native(|value| {
        values.push(value);
        Ok(())
    })?;
    Ok(Rest::Values(0, values.into_iter()))
}

/// `name` and `message`, which are not enumerable or not own, then the members that are.
fn error_rest(object: &JsObject, context: &mut Context) -> JsResult<Rest> {
    let mut keys: Vec<PropertyKey> = vec![js_string!("name").into(), js_string!("message").into()];
    let mut own = keys_of(object, context)?;
    own.retain(|key| !keys.contains(key));
    keys.append(&mut own);
    Ok(Rest::Members(keys.into_iter()))
}
