//! The store of results, kept for a while so that the next script or the client can get the whole of a result of which
//! the model saw only a part. Each belongs to one owner; for others it does not exist.
//!
//! Results are stored as text, whose size is counted. When the store is full, the principal with the most loses its
//! oldest result, and within it the owner (session) with the most. So no principal within an equal share loses anything
//! to others.

mod shelf;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::owner::Owner;
use shelf::Shelf;

/// Limits of the store, for all principals together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptLimits {
    /// Results. Default 256.
    pub results_max: usize,
    /// Total size of their JSON, with the overhead of storing it, bytes. Default 64 MiB.
    pub bytes_max: u64,
    /// How long a result is stored, milliseconds. Default 30 minutes.
    pub age_ms_max: u64,
}

impl Default for KeptLimits {
    fn default() -> Self {
        Self { results_max: 256, bytes_max: 64 * 1024 * 1024, age_ms_max: 30 * 60 * 1000 }
    }
}

/// The results of all principals.
#[derive(Debug)]
pub(super) struct Kept {
    limits: KeptLimits,
    shelf: Mutex<Shelf>,
}

/// The result of one run.
#[derive(Debug)]
pub(super) struct KeptResult {
    /// Known to its owner only, and not guessable.
    pub(super) id: String,
    /// The value as JSON.
    pub(super) json: Box<str>,
    owner: Owner,
    at: Instant,
}

/// Overhead of a result besides its text and its names, bytes.
const ENTRY_BYTES: u64 = 256;

impl KeptResult {
    /// Parses the value from its text.
    pub(super) fn value(&self) -> Option<Value> {
        serde_json::from_str(&self.json).ok()
    }

    fn bytes(&self) -> u64 {
        ENTRY_BYTES + (self.json.len() + self.owner.bytes()) as u64
    }
}

impl Kept {
    pub(super) fn new(limits: KeptLimits) -> Self {
        Self { limits, shelf: Mutex::default() }
    }

    /// Stores a value and returns its identifier; `None` if its owner's share has no room for it.
    pub(super) fn put(&self, owner: &Owner, value: &Value) -> Option<String> {
        let id = fresh_id()?;
        let result = Arc::new(KeptResult {
            id: id.clone(),
            json: text(value, self.limits.bytes_max)?,
            owner: owner.clone(),
            at: Instant::now(),
        });
        let mut shelf = self.swept();
        shelf.add(Arc::clone(&result));
        while shelf.count() > self.limits.results_max {
            shelf.evict(|_| 1);
        }
        while shelf.bytes() > self.limits.bytes_max {
            shelf.evict(KeptResult::bytes);
        }
        shelf.has(&result).then_some(id)
    }

    /// Returns the result with that identifier, if it belongs to that owner and has not expired.
    pub(super) fn get(&self, owner: &Owner, id: &str) -> Option<Arc<KeptResult>> {
        self.swept().iter().find(|result| result.id == id && result.owner == *owner).cloned()
    }

    /// Returns the stored results of that owner, newest first.
    pub(super) fn of(&self, owner: &Owner) -> Vec<Arc<KeptResult>> {
        self.swept().iter().rev().filter(|result| result.owner == *owner).cloned().collect()
    }

    fn swept(&self) -> MutexGuard<'_, Shelf> {
        let age_max = Duration::from_millis(self.limits.age_ms_max);
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.drop_older(age_max);
        shelf
    }
}

/// Serialises the value into exactly as much memory as it needs; `None` if it exceeds `bytes_max`.
fn text(value: &Value, bytes_max: u64) -> Option<Box<str>> {
    let text = value.to_string();
    (text.len() as u64 <= bytes_max).then(|| text.into_boxed_str())
}

