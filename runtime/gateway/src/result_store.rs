//! The store of results, kept for a while so that the next script or the client can get the whole of a result of which
//! the model saw only a part. Each belongs to one owner; for others it does not exist.
//!
//! Results are stored as text, whose size is counted. When the store is full, the principal with the most loses its
//! oldest result, and within it the owner (session) with the most. So no principal within an equal share loses anything
//! to others.

mod by_age;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::owner::Owner;
use by_age::ResultsByAge;

/// Limits of the store, for all principals together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultStoreLimits {
    /// Results. Default 256.
    pub results_max: usize,
    /// Total size of their JSON, with the overhead of storing it, bytes. Default 64 MiB.
    pub bytes_max: u64,
    /// How long a result is stored, milliseconds. Default 30 minutes.
    pub age_ms_max: u64,
}

impl Default for ResultStoreLimits {
    fn default() -> Self {
        Self { results_max: 256, bytes_max: 64 * 1024 * 1024, age_ms_max: 30 * 60 * 1000 }
    }
}

/// The results of all principals.
#[derive(Debug)]
pub(crate) struct ResultStore {
    limits: ResultStoreLimits,
    results: Mutex<ResultsByAge>,
}

/// The result of one run.
#[derive(Debug)]
pub(crate) struct StoredResult {
    /// Known to its owner only, and not guessable.
    pub(crate) id: String,
    /// The value as JSON.
    pub(crate) json: Box<str>,
    owner: Owner,
    at: Instant,
}

/// Overhead of a result besides its text and its names, bytes.
const ENTRY_BYTES: u64 = 256;

impl StoredResult {
    /// Parses the value from its text.
    pub(crate) fn value(&self) -> Option<Value> {
        serde_json::from_str(&self.json).ok()
    }

    fn bytes(&self) -> u64 {
        ENTRY_BYTES + (self.json.len() + self.owner.bytes()) as u64
    }
}

impl ResultStore {
    pub(crate) fn new(limits: ResultStoreLimits) -> Self {
        Self { limits, results: Mutex::default() }
    }

    /// Stores a value and returns its identifier; `None` if its owner's share has no room for it.
    pub(crate) fn put(&self, owner: &Owner, value: &Value) -> Option<String> {
        let id = fresh_id()?;
        let result = Arc::new(StoredResult {
            id: id.clone(),
            json: text(value, self.limits.bytes_max)?,
            owner: owner.clone(),
            at: Instant::now(),
        });
        let mut results = self.swept();
        results.add(Arc::clone(&result));
        while results.count() > self.limits.results_max {
            results.evict(|_| 1);
        }
        while results.bytes() > self.limits.bytes_max {
            results.evict(StoredResult::bytes);
        }
        results.has(&result).then_some(id)
    }

    /// Returns the result with that identifier, if it belongs to that owner and has not expired.
    pub(crate) fn get(&self, owner: &Owner, id: &str) -> Option<Arc<StoredResult>> {
        self.swept().iter().find(|result| result.id == id && result.owner == *owner).cloned()
    }

    /// Returns the stored results of that owner, newest first.
    pub(crate) fn of(&self, owner: &Owner) -> Vec<Arc<StoredResult>> {
        self.swept().iter().rev().filter(|result| result.owner == *owner).cloned().collect()
    }

    fn swept(&self) -> MutexGuard<'_, ResultsByAge> {
        let age_max = Duration::from_millis(self.limits.age_ms_max);
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        results.drop_older(age_max);
        results
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

    use super::{ENTRY_BYTES, Owner, ResultStore, ResultStoreLimits};

    fn owner(principal: &str, session: &str) -> Owner {
        Owner::new(principal, Some(session))
    }

    fn bytes(bytes_max: u64) -> ResultStoreLimits {
        ResultStoreLimits { bytes_max, ..ResultStoreLimits::default() }
    }

    fn results(results_max: usize) -> ResultStoreLimits {
        ResultStoreLimits { results_max, ..ResultStoreLimits::default() }
    }

    #[test]
    fn a_result_is_its_owners_alone() {
        let result_store = ResultStore::new(ResultStoreLimits::default());
        let id = result_store.put(&owner("p", "anna"), &json!([1, 2])).expect("kept");
        assert_eq!(result_store.get(&owner("p", "anna"), &id).expect("there").value(), Some(json!([1, 2])));
        assert!(result_store.get(&owner("p", "boris"), &id).is_none());
        assert!(result_store.of(&owner("p", "boris")).is_empty());
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_too_much() {
        let result_store = ResultStore::new(results(2));
        let ids: Vec<_> = (0..3).map(|n| result_store.put(&owner("a", ""), &json!(n)).expect("kept")).collect();
        assert!(
            result_store.get(&owner("a", ""), &ids[0]).is_none()
                && result_store.get(&owner("a", ""), &ids[2]).is_some()
        );
        let result_store = ResultStore::new(bytes(2 * ENTRY_BYTES));
        let first = result_store.put(&owner("a", ""), &json!("123456")).expect("kept");
        assert!(result_store.put(&owner("a", ""), &json!("123456")).is_some());
        assert!(result_store.get(&owner("a", ""), &first).is_none());
        assert!(result_store.put(&owner("a", ""), &json!("x".repeat(600))).is_none(), "larger than all");
    }

    #[test]
    fn whoever_has_most_makes_room() {
        let result_store = ResultStore::new(results(8));
        let anna = result_store.put(&owner("anna", ""), &json!("hers")).expect("kept");
        (0..300).for_each(|n| drop(result_store.put(&owner("boris", ""), &json!(n))));
        assert!(
            result_store.get(&owner("anna", ""), &anna).is_some(),
            "many small results of one push out nobody else's"
        );
        (0..300).for_each(|n| drop(result_store.put(&owner("boris", &n.to_string()), &json!(n))));
        assert!(result_store.get(&owner("anna", ""), &anna).is_some(), "nor do many sessions of one");
        let carla = result_store.put(&owner("carla", ""), &json!("hers"));
        assert!(
            carla.is_some_and(|id| result_store.get(&owner("carla", ""), &id).is_some()),
            "one alone does not take all for good"
        );
    }

    #[test]
    fn sessions_of_one_principal_share_likewise() {
        let result_store = ResultStore::new(results(8));
        let quiet = result_store.put(&owner("p", "quiet"), &json!(1)).expect("kept");
        (0..300).for_each(|n| drop(result_store.put(&owner("p", "busy"), &json!(n))));
        assert!(result_store.get(&owner("p", "quiet"), &quiet).is_some());
    }

    #[test]
    fn a_large_result_pushes_out_no_smaller_share() {
        let result_store = ResultStore::new(bytes(4 * 1024));
        let ids: Vec<_> =
            ["a", "b", "c"].map(|p| result_store.put(&owner(p, ""), &json!("x".repeat(700))).expect("kept")).into();
        assert!(result_store.put(&owner("d", ""), &json!("x".repeat(3_000))).is_none(), "no room in its share");
        assert!(["a", "b", "c"].iter().zip(&ids).all(|(p, id)| result_store.get(&owner(p, ""), id).is_some()));
        assert!(result_store.put(&owner("d", ""), &json!("x".repeat(700))).is_some());
    }

    #[test]
    fn a_result_expires() {
        let result_store = ResultStore::new(ResultStoreLimits { age_ms_max: 0, ..ResultStoreLimits::default() });
        let id = result_store.put(&owner("a", ""), &json!(1)).expect("kept");
        assert!(result_store.get(&owner("a", ""), &id).is_none());
    }
}
