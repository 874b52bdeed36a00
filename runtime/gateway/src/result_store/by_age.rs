//! The stored results in order of arrival, and the choice of which to evict. The limits are enforced by the caller.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use super::StoredResult;

/// The results, oldest first.
#[derive(Debug, Default)]
pub(super) struct ResultsByAge {
    results: VecDeque<Arc<StoredResult>>,
    bytes: u64,
}

impl ResultsByAge {
    pub(super) fn add(&mut self, result: Arc<StoredResult>) {
        self.bytes += result.bytes();
        self.results.push_back(result);
    }

    pub(super) fn count(&self) -> usize {
        self.results.len()
    }

    /// Returns the total size of the results.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<StoredResult>> {
        self.results.iter()
    }

    pub(super) fn has(&self, result: &Arc<StoredResult>) -> bool {
        self.results.iter().rev().any(|kept| Arc::ptr_eq(kept, result))
    }

    pub(super) fn drop_older(&mut self, age_max: Duration) {
        while self.results.front().is_some_and(|oldest| oldest.at.elapsed() > age_max) {
            self.remove(0);
        }
    }

    /// Drops the oldest result of the owner with the most, within the principal with the most, by that measure.
    pub(super) fn evict(&mut self, measure: impl Fn(&StoredResult) -> u64) {
        let principal = most(self.results.iter().map(|result| (result.owner.principal(), measure(result))));
        let of_principal = self.results.iter().filter(|result| Some(result.owner.principal()) == principal);
        let owner = most(of_principal.map(|result| (&result.owner, measure(result))));
        let is_victims =
            |result: &Arc<StoredResult>| (Some(result.owner.principal()), Some(&result.owner)) == (principal, owner);
        if let Some(at) = self.results.iter().position(is_victims) {
            self.remove(at);
        }
    }

    fn remove(&mut self, at: usize) {
        if let Some(result) = self.results.remove(at) {
            self.bytes = self.bytes.saturating_sub(result.bytes());
        }
    }
}

/// Returns the key with the largest sum; the first one if several are equal.
fn most<K: Copy + Eq + Hash>(parts: impl Iterator<Item = (K, u64)>) -> Option<K> {
    let (mut sums, mut order) = (HashMap::new(), Vec::new());
    for (key, part) in parts {
        *sums.entry(key).or_insert_with(|| {
            order.push(key);
            0_u64
        }) += part;
    }
    order.into_iter().rev().max_by_key(|key| sums.get(key).copied())
}
