//! Types learned from results, for tools without an output schema. Pure: only shapes and counts are stored, never
//! values; the caller decides where.
//!
//! [`Learned`] describes the results of one tool, [`Lessons`] those of many. Both only ever widen, and neither is ever
//! enforced.
//!
//! # What is stored of a value
//!
//! * Of null, booleans, numbers and arrays: that they occurred, and how often.
//! * Of strings: whether all of them are dates, times, UUIDs or web addresses. The words themselves are stored
//!   only for a field that looks like an enumeration: 2 to 8 distinct words, seen at least 20 times (and at
//!   least 5 times as often as there are words), in at least 3 results, each of at most 24 ASCII letters in
//!   pronounceable parts joined by `_` or `-`. Until a field has met these conditions, its words stay in this
//!   process and are left out of [`Learned::to_json`].
//! * Of objects: the names of their properties, how often each occurred, and what it held. Names that are
//!   data are not stored; the object is then a map. Names count as data if one is longer than 40 bytes, has
//!   characters other than ASCII letters, digits, `_`, `-`, `$` and a leading `@`, has more digits than a name
//!   has (4, at most 3 in a row), or has letters that only random text has; if one object holds 8 objects or
//!   more, all with the same properties; if there are more than 100 names; or if none of the names recurs.
//! * Of anything under a field whose name looks secret (`token`, `key`, `password`, `auth`, `cookie`,
//!   `session`, …): only that it is there, without words, formats, or names further down. The words of a tool
//!   whose own name looks secret are not stored either.
//!
//! # Bounds
//!
//! Of one result, 20,000 values are seen, or up to twice as many if the last item of an array contains them; of an
//! array or map, at most 100 items, evenly spread. A type has at most 1,000 parts and 12 levels; a larger one says
//! `unknown` from a lesser depth on. One tool takes at most 64 KiB of text, all together at most 4 MiB.

mod emit;
mod format;
mod guard;
mod key;
mod lessons;
mod node;
mod object;
mod sample;
mod strings;
mod walk;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use guard::Guard;
pub use lessons::{Lessons, LessonsDefect};
use node::Node;
pub use sample::Sample;

/// Levels of arrays and objects. All but a few of 1,966 real schemas have fewer, and the schema reader accepts this
/// many.
const DEPTH_MAX: u8 = 12;

/// Parts of a type. The largest of 1,966 real schemas has under 1,000.
const NODES_MAX: usize = 1_000;

/// What was seen of one tool's results.
///
/// The order of results does not matter, nor whether one [`Learned`] saw them or several that were merged, as long as
/// the type stays within its 1,000 parts.
///
/// ```
/// use callbox_gateway::Learned;
/// use serde_json::json;
///
/// let mut learned = Learned::new();
/// learned.observe(&json!({ "id": 1, "title": "a" }));
/// learned.observe(&json!({ "id": 2 }));
/// assert_eq!(learned.results(), 2);
/// let expected = json!({
///     "type": "object",
///     "properties": { "id": { "type": "integer" }, "title": { "type": "string" } },
///     "required": ["id"],
/// });
/// assert_eq!(learned.schema(), expected);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    results: u64,
    /// From this depth on, nothing is distinguished.
    depth_max: u8,
    root: Node,
}

impl Default for Learned {
    fn default() -> Self {
        Self { results: 0, depth_max: DEPTH_MAX, root: Node::default() }
    }
}

impl Learned {
    /// Creates an empty type.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Widens the type by one result.
    ///
    /// Every value that was examined fits [`Learned::schema`] from then on. Not examined are the items of an array or
    /// map beyond an even spread of 100, and any further items once 20,000 values have been seen.
    pub fn observe(&mut self, value: &Value) {
        self.observe_as(value, Guard::Open);
    }

    fn observe_as(&mut self, value: &Value, guard: Guard) {
        self.results = self.results.saturating_add(1);
        self.root.merge(walk::node_of(value, guard, self.depth_max));
        self.shrink_to(NODES_MAX);
    }

    /// Returns how many results were seen.
    #[must_use]
    pub fn results(&self) -> u64 {
        self.results
    }

    /// Returns a JSON Schema (2020-12) of what was seen. No object in it is closed.
    #[must_use]
    pub fn schema(&self) -> Value {
        emit::schema(&self.settled().root)
    }

    /// Adds what another [`Learned`] has seen.
    pub fn merge(&mut self, other: Learned) {
        self.results = self.results.saturating_add(other.results);
        self.root.merge(other.root);
        self.depth_max = self.depth_max.min(other.depth_max);
        self.root.cut(self.depth_max);
        self.shrink_to(NODES_MAX);
    }

    /// Returns the form that may be stored, which [`Learned::from_json`] reads.
    ///
    /// [`Learned::schema`] is the same before and after, but the words of fields that do not look like an enumeration
    /// yet are forgotten.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self.settled()).unwrap_or_else(|_| json!({}))
    }

    /// Reads the output of [`Learned::to_json`]; `None` for anything else.
    ///
    /// Rules and bounds are applied again, so that a stored type cannot bypass them.
    #[must_use]
    pub fn from_json(json: &Value) -> Option<Self> {
        Learned::deserialize(json).ok().map(Self::bounded)
    }

    fn bounded(mut self) -> Self {
        self.depth_max = self.depth_max.min(DEPTH_MAX);
        self.root.cut(self.depth_max);
        self.shrink_to(NODES_MAX);
        self.settled()
    }

    fn settled(&self) -> Self {
        let mut settled = self.clone();
        settled.root.settle();
        settled
    }

    fn shrink_to(&mut self, nodes_max: usize) {
        while self.depth_max > 1 && self.root.count() > nodes_max {
            self.narrow();
        }
    }

    /// Gives up the deepest level; the last one stays.
    fn narrow(&mut self) {
        self.depth_max = self.depth_max.saturating_sub(1).max(1);
        self.root.cut(self.depth_max);
    }
}
