//! The exports of the QuickJS guest.
#![allow(unsafe_code, reason = "exported names need `unsafe`")]

use callbox_engine_guest::{abi, steps};

use crate::boot;

/// Starts the engine.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    abi::report_panics();
    if let Err(error) = boot::boot() {
        abi::bug(&format!("the engine does not boot: {error}"));
    }
}

/// Returns a buffer for a message of `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    abi::alloc(len)
}

/// Starts the run with the `Start` message of `len` bytes in the buffer from `alloc`.
#[unsafe(no_mangle)]
pub extern "C" fn start(len: usize) -> u64 {
    abi::step(len, |message| boot::booted().map(|mut engine| steps::start(&mut engine, message)))
}

/// Continues the run with the `Resume` message of `len` bytes in the buffer from `alloc`.
#[unsafe(no_mangle)]
pub extern "C" fn resume(len: usize) -> u64 {
    abi::step(len, |message| boot::booted().map(|mut engine| steps::resume(&mut engine, message)))
}
