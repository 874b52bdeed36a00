//! One instance of a frozen guest: its memory, its entry points, and its limits. It does not interpret messages.

use std::pin::pin;

use callbox_engine::codec::INBOX_BYTES_KEPT;
use wasmtime::{InstancePre, Memory, ResourceLimiterAsync, Store, StoreContextMut, Trap, TypedFunc, UpdateDeadline};

use crate::{
    limits::{Limit, Limits},
    run::{console::Console, memory_budget::MemoryShare, ticker::Ticker, watch::Watch},
    stopped::Stopped,
};

/// Stack the guest is linked with, bytes.
pub(crate) const STACK_BYTES: u64 = 8 << 20;

/// Why the guest returned no answer.
#[derive(Debug)]
pub(crate) enum Halt {
    /// A limit was reached, or the run was cancelled.
    Stopped(Stopped),
    /// The engine failed; this is a bug in callbox.
    Fault(String),
}

/// A fresh copy of a frozen guest.
pub(crate) struct Instance {
    store: Store<GuestState>,
    ticker: Ticker,
    instance: wasmtime::Instance,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    /// Address for small messages, once allocated.
    inbox: Option<u32>,
}

/// A function of the guest that takes the length of a message and returns the location of its answer.
pub(crate) type Entry = TypedFunc<u32, u64>;

/// Host-side state of one guest.
pub(crate) struct GuestState {
    pub(crate) console: Console,
    pub(crate) clock_ms: f64,
    pub(crate) stopped: Option<Stopped>,
    memory: MemoryLimiter,
    watch: Watch,
}

impl GuestState {
    /// Creates the state. Without a share, the guest's memory does not count towards the budget of all runs.
    pub(crate) fn new(
        console: Console,
        watch: Watch,
        limits: &Limits,
        share: Option<MemoryShare>,
        clock_ms: f64,
    ) -> Self {
        let memory = MemoryLimiter { bytes_max: limits.memory_bytes_max, peak_bytes: 0, refused_bytes: None, share };
        Self { console, clock_ms, stopped: None, memory, watch }
    }
}

impl Instance {
    pub(crate) async fn new(pre: &InstancePre<GuestState>, ticker: &Ticker, state: GuestState) -> Result<Self, Halt> {
        let mut store = Store::new(pre.module().engine(), state);
        store.limiter_async(|state| &mut state.memory);
        store.epoch_deadline_callback(look);
        store.set_epoch_deadline(1);
        match pre.instantiate_async(&mut store).await {
            Ok(instance) => Self::with_exports(store, instance, ticker).map_err(|error| Halt::Fault(error.to_string())),
            Err(error) => Err(halt_of(&mut store, &error)),
        }
    }

    fn with_exports(
        mut store: Store<GuestState>,
        instance: wasmtime::Instance,
        ticker: &Ticker,
    ) -> wasmtime::Result<Self> {
        let missing = || wasmtime::Error::msg("the guest exports no memory");
        let memory = instance.get_memory(&mut store, "memory").ok_or_else(missing)?;
        let alloc = instance.get_typed_func(&mut store, "alloc")?;
        Ok(Self { instance, memory, alloc, ticker: ticker.clone(), inbox: None, store })
    }

    /// Returns the exported function with this name.
    pub(crate) fn entry(&mut self, name: &str) -> Result<Entry, Halt> {
        self.instance.get_typed_func(&mut self.store, name).map_err(|error| Halt::Fault(error.to_string()))
    }

    /// Calls a function of the guest with a message, under the limits of its watch, and returns the answer.
    pub(crate) async fn ask(&mut self, entry: &Entry, message: &[u8]) -> Result<Vec<u8>, Halt> {
        let _running = self.ticker.running();
        let meter = self.store.data().watch.meter.clone();
        self.store.set_epoch_deadline(1);
        let exchanged = meter.measure(pin!(self.exchange(entry, message))).await;
        exchanged.map_err(|error| halt_of(&mut self.store, &error))
    }

