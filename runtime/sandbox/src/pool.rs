//! The wasmtime engine for JavaScript runs, with as many slots as the address space of this process allows.

use wasmtime::{Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::{error::Error, machine};

/// Memory written by a finished run that is wiped and kept for the next run in the same slot, bytes; several times what
/// a small run writes. Saves page faults, where the system can report which pages were written.
const KEEP_RESIDENT_BYTES: usize = 4 << 20;
/// The same for the stack that a guest runs on, bytes.
const STACK_KEEP_RESIDENT_BYTES: usize = 64 << 10;

/// Address space of one slot, bytes: everything that 32 bits can address, the guard region after it, and the guest's
/// stack.
const PLACE_BYTES: u64 = (4 << 30) + (56 << 20);
/// Address space left for the rest of the process, bytes: threads, allocators, components.
const REST_BYTES: u64 = 1 << 30;

/// An engine and its number of slots.
pub(crate) struct Pool {
    pub(crate) engine: Engine,
    pub(crate) slots: u32,
    /// Why runs get fresh memory each instead of reusing a slot, if they do.
    pub(crate) failure: Option<String>,
}

impl Pool {
    /// Creates an engine with `wanted` slots, or with fewer if address space is limited.
    pub(crate) fn new(wanted: u32) -> Result<Self, Error> {
        let affordable = affordable(wanted)?;
        let mut slots = affordable;
        loop {
            match pooling_engine(slots) {
                Ok(engine) => {
                    warn_of_fewer(slots, wanted);
                    return Ok(Self { engine, slots, failure: None });
                }
                Err(error) if slots > 1 => {
                    tracing::debug!(%error, slots, "the system does not grant a pool of this size");
                    slots /= 2;
                }
                Err(error) => return Self::without_pool(affordable, &error),
            }
        }
    }

    /// Falls back to an engine without a pool: runs start several times slower but otherwise work the same.
    fn without_pool(slots: u32, error: &wasmtime::Error) -> Result<Self, Error> {
        let failure = format!("{error:#}");
        tracing::warn!(error = %failure, "runs have no memory pool and start more slowly: the system refused it");
        Ok(Self {
            engine: Engine::new(&callbox_engine::config()).map_err(Error::engine)?,
            slots,
            failure: Some(failure),
        })
    }
}

fn warn_of_fewer(slots: u32, wanted: u32) {
    if slots < wanted {
        tracing::warn!(slots, wanted, "address space is limited: fewer runs at once, further ones wait");
    }
}

/// Returns how many slots fit into the remaining address space; a single slot may use what is meant for the rest of the
/// process.
fn affordable(wanted: u32) -> Result<u32, Error> {
    let Some(left_bytes) = machine::address_space_left_bytes() else { return Ok(wanted) };
    if left_bytes < PLACE_BYTES {
        return Err(Error::address_space(left_bytes, PLACE_BYTES));
    }
    let fit = left_bytes.saturating_sub(REST_BYTES) / PLACE_BYTES;
    Ok(wanted.min(u32::try_from(fit).unwrap_or(u32::MAX)).max(1))
}

fn pooling_engine(slots: u32) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(slots)
        .total_memories(slots)
        .total_tables(slots)
        .total_stacks(slots)
        .max_memory_size(1 << 32)
        .max_core_instance_size(1 << 20)
        .table_elements(crate::run::instance::TABLE_ELEMENTS_MAX)
        .async_stack_keep_resident(STACK_KEEP_RESIDENT_BYTES);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(KEEP_RESIDENT_BYTES);
    }
    let mut config = callbox_engine::config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}
