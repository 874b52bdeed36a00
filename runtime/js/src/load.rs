//! Loads the engine that the build compiled; it compiles nothing.
#![allow(unsafe_code, reason = "wasmtime cannot check that compiled code is its own")]

use wasmtime::{Engine, Module};

/// The compiled engine, as the build script wrote it.
static COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/engine.cwasm"));

/// The engine guest as a module of `engine`, whose settings must be those of [`config`](crate::config()).
///
/// # Errors
/// When `engine` was made with other settings, or for a machine the build was not for.
pub fn load(engine: &Engine) -> wasmtime::Result<Module> {
    // SAFETY: these bytes were written by `Engine::precompile_module` in the build of this crate and
    // are part of the program's read-only data.
    unsafe { Module::deserialize(engine, COMPILED) }
}
