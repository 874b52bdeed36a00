//! The wasmtime engine of JavaScript runs, with as many places for them as the address space of this process allows.

use wasmtime::{Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::{machine, sandbox::Error};

/// Pages that a finished run wrote, wiped and kept for the next run in their place, bytes; several
/// times what a small run writes. Saves page faults, where the system can say which pages were written.
const KEEP_RESIDENT_BYTES: usize = 4 << 20;
/// What stays of the stack that a guest runs on, bytes.
const STACK_KEEP_RESIDENT_BYTES: usize = 64 << 10;

/// Address space of one place, bytes: all that 32 bits address, the guard behind it, the stack of the guest.
const PLACE_BYTES: u64 = (4 << 30) + (56 << 20);
/// Address space that the rest of the process is left, bytes: threads, allocators, components.
const REST_BYTES: u64 = 1 << 30;

/// An engine and the places it has.
pub(crate) struct Pool {
    pub(crate) engine: Engine,
    pub(crate) places: u32,
    /// Why each run gets memory of its own instead of a place that is used again.
    pub(crate) failure: Option<String>,
}

impl Pool {
    /// With `wanted` places, or with fewer where address space is limited.
    pub(crate) fn new(wanted: u32) -> Result<Self, Error> {
        let affordable = affordable(wanted)?;
        let mut places = affordable;
        loop {
            match pooling_engine(places) {
                Ok(engine) => {
                    warn_of_fewer(places, wanted);
                    return Ok(Self { engine, places, failure: None });
                }
                Err(error) if places > 1 => {
                    tracing::debug!(%error, places, "the system grants no pool of this size");
                    places /= 2;
                }
                Err(error) => return Self::without_pool(affordable, &error),
            }
        }
    }

    /// Runs start several times slower, and end as they should.
    fn without_pool(places: u32, error: &wasmtime::Error) -> Result<Self, Error> {
        let failure = format!("{error:#}");
        tracing::warn!(error = %failure, "runs have no pool of memory and start slower: the system refused it");
        Ok(Self { engine: Engine::new(&callbox_engine::config())?, places, failure: Some(failure) })
    }
}

fn warn_of_fewer(places: u32, wanted: u32) {
    if places < wanted {
        tracing::warn!(places, wanted, "address space is limited: fewer runs at once, further ones wait");
    }
}

/// Places that fit into the address space that is left; one place may take what the rest should have had.
fn affordable(wanted: u32) -> Result<u32, Error> {
    let Some(left_bytes) = machine::address_space_left_bytes() else { return Ok(wanted) };
    if left_bytes < PLACE_BYTES {
        return Err(Error::AddressSpace { left_bytes, needed_bytes: PLACE_BYTES });
    }
    let fit = left_bytes.saturating_sub(REST_BYTES) / PLACE_BYTES;
    Ok(wanted.min(u32::try_from(fit).unwrap_or(u32::MAX)).max(1))
}

fn pooling_engine(places: u32) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(places)
        .total_memories(places)
        .total_tables(places)
        .total_stacks(places)
        .max_memory_size(1 << 32)
        .max_core_instance_size(1 << 20)
        .table_elements(crate::instance::TABLE_ELEMENTS_MAX)
        .async_stack_keep_resident(STACK_KEEP_RESIDENT_BYTES);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(KEEP_RESIDENT_BYTES);
    }
    let mut config = callbox_engine::config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}
