//! Types learned from results, where a server gives no output schema. Pure: what is kept is a shape
//! and counts, never a value; where it is kept is the caller's business.
//!
//! [`Learned`] is what was seen of one tool, [`Lessons`] of many. Both only ever widen, and neither is
//! ever enforced.
//!
//! # What is kept of a value
//!
//! * Of null, booleans, numbers and arrays: that they were there, and how often.
//! * Of strings: whether all of them are dates, times, UUIDs or web addresses. The words themselves only
//!   of a field that looks like an enumeration: 2 to 8 distinct words, seen 20 times or more (5 times as
//!   often as there are words), in 3 results or more, each of at most 24 ASCII letters in pronounceable
//!   parts joined by `_` or `-`. Until a field has shown that, its words are known to the process alone
//!   and are not in what [`Learned::to_json`] gives.
//! * Of objects: the names of their properties, how often each was there, and what it held. Names that
//!   are data are not kept, and the object is then a map: a name that is longer than 40 bytes, has
//!   anything but ASCII letters, digits, `_`, `-`, `$` and a leading `@`, has more digits than a name
//!   has (4, of which 3 in a row), or has letters as only random text has them; 8 objects or more in one
//!   object, all with the same properties; more than 100 names; names of which none comes back.
//! * Nothing but that it is there of what stands under a field whose name looks secret (`token`, `key`,
//!   `password`, `auth`, `cookie`, `session`, …): no words, no formats, and no names further down. The
//!   words of a tool whose own name looks secret are not kept either.
//!
//! # Bounds
//!
//! Of one result 20,000 values are seen, up to twice as many where the last item of an array has them;
//! of an array or map at most 100 items, spread evenly. A type has at most 1,000 parts and 12 levels; one that
//! would be larger says `unknown` from a lesser depth on. One tool takes at most 64 KiB of text, all
//! together at most 4 MiB.

mod emit;
mod format;
mod key;
mod lessons;
mod node;
mod object;
mod sample;
mod strings;
mod walk;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use lessons::{Lessons, LessonsDefect};
use node::Node;
pub use sample::Sample;
use walk::Guard;

/// Levels of arrays and objects; of 1,966 real schemas all but a few have fewer, and the reader of
/// schemas takes what this many levels make.
const DEPTH_MAX: u8 = 12;

/// Parts of a type; the largest of 1,966 real schemas has under 1,000.
const NODES_MAX: usize = 1_000;

/// What was seen of one tool's results.
///
/// The order of results does not matter, nor whether they were seen by one [`Learned`] or by several
/// that were merged, as long as the type stays within its 1,000 parts.
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
    /// At this depth and below nothing is told apart.
    depth_max: u8,
    root: Node,
}

impl Default for Learned {
    fn default() -> Self {
        Self { results: 0, depth_max: DEPTH_MAX, root: Node::default() }
    }
}

impl Learned {
    /// Nothing, yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Widens the type by one result.
    ///
    /// Every value that was looked at fits [`Learned::schema`] from then on. Not looked at are the
    /// items of an array or map beyond an even spread of 100, and further items once 20,000 values
    /// were seen.
    pub fn observe(&mut self, value: &Value) {
        self.observe_as(value, Guard::Open);
    }

    fn observe_as(&mut self, value: &Value, guard: Guard) {
        self.results = self.results.saturating_add(1);
        self.root.merge(walk::node_of(value, guard, self.depth_max));
        self.shrink_to(NODES_MAX);
    }

    /// How many results were seen.
    #[must_use]
    pub fn results(&self) -> u64 {
        self.results
    }

    /// A JSON Schema (2020-12) of what was seen. No object in it is closed.
    #[must_use]
    pub fn schema(&self) -> Value {
        emit::schema(&self.settled().root)
    }

    /// Adds what another one has seen.
    pub fn merge(&mut self, other: Learned) {
        self.results = self.results.saturating_add(other.results);
        self.root.merge(other.root);
        self.depth_max = self.depth_max.min(other.depth_max);
        self.root.cut(self.depth_max);
        self.shrink_to(NODES_MAX);
    }

    /// What may be kept, as [`Learned::from_json`] reads it.
    ///
    /// [`Learned::schema`] says the same before and after; what a field's words were, of a field that
    /// does not look like an enumeration yet, is forgotten.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self.settled()).unwrap_or_else(|_| json!({}))
    }

    /// What [`Learned::to_json`] gave; `None` for anything else.
    ///
    /// Rules and bounds are applied again, so that nothing a type may not hold comes in this way.
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

    /// Gives the deepest level up; the last one stays.
    fn narrow(&mut self) {
        self.depth_max = self.depth_max.saturating_sub(1).max(1);
        self.root.cut(self.depth_max);
    }
}
