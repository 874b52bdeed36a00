//! The exports of the guest, and the only `unsafe` in it; what they do stands elsewhere.
#![allow(unsafe_code, reason = "exported names are an unsafe matter")]

use std::cell::RefCell;

use boa_engine::Context;
use callbox_engine_guest::{abi, steps};

use crate::boot::{self, Builtins};
use crate::engine::Boa;

thread_local! {
    static CONTEXT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// Starts the engine with the built-ins of our own.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    boot_with(Builtins::Own);
}

/// Starts the engine with the built-ins it came with, to compare against.
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

/// Room for a message of `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    abi::alloc(len)
}

/// Begins the run with the `Start` message of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn start(len: usize) -> u64 {
    abi::step(len, |message| booted(|engine| steps::start(engine, message)))
}

/// Goes on with the `Resume` message of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn resume(len: usize) -> u64 {
    abi::step(len, |message| booted(|engine| steps::resume(engine, message)))
}

fn booted<R>(act: impl FnOnce(&mut Boa<'_>) -> R) -> Option<R> {
    CONTEXT.with_borrow_mut(|context| context.as_mut().map(|context| act(&mut Boa(context))))
}
