//! The thread that advances wasmtime's epoch while any guest runs, so that no guest runs unchecked.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use wasmtime::{Engine, EngineWeak};

/// Interval at which a running guest is checked. Bounds how far a time limit can be overrun.
pub(crate) const TICK: Duration = Duration::from_millis(2);
/// Number of ticks without a guest after which the thread sleeps; waking it costs a system call.
const IDLE_TICKS_MAX: u32 = 500;

/// Ticks while there are [`Running`] guards; ends with its engine.
#[derive(Clone)]
pub(crate) struct Ticker(Arc<Shared>);

struct Shared {
    running: AtomicUsize,
    asleep: AtomicBool,
    gate: Mutex<()>,
    wake: Condvar,
}

impl Ticker {
    pub(crate) fn spawn(engine: &Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            running: AtomicUsize::new(0),
            asleep: AtomicBool::new(false),
            gate: Mutex::new(()),
            wake: Condvar::new(),
        });
        let (engine, seen) = (engine.weak(), Arc::clone(&shared));
        thread::Builder::new().name("callbox-ticker".to_owned()).spawn(move || tick(&engine, &seen))?;
        Ok(Self(shared))
    }

    /// Keeps the ticker going while a guest runs.
    pub(crate) fn running(&self) -> Running {
        self.0.running.fetch_add(1, SeqCst);
        if self.0.asleep.load(SeqCst) {
            let _gate = self.0.gate.lock().unwrap_or_else(PoisonError::into_inner);
            self.0.wake.notify_one();
        }
        Running(Arc::clone(&self.0))
    }
}

/// One running guest.
pub(crate) struct Running(Arc<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}

fn tick(engine: &EngineWeak, shared: &Shared) {
    let mut idle_ticks = 0;
    while let Some(engine) = engine.upgrade() {
        engine.increment_epoch();
        drop(engine);
        idle_ticks = if shared.running.load(SeqCst) == 0 { idle_ticks + 1 } else { 0 };
        if idle_ticks < IDLE_TICKS_MAX {
            thread::sleep(TICK);
        } else {
            sleep_until_needed(shared);
            idle_ticks = 0;
        }
    }
}

/// Wakes at least once a second, to notice that the engine is gone.
fn sleep_until_needed(shared: &Shared) {
    let gate = shared.gate.lock().unwrap_or_else(PoisonError::into_inner);
    shared.asleep.store(true, SeqCst);
    let needed = |_: &mut ()| shared.running.load(SeqCst) == 0;
    let _ = shared.wake.wait_timeout_while(gate, Duration::from_secs(1), needed);
    shared.asleep.store(false, SeqCst);
}
