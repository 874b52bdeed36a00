//! The exports of the boa guest, and all of its `unsafe` code.
#![allow(unsafe_code, reason = "exported names need `unsafe`")]

use std::cell::RefCell;

use boa_engine::Context;
use callbox_engine_guest::{abi, steps};

use crate::boot::{self, Builtins};
use crate::engine::Boa;

thread_local! {
    static CONTEXT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// Starts the engine with callbox's replacements for built-ins.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    boot_with(Builtins::Own);
}

/// Starts the engine with its own built-ins only, for comparison.
#[unsafe(no_mangle)]
pub extern "C" fn boot_stock() {
    boot_with(Builtins::Stock);
}

fn boot_with(builtins: Builtins) {
    abi::report_panics();
    match boot::boot(builtins) {
        Ok(context) => CONTEXT.set(Some(context)),
        Err(error) => abi::bug(&format!("the engine does not boot: {error}")),
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
    abi::step(len, |message| booted(|engine| steps::start(engine, message)))
}

/// Continues the run with the `Resume` message of `len` bytes in the buffer from `alloc`.
#[unsafe(no_mangle)]
pub extern "C" fn resume(len: usize) -> u64 {
    abi::step(len, |message| booted(|engine| steps::resume(engine, message)))
}

fn booted<R>(act: impl FnOnce(&mut Boa<'_>) -> R) -> Option<R> {
    CONTEXT.with_borrow_mut(|context| context.as_mut().map(|context| act(&mut Boa(context))))
}
