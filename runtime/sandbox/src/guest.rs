//! One instance of the engine guest: memory, entry points, and what watches it while it runs.

use std::{pin::pin, time::Duration};

use callbox_js::{
    codec,
    frames::{INBOX_BYTES_KEPT, Resume, Start, Step},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wasmtime::{
    Instance, InstancePre, Memory, ResourceLimiterAsync, Store, StoreContextMut, Trap, TypedFunc, UpdateDeadline,
};

use crate::{
    clock::{Clock, millis},
    console::Console,
    limits::{Limit, Limits},
    memory_budget::MemoryShare,
    meter::Meter,
    outcome::Stopped,
    ticker::Ticker,
};

/// Stack the guest is linked with, bytes.
pub(crate) const STACK_BYTES: u64 = 8 << 20;

/// Why the guest gave no answer.
#[derive(Debug)]
pub(crate) enum Halt {
    /// A limit was reached, or the run was cancelled.
    Stopped(Stopped),
    /// The engine broke; ours to mend.
    Fault(String),
}

/// A fresh engine that runs one script.
pub(crate) struct Guest {
    store: Store<GuestState>,
    ticker: Ticker,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    start: TypedFunc<u32, u64>,
    resume: TypedFunc<u32, u64>,
    /// Where small messages go, once that is known.
    inbox: Option<u32>,
}

/// The host's side of one guest.
pub(crate) struct GuestState {
    pub(crate) console: Console,
    pub(crate) clock_ms: f64,
    pub(crate) stopped: Option<Stopped>,
    memory: MemoryLimiter,
    watch: Watch,
}

/// What bounds a guest in time.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) meter: Meter,
    pub(crate) began: Instant,
    pub(crate) clock: Clock,
    pub(crate) cancel: CancellationToken,
    pub(crate) cpu_ms_max: u64,
    pub(crate) wall_ms_max: u64,
}

impl GuestState {
    pub(crate) fn new(console: Console, watch: Watch, limits: &Limits, share: MemoryShare, clock_ms: f64) -> Self {
        let memory = MemoryLimiter { bytes_max: limits.memory_bytes_max, peak_bytes: 0, refused_bytes: None, share };
        Self { console, clock_ms, stopped: None, memory, watch }
    }
}

impl Guest {
    pub(crate) async fn new(pre: &InstancePre<GuestState>, ticker: &Ticker, state: GuestState) -> Result<Self, Halt> {
        let mut store = Store::new(pre.module().engine(), state);
        store.limiter_async(|state| &mut state.memory);
        store.epoch_deadline_callback(look);
        store.set_epoch_deadline(1);
        match pre.instantiate_async(&mut store).await {
            Ok(instance) => {
                Self::with_exports(store, &instance, ticker).map_err(|error| Halt::Fault(error.to_string()))
            }
            Err(error) => Err(halt_of(&mut store, &error)),
        }
    }

    fn with_exports(mut store: Store<GuestState>, instance: &Instance, ticker: &Ticker) -> wasmtime::Result<Self> {
        let missing = || wasmtime::Error::msg("the engine exports no memory");
        Ok(Self {
            memory: instance.get_memory(&mut store, "memory").ok_or_else(missing)?,
            alloc: instance.get_typed_func(&mut store, "alloc")?,
            start: instance.get_typed_func(&mut store, "start")?,
            resume: instance.get_typed_func(&mut store, "resume")?,
            ticker: ticker.clone(),
            inbox: None,
            store,
        })
    }

    /// Begins the script and runs it until it waits or settles.
    pub(crate) async fn start(&mut self, start: &Start) -> Result<Step, Halt> {
        let entry = self.start.clone();
        self.step(&entry, &codec::encode(start)).await
    }

    /// Hands in settled calls and runs on until the script waits or settles.
    pub(crate) async fn resume(&mut self, resume: &Resume) -> Result<Step, Halt> {
        self.store.data_mut().clock_ms = resume.now_ms;
        let entry = self.resume.clone();
        self.step(&entry, &codec::encode(resume)).await
    }

    pub(crate) fn peak_memory_bytes(&self) -> u64 {
        self.store.data().memory.peak_bytes
    }

    pub(crate) fn into_console(self) -> Console {
        self.store.into_data().console
    }

    async fn step(&mut self, entry: &TypedFunc<u32, u64>, message: &[u8]) -> Result<Step, Halt> {
        let _running = self.ticker.running();
        let meter = self.store.data().watch.meter.clone();
        self.store.set_epoch_deadline(1);
        let exchanged = meter.measure(pin!(self.exchange(entry, message))).await;
        let answer = match exchanged {
            Ok(answer) => answer,
            Err(error) => return Err(halt_of(&mut self.store, &error)),
        };
        codec::decode(&answer).map_err(|error| Halt::Fault(format!("the engine's answer is malformed: {error:?}")))
    }

