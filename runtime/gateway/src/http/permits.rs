//! Slots, of which each party gets a fixed number: connections of an address, requests of a principal. A holder that
//! only waits for its peer (for headers, a body, an event to send) makes way for a new one, the oldest first, so that
//! silent clients lock nobody out.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A holder of slots. Clones are the same holder.
#[derive(Debug, Clone, Default)]
pub(super) struct Holder {
    is_at_work: Arc<AtomicBool>,
    leave: CancellationToken,
}

impl Holder {
    /// Sets whether the holder is at work, and so keeps its slots.
    pub(super) fn is_at_work(&self, is_at_work: bool) {
        self.is_at_work.store(is_at_work, Relaxed);
    }

    /// Waits until the holder has to leave.
    pub(super) fn left(&self) -> WaitForCancellationFutureOwned {
        self.leave.clone().cancelled_owned()
    }

    fn makes_way(&self) -> bool {
        !self.is_at_work.load(Relaxed)
    }
}

/// The slots of all parties.
#[derive(Debug)]
pub(super) struct Permits<K> {
    of_each_max: usize,
    taken: Mutex<TakenPermits<K>>,
}

#[derive(Debug)]
struct TakenPermits<K> {
    next: u64,
    /// Holders by party, oldest first.
    guests: HashMap<K, BTreeMap<u64, Holder>>,
}

/// One slot, given back when dropped.
#[derive(Debug)]
pub(super) struct Permit<K: Eq + Hash> {
    permits: Arc<Permits<K>>,
    party: K,
    number: u64,
}

impl<K: Eq + Hash + Clone> Permits<K> {
    pub(super) fn new(of_each_max: usize) -> Arc<Self> {
        Arc::new(Self { of_each_max, taken: Mutex::new(TakenPermits { next: 0, guests: HashMap::new() }) })
    }

    /// Takes a slot of the party; `None` if holders at work have them all.
    pub(super) fn take(self: &Arc<Self>, party: &K, holder: &Holder) -> Option<Permit<K>> {
        let mut taken = self.taken();
        let number = taken.next;
        if taken.guests.get(party).is_some_and(|guests| guests.len() >= self.of_each_max) {
            taken.make_way(party)?;
        }
        taken.next += 1;
        taken.guests.entry(party.clone()).or_default().insert(number, holder.clone());
        Some(Permit { permits: Arc::clone(self), party: party.clone(), number })
    }
}

impl<K> Permits<K> {
    fn taken(&self) -> MutexGuard<'_, TakenPermits<K>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> TakenPermits<K> {
    /// Evicts the oldest holder that is not at work.
    fn make_way(&mut self, party: &K) -> Option<()> {
        let guests = self.guests.get_mut(party)?;
        let number = guests.iter().find(|(_, holder)| holder.makes_way()).map(|(number, _)| *number)?;
        guests.remove(&number)?.leave.cancel();
        Some(())
    }

    fn give_back(&mut self, party: &K, number: u64) {
        let Some(guests) = self.guests.get_mut(party) else { return };
        guests.remove(&number);
        if guests.is_empty() {
            self.guests.remove(party);
        }
    }
}

impl<K: Eq + Hash> Drop for Permit<K> {
    fn drop(&mut self) {
        self.permits.taken().give_back(&self.party, self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::{Holder, Permits};

    #[test]
    fn the_oldest_who_waits_makes_way_and_who_works_stays() {
        let permits = Permits::new(2);
        let works = Holder::default();
        let waits = Holder::default();
        let comes = Holder::default();
        let late = Holder::default();
        works.is_at_work(true);
        let _works = permits.take(&"a", &works).expect("a permit");
        let waited = permits.take(&"a", &waits).expect("a permit");
        let _comes = permits.take(&"a", &comes).expect("the second makes way");
        assert!(waits.leave.is_cancelled() && !works.leave.is_cancelled());
        drop(waited);
        comes.is_at_work(true);
        assert!(permits.take(&"a", &late).is_none(), "all work");
        assert!(permits.take(&"b", &late).is_some(), "others have permits of their own");
    }

    #[test]
    fn places_are_given_back_and_parties_forgotten() {
        let permits = Permits::new(1);
        for _ in 0..3 {
            let holder = Holder::default();
            holder.is_at_work(true);
            drop(permits.take(&1, &holder).expect("a permit"));
        }
        assert!(permits.taken().guests.is_empty());
    }
}
