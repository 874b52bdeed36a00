//! The timers that a script has set: what `setTimeout` waits for while no guest code runs.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use callbox_engine::frames::{Settled, Sleep};
use tokio::time::{Instant, sleep_until};

/// Longer than any run can last; timers are capped at this, so that no arithmetic overflows.
const SLEEP_MS_MAX: f64 = 86_400_000.0;

/// Pending timers. A script can set and clear any number in one step, on the host's time, so each operation must be
/// cheap.
#[derive(Default)]
pub(crate) struct Timers {
    /// Ordered by due time.
    by_time: BTreeSet<(Instant, u32)>,
    /// The due time of each timer, by id.
    times: HashMap<u32, Instant>,
}

impl Timers {
    pub(crate) fn set(&mut self, sleep: &Sleep) {
        // `clamp` keeps NaN, for which `from_secs_f64` panics.
        let ms = if sleep.ms.is_nan() { 0.0 } else { sleep.ms.clamp(0.0, SLEEP_MS_MAX) };
        let due = Instant::now() + Duration::from_secs_f64(ms / 1_000.0);
        self.by_time.insert((due, sleep.id));
        self.times.insert(sleep.id, due);
    }

    pub(crate) fn clear(&mut self, id: u32) {
        if let Some(due) = self.times.remove(&id) {
            self.by_time.remove(&(due, id));
        }
    }

    pub(crate) fn clear_all(&mut self) {
        self.by_time.clear();
        self.times.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_time.is_empty()
    }

    /// Waits for the next timer and takes every timer that is due; never returns if there is none.
    pub(crate) async fn due(&mut self) -> Vec<Settled> {
        let Some((at, _)) = self.by_time.first() else {
            return std::future::pending().await;
        };
        sleep_until(*at).await;
        let later = self.by_time.split_off(&(Instant::now(), u32::MAX));
        let due = std::mem::replace(&mut self.by_time, later);
        let settled = |(_, id)| {
            self.times.remove(&id);
            Settled { id, result: Ok(b"null".to_vec().into()) }
        };
        due.into_iter().map(settled).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn timers_end_in_their_order_but_for_those_that_were_cleared() {
        let mut timers = Timers::default();
        for (id, ms) in [(1, 3.0), (2, 1.0), (3, 2.0), (4, f64::NAN)] {
            timers.set(&Sleep { id, ms });
        }
        timers.clear(2);
        timers.clear(2);
        timers.clear(7);
        let mut ids = Vec::new();
        while !timers.is_empty() {
            ids.extend(timers.due().await.into_iter().map(|settled| settled.id));
        }
        assert_eq!(ids, [4, 3, 1]);
        assert!(timers.times.is_empty());
    }

    /// A quadratic algorithm would take minutes.
    #[test]
    fn clearing_many_timers_takes_no_time_to_speak_of() {
        const TIMERS: u32 = 200_000;
        let began = std::time::Instant::now();
        let mut timers = Timers::default();
        (0..TIMERS).for_each(|id| timers.set(&Sleep { id, ms: 1e6 }));
        (0..TIMERS).rev().for_each(|id| timers.clear(id));
        assert!(timers.is_empty());
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}