    /// Writes a message into the guest, calls an entry point, reads the answer out.
    async fn exchange(&mut self, entry: &TypedFunc<u32, u64>, message: &[u8]) -> wasmtime::Result<Vec<u8>> {
        let len = u32::try_from(message.len())?;
        let at = self.room(len).await?;
        self.memory.write(&mut self.store, at as usize, message)?;
        let packed = entry.call_async(&mut self.store, len).await?;
        let (at, len) = (usize::try_from(packed >> 32)?, usize::try_from(packed & 0xffff_ffff)?);
        let end = at.saturating_add(len);
        let answer = self.memory.data(&self.store).get(at..end);
        answer.map(<[u8]>::to_vec).ok_or_else(|| wasmtime::Error::msg("the engine's answer lies outside its memory"))
    }

    /// Where a message of `len` bytes is to be written.
    async fn room(&mut self, len: u32) -> wasmtime::Result<u32> {
        let small = len as usize <= INBOX_BYTES_KEPT;
        if small && let Some(at) = self.inbox {
            return Ok(at);
        }
        let at = self.alloc.call_async(&mut self.store, len).await?;
        self.inbox = small.then_some(at);
        Ok(at)
    }
}

/// Called on every tick while the guest runs: ends it, or lets others run and goes on.
fn look(mut store: StoreContextMut<'_, GuestState>) -> wasmtime::Result<UpdateDeadline> {
    let state = store.data_mut();
    state.stopped = state.watch.exceeded();
    Ok(if state.stopped.is_some() { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
}

impl Watch {
    pub(crate) fn new(began: Instant, clock: Clock, cancel: CancellationToken, limits: &Limits) -> Self {
        let (cpu_ms_max, wall_ms_max) = (limits.cpu_ms_max, limits.wall_ms_max);
        Self { meter: Meter::default(), began, clock, cancel, cpu_ms_max, wall_ms_max }
    }

    /// When the run's wall time is over, by its clock.
    pub(crate) fn deadline(&self) -> Instant {
        self.began + Duration::from_millis(self.wall_ms_max)
    }

    /// The end of wall time, as a stop.
    pub(crate) fn wall_stop(&self) -> Stopped {
        Stopped::Limit { limit: Limit::WallMs, value: self.wall_ms_max, used: millis(self.wall()) }
    }

    /// Wall time used so far.
    pub(crate) fn wall(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.began)
    }

    /// The limit that has been reached, if any.
    pub(crate) fn exceeded(&self) -> Option<Stopped> {
        let cpu_ms = self.meter.used_now_ns() / 1_000_000;
        if self.cancel.is_cancelled() {
            Some(Stopped::Cancelled)
        } else if cpu_ms >= self.cpu_ms_max {
            Some(Stopped::Limit { limit: Limit::CpuMs, value: self.cpu_ms_max, used: cpu_ms })
        } else {
            let is_over = self.clock.now() >= self.deadline();
            self.clock.exceeded().or_else(|| is_over.then(|| self.wall_stop()))
        }
    }
}

/// Finds out why a call into the guest failed. What the host decided itself comes first.
fn halt_of(store: &mut Store<GuestState>, error: &wasmtime::Error) -> Halt {
    let state = store.data_mut();
    if let Some(stopped) = state.stopped.take().or(state.memory.share.stopped()) {
        return Halt::Stopped(stopped);
    }
    if let Some(used) = state.memory.refused_bytes {
        return Halt::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, value: state.memory.bytes_max, used });
    }
    match error.downcast_ref::<Trap>() {
        // The guest's stack lies at the bottom of its memory, so running off it is an access out of
        // bounds; safe Rust makes no others.
        Some(Trap::StackOverflow | Trap::MemoryOutOfBounds) => Halt::Stopped(stack_stop()),
        // The engine says why it panics, but not that an allocation failed.
        Some(Trap::UnreachableCodeReached) if state.console.panic().is_none() => {
            let MemoryLimiter { bytes_max: value, peak_bytes: used, .. } = &state.memory;
            let (value, used) = (*value, *used);
            Halt::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, value, used })
        }
        _ => Halt::Fault(state.console.panic().map_or_else(|| format!("{error:#}"), str::to_owned)),
    }
}

/// The end of the stack, as a stop; how much would have been needed is not known.
pub(crate) fn stack_stop() -> Stopped {
    Stopped::Limit { limit: Limit::StackBytes, value: STACK_BYTES, used: STACK_BYTES }
}

/// Bounds linear memory. A refusal is an error, not a failed allocation that the engine could catch.
struct MemoryLimiter {
    bytes_max: u64,
    peak_bytes: u64,
    refused_bytes: Option<u64>,
    share: MemoryShare,
}

/// The engine's only table holds its functions and never grows.
pub(crate) const TABLE_ELEMENTS_MAX: usize = 100_000;

#[async_trait::async_trait]
impl ResourceLimiterAsync for MemoryLimiter {
    async fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let (current, desired) = (current as u64, desired as u64);
        if desired > self.bytes_max {
            self.refused_bytes = Some(desired);
            return Err(wasmtime::Error::msg("the memory limit is reached"));
        }
        if !self.share.grow(desired.saturating_sub(current)).await {
            return Err(wasmtime::Error::msg("the run was stopped while it waited for memory"));
        }
        self.peak_bytes = self.peak_bytes.max(desired);
        Ok(true)
    }

    async fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }
}
