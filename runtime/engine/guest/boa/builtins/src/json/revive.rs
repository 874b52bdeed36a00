//! The second half of `JSON.parse` with a reviver: calls it for every value, innermost first.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;

use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsResult, JsString, JsValue, js_string};

use super::parse::{Form, Node, Parsed};
use crate::operations::{is_array, key_text, keys_of, length_of};
use crate::originals::Originals;

/// Calls the reviver for each value of a parsed text; `text` is that text.
pub(super) fn revive(parsed: Parsed, text: &JsString, reviver: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let root = JsObject::with_object_proto(context.intrinsics());
    root.create_data_property_or_throw(js_string!(), parsed.value, context)?;
    let walk = Walk { nodes: parsed.nodes, text, reviver };
    let whole = walk.nodes.len().checked_sub(1);
    let mut open = vec![walk.enter(root, js_string!().into(), whole, context)?];
    loop {
        let Some(visit) = open.last_mut() else {
            return Ok(JsValue::undefined());
        };
        if let Some((holder, key, node)) = visit.next_part(&walk.nodes) {
            open.push(walk.enter(holder, key, node, context)?);
            continue;
        }
        let Some(done) = open.pop() else {
            return Ok(JsValue::undefined());
        };
        let result = walk.call(&done, context)?;
        match open.last() {
            Some(parent) => replace_part(parent, &done.key, result, context)?,
            None => return Ok(result),
        }
    }
}

struct Walk<'a> {
    nodes: Vec<Node>,
    text: &'a JsString,
    reviver: &'a JsObject,
}

/// A value whose parts are being visited.
struct Visit {
    holder: JsObject,
    key: PropertyKey,
    value: JsValue,
    node: Option<usize>,
    parts: Parts,
}

enum Parts {
    None,
    Items { next: u64, length: u64 },
    Members(std::vec::IntoIter<PropertyKey>, Members),
}

/// The node of each member; for a repeated name, the last one.
type Members = HashMap<PropertyKey, usize, BuildHasherDefault<DefaultHasher>>;

impl Visit {
    /// Returns the next part: its holder, key and node.
    fn next_part(&mut self, nodes: &[Node]) -> Option<(JsObject, PropertyKey, Option<usize>)> {
        let object = self.value.as_object()?;
        match &mut self.parts {
            Parts::None => None,
            Parts::Items { next, length } => {
                let index = *next;
                if index >= *length {
                    return None;
                }
                *next += 1;
                let form = self.node.and_then(|node| nodes.get(node)).map(|node| &node.form);
                let node = match form {
                    Some(Form::Array(items)) => usize::try_from(index).ok().and_then(|index| items.get(index).copied()),
                    _ => None,
                };
                Some((object, PropertyKey::from(index), node))
            }
            Parts::Members(keys, members) => {
                let key = keys.next()?;
                let node = members.get(&key).copied();
                Some((object, key, node))
            }
        }
    }
}

impl Walk<'_> {
    fn enter(&self, holder: JsObject, key: PropertyKey, node: Option<usize>, context: &mut Context) -> JsResult<Visit> {
        let value = holder.get(key.clone(), context)?;
        // A node applies only to the value that was parsed, not to one that has replaced it.
        let node = node.filter(|&node| {
            let parsed = self.nodes.get(node);
            parsed.is_some_and(|parsed| JsValue::same_value(&parsed.value, &value))
        });
        let parts = match value.as_object() {
            None => Parts::None,
            Some(object) if is_array(&object, context)? => {
                Parts::Items { next: 0, length: length_of(&object, context)? }
            }
            Some(object) => {
                let keys = keys_of(&object, context)?;
                Parts::Members(keys.into_iter(), self.members(node))
            }
        };
        Ok(Visit { holder, key, value, node, parts })
    }

    fn members(&self, node: Option<usize>) -> Members {
        match node.and_then(|node| self.nodes.get(node)).map(|node| &node.form) {
            Some(Form::Object(members)) => members.iter().cloned().collect(),
            _ => Members::default(),
        }
    }

    fn call(&self, visit: &Visit, context: &mut Context) -> JsResult<JsValue> {
        let extra = JsObject::with_object_proto(context.intrinsics());
        let node = visit.node.and_then(|node| self.nodes.get(node));
        if let Some(Form::Primitive(range)) = node.map(|node| &node.form) {
            let source = self.text.as_str().get(range.clone());
            let source = source.map(JsString::from).unwrap_or_default();
            extra.create_data_property_or_throw(js_string!("source"), source, context)?;
        }
        let name = key_text(&visit.key);
        self.reviver.call(&visit.holder.clone().into(), &[name.into(), visit.value.clone(), extra.into()], context)
    }
}

/// Replaces a part by the reviver's result; `undefined` removes the part.
fn replace_part(parent: &Visit, key: &PropertyKey, result: JsValue, context: &mut Context) -> JsResult<()> {
    let Some(object) = parent.value.as_object() else {
        return Ok(());
    };
    if result.is_undefined() {
        let delete = Originals::of(context)?.reflect_delete.clone();
        let args = [object.into(), key_text(key).into()];
        delete.call(&JsValue::undefined(), &args, context)?;
    } else {
        object.create_data_property(key.clone(), result, context)?;
    }
    Ok(())
}
