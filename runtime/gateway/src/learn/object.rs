//! The objects in one place: a record, whose names have a meaning, or a map, whose names are data and are not stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key;
use super::node::Node;

/// More names than this are data: nobody reads a larger type.
pub(super) const FIELDS_MAX: usize = 100;

/// With fewer objects or fewer names, it is unknown whether names recur.
const SCATTERED_OBJECTS_MIN: u64 = 4;
const SCATTERED_FIELDS_MIN: usize = 12;

/// A record's name occurs in more than one in this many objects.
const SCATTERED_SHARE: u64 = 4;

/// The objects in one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Objects {
    pub(super) seen: u64,
    pub(super) members: Members,
}

/// Their members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Members {
    /// By name.
    Fields(BTreeMap<String, Node>),
    /// The values of all names together. A map never becomes a record again.
    Values(Box<Node>),
}

impl Default for Members {
    fn default() -> Self {
        Members::Fields(BTreeMap::new())
    }
}

impl Objects {
    pub(super) fn merge(&mut self, other: Objects) {
        self.seen = self.seen.saturating_add(other.seen);
        let mine = std::mem::take(&mut self.members);
        self.members = mine.merged(other.members);
    }

    pub(super) fn count(&self) -> usize {
        match &self.members {
            Members::Fields(fields) => fields.values().map(Node::count).sum(),
            Members::Values(values) => values.count(),
        }
    }

    pub(super) fn cut(&mut self, depth: u8) {
        if depth == 0 {
            let seen = self.members.seen();
            self.members = Members::Values(Box::new(Node::any(seen)));
            return;
        }
        match &mut self.members {
            Members::Fields(fields) => fields.values_mut().for_each(|field| field.cut_below(depth)),
            Members::Values(values) => values.cut_below(depth),
        }
    }

    pub(super) fn settle(&mut self) {
        if self.names_are_data() {
            self.members = std::mem::take(&mut self.members).into_values();
        }
        match &mut self.members {
            Members::Fields(fields) => fields.values_mut().for_each(Node::settle),
            Members::Values(values) => values.settle(),
        }
    }

    fn names_are_data(&self) -> bool {
        match &self.members {
            Members::Fields(fields) => self.are_scattered(fields) || !fields.keys().all(|name| key::is_name(name)),
            Members::Values(_) => false,
        }
    }

    /// Whether there are many names and none of them recurs.
    fn are_scattered(&self, fields: &BTreeMap<String, Node>) -> bool {
        let rare = |field: &Node| field.seen.saturating_mul(SCATTERED_SHARE) <= self.seen;
        self.seen >= SCATTERED_OBJECTS_MIN && fields.len() >= SCATTERED_FIELDS_MIN && fields.values().all(rare)
    }
}

impl Members {
    fn merged(self, other: Members) -> Members {
        match (self, other) {
            (Members::Fields(mut mine), Members::Fields(other)) => {
                other.into_iter().for_each(|(name, node)| mine.entry(name).or_default().merge(node));
                let mut members = Members::Fields(mine);
                members.settle_size();
                members
            }
            (Members::Values(mut values), other) | (other, Members::Values(mut values)) => {
                values.merge(other.into_node());
                Members::Values(values)
            }
        }
    }

    /// Turns a record with too many names into a map.
    pub(super) fn settle_size(&mut self) {
        if matches!(self, Members::Fields(fields) if fields.len() > FIELDS_MAX) {
            *self = std::mem::take(self).into_values();
        }
    }

    fn into_values(self) -> Members {
        Members::Values(Box::new(self.into_node()))
    }

    /// Merges all values into one node.
    pub(super) fn into_node(self) -> Node {
        match self {
            Members::Fields(fields) => fields.into_values().fold(Node::default(), |mut all, field| {
                all.merge(field);
                all
            }),
            Members::Values(values) => *values,
        }
    }

    fn seen(&self) -> u64 {
        match self {
            Members::Fields(fields) => fields.values().fold(0, |seen, field| seen.saturating_add(field.seen)),
            Members::Values(values) => values.seen,
        }
    }
}
