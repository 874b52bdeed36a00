//! The exports of the guest; what they do stands elsewhere.
#![allow(unsafe_code, reason = "exported names are an unsafe matter")]

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

/// Room for a message of `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    abi::alloc(len)
}

/// Begins the run with the `Start` message of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn start(len: usize) -> u64 {
    abi::step(len, |message| boot::booted().map(|mut engine| steps::start(&mut engine, message)))
}

/// Goes on with the `Resume` message of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn resume(len: usize) -> u64 {
    abi::step(len, |message| boot::booted().map(|mut engine| steps::resume(&mut engine, message)))
}
