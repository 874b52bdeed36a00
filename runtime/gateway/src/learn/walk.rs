//! Walks one value and counts what it contains, with bounded work for any value.

use std::collections::{BTreeMap, HashMap};

use callbox_mcp::secrecy;
use serde_json::{Map, Value};

use super::guard::Guard;
use super::key;
use super::node::{Arrays, Node};
use super::object::{FIELDS_MAX, Members, Objects};

/// Values seen of one result, after which arrays and maps yield no further items. A result of 500 KB has about this
/// many; larger ones are mostly repetition.
pub(super) const VALUES_SEEN_MAX: usize = 20_000;

/// Items seen of one array, or values of one map, evenly spread.
const ITEMS_SEEN_MAX: usize = 100;

/// At least this many objects of one kind in one object are a map.
const ALIKE_MIN: usize = 8;

/// Returns what one result shows.
pub(super) fn node_of(value: &Value, guard: Guard, depth_max: u8) -> Node {
    let mut node = Node::default();
    Walk { seen: 0, names: HashMap::new() }.see(&mut node, value, guard, depth_max);
    node
}

struct Walk<'v> {
    seen: usize,
    /// Judgements on names, each made once.
    names: HashMap<&'v str, Name>,
}

/// What a name alone tells.
#[derive(Clone, Copy)]
struct Name {
    is_data: bool,
    is_secret: bool,
}

impl<'v> Walk<'v> {
    /// Counts a value; `depth` levels below it may be distinguished.
    fn see(&mut self, node: &mut Node, value: &'v Value, guard: Guard, depth: u8) {
        self.seen += 1;
        node.seen += 1;
        if node.any {
            return;
        }
        match value {
            Value::Null => node.nulls += 1,
            Value::Bool(_) => node.booleans += 1,
            Value::Number(number) if number.is_f64() => node.fractions += 1,
            Value::Number(_) => node.integers += 1,
            Value::String(text) => node.strings.get_or_insert_default().see(text, guard),
            // The current item of an array is seen to its end, within limits.
            Value::Array(_) | Value::Object(_) if self.seen > 2 * VALUES_SEEN_MAX => *node = Node::any(node.seen),
            Value::Array(items) => self.see_array(node, items, guard, depth),
            Value::Object(fields) => self.see_object(node, fields, guard, depth),
        }
    }

    fn see_array(&mut self, node: &mut Node, items: &'v [Value], guard: Guard, depth: u8) {
        let arrays: &mut Arrays = node.arrays.get_or_insert_default();
        arrays.seen += 1;
        let some = items.iter().step_by(step(items.len()));
        self.see_some(&mut arrays.items, some.map(|item| (item, guard)), depth);
    }

    fn see_object(&mut self, node: &mut Node, fields: &'v Map<String, Value>, guard: Guard, depth: u8) {
        let objects: &mut Objects = node.objects.get_or_insert_default();
        objects.seen += 1;
        if guard == Guard::Secret || depth == 0 || self.has_data_for_names(fields) {
            return self.see_values(objects, fields, guard, depth);
        }
        match &mut objects.members {
            Members::Fields(known) => self.see_fields(known, fields, guard, depth),
            Members::Values(_) => return self.see_values(objects, fields, guard, depth),
        }
        objects.members.settle_size();
    }

    fn see_fields(
        &mut self,
        known: &mut BTreeMap<String, Node>,
        fields: &'v Map<String, Value>,
        guard: Guard,
        depth: u8,
    ) {
        for (name, value) in fields {
            let guard = self.guarded(guard, name);
            // Names repeat: copy only new ones.
            let node = match known.get_mut(name) {
                Some(node) => node,
                None => known.entry(name.clone()).or_default(),
            };
            self.see(node, value, guard, depth.saturating_sub(1));
        }
    }

    fn see_values(&mut self, objects: &mut Objects, fields: &'v Map<String, Value>, guard: Guard, depth: u8) {
        let mut values = std::mem::take(&mut objects.members).into_node();
        let some: Vec<_> = fields.iter().step_by(step(fields.len())).collect();
        let some: Vec<_> = some.into_iter().map(|(name, value)| (value, self.guarded(guard, name))).collect();
        self.see_some(&mut values, some.into_iter(), depth);
        objects.members = Members::Values(Box::new(values));
    }

    fn see_some(&mut self, node: &mut Node, some: impl Iterator<Item = (&'v Value, Guard)>, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else {
            return node.merge(Node::any(some.count() as u64));
        };
        for (value, guard) in some {
            if self.seen >= VALUES_SEEN_MAX {
                return;
            }
            self.see(node, value, guard, depth);
        }
    }

    fn guarded(&mut self, guard: Guard, name: &'v str) -> Guard {
        if guard == Guard::Secret || self.judge(name).is_secret { Guard::Secret } else { guard }
    }

    fn judge(&mut self, name: &'v str) -> Name {
        let judged = || Name { is_data: !key::is_name(name), is_secret: secrecy::looks_secret(name) };
        *self.names.entry(name).or_insert_with(judged)
    }

    fn has_data_for_names(&mut self, fields: &'v Map<String, Value>) -> bool {
        fields.len() > FIELDS_MAX || fields.keys().any(|name| self.judge(name).is_data) || are_alike(fields)
    }
}

/// Returns the step at which to sample that many items.
pub(super) fn step(len: usize) -> usize {
    len.div_ceil(ITEMS_SEEN_MAX).max(1)
}

/// Whether there are many objects, all with the same names in them, as in `{ "ada": { "age": 1 }, … }`.
fn are_alike(fields: &Map<String, Value>) -> bool {
    let mut values = fields.values().map(Value::as_object);
    let Some(Some(first)) = values.next().filter(|_| fields.len() >= ALIKE_MIN) else {
        return false;
    };
    let same =
        |other: &Map<String, Value>| other.len() == first.len() && other.keys().all(|name| first.contains_key(name));
    !first.is_empty() && values.all(|other| other.is_some_and(same))
}
