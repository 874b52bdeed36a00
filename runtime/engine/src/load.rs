//! Loads the machine code of a guest, in place where possible. Compiles nothing.
#![allow(
    unsafe_code,
    reason = "wasmtime cannot check that it compiled the code, nor that memory may be made executable"
)]

use std::io::Read as _;
use std::{ptr::NonNull, sync::Arc};

use wasmtime::{Config, CustomCodeMemory, Engine, Module};

use crate::guest::{Guest, MachineCode, Ready};

const BUFFER_BYTES: usize = 64 << 10;

/// Returns the settings an engine needs to load and run a guest; the embedder adds pooling. A guest may use 16 MiB of
/// native stack: calling one outside a fiber needs a thread with more.
#[must_use]
pub fn config() -> Config {
    let mut config = crate::config::config();
    if cfg!(unix) {
        config.with_custom_code_memory(Some(Arc::new(InPlace)));
    }
    config
}

/// Loads a guest as a module of `engine`, which must have the settings of [`config`]. Packed guests are unpacked first,
/// which takes 50 ms or more: the schema checker, and with the feature `packed` all guests.
///
/// # Errors
/// If `engine` has other settings, or the build was for another machine.
pub fn load(engine: &Engine, guest: Guest) -> wasmtime::Result<Module> {
    match guest.machine_code() {
        MachineCode::Ready(code) => load_ready(engine, &code),
        MachineCode::Packed(code) => {
            let mut bytes = Vec::new();
            brotli_decompressor::Decompressor::new(code, BUFFER_BYTES).read_to_end(&mut bytes)?;
            // SAFETY: `Engine::precompile_module` wrote these bytes when the guest was rebuilt.
            unsafe { Module::deserialize(engine, bytes) }
        }
    }
}

fn load_ready(engine: &Engine, code: &Ready) -> wasmtime::Result<Module> {
    let in_place = cfg!(unix) && code.bytes.as_ptr().addr().is_multiple_of(page_bytes());
    if in_place && code.take() {
        // SAFETY: `Engine::precompile_module` wrote these bytes when the guest was rebuilt, or in the build of this
        // crate; they are part of the program's read-only data, so they live until the process ends and never change.
        return unsafe { Module::deserialize_raw(engine, NonNull::from(code.bytes)) };
    }
    // SAFETY: as above, of a copy.
    unsafe { Module::deserialize(engine, code.bytes) }
}

/// Makes compiled code executable in place, whether it is in a mapping of wasmtime or in this program's read-only data.
/// Never reverts that: nothing writes to the code, and a mapping is dropped with its engine.
struct InPlace;

impl CustomCodeMemory for InPlace {
    fn required_alignment(&self) -> usize {
        page_bytes()
    }

    #[cfg(unix)]
    fn publish_executable(&self, at: *const u8, len: usize) -> wasmtime::Result<()> {
        use rustix::mm::{MprotectFlags, mprotect};
        let flags = MprotectFlags::READ | MprotectFlags::EXEC;
        // SAFETY: wasmtime passes whole pages of code that nothing writes to; they stay readable.
        unsafe { mprotect(at.cast_mut().cast(), len, flags) }.map_err(wasmtime::Error::from)
    }

    #[cfg(not(unix))]
    fn publish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Err(wasmtime::Error::msg("wasmtime itself makes code executable on this platform"))
    }

    fn unpublish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn page_bytes() -> usize {
    rustix::param::page_size()
}

#[cfg(not(unix))]
fn page_bytes() -> usize {
    1 << 16
}
