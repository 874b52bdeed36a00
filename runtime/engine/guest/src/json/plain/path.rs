//! The place of a part inside a value, as an author would write it.

use boa_engine::JsString;
use boa_engine::property::PropertyKey;

use super::parts::Parts;

/// Keys shown at either end of a long path; a person reads no more.
const SHOWN_MAX: usize = 16;

/// The place that is being written, as `$.items[3].when`.
pub(super) fn path(open: &[Parts]) -> String {
    let keys: Vec<&PropertyKey> = open.iter().filter_map(Parts::place).collect();
    let mut path = "$".to_owned();
    for (index, key) in keys.iter().enumerate() {
        if index < SHOWN_MAX || index + SHOWN_MAX >= keys.len() {
            push(&mut path, key);
        } else if index == SHOWN_MAX {
            path.push('…');
        }
    }
    path
}

fn push(path: &mut String, key: &PropertyKey) {
    match key {
        PropertyKey::Index(index) => path.push_str(&format!("[{}]", index.get())),
        PropertyKey::String(text) => push_name(path, text),
        PropertyKey::Symbol(_) => {}
    }
}

fn push_name(path: &mut String, name: &JsString) {
    let name = name.to_std_string_lossy();
    if is_identifier(&name) {
        path.push('.');
        path.push_str(&name);
        return;
    }
    let mut quoted = Vec::new();
    super::quote_utf8(&mut quoted, JsString::from(name).as_str());
    path.push('[');
    path.push_str(&String::from_utf8_lossy(&quoted));
    path.push(']');
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let begins = |shown: char| shown.is_alphabetic() || shown == '_' || shown == '$';
    chars.next().is_some_and(begins) && chars.all(|shown| begins(shown) || shown.is_numeric())
}
