//! The compile process: reads one component, enforces its bounds, answers, exits.

use std::{
    io::{self, Read},
    process::{self, ExitCode},
    thread,
    time::Duration,
};

use super::wire::{self, Order};
use crate::component::compile;

/// Exit status when memory does not suffice.
pub(super) const OUT_OF_MEMORY: i32 = 3;
/// Exit status when nobody waits for the answer.
const GIVEN_UP: i32 = 4;
/// Interval between memory checks. Compiling takes a few more megabytes in that time.
const LOOK: Duration = Duration::from_millis(5);
/// What allocators reserve in advance, on top of what they hand out, bytes.
const RESERVED_BYTES: u64 = 1 << 30;

pub(super) fn serve() -> ExitCode {
    match answered() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answered() -> io::Result<()> {
    let (order, source) = Order::read(&mut io::stdin().lock())?;
    confine(&order)?;
    thread::Builder::new().spawn(end_with_parent)?;
    thread::Builder::new().spawn(move || keep_within(order.memory_bytes_max))?;
    let compiling =
        thread::Builder::new().stack_size(compile::STACK_BYTES).spawn(move || compile::artefact(&source))?;
    let made = compiling.join().unwrap_or_else(|_| Err(compile::stopped()));
    wire::write(&mut io::stdout().lock(), &order, made)
}

/// Exits when the parent stops waiting: the parent keeps its end of the pipe open until then.
fn end_with_parent() {
    let mut nothing = [0];
    while io::stdin().read(&mut nothing).is_ok_and(|bytes| bytes > 0) {}
    process::exit(GIVEN_UP);
}

/// Exits when this process uses more memory than allowed.
fn keep_within(bytes_max: u64) {
    while own_memory_bytes().is_some_and(|bytes| bytes <= bytes_max) {
        thread::sleep(LOOK);
    }
    // If the system does not report memory use, only the limits set by `confine` apply.
    if own_memory_bytes().is_some() {
        process::exit(OUT_OF_MEMORY);
    }
}

/// Returns resident memory that is neither file-backed nor shared, bytes.
#[cfg(unix)]
fn own_memory_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let mut pages = text.split_ascii_whitespace().skip(1).map(str::parse::<u64>);
    let (resident, shared) = (pages.next()?.ok()?, pages.next()?.ok()?);
    Some(resident.saturating_sub(shared).saturating_mul(rustix::param::page_size() as u64))
}

#[cfg(not(unix))]
fn own_memory_bytes() -> Option<u64> {
    None
}

/// Sets limits that the system enforces: CPU time, and memory that grows between two checks. No core is dumped.
#[cfg(unix)]
fn confine(order: &Order) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let data_bytes = order.memory_bytes_max.saturating_add(RESERVED_BYTES);
    for (resource, max) in [(Resource::Core, 0), (Resource::Cpu, order.cpu_s_max), (Resource::Data, data_bytes)] {
        let max = getrlimit(resource).maximum.map_or(max, |there| there.min(max));
        setrlimit(resource, Rlimit { current: Some(max), maximum: Some(max) })?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn confine(_: &Order) -> io::Result<()> {
    Ok(())
}
