//! One instance of a component: its host-side state and the limits on it. Its imports are in `imports` and `wasi`, the
//! reasons why it ended in `thrown`.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use wasmtime::{
    ResourceLimiterAsync, Store, StoreContextMut, UpdateDeadline,
    component::{ComponentType, InstancePre, Lift, ResourceTable},
};
use wasmtime_wasi::{WasiCtxView, WasiView};

use super::{calls::SharedRecord, wasi::Machine};
use crate::{
    limits::{Limit, Limits},
    run::{memory_budget::MemoryShare, meter::Measured, ticker::Ticker, watch::Watch, writes::Writes},
    stopped::Stopped,
};

/// Maximum numbers of core instances, memories and tables of one component; `size` counts the instances before
/// compilation.
pub(super) const INSTANCES_MAX: usize = 1_000;
const MEMORIES_MAX: usize = 64;
const TABLES_MAX: usize = 256;

/// Maximum number of handles the host holds for a guest: calls (including those that could not begin), streams, waits.
const HANDLES_MAX: usize = 10_000;
/// The same with a granted folder, where open files, folder listings and pending file writes also count. The process
/// has a limited number of descriptors; this leaves room for a run's calls (256 by default) and some files.
const HANDLES_WITH_FOLDERS_MAX: usize = 320;
/// Maximum bytes that the guest of such a run can pass in one call: each file may have that much in flight.
const COPIED_WITH_FOLDERS_BYTES_MAX: u64 = 4 << 20;

/// Host memory per table element, bytes.
const TABLE_ELEMENT_BYTES: u64 = 16;

/// Host-side state of one component.
pub(crate) struct State {
    pub(super) record: SharedRecord,
    pub(super) table: ResourceTable,
    pub(super) machine: Machine,
    pub(super) room: Room,
    pub(super) writes: Writes,
    watch: Watch,
}

/// The contract's `error`: why a script failed.
#[derive(Debug, ComponentType, Lift)]
#[component(record)]
pub(super) struct ScriptError {
    pub(super) message: String,
    pub(super) code: Option<String>,
    pub(super) data: Option<String>,
}

/// The result of `run`: JSON, or why it failed.
pub(super) type Ran = Result<String, ScriptError>;

impl State {
    pub(super) fn new(
        record: SharedRecord,
        machine: Machine,
        watch: Watch,
        limits: &Limits,
        share: MemoryShare,
    ) -> Self {
        let room = Room { bytes_max: limits.memory_bytes_max, bytes: 0, peak_bytes: 0, refused_bytes: None, share };
        let mut table = ResourceTable::new();
        table.set_max_capacity(if machine.has_folders { HANDLES_WITH_FOLDERS_MAX } else { HANDLES_MAX });
        let writes = Writes::new(limits.file_bytes_max);
        Self { record, table, machine, room, writes, watch }
    }

    /// Returns how many bytes one host call may copy: at most the guest's memory limit, which overlapping lists cannot
    /// exceed.
    pub(super) fn copied_bytes_max(&self) -> u64 {
        let bytes_max = self.room.bytes_max;
        if self.machine.has_folders { bytes_max.min(COPIED_WITH_FOLDERS_BYTES_MAX) } else { bytes_max }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.machine.wasi, table: &mut self.table }
    }
}

/// Creates the store for one run.
pub(super) fn store(pre: &InstancePre<State>, state: State) -> Store<State> {
    let copied_bytes_max = usize::try_from(state.copied_bytes_max()).unwrap_or(usize::MAX);
    let mut store = Store::new(pre.engine(), state);
    store.limiter_async(|state| &mut state.room);
    store.epoch_deadline_callback(look);
    store.set_epoch_deadline(1);
    store.set_hostcall_fuel(copied_bytes_max);
    store.set_max_component_handles(HANDLES_MAX);
    if let Some(table) = store.concurrent_resource_table() {
        table.set_max_capacity(HANDLES_MAX);
    }
    store
}

/// Instantiates the component and calls `run`.
pub(super) async fn enter(store: &mut Store<State>, pre: &InstancePre<State>, input: String) -> wasmtime::Result<Ran> {
    let instance = pre.instantiate_async(&mut *store).await?;
    let run = instance.get_typed_func::<(String,), (Ran,)>(&mut *store, "run")?;
    let (ran,) = run.call_async(&mut *store, (input,)).await?;
    Ok(ran)
}

/// Called on every tick while the guest runs: stops it, or yields to other tasks and continues.
fn look(mut store: StoreContextMut<'_, State>) -> wasmtime::Result<UpdateDeadline> {
    let state = store.data_mut();
    let Some(stopped) = state.watch.exceeded() else { return Ok(UpdateDeadline::Yield(1)) };
    Err(state.record.lock().stop(stopped))
}

/// A guest whose CPU meter and ticker run only while it is polled.
pub(super) struct Attended<'a, F> {
    pub(super) ticker: &'a Ticker,
    pub(super) guest: Measured<'a, F>,
}

impl<F: Future + Unpin> Future for Attended<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _running = self.ticker.running();
        Pin::new(&mut self.guest).poll(context)
    }
}

/// Bounds all memories and tables together. Exceeding the limit is an error, not a failed growth that the guest could
/// handle: it ends the run.
pub(super) struct Room {
    pub(super) bytes_max: u64,
    bytes: u64,
    pub(super) peak_bytes: u64,
    refused_bytes: Option<u64>,
    share: MemoryShare,
}

impl Room {
    /// Returns why the guest was refused more memory, if it was.
    pub(super) fn stopped(&self) -> Option<Stopped> {
        self.share.stopped().or_else(|| self.limit())
    }

    fn limit(&self) -> Option<Stopped> {
        let used = self.refused_bytes?;
        Some(Stopped::Limit { limit: Limit::MemoryBytes, value: self.bytes_max, used })
    }

    async fn grow(&mut self, current: usize, desired: usize, element_bytes: u64) -> wasmtime::Result<bool> {
        let added = (desired.saturating_sub(current) as u64).saturating_mul(element_bytes);
        let bytes = self.bytes.saturating_add(added);
        if bytes > self.bytes_max {
            self.refused_bytes = Some(bytes);
            return Err(wasmtime::Error::msg("the memory limit is reached"));
        }
        if !self.share.grow(added).await {
            return Err(wasmtime::Error::msg("the run was stopped while it waited for memory"));
        }
        self.bytes = bytes;
        self.peak_bytes = self.peak_bytes.max(bytes);
        Ok(true)
    }
}

#[async_trait::async_trait]
impl ResourceLimiterAsync for Room {
    async fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // Growth past the memory's own maximum fails in the guest as usual.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.grow(current, desired, 1).await
    }

    async fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.grow(current, desired, TABLE_ELEMENT_BYTES).await
    }

    fn instances(&self) -> usize {
        INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}
