//! The timers a script has set: what `setTimeout` waits for while no guest code runs.

use std::{collections::BTreeSet, time::Duration};

use callbox_engine::frames::{Settled, Sleep};
use tokio::time::{Instant, sleep_until};

/// Longer timers than a run can last are cut to this, so that no arithmetic overflows.
const SLEEP_MS_MAX: f64 = 86_400_000.0;

/// Pending timers, the next one first.
#[derive(Default)]
pub(crate) struct Timers(BTreeSet<(Instant, u32)>);

impl Timers {
    pub(crate) fn set(&mut self, sleep: &Sleep) {
        // `clamp` keeps NaN, which `from_secs_f64` must not see.
        let ms = if sleep.ms.is_nan() { 0.0 } else { sleep.ms.clamp(0.0, SLEEP_MS_MAX) };
        self.0.insert((Instant::now() + Duration::from_secs_f64(ms / 1_000.0), sleep.id));
    }

    pub(crate) fn clear(&mut self, id: u32) {
        self.0.retain(|(_, timer)| *timer != id);
    }

    pub(crate) fn clear_all(&mut self) {
        self.0.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits for the next timer and takes every one that is due; never ends without a timer.
    pub(crate) async fn due(&mut self) -> Vec<Settled> {
        let Some((at, _)) = self.0.first() else {
            return std::future::pending().await;
        };
        sleep_until(*at).await;
        let later = self.0.split_off(&(Instant::now(), u32::MAX));
        let due = std::mem::replace(&mut self.0, later);
        due.into_iter().map(|(_, id)| Settled { id, result: Ok(b"null".to_vec()) }).collect()
    }
}
