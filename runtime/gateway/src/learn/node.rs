//! Everything seen in one place of a tool's results. It only counts and widens: merging two nodes gives the same result
//! in either order.

use serde::{Deserialize, Serialize};

use super::object::Objects;
use super::strings::Strings;

/// One place, with everything below it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Node {
    /// Values of any kind.
    pub(super) seen: u64,
    /// A bound was reached, so any value may be here. The other fields are then empty.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) any: bool,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) nulls: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) booleans: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) integers: u64,
    /// Numbers that are not integers.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) fractions: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strings: Option<Strings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arrays: Option<Arrays>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) objects: Option<Objects>,
}

/// The arrays in one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Arrays {
    pub(super) seen: u64,
    /// All items of all arrays.
    pub(super) items: Box<Node>,
}

impl Node {
    /// A place of which only the number of values is known.
    pub(super) fn any(seen: u64) -> Node {
        Node { seen, any: true, ..Node::default() }
    }

    pub(super) fn merge(&mut self, other: Node) {
        let seen = self.seen.saturating_add(other.seen);
        if self.any || other.any {
            *self = Node::any(seen);
            return;
        }
        self.seen = seen;
        self.nulls = self.nulls.saturating_add(other.nulls);
        self.booleans = self.booleans.saturating_add(other.booleans);
        self.integers = self.integers.saturating_add(other.integers);
        self.fractions = self.fractions.saturating_add(other.fractions);
        merge_kind(&mut self.strings, other.strings, Strings::merge);
        merge_kind(&mut self.arrays, other.arrays, Arrays::merge);
        merge_kind(&mut self.objects, other.objects, Objects::merge);
    }

    /// Counts the nodes from here down.
    pub(super) fn count(&self) -> usize {
        let items = self.arrays.as_ref().map_or(0, |arrays| arrays.items.count());
        let members = self.objects.as_ref().map_or(0, Objects::count);
        1 + items + members
    }

    /// Keeps `depth` levels of arrays and objects below this node.
    pub(super) fn cut(&mut self, depth: u8) {
        if let Some(arrays) = &mut self.arrays {
            arrays.items.cut_below(depth);
        }
        if let Some(objects) = &mut self.objects {
            objects.cut(depth);
        }
    }

    pub(super) fn cut_below(&mut self, depth: u8) {
        match depth.checked_sub(1) {
            Some(depth) => self.cut(depth),
            None => *self = Node::any(self.seen),
        }
    }

    /// Removes what may not be stored.
    pub(super) fn settle(&mut self) {
        if let Some(strings) = &mut self.strings {
            strings.settle();
        }
        if let Some(arrays) = &mut self.arrays {
            arrays.items.settle();
        }
        if let Some(objects) = &mut self.objects {
            objects.settle();
        }
    }
}

impl Arrays {
    fn merge(&mut self, other: Arrays) {
        self.seen = self.seen.saturating_add(other.seen);
        self.items.merge(*other.items);
    }
}

fn merge_kind<T>(mine: &mut Option<T>, other: Option<T>, merge: fn(&mut T, T)) {
    match (mine.as_mut(), other) {
        (Some(mine), Some(other)) => merge(mine, other),
        (None, other) => *mine = other,
        (Some(_), None) => {}
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
