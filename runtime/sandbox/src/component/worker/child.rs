//! The process that compiles: reads one component, keeps to its bounds, answers, ends.

use std::{
    io::{self, Read},
    process::{self, ExitCode},
    thread,
    time::Duration,
};

use super::wire::{self, Order};
use crate::component::compile;

/// With which it ends when its memory does not suffice.
pub(super) const OUT_OF_MEMORY: i32 = 3;
/// With which it ends when nobody waits for it.
const GIVEN_UP: i32 = 4;
/// How often it looks at its memory. What compiling takes grows by some megabytes in that time.
const LOOK: Duration = Duration::from_millis(5);
/// What allocators reserve ahead beside what they hand out, bytes.
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

/// The parent keeps its end of the pipe open as long as it waits.
fn end_with_parent() {
    let mut nothing = [0];
    while io::stdin().read(&mut nothing).is_ok_and(|bytes| bytes > 0) {}
    process::exit(GIVEN_UP);
}

/// Ends the process that has more memory than it may.
fn keep_within(bytes_max: u64) {
    while own_memory_bytes().is_some_and(|bytes| bytes <= bytes_max) {
        thread::sleep(LOOK);
    }
    // Where the system does not say, the limits of `confine` are all there is.
    if own_memory_bytes().is_some() {
        process::exit(OUT_OF_MEMORY);
    }
}

/// Memory that is neither a file's nor shared, bytes.
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

/// What the system itself ends: time, memory that grows between two looks. Nothing is written down about such an end.
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
