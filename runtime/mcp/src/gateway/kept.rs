//! Results that a gateway keeps for a while, so that the next script or the client can have the whole
//! of what a model was shown a part of. Each belongs to one principal; to others it does not exist.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::owner::Owner;

/// How much is kept, of all principals together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptLimits {
    /// Results. Default 256.
    pub results_max: usize,
    /// Their JSON, bytes. Default 64 MiB.
    pub bytes_max: u64,
    /// How long one is kept, milliseconds. Default 30 minutes.
    pub age_ms_max: u64,
}

impl Default for KeptLimits {
    fn default() -> Self {
        Self { results_max: 256, bytes_max: 64 * 1024 * 1024, age_ms_max: 30 * 60 * 1000 }
    }
}

/// The results, oldest first.
#[derive(Debug)]
pub(super) struct Kept {
    limits: KeptLimits,
    results: Mutex<VecDeque<Arc<KeptResult>>>,
}

/// The result of one run.
#[derive(Debug)]
pub(super) struct KeptResult {
    /// Known to its owner alone and not to be guessed.
    pub(super) id: String,
    pub(super) value: Value,
    /// The value as JSON.
    pub(super) json: String,
    owner: Owner,
    at: Instant,
}

impl Kept {
    pub(super) fn new(limits: KeptLimits) -> Self {
        Self { limits, results: Mutex::default() }
    }

    /// Keeps a value, and gives its identifier; `None` if it is larger than all that is kept may be.
    pub(super) fn put(&self, owner: &Owner, value: Value) -> Option<String> {
        let json = value.to_string();
        if json.len() as u64 > self.limits.bytes_max {
            return None;
        }
        let id = fresh_id()?;
        let result = KeptResult { id: id.clone(), value, json, owner: owner.clone(), at: Instant::now() };
        let mut results = self.swept();
        results.push_back(Arc::new(result));
        while results.len() > self.limits.results_max || bytes(&results) > self.limits.bytes_max {
            results.pop_front();
        }
        Some(id)
    }

    /// The result with that identifier, if it is that owner's and still kept.
    pub(super) fn get(&self, owner: &Owner, id: &str) -> Option<Arc<KeptResult>> {
        self.swept().iter().find(|result| result.id == id && result.owner == *owner).cloned()
    }

    /// What is kept for that owner, newest first.
    pub(super) fn of(&self, owner: &Owner) -> Vec<Arc<KeptResult>> {
        self.swept().iter().rev().filter(|result| result.owner == *owner).cloned().collect()
    }

    fn swept(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<KeptResult>>> {
        let age_max = Duration::from_millis(self.limits.age_ms_max);
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        while results.front().is_some_and(|oldest| oldest.at.elapsed() > age_max) {
            results.pop_front();
        }
        results
    }
}

fn bytes(results: &VecDeque<Arc<KeptResult>>) -> u64 {
    results.iter().map(|result| result.json.len() as u64).sum()
}

/// 96 random bits; none where the system has no randomness.
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

    use super::{Kept, KeptLimits, Owner};

    #[test]
    fn a_result_is_its_owners_alone() {
        let (anna, boris) = (Owner::new("anna", None), Owner::new("boris", None));
        let kept = Kept::new(KeptLimits::default());
        let id = kept.put(&anna, json!([1, 2])).expect("kept");
        assert_eq!(kept.get(&anna, &id).expect("there").value, json!([1, 2]));
        assert!(kept.get(&boris, &id).is_none());
        assert!(kept.of(&boris).is_empty());
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_too_much() {
        let kept = Kept::new(KeptLimits { results_max: 2, ..KeptLimits::default() });
        let ids: Vec<_> = (0..3).map(|n| kept.put(&Owner::new("a", None), json!(n)).expect("kept")).collect();
        assert!(
            kept.get(&Owner::new("a", None), &ids[0]).is_none() && kept.get(&Owner::new("a", None), &ids[2]).is_some()
        );
        let kept = Kept::new(KeptLimits { bytes_max: 10, ..KeptLimits::default() });
        let first = kept.put(&Owner::new("a", None), json!("123456")).expect("kept");
        assert!(kept.put(&Owner::new("a", None), json!("123456")).is_some());
        assert!(kept.get(&Owner::new("a", None), &first).is_none());
        assert!(kept.put(&Owner::new("a", None), json!("1234567890")).is_none(), "larger than all");
    }

    #[test]
    fn a_result_expires() {
        let kept = Kept::new(KeptLimits { age_ms_max: 0, ..KeptLimits::default() });
        let id = kept.put(&Owner::new("a", None), json!(1)).expect("kept");
        assert!(kept.get(&Owner::new("a", None), &id).is_none());
    }
}
