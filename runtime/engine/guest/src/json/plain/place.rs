//! The place of a part inside a value: how to read it, and how to show it in a path.

use super::parts::Parts;
use crate::engine::{Engine, Result};
use crate::json::quote;

/// The place of one part.
pub(super) enum Place<K> {
    /// An item of a list.
    Index(u64),
    /// A member, by engine key.
    Key(K),
    /// A member, by name.
    Name(String),
}

impl<K> Place<K> {
    /// Reads the member or item.
    pub(super) fn read<E: Engine<Key = K>>(&self, engine: &mut E, object: &E::Value) -> Result<E::Value, E> {
        match self {
            Self::Index(index) => engine.item(object, *index),
            Self::Key(key) => engine.get_key(object, key),
            Self::Name(name) => engine.get(object, name),
        }
    }

    /// Calls `read` with the key as a text.
    pub(super) fn with_text<E: Engine<Key = K>, R>(&self, engine: &mut E, read: impl FnOnce(&str) -> R) -> R {
        match self {
            Self::Index(index) => read(&index.to_string()),
            Self::Key(key) => engine.with_key(key, read),
            Self::Name(name) => read(name),
        }
    }
}

/// Keys shown at either end of a long path.
const SHOWN_MAX: usize = 16;

/// Formats the place being written, as in `$.items[3].when`.
pub(super) fn path<E: Engine>(engine: &mut E, open: &[Parts<E>]) -> String {
    let places: Vec<_> = open.iter().filter_map(Parts::place).collect();
    let mut path = "$".to_owned();
    for (depth, place) in places.iter().enumerate() {
        if depth < SHOWN_MAX || depth + SHOWN_MAX >= places.len() {
            place.with_text(engine, |key| push(&mut path, key));
        } else if depth == SHOWN_MAX {
            path.push('…');
        }
    }
    path
}

fn push(path: &mut String, key: &str) {
    if is_index(key) {
        path.push_str(&format!("[{key}]"));
    } else if is_identifier(key) {
        path.push('.');
        path.push_str(key);
    } else {
        let mut quoted = Vec::new();
        quote(&mut quoted, key);
        path.push_str(&format!("[{}]", String::from_utf8_lossy(&quoted)));
    }
}

fn is_index(key: &str) -> bool {
    key.parse::<u32>().is_ok_and(|index| index.to_string() == key)
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let begins = |shown: char| shown.is_alphabetic() || shown == '_' || shown == '$';
    chars.next().is_some_and(begins) && chars.all(|shown| begins(shown) || shown.is_numeric())
}