/// Returns an identifier of 96 random bits; `None` if the system has no randomness.
fn fresh_id() -> Option<String> {
    let (high, low) = (getrandom::u32().ok()?, getrandom::u64().ok()?);
    let mut id = String::from("r");
    // Writing into a `String` cannot fail.
    let _ = write!(id, "{high:08x}{low:016x}");
    Some(id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ENTRY_BYTES, Kept, KeptLimits, Owner};

    fn owner(principal: &str, session: &str) -> Owner {
        Owner::new(principal, Some(session))
    }

    fn bytes(bytes_max: u64) -> KeptLimits {
        KeptLimits { bytes_max, ..KeptLimits::default() }
    }

    fn results(results_max: usize) -> KeptLimits {
        KeptLimits { results_max, ..KeptLimits::default() }
    }

    #[test]
    fn a_result_is_its_owners_alone() {
        let kept = Kept::new(KeptLimits::default());
        let id = kept.put(&owner("p", "anna"), &json!([1, 2])).expect("kept");
        assert_eq!(kept.get(&owner("p", "anna"), &id).expect("there").value(), Some(json!([1, 2])));
        assert!(kept.get(&owner("p", "boris"), &id).is_none());
        assert!(kept.of(&owner("p", "boris")).is_empty());
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_too_much() {
        let kept = Kept::new(results(2));
        let ids: Vec<_> = (0..3).map(|n| kept.put(&owner("a", ""), &json!(n)).expect("kept")).collect();
        assert!(kept.get(&owner("a", ""), &ids[0]).is_none() && kept.get(&owner("a", ""), &ids[2]).is_some());
        let kept = Kept::new(bytes(2 * ENTRY_BYTES));
        let first = kept.put(&owner("a", ""), &json!("123456")).expect("kept");
        assert!(kept.put(&owner("a", ""), &json!("123456")).is_some());
        assert!(kept.get(&owner("a", ""), &first).is_none());
        assert!(kept.put(&owner("a", ""), &json!("x".repeat(600))).is_none(), "larger than all");
    }

    #[test]
    fn whoever_has_most_makes_room() {
        let kept = Kept::new(results(8));
        let anna = kept.put(&owner("anna", ""), &json!("hers")).expect("kept");
        (0..300).for_each(|n| drop(kept.put(&owner("boris", ""), &json!(n))));
        assert!(kept.get(&owner("anna", ""), &anna).is_some(), "many small results of one push out nobody else's");
        (0..300).for_each(|n| drop(kept.put(&owner("boris", &n.to_string()), &json!(n))));
        assert!(kept.get(&owner("anna", ""), &anna).is_some(), "nor do many sessions of one");
        let carla = kept.put(&owner("carla", ""), &json!("hers"));
        assert!(
            carla.is_some_and(|id| kept.get(&owner("carla", ""), &id).is_some()),
            "one alone does not take all for good"
        );
    }

    #[test]
    fn sessions_of_one_principal_share_likewise() {
        let kept = Kept::new(results(8));
        let quiet = kept.put(&owner("p", "quiet"), &json!(1)).expect("kept");
        (0..300).for_each(|n| drop(kept.put(&owner("p", "busy"), &json!(n))));
        assert!(kept.get(&owner("p", "quiet"), &quiet).is_some());
    }

    #[test]
    fn a_large_result_pushes_out_no_smaller_share() {
        let kept = Kept::new(bytes(4 * 1024));
        let ids: Vec<_> =
            ["a", "b", "c"].map(|p| kept.put(&owner(p, ""), &json!("x".repeat(700))).expect("kept")).into();
        assert!(kept.put(&owner("d", ""), &json!("x".repeat(3_000))).is_none(), "no room in its share");
        assert!(["a", "b", "c"].iter().zip(&ids).all(|(p, id)| kept.get(&owner(p, ""), id).is_some()));
        assert!(kept.put(&owner("d", ""), &json!("x".repeat(700))).is_some());
    }

    #[test]
    fn a_result_expires() {
        let kept = Kept::new(KeptLimits { age_ms_max: 0, ..KeptLimits::default() });
        let id = kept.put(&owner("a", ""), &json!(1)).expect("kept");
        assert!(kept.get(&owner("a", ""), &id).is_none());
    }
}
