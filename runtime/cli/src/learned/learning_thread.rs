//! The learning thread, so that no tool call waits for learning: results go through a bounded queue, and what is
//! learned from them is saved along the way.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use callbox::Tool;
use callbox_gateway::Sample;
use tokio::sync::oneshot;

use super::LessonStore;

/// Results that may wait; further ones are dropped. The thread handles some ten thousand a second.
const WAITING_MAX: usize = 1_024;
/// Total size of waiting results, bytes.
const WAITING_BYTES_MAX: usize = 32 << 20;

/// Longest time before what was learned is saved, so that a gateway that is killed loses only the last of it.
const SAVE_EVERY: Duration = Duration::from_secs(3);

/// A result waiting to be learned from.
pub(super) struct Observation {
    pub(super) store: Arc<LessonStore>,
    pub(super) server: String,
    pub(super) tool: Arc<Tool>,
    pub(super) sample: Sample,
}

enum Task {
    Learn(Observation),
    /// Saves everything, then signals the sender.
    Save(oneshot::Sender<()>),
}

/// Handle to the thread, which starts with the first result.
#[derive(Default)]
pub(super) struct LearningThread {
    queue: Mutex<Option<SyncSender<Task>>>,
    waiting_bytes: Arc<AtomicUsize>,
    missed: AtomicU64,
}

impl LearningThread {
    /// Queues a result, unless too many wait. Never blocks.
    pub(super) fn learn(&self, observation: Observation) {
        let bytes = observation.sample.bytes;
        let has_room = self.waiting_bytes.fetch_add(bytes, Relaxed) + bytes <= WAITING_BYTES_MAX;
        let taken = has_room && self.queue().is_some_and(|queue| queue.try_send(Task::Learn(observation)).is_ok());
        if !taken {
            self.waiting_bytes.fetch_sub(bytes, Relaxed);
            self.missed.fetch_add(1, Relaxed);
        }
    }

    /// Waits until everything queued so far is learned and saved.
    pub(super) async fn saved(&self) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(queue) = queue else { return };
        let (sender, receiver) = oneshot::channel();
        // The queue may be full, but only for milliseconds.
        let sent = tokio::task::spawn_blocking(move || queue.send(Task::Save(sender)).is_ok()).await;
        if sent.unwrap_or(false) {
            let _ = receiver.await;
        }
        let missed = self.missed.load(Relaxed);
        if missed > 0 {
            tracing::info!(missed, "results were not learned from: too many came at once");
        }
    }

    fn queue(&self) -> Option<SyncSender<Task>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.is_none() {
            let (sender, receiver) = sync_channel(WAITING_MAX);
            let waiting_bytes = Arc::clone(&self.waiting_bytes);
            let begun = thread::Builder::new().name("callbox-learn".to_owned());
            begun.spawn(move || work(&receiver, &waiting_bytes)).ok()?;
            *queue = Some(sender);
        }
        queue.clone()
    }
}

/// Learns and saves until all senders are gone.
fn work(tasks: &Receiver<Task>, waiting_bytes: &AtomicUsize) {
    let mut unsaved = Unsaved::default();
    loop {
        match tasks.recv_timeout(unsaved.due_in()) {
            Ok(Task::Learn(observation)) => {
                waiting_bytes.fetch_sub(observation.sample.bytes, Relaxed);
                unsaved.learn(observation);
            }
            Ok(Task::Save(done)) => {
                unsaved.save();
                // The receiver may have given up.
                let _ = done.send(());
            }
            Err(RecvTimeoutError::Timeout) => unsaved.save(),
            Err(RecvTimeoutError::Disconnected) => return unsaved.save(),
        }
        if unsaved.due_in().is_zero() {
            unsaved.save();
        }
    }
}

/// Files with unsaved lessons, and the time of the oldest.
#[derive(Default)]
struct Unsaved {
    stores: Vec<Arc<LessonStore>>,
    since: Option<Instant>,
}

impl Unsaved {
    fn learn(&mut self, observation: Observation) {
        observation.store.learn(&observation.server, &observation.tool, &observation.sample.value);
        self.since.get_or_insert_with(Instant::now);
        if !self.stores.iter().any(|store| Arc::ptr_eq(store, &observation.store)) {
            self.stores.push(observation.store);
        }
    }

    fn due_in(&self) -> Duration {
        self.since.map_or(Duration::MAX, |since| SAVE_EVERY.saturating_sub(since.elapsed()))
    }

    fn save(&mut self) {
        self.since = None;
        self.stores.drain(..).for_each(|store| store.save());
    }
}