    pub(crate) fn set_clock_ms(&mut self, now_ms: f64) {
        self.store.data_mut().clock_ms = now_ms;
    }

    /// Sets the CPU time of the run, milliseconds, at which the guest is stopped.
    pub(crate) fn allow_cpu_ms(&mut self, ms: u64) {
        self.store.data_mut().watch.cpu_ms_max = ms;
    }

    pub(crate) fn peak_memory_bytes(&self) -> u64 {
        self.store.data().memory.peak_bytes
    }

    pub(crate) fn into_console(self) -> Console {
        self.store.into_data().console
    }

    /// Writes a message into the guest, calls an entry point and reads the answer.
    async fn exchange(&mut self, entry: &Entry, message: &[u8]) -> wasmtime::Result<Vec<u8>> {
        let len = u32::try_from(message.len())?;
        let at = self.room(len).await?;
        self.memory.write(&mut self.store, at as usize, message)?;
        let packed = entry.call_async(&mut self.store, len).await?;
        let at = usize::try_from(packed >> 32)?;
        let len = usize::try_from(packed & 0xffff_ffff)?;
        let end = at.saturating_add(len);
        let answer = self.memory.data(&self.store).get(at..end);
        answer.map(<[u8]>::to_vec).ok_or_else(|| wasmtime::Error::msg("the guest's answer lies outside its memory"))
    }

    /// Returns the address to which a message of `len` bytes is written.
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

/// Called on every tick while the guest runs: stops it, or yields to other tasks and continues.
fn look(mut store: StoreContextMut<'_, GuestState>) -> wasmtime::Result<UpdateDeadline> {
    let state = store.data_mut();
    state.stopped = state.watch.exceeded();
    Ok(if state.stopped.is_some() { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
}

/// Determines why a call into the guest failed. The host's own decisions come first.
fn halt_of(store: &mut Store<GuestState>, error: &wasmtime::Error) -> Halt {
    let state = store.data_mut();
    let while_waiting = state.memory.share.as_ref().and_then(MemoryShare::stopped);
    if let Some(stopped) = state.stopped.take().or(while_waiting) {
        return Halt::Stopped(stopped);
    }
    if let Some(used) = state.memory.refused_bytes {
        return Halt::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, value: state.memory.bytes_max, used });
    }
    match error.downcast_ref::<Trap>() {
        // The guest's stack is at the bottom of its memory, so overflowing it is an out-of-bounds access; safe Rust
        // makes no others.
        Some(Trap::StackOverflow | Trap::MemoryOutOfBounds) => Halt::Stopped(stack_stop()),
        // The engine reports why it panics, but not that an allocation failed.
        Some(Trap::UnreachableCodeReached) if state.console.panic().is_none() => {
            let MemoryLimiter { bytes_max: value, peak_bytes: used, .. } = &state.memory;
            let (value, used) = (*value, *used);
            Halt::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, value, used })
        }
        _ => Halt::Fault(state.console.panic().map_or_else(|| format!("{error:#}"), str::to_owned)),
    }
}

/// Returns the stop for a stack overflow; how much would have been needed is unknown.
pub(crate) fn stack_stop() -> Stopped {
    Stopped::Limit { limit: Limit::StackBytes, value: STACK_BYTES, used: STACK_BYTES }
}

/// Bounds linear memory. Exceeding the limit is an error, not a failed allocation that the engine could catch.
struct MemoryLimiter {
    bytes_max: u64,
    peak_bytes: u64,
    refused_bytes: Option<u64>,
    share: Option<MemoryShare>,
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
        if let Some(share) = &mut self.share
            && !share.grow(desired.saturating_sub(current)).await
        {
            return Err(wasmtime::Error::msg("the run was stopped while it waited for memory"));
        }
        self.peak_bytes = self.peak_bytes.max(desired);
        Ok(true)
    }

    async fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }
}
