//! All functions that an engine guest can import: its console and the few WASI calls that its standard libraries link.
//! None of them reaches the machine.

use wasmtime::{Caller, Extern, Linker, Result};

use crate::{
    log::LogLevel,
    run::{console::LINE_END_BYTES, instance::GuestState},
};

const WASI: &str = "wasi_snapshot_preview1";
const SUCCESS: i32 = 0;
/// Like `ENOSYS`: the requested operation is not available.
const NOT_SUPPORTED: i32 = 58;
/// No such file descriptor.
const BAD_FILE: i32 = 8;
/// The guest passed an invalid pointer.
const FAULT: i32 = 21;

/// Links the guest's imports.
pub(crate) fn link(linker: &mut Linker<GuestState>) -> Result<()> {
    linker.func_wrap("callbox", "log", log)?;
    linker.func_wrap(WASI, "clock_time_get", clock_time_get)?;
    linker.func_wrap(WASI, "random_get", random_get)?;
    linker.func_wrap(WASI, "fd_write", fd_write)?;
    linker.func_wrap(WASI, "fd_close", |_: i32| BAD_FILE)?;
    linker.func_wrap(WASI, "fd_fdstat_get", |_: i32, _: i32| BAD_FILE)?;
    linker.func_wrap(WASI, "fd_prestat_get", |_: i32, _: i32| BAD_FILE)?;
    linker.func_wrap(WASI, "fd_prestat_dir_name", |_: i32, _: i32, _: i32| BAD_FILE)?;
    linker.func_wrap(WASI, "fd_seek", |_: i32, _: i64, _: i32, _: i32| BAD_FILE)?;
    linker.func_wrap(WASI, "environ_sizes_get", environ_sizes_get)?;
    linker.func_wrap(WASI, "environ_get", |_: i32, _: i32| SUCCESS)?;
    linker.func_wrap(WASI, "proc_exit", |_: i32| -> Result<()> { Err(wasmtime::Error::msg("the engine exited")) })?;
    linker.func_wrap(WASI, "sched_yield", || SUCCESS)?;
    linker.func_wrap(WASI, "poll_oneoff", |_: i32, _: i32, _: i32, _: i32| NOT_SUPPORTED)?;
    Ok(())
}

/// Writes to the console. Level 5 is the engine's own panic message.
fn log(mut caller: Caller<'_, GuestState>, level: u32, at: u32, len: u32) -> Result<()> {
    if level < 5
        && let Err(stopped) = caller.data().console.room_for(u64::from(len) + LINE_END_BYTES)
    {
        caller.data_mut().stopped = Some(stopped);
        return Err(wasmtime::Error::msg("the limit on logs is reached"));
    }
    let text = read(&mut caller, at, len).unwrap_or_default();
    let console = &mut caller.data_mut().console;
    match level {
        0 => console.write(LogLevel::Debug, &text),
        1 => console.write(LogLevel::Log, &text),
        2 => console.write(LogLevel::Info, &text),
        3 => console.write(LogLevel::Warn, &text),
        4 => console.write(LogLevel::Error, &text),
        _ => console.write_panic(&text),
    }
    Ok(())
}

/// Returns the run's clock in whole milliseconds; the guest has no finer clock.
fn clock_time_get(mut caller: Caller<'_, GuestState>, _clock: i32, _precision: i64, at: u32) -> i32 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float casts saturate")]
    let ns = (caller.data().clock_ms as u64).saturating_mul(1_000_000);
    write(&mut caller, at, &ns.to_le_bytes())
}

/// Returns zeros: nothing visible to a script depends on it. `Math.random()` has the run's own seed, and the engine's
/// hash maps got their keys when it was frozen.
fn random_get(mut caller: Caller<'_, GuestState>, at: u32, len: u32) -> i32 {
    const LEN_MAX: u32 = 4_096;
    write(&mut caller, at, &vec![0; len.min(LEN_MAX) as usize])
}

/// Writes nothing: panic messages go through `log`.
fn fd_write(_fd: i32, _iovs: i32, _count: i32, _written: i32) -> i32 {
    NOT_SUPPORTED
}

fn environ_sizes_get(mut caller: Caller<'_, GuestState>, count: u32, bytes: u32) -> i32 {
    write(&mut caller, count, &[0; 4]) | write(&mut caller, bytes, &[0; 4])
}

fn read(caller: &mut Caller<'_, GuestState>, at: u32, len: u32) -> Option<Vec<u8>> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory)?;
    let (at, len) = (at as usize, len as usize);
    memory.data(&*caller).get(at..at.checked_add(len)?).map(<[u8]>::to_vec)
}

fn write(caller: &mut Caller<'_, GuestState>, at: u32, bytes: &[u8]) -> i32 {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    match memory.map(|memory| memory.write(caller, at as usize, bytes)) {
        Some(Ok(())) => SUCCESS,
        _ => FAULT,
    }
}
