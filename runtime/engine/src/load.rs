//! Loads the engine that the build compiled, in place where it can; it compiles nothing.
#![allow(
    unsafe_code,
    reason = "wasmtime cannot check that compiled code is its own, nor that memory may be executable"
)]

use std::{
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use wasmtime::{Config, CustomCodeMemory, Engine, Module};

/// Page sizes of the targets go up to this. A page of its own is what can be made executable.
#[repr(C, align(65536))]
struct Pages<T: ?Sized>(T);

/// The compiled engine, as the build script wrote it.
static COMPILED: &Pages<[u8]> = &Pages(*include_bytes!(concat!(env!("OUT_DIR"), "/engine.cwasm")));

/// wasmtime knows code by its address, so only the first engine of a process can have it in place;
/// further ones take a copy.
static LOADED_IN_PLACE: AtomicBool = AtomicBool::new(false);

/// The settings an engine needs to load and run the engine guest; pooling is the embedder's to add.
#[must_use]
pub fn config() -> Config {
    let mut config = crate::config::config();
    if cfg!(unix) {
        config.with_custom_code_memory(Some(Arc::new(InPlace)));
    }
    config
}

/// The engine guest as a module of `engine`, whose settings must be those of [`config`].
///
/// # Errors
/// When `engine` was made with other settings, or for a machine the build was not for.
pub fn load(engine: &Engine) -> wasmtime::Result<Module> {
    let code = &COMPILED.0;
    let in_place = cfg!(unix) && code.as_ptr().addr().is_multiple_of(page_bytes());
    if in_place && !LOADED_IN_PLACE.swap(true, Relaxed) {
        // SAFETY: these bytes were written by `Engine::precompile_module` in the build of this crate;
        // they are part of the program's read-only data, so they outlive all and never change.
        return unsafe { Module::deserialize_raw(engine, NonNull::from(code)) };
    }
    // SAFETY: as above, of a copy.
    unsafe { Module::deserialize(engine, code) }
}

/// Makes compiled code executable where it lies, be that a mapping of wasmtime's or this program's
/// own read-only data. It is never made otherwise again: nothing writes to it, and a mapping goes with its
/// engine.
struct InPlace;

impl CustomCodeMemory for InPlace {
    fn required_alignment(&self) -> usize {
        page_bytes()
    }

    #[cfg(unix)]
    fn publish_executable(&self, at: *const u8, len: usize) -> wasmtime::Result<()> {
        use rustix::mm::{MprotectFlags, mprotect};
        let flags = MprotectFlags::READ | MprotectFlags::EXEC;
        // SAFETY: wasmtime hands in whole pages of code that nothing writes to; they stay readable.
        unsafe { mprotect(at.cast_mut().cast(), len, flags) }.map_err(wasmtime::Error::from)
    }

    #[cfg(not(unix))]
    fn publish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Err(wasmtime::Error::msg("code is made executable by wasmtime itself here"))
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
